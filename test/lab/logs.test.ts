import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import type { LabHost } from '../../engine/lab/host.ts'
import { LabLogs } from '../../engine/lab/server/logs.ts'

let folder: string
let machines: { name: string; role: 'control-plane' | 'worker' }[]
let logs: LabLogs
let gone: AbortController

const soon = <T>(look: () => T) => expect.poll(look)
const pathOf = (machine: string) => join(folder, 'machines', machine, 'machine.log')
const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-logs-'))
  machines = [
    { name: 'master-1', role: 'control-plane' },
    { name: 'worker-1', role: 'worker' },
  ]
  const host = {
    config: { machines },
    paths: { logs: join(folder, 'logs'), machine: (name: string) => join(folder, 'machines', name) },
  } as unknown as Pick<LabHost, 'config' | 'paths'>
  logs = new LabLogs(host, systemClock)
  gone = new AbortController()
})
afterEach(() => {
  gone.abort()
  rmSync(folder, { recursive: true })
})

/** What has come so far, and whether it is over. */
function collect(address: string) {
  const stream = logs.open(address, gone.signal)!
  const got = { text: '', ended: false, stream }
  stream.on('data', (bytes: Buffer) => (got.text += bytes.toString()))
  stream.on('close', () => (got.ended = true))
  return got
}
async function readAll(address: string): Promise<string> {
  const got = collect(address)
  await soon(() => got.ended).toBe(true)
  return got.text
}

describe('logs of the lab', () => {
  it('are listed: every machine, also one that never ran, and the host where it has one', async () => {
    put(pathOf('master-1'), 'hello\n')
    const [master, worker] = [
      { name: 'master-1', role: 'control-plane', bytes: 6 },
      { name: 'worker-1', role: 'worker', bytes: 0 },
    ]
    expect(await logs.list()).toEqual([master, worker])
    put(join(folder, 'logs', 'host.log'), 'up\n')
    expect(await logs.list()).toEqual([master, worker, { name: 'host', role: 'host', bytes: 3 }])
  })

  it.each([
    [0, ''],
    [1, '100000\n'],
    [3, numbered(99_998, 100_000)],
    [70_000, numbered(30_001, 100_000)],
    [1e15, numbered(1, 100_000)],
  ])('give the last %d lines, over any number of blocks', async (tail, text) => {
    put(pathOf('master-1'), numbered(1, 100_000))
    expect(await readAll(`/lab/v1/logs/master-1?tail=${tail}`)).toBe(text)
  })

  it('count a line that is still being written', async () => {
    put(pathOf('master-1'), 'a\nb\nunfinished')
    expect(await readAll('/lab/v1/logs/master-1?tail=2')).toBe('b\nunfinished')
  })

  it('of a machine that never ran are empty, and are followed from its first line', async () => {
    expect(await readAll('/lab/v1/logs/worker-1')).toBe('')
    const got = collect('/lab/v1/logs/worker-1?follow=1')
    put(pathOf('worker-1'), 'first\n')
    await soon(() => got.text).toBe('first\n')
    expect(got.ended).toBe(false)
  })

  it('are followed over a rotation: what was written to the old file before, and all of the new one', async () => {
    const path = pathOf('master-1')
    put(path, 'a\nb\n')
    const got = collect('/lab/v1/logs/master-1?tail=1&follow=1')
    await soon(() => got.text).toBe('b\n')
    appendFileSync(path, 'c\n')
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'd\n')
    await soon(() => got.text).toBe('b\nc\nd\n')
    appendFileSync(path, 'e\n')
    await soon(() => got.text).toBe('b\nc\nd\ne\n')
  })

  it('are followed from the beginning again when the file is cut', async () => {
    const path = pathOf('master-1')
    put(path, 'long before\n')
    const got = collect('/lab/v1/logs/master-1?follow=1')
    await soon(() => got.text).toBe('long before\n')
    truncateSync(path)
    appendFileSync(path, 'new\n')
    await soon(() => got.text).toBe('long before\nnew\n')
  })

  it('end when the machine is removed from the lab', async () => {
    put(pathOf('worker-1'), 'last words\n')
    const got = collect('/lab/v1/logs/worker-1?follow=1')
    await soon(() => got.text).toBe('last words\n')
    machines.pop()
    rmSync(dirname(pathOf('worker-1')), { recursive: true })
    await soon(() => got.ended).toBe(true)
  })

  it('end with their reader, also with one that stopped reading', async () => {
    put(pathOf('master-1'), numbered(1, 200_000))
    const stream = logs.open('/lab/v1/logs/master-1?tail=1000000&follow=1', gone.signal)!
    await new Promise(done => stream.once('readable', done))
    const closed = new Promise(done => stream.once('close', done))
    gone.abort()
    await closed
  })

  it.each([
    '/lab/v1/logs/nobody',
    '/lab/v1/logs/',
    '/lab/v1/logs/..',
    '/lab/v1/logs/../logs/host',
    '/lab/v1/logs/..%2Fmaster-1',
    '/lab/v1/logs/master-1/../worker-1',
    '/lab/v1/logs/master-1%00',
    '/lab/v1/logs/constructor',
    '/lab/v1/logs/master-1?tail=-1',
    '/lab/v1/logs/master-1?tail=x',
    '/lab/v1/logs/master-1?tail=1.5',
    '/lab/v1/status',
    '/lab/v1/down',
  ])('are nowhere at %s', address => {
    put(pathOf('master-1'), 'a\n')
    expect(logs.open(address, gone.signal)).toBeUndefined()
  })
})
