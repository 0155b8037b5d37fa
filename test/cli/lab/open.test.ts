import { expect, it } from 'vitest'
import { portToOpen } from '../../../app/cli/lab/open.ts'

const service = (...ports: object[]) => ({ metadata: { namespace: 'shop', name: 'front' }, spec: { ports } }) as never

it('the port to open is the one that is asked for, by name or number', () => {
  const two = service({ name: 'web', port: 80 }, { name: 'admin', port: 9000 })
  expect(portToOpen(two, 'admin').port).toBe(9000)
  expect(portToOpen(two, '80').name).toBe('web')
  expect(() => portToOpen(two, 'other')).toThrow('Service shop/front has no port other.')
})

it('without a word it is the only one, or the one that looks like the web', () => {
  expect(portToOpen(service({ port: 6379 }), undefined).port).toBe(6379)
  expect(portToOpen(service({ name: 'metrics', port: 9100 }, { name: 'http', port: 3000 }), undefined).port).toBe(3000)
  expect(() => portToOpen(service({ name: 'a', port: 1 }, { name: 'b', port: 2 }), undefined)).toThrow('several ports')
})

it('a Service that speaks no TCP is refused', () => {
  expect(() => portToOpen(service({ port: 53, protocol: 'UDP' }), undefined)).toThrow('has no TCP port')
})
