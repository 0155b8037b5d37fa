import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Container, Pod } from '../../../engine/api/types.ts'
import { systemClock } from '../../../engine/base/clock.ts'
import { currentPlatform } from '../../../engine/base/platform/platform.ts'
import { endRecorded, recordedLeaders, survivors } from '../../../engine/kubelet/pods/leftovers.ts'
import { writeRecord, type ContainerRecord, type PodRecord } from '../../../engine/kubelet/pods/record.ts'
import { writeRun } from '../../../engine/kubelet/pods/run.ts'
import type { ContainerConfig } from '../../../engine/kubelet/runtime/contract.ts'
import { container } from './bench.ts'

const platform = currentPlatform()
let dir: string
let child: ChildProcess
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kubarium-left-'))
  child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore', detached: true })
})
afterEach(() => {
  platform.killTree(child.pid!)
  rmSync(dir, { recursive: true, force: true })
})

const identity = () => ({ pid: child.pid!, started: platform.identify([child.pid!]).get(child.pid!)! })
const running = (more: Partial<ContainerRecord> = {}): ContainerRecord => ({
  state: { kind: 'running', startedAt: '2026-01-01T00:00:00Z' },
  restartCount: 0,
  containerID: 'process://id1',
  process: identity(),
  ...more,
})
const record = (containers: PodRecord['containers'], more: Partial<PodRecord> = {}): PodRecord => ({
  version: 1,
  ...{ uid: 'u', namespace: 'ns', name: 'p', containers },
  ...more,
})
const podOf = (...containers: Container[]) => ({ metadata: { name: 'p' }, spec: { containers } }) as unknown as Pod
const alive = () => platform.identify([child.pid!]).has(child.pid!)

function leaveRun(spec: Container, id = 'id1'): void {
  mkdirSync(join(dir, 'containers', spec.name!, 'run'), { recursive: true })
  writeRun(join(dir, 'containers', spec.name!), spec, { id } as ContainerConfig, 0)
}

test('a process that was recorded is ended, and is gone when that is said; another under its pid is let alone', async () => {
  const other = { ...identity(), started: 'another time' }
  expect(await endRecorded(record({ c: running({ process: other }) }), platform, systemClock)).toBe(0)
  expect(alive()).toBe(true)
  expect(await endRecorded(record({ c: running() }), platform, systemClock)).toBe(1)
  expect(alive()).toBe(false)
})

test('those that are gone on with are not ended', async () => {
  expect(await endRecorded(record({ c: running() }), platform, systemClock, new Map([['c', {}]]))).toBe(0)
  expect(alive()).toBe(true)
})

test('a run is gone on with if its process, its id and what the pod wants of it are the same', () => {
  const spec = container('c')
  const wanted = (pod: Pod, left: PodRecord) => [...survivors(pod, left, dir, platform).keys()]
  expect(wanted(podOf(spec), record({ c: running() }))).toEqual([])
  leaveRun(spec)
  expect(wanted(podOf(spec), record({ c: running() }))).toEqual(['c'])
  const resized = { ...spec, resources: { limits: { cpu: '2' } } } as Container
  expect(wanted(podOf(resized), record({ c: running() }))).toEqual(['c'])
  expect(wanted(podOf(container('c', { image: 'other' })), record({ c: running() }))).toEqual([])
  expect(wanted(podOf(container('d')), record({ c: running() }))).toEqual([])
  expect(wanted(podOf(spec), record({ c: running({ containerID: 'process://id2' }) }))).toEqual([])
  expect(wanted(podOf(spec), record({ c: running({ process: { ...identity(), started: '0' } }) }))).toEqual([])
  expect(wanted(podOf(spec), record({ c: running() }, { ending: { over: true } }))).toEqual([])
  writeFileSync(join(dir, 'containers', 'c', 'run', 'run.json'), '{"torn')
  expect(wanted(podOf(spec), record({ c: running() }))).toEqual([])
})

test('the leaders of all containers are known from the records of their pods', () => {
  writeRecord(join(dir, 'u1'), record({ a: running(), b: { ...running(), process: undefined } }))
  mkdirSync(join(dir, 'u2'))
  expect(recordedLeaders(dir)).toEqual([identity()])
  expect(recordedLeaders(join(dir, 'none'))).toEqual([])
})
