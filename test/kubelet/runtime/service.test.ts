import { expect, test } from 'vitest'
import type { ContainerConfig, ContainerProcess, ExitStatus } from '../../../engine/kubelet/runtime/contract.ts'
import { RuntimeService, UnknownHandlerError, type ContainerEvent } from '../../../engine/kubelet/runtime/service.ts'

function fake(handler: string) {
  const started: string[] = []
  const runtime = {
    version: `${handler}://1`,
    handlers: [{ name: handler, features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
    start(config: ContainerConfig) {
      started.push(config.id)
      const { promise: exited, resolve } = Promise.withResolvers<ExitStatus>()
      const signal = () => resolve({ code: 137, signal: 9 })
      return { pid: started.length, exited, signal } as unknown as ContainerProcess
    },
    exec: () => {
      throw new Error('not asked for')
    },
  }
  return { handler, runtime, started }
}

const config = (id: string, more: Partial<ContainerConfig> = {}) => ({ id, ...more }) as ContainerConfig

test('a pod gets the runtime that it names, else the first; a name that is not known is refused', () => {
  const [a, b] = [fake('a'), fake('b')]
  const service = new RuntimeService([a, b])
  service.start(config('1'))
  service.start(config('2', { handler: 'b' }))
  expect([a.started, b.started]).toEqual([['1'], ['2']])
  expect(() => service.start(config('3', { handler: 'kata' }))).toThrow(UnknownHandlerError)
  expect(service.version).toBe('a://1')
  expect(service.handlers.map(h => h.name)).toEqual(['', 'a', 'b'])
})

test('what runs is listed by pod, its life is told, and a pod can be ended as a whole', async () => {
  const service = new RuntimeService([fake('a')])
  const events: string[] = []
  const stop = service.onEvent(({ type, container }: ContainerEvent) => events.push(`${container.id} ${type}`))
  for (const [id, sandbox] of [
    ['1', 'p'],
    ['2', 'p'],
    ['3', 'q'],
  ])
    service.start(config(id, { sandbox }))
  expect(service.list('p').map(c => c.id)).toEqual(['1', '2'])
  await service.stopSandbox('p')
  await Promise.resolve()
  expect(service.list().map(c => c.id)).toEqual(['3'])
  expect(events.filter(e => e.startsWith('1 '))).toEqual([
    '1 CONTAINER_STARTED_EVENT',
    '1 CONTAINER_STOPPED_EVENT',
    '1 CONTAINER_DELETED_EVENT',
  ])
  stop()
  service.start(config('4'))
  expect(events.some(e => e.startsWith('4 '))).toBe(false)
})

test('the limits of a container that runs are changed, and whoever holds it to them is told', () => {
  const service = new RuntimeService([fake('a')])
  service.start(config('1', { limits: { cpuMillis: 100, memoryBytes: 5, processes: 7 } }))
  const told: unknown[] = []
  service.onEvent(({ type, container }) => told.push([type, container.config.limits]))
  service.update('1', { cpuMillis: 200 })
  expect(told).toEqual([['CONTAINER_UPDATED_EVENT', { cpuMillis: 200, processes: 7 }]])
  expect(service.list()[0].config.limits).toEqual({ cpuMillis: 200, processes: 7 })
  expect(() => service.update('2', {})).toThrow('the container is not running')
})

test('more commands than a container may have at once are refused, and there is room again when some have ended', async () => {
  const ends: (() => void)[] = []
  const { handler, runtime } = fake('a')
  const exec = () => {
    const { promise: exited, resolve } = Promise.withResolvers<ExitStatus>()
    ends.push(() => resolve({ code: 0, signal: undefined }))
    return { pid: ends.length, exited } as unknown as ContainerProcess
  }
  const service = new RuntimeService([{ handler, runtime: { ...runtime, exec } }])
  service.start(config('1'))
  const run = () => service.exec(config('1'), ['true'], { tty: false, stdin: false })
  for (let i = 0; i < 128; i++) run()
  expect(run).toThrow('exec: "true": 128 commands run in the container already')
  ends[0]()
  await new Promise(done => setImmediate(done))
  expect(run).not.toThrow()
})
