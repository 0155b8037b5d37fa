import { describe, expect, it } from 'vitest'
import type { ManagedFieldsEntry } from '../../engine/api/object.ts'
import { Slices } from '../../renderer/src/cluster/slices.ts'
import { readPages, type ListAnswer, type ListTask } from '../../renderer/src/cluster/lists/pages.ts'
import { forgetManagedFields, keepLastWrite } from '../../renderer/src/cluster/lists/managed-fields.ts'
import { ListReader, ListRefused, type ListWorker } from '../../renderer/src/cluster/lists/reader.ts'

const pod = (n: number) => ({ metadata: { name: `p${n}`, managedFields: [{ manager: 'kubelet' }] }, spec: { n } })
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

/** A server with so many pods, in pages as they are asked for. */
function server(total: number) {
  const asked: string[] = []
  const get = async (path: string) => {
    asked.push(path)
    const query = new URL(path, 'http://lab').searchParams
    const from = Number(query.get('continue'))
    const to = Math.min(total, from + Number(query.get('limit')))
    const metadata = { resourceVersion: '77', ...(to < total && { continue: String(to) }) }
    return Response.json({ metadata, items: numbers(from, to).map(pod) })
  }
  return { asked, get }
}
const task = { task: 1, path: '/api/v1/pods?labelSelector=a', token: '200', headers: [] as [string, string][] }

describe('who wrote an object', () => {
  const entry = (manager: string, time?: string): ManagedFieldsEntry => ({
    ...{ manager, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} } },
    ...(time && { time }),
  })
  const written = (...managedFields: ManagedFieldsEntry[]) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', managedFields } },
  })

  it('is kept of the last who did, without the fields', () => {
    const object = written(entry('a', '2026-01-01T00:00:02Z'), entry('b', '2026-01-01T00:00:03Z'), entry('c'))
    const { fieldsV1: _, ...last } = entry('b', '2026-01-01T00:00:03Z')
    expect(keepLastWrite(object).metadata.managedFields).toEqual([last])
    expect(keepLastWrite(object).metadata.managedFields).toEqual([last])
    expect(keepLastWrite({ ...object, metadata: { name: 'b' } }).metadata).toEqual({ name: 'b' })
  })

  it('is left out of lists', () => expect(forgetManagedFields(written(entry('a')).metadata)).toEqual({ name: 'a' }))
})

describe('the pages of a long list', () => {
  it('are read to the end, and handed over in batches without what nobody looks at', async () => {
    const { asked, get } = server(6_000)
    const told: ListAnswer[] = []
    await readPages(task, get, answer => told.push(answer))
    const batches = told.flatMap(answer => ('batch' in answer ? [JSON.parse(answer.batch) as object[]] : []))
    expect(batches.flat()).toEqual(numbers(200, 6_000).map(n => ({ metadata: { name: `p${n}` }, spec: { n } })))
    expect(Math.max(...batches.map(batch => batch.length))).toBeLessThanOrEqual(100)
    expect(told.at(-1)).toEqual({ task: 1, version: '77' })
    expect(asked[1]).toBe('/api/v1/pods?labelSelector=a&limit=2500&continue=2700')
  })

  it('are asked for while the one before is read', async () => {
    const { asked, get } = server(6_000)
    let before = 0
    await readPages(task, get, () => (before ||= asked.length))
    expect(before).toBe(2)
  })

  it('of a table are its rows', async () => {
    const rows = [{ cells: ['a'], object: pod(1) }]
    const told: ListAnswer[] = []
    await readPages(
      task,
      async () => Response.json({ metadata: {}, rows }),
      answer => told.push(answer),
    )
    expect(JSON.parse((told[0] as { batch: string }).batch)).toEqual([
      { cells: ['a'], object: { metadata: { name: 'p1' }, spec: { n: 1 } } },
    ])
  })

  it('that are refused are told of as the server says it', async () => {
    const told: ListAnswer[] = []
    await readPages(
      task,
      async () => new Response('{"reason":"Expired"}', { status: 410 }),
      answer => told.push(answer),
    )
    expect(told).toEqual([{ task: 1, refused: { status: 410, text: '{"reason":"Expired"}' } }])
  })
})

describe('who waits for a long list', () => {
  function played() {
    const asked: (ListTask | { stop: number })[] = []
    const workers: ListWorker[] = []
    const started: string[] = []
    const start = (name: string) => () => {
      const worker: ListWorker = {
        ...{ onmessage: null, onerror: null, terminate() {} },
        postMessage: message => void asked.push(message),
      }
      started.push(name)
      workers.push(worker)
      return worker
    }
    const reader = new ListReader(start('worker'), start('here'))
    const tell = (data: ListAnswer) => workers.at(-1)!.onmessage!({ data })
    return { asked, workers, started, reader, tell }
  }
  const list = { path: '/api/v1/pods', token: 't', headers: [] as [string, string][] }

  it('has its batches in order, and the version at the end', async () => {
    const { reader, tell } = played()
    const reading = reader.read(list, new AbortController().signal)
    const first = reading.next()
    tell({ task: 1, batch: '[1]' })
    tell({ task: 1, batch: '[2]' })
    tell({ task: 1, version: '9' })
    expect([await first, await reading.next(), await reading.next()]).toEqual([
      { done: false, value: '[1]' },
      { done: false, value: '[2]' },
      { done: true, value: '9' },
    ])
  })

  it('is told of a refusal', async () => {
    const { reader, tell, started } = played()
    const refused = reader.read(list, new AbortController().signal).next()
    tell({ task: 1, refused: { status: 410, text: 'gone' } })
    await expect(refused).rejects.toThrow(ListRefused)
    void reader.read(list, new AbortController().signal).next()
    expect(started).toEqual(['worker'])
  })

  it('is told of a worker that broke or reached nobody; the next list is read by another', async () => {
    const { reader, tell, workers, started } = played()
    const all = [1, 2].map(() => reader.read(list, new AbortController().signal).next())
    workers[0]!.onerror!('')
    for (const each of all) await expect(each).rejects.toThrow('The list could not be read.')
    const unreached = reader.read(list, new AbortController().signal).next()
    tell({ task: 3, broken: 'Failed to fetch' })
    await expect(unreached).rejects.toThrow('Failed to fetch')
    void reader.read(list, new AbortController().signal).next()
    expect(started).toEqual(['worker', 'here', 'worker'])
  })

  it('leaves, and the worker stops', async () => {
    const { asked, reader, tell } = played()
    const controller = new AbortController()
    const reading = reader.read(list, controller.signal).next()
    controller.abort(new Error('left'))
    await expect(reading).rejects.toThrow('left')
    expect(asked.at(-1)).toEqual({ stop: 1 })
    tell({ task: 1, batch: '[]' }) // still under way, and of no interest
    const other = reader.read(list, new AbortController().signal)
    const next = other.next()
    tell({ task: 2, batch: '[]' })
    await next
    await other.return('')
    expect(asked.at(-1)).toEqual({ stop: 2 })
  })
})

describe('work in slices', () => {
  it('lets go when a slice is used up, and not before', async () => {
    let [now, pauses] = [0, 0]
    const slices = new Slices(
      8,
      async () => void pauses++,
      () => now,
    )
    for (let i = 0; i < 20; i++) {
      now += 2
      await slices.rest()
    }
    expect(pauses).toBe(5)
  })
})
