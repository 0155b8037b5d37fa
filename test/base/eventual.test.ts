import { expect, it } from 'vitest'
import { Eventual } from '../../engine/base/eventual.ts'

it('tells everybody who waits, before and after, what was settled first', async () => {
  const comes = new Eventual<number>()
  const before = [comes.wait(), comes.wait()]
  comes.resolve(1)
  comes.resolve(2)
  comes.reject(new Error('too late'))
  expect(await Promise.all([...before, comes.wait()])).toEqual([1, 1, 1])
  const fails = new Eventual<number>()
  const waiting = fails.wait()
  fails.reject(new Error('first'))
  fails.resolve(1)
  await expect(waiting).rejects.toThrow('first')
  await expect(fails.wait()).rejects.toThrow('first')
})

it('fails without a fuss where nobody waits', async () => {
  const seen: unknown[] = []
  const listener = (reason: unknown) => seen.push(reason)
  process.on('unhandledRejection', listener)
  new Eventual<void>().reject(new Error('nobody asks'))
  await new Promise(resolve => setImmediate(resolve))
  process.off('unhandledRejection', listener)
  expect(seen).toEqual([])
})
