import { afterAll, describe, expect, test } from 'vitest'
import { FakeClock, systemClock } from '../../../engine/base/clock.ts'
import { createLogger } from '../../../engine/base/log.ts'
import type { Platform, TreeUsage } from '../../../engine/base/platform/platform.ts'
import type { ResourceLimits } from '../../../engine/kubelet/runtime/contract.ts'
import { RuntimeService, type ContainerStatus, type ContainerEvent } from '../../../engine/kubelet/runtime/service.ts'
import { CpuAccount } from '../../../engine/kubelet/stats/cpu-account.ts'
import { LimitEnforcer, NODE_ALLOWANCE_BYTES } from '../../../engine/kubelet/stats/limits.ts'
import { bubblewrap, platform as realPlatform, Workbench, written } from '../runtime/containers.ts'

const log = createLogger(() => undefined, 'error', 'test')

/** A machine whose one container, of process 10, uses what the test says. */
function machine(limits: ResourceLimits, { runs = 'host', canPause = true } = {}) {
  const clock = new FakeClock()
  const usage: TreeUsage = { memory: 0, cpuSeconds: 0, pids: [10] }
  const killed: string[] = []
  const signals: string[] = []
  let exact: number | undefined
  let tasks: number | undefined
  let listener: (event: ContainerEvent) => void = () => undefined
  const platform = {
    canPause,
    looksAreCheap: true,
    treeUsage: () => new Map([[10, { ...usage }]]),
    usage: () => new Map([[10, { memory: usage.memory, cpuSeconds: usage.cpuSeconds }]]),
    exactMemory: () => exact,
    taskCount: () => tasks,
    signalOne: (pid: number, signal: string) => signals.push(`${signal} ${pid}`),
  } as unknown as Platform
  const runtime = {
    list: () => [],
    leaders: () => [10],
    kill: (_id: string, reason: string) => killed.push(reason),
    onEvent: (wanted: typeof listener) => ((listener = wanted), () => undefined),
  }
  const enforcer = new LimitEnforcer({ platform, clock, log, runtime, processes: 100 })
  const container = { id: 'c', pid: 10, config: { limits, image: { runs } } } as unknown as ContainerStatus
  listener({ type: 'CONTAINER_STARTED_EVENT', container })
  const begin = () => listener({ type: 'CONTAINER_STARTED_EVENT', container })
  const update = (changed: ResourceLimits) =>
    listener({
      type: 'CONTAINER_UPDATED_EVENT',
      container: { ...container, config: { ...container.config, limits: changed } },
    })
  const end = () => listener({ type: 'CONTAINER_STOPPED_EVENT', container })
  return {
    clock,
    usage,
    killed,
    signals,
    enforcer,
    end,
    update,
    setExact: (bytes: number) => (exact = bytes),
    setTasks: (count: number) => (tasks = count),
    begin,
  }
}

describe('measured limits', () => {
  test('memory beyond the limit ends the container as OOMKilled, what is shared counted once', () => {
    const it = machine({ memoryBytes: 1000 })
    it.usage.memory = 1500
    it.setExact(900)
    it.clock.advance(1_000)
    expect(it.killed).toEqual([])
    it.setExact(1001)
    it.clock.advance(1_000)
    expect(it.killed).toEqual(['OOMKilled'])
  })

  test("an image for Node is not charged for Node's own memory", () => {
    const it = machine({ memoryBytes: 1000 }, { runs: 'node' })
    it.usage.memory = NODE_ALLOWANCE_BYTES
    it.clock.advance(1_000)
    expect(it.killed).toEqual([])
    it.usage.memory += 1001
    it.clock.advance(1_000)
    expect(it.killed).toEqual(['OOMKilled'])
  })

  test('too many processes end the container', () => {
    const it = machine({})
    it.usage.pids = Array.from({ length: 101 }, (_, i) => i + 10)
    it.clock.advance(1_000)
    expect(it.killed).toEqual(['PIDLimitExceeded'])
  })

  test('many new tasks on the machine are looked at at once, not at the next scan', () => {
    const it = machine({})
    it.setTasks(100)
    it.end()
    it.begin()
    it.clock.advance(1_000)
    it.usage.pids = Array.from({ length: 101 }, (_, i) => i + 10)
    it.setTasks(299)
    it.clock.advance(200)
    expect(it.killed).toEqual([])
    it.setTasks(300)
    it.clock.advance(100)
    expect(it.killed).toEqual(['PIDLimitExceeded'])
  })

  test('the processes of a pod are counted together, and the container goes that has most', () => {
    const clock = new FakeClock()
    const killed: string[] = []
    let listener: (event: ContainerEvent) => void = () => undefined
    const tree = (leader: number, count: number): [number, TreeUsage] => [
      leader,
      { memory: 0, cpuSeconds: 0, pids: Array.from({ length: count }, (_, i) => leader + i) },
    ]
    const trees = new Map([tree(1_000, 30), tree(2_000, 80), tree(3_000, 90)])
    const platform = { looksAreCheap: true, taskCount: () => undefined, treeUsage: () => trees } as unknown as Platform
    const runtime = {
      list: () => [],
      leaders: (id: string) => [Number(id)],
      kill: (id: string, reason: string) => killed.push(`${id} ${reason}`),
      onEvent: (wanted: typeof listener) => ((listener = wanted), () => undefined),
    }
    new LimitEnforcer({ platform, clock, log, runtime, processes: 100 })
    for (const [id, sandbox] of [
      ['1000', 'p'],
      ['2000', 'p'],
      ['3000', 'q'],
    ]) {
      const container = { id, sandbox, pid: Number(id), config: { image: {} } } as unknown as ContainerStatus
      listener({ type: 'CONTAINER_STARTED_EVENT', container })
    }
    clock.advance(1_000)
    expect(killed).toEqual(['2000 PIDLimitExceeded'])
  })

  test('a container that wants more processor time than it may have gets its limit on average', () => {
    const it = machine({ cpuMillis: 500 })
    let running = 0
    for (let ms = 0; ms < 30_000; ms += 10) {
      const stops = it.signals.filter(s => s.startsWith('SIGSTOP')).length
      const goesOn = it.signals.filter(s => s.startsWith('SIGCONT')).length
      if (stops === goesOn) {
        it.usage.cpuSeconds += 0.01
        running += 10
      }
      it.clock.advance(10)
    }
    expect(running / 30_000).toBeGreaterThan(0.42)
    expect(running / 30_000).toBeLessThan(0.58)
  })

  test('limits that are changed hold at once: memory, a higher, a lower, a new and no processor limit', () => {
    const it = machine({ cpuMillis: 500, memoryBytes: 1000 })
    it.usage.memory = 900
    const share = (millis: number, ofMs: number) => {
      let running = 0
      for (let ms = 0; ms < ofMs; ms += 10) {
        const stopped = it.signals.at(-1)?.startsWith('SIGSTOP')
        if (!stopped) {
          it.usage.cpuSeconds += 0.01
          running += 10
        }
        it.clock.advance(10)
      }
      return Math.abs(running / ofMs - millis / 1000)
    }
    expect(share(500, 20_000)).toBeLessThan(0.08)
    it.update({ cpuMillis: 200, memoryBytes: 1000 })
    expect(share(200, 20_000)).toBeLessThan(0.08)
    it.update({ cpuMillis: 800, memoryBytes: 1000 })
    expect(share(800, 20_000)).toBeLessThan(0.08)
    it.update({ memoryBytes: 1000 })
    expect(share(1000, 5_000)).toBe(0)
    it.update({ cpuMillis: 300, memoryBytes: 1000 })
    expect(share(300, 20_000)).toBeLessThan(0.08)
    expect(it.killed).toEqual([])
    it.update({ memoryBytes: 899 })
    it.clock.advance(1_000)
    expect(it.killed).toEqual(['OOMKilled'])
  })

  test('one that stays below its limit is never stopped, and nothing is left to do for one that has ended', () => {
    const it = machine({ cpuMillis: 500 })
    for (let ms = 0; ms < 20_000; ms += 10) {
      it.usage.cpuSeconds += 0.004
      it.clock.advance(10)
    }
    expect(it.signals).toEqual([])
    it.end()
    it.clock.advance(2_000)
    expect(it.clock.pending).toBe(0)
  })

  test('what is stopped goes on when limits are no longer held', () => {
    const it = machine({ cpuMillis: 100 })
    it.usage.cpuSeconds = 5
    it.clock.advance(1_000)
    expect(it.signals).toEqual(['SIGSTOP 10'])
    it.enforcer.dispose()
    expect(it.signals).toEqual(['SIGSTOP 10', 'SIGCONT 10'])
    expect(it.clock.pending).toBe(0)
  })

  test('where processes cannot be stopped, processor limits stop nothing', () => {
    const it = machine({ cpuMillis: 100 }, { canPause: false })
    it.usage.cpuSeconds = 50
    it.clock.advance(1_000)
    expect(it.signals).toEqual([])
  })
})

test('a debt is never longer than half a second of the limit', () => {
  const account = new CpuAccount(0.5, 0)
  account.use(100, 1_000)
  expect(account.overdrawn).toBe(true)
  account.use(0, 1_501)
  expect(account.overdrawn).toBe(false)
})

const runtimes = ['process', ...(bubblewrap.works ? ['bubblewrap'] : [])] as ('process' | 'bubblewrap')[]

describe.each(runtimes)('real processes under %s', handler => {
  const bench = new Workbench()
  const service = new RuntimeService([{ handler, runtime: bench[handler]() }])
  const enforcer = new LimitEnforcer({
    platform: realPlatform,
    clock: systemClock,
    log,
    runtime: service,
    processes: 50,
  })
  afterAll(() => {
    enforcer.dispose()
    bench.dispose()
  })
  const node = (script: string, limits: ResourceLimits) =>
    service.start(bench.container(['node', '-e', script], { limits }))

  test('one that takes too much memory is ended with 137 and OOMKilled', async () => {
    const grow = 'const a=[]; setInterval(() => a.push(Buffer.alloc(16 << 20, 1)), 20)'
    expect(await node(grow, { memoryBytes: 200 << 20 }).exited).toMatchObject({ code: 137, reason: 'OOMKilled' })
  })

  test.skipIf(!realPlatform.canPause)('one that computes without end is held near its limit', async () => {
    const process = node('console.log("up"); for(;;);', { cpuMillis: 200 })
    await written(process, 'up')
    // Long enough that the saved-up half second and the first look count little.
    await new Promise(resolve => systemClock.after(6_000, () => resolve(undefined)))
    const used = realPlatform.treeUsage([process.pid]).get(process.pid)!.cpuSeconds
    process.signal('SIGKILL')
    expect((await process.exited).reason).toBeUndefined()
    expect(used).toBeLessThan(3.5)
  })

  test.skipIf(!realPlatform.canPause)('a shell that starts too many processes is ended with all of them', async () => {
    const bomb = service.start(
      bench.container(['sh', '-c', 'i=0; while [ $i -lt 80 ]; do sleep 600 & i=$((i+1)); done; wait']),
    )
    expect(await bomb.exited).toMatchObject({ code: 137, reason: 'PIDLimitExceeded' })
  })
})
