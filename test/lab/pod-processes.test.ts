import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Platform } from '../../engine/base/platform/platform.ts'
import { PodProcesses } from '../../engine/lab/machine/pod-processes.ts'

let dir: string
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'kubarium-processes-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Processes that the test says live, and which of them belong to which leader. */
function machine() {
  const alive = new Set<number>()
  const trees = new Map<number, number[]>()
  const killed: number[] = []
  const platform = {
    identify: (pids: number[]) => new Map(pids.filter(pid => alive.has(pid)).map(pid => [pid, `t${pid}`])),
    treeUsage: (leaders: number[]) => new Map(leaders.map(pid => [pid, { pids: [pid, ...(trees.get(pid) ?? [])] }])),
    killTree: (pid: number) => void (killed.push(pid), alive.delete(pid)),
  } as unknown as Platform
  const file = join(dir, 'pods.jsonl')
  const lines = () => readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return { alive, trees, killed, lines, open: () => new PodProcesses(platform, file) }
}

test('the file holds all that live, and does not grow with commands that have ended', () => {
  const it = machine()
  const processes = it.open()
  for (let pid = 1; pid <= 5_000; pid++) {
    it.alive.add(pid)
    processes.record(pid)
    if (pid > 3) it.alive.delete(pid)
    expect(it.lines().length).toBeLessThanOrEqual(257)
  }
  for (const pid of [1, 2, 3]) expect(it.lines()).toContain(JSON.stringify({ pid, started: `t${pid}` }))
})

test('what an earlier life left is ended, but not containers, and nothing that belongs to them', () => {
  const it = machine()
  const before = it.open()
  for (const pid of [1, 2, 3, 4]) before.record((it.alive.add(pid), pid))
  it.trees.set(1, [2])
  it.alive.delete(4)
  const stay = [
    { pid: 1, started: 't1' },
    { pid: 3, started: 'another time' },
  ]
  expect(it.open().endAllBut(stay)).toBe(1)
  expect(it.killed).toEqual([3])
  expect(it.lines().map(line => JSON.parse(line).pid)).toEqual([1, 2])
})
