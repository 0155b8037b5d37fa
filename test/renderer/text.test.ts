import { describe, expect, it } from 'vitest'
import type { Event, Pod } from '../../engine/api/types.ts'
import { linesOf } from '../../renderer/src/cluster/lines.ts'
import { podState } from '../../renderer/src/cluster/pod-state.ts'
import { selectEvents } from '../../renderer/src/events/events.ts'
import { parseManifests as parse, toYaml } from '../../renderer/src/yaml/documents.ts'
import { yamlTexts } from '../../renderer/src/yaml/text.ts'

describe('streams of lines', () => {
  it('join what arrives in pieces', async () => {
    async function* pieces() {
      yield* 'één\ntwo\nrest'
    }
    const lines: string[] = []
    for await (const some of linesOf(pieces())) lines.push(...some)
    expect(lines).toEqual(['één', 'two', 'rest'])
  })
})

const parseManifests = (text: string) => parse(text, yamlTexts.en)

describe('manifests', () => {
  it('may be several documents, empty ones and lists among them', () => {
    const text = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n`
    const { objects, mistakes } = parseManifests(text)
    expect(mistakes).toEqual([])
    expect(objects.map(o => `${o.object.kind}/${o.object.metadata.name}`)).toEqual(['ConfigMap/a', 'Secret/b'])
  })

  it('that are wrong are told with their line', () => {
    expect(parseManifests('apiVersion: v1\nkind: Pod\nmetadata: {}\n').mistakes).toMatchObject([
      { line: 1, message: 'metadata.name is missing.' },
    ])
    expect(parseManifests('a: b\n  c: [').mistakes.length).toBeGreaterThan(0)
    expect(parseManifests('a: b\n---\nkind: X\nmetadata: {name: n}\n').mistakes.map(m => m.line)).toEqual([1, 3])
  })

  it('read back what was printed, with managed fields only on demand', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', managedFields: [{ manager: 'x' }] },
      data: { on: 'yes', text: 'a\nb\n' },
    }
    expect(parseManifests(toYaml(object)).objects[0]!.object).toEqual({ ...object, metadata: { name: 'a' } })
    expect(parseManifests(toYaml(object, true)).objects[0]!.object).toEqual(object)
  })
})

describe('pod state', () => {
  const pod = (status: object, metadata: object = {}) =>
    ({ metadata, spec: { containers: [{ name: 'a' }, { name: 'b' }] }, status }) as unknown as Pod
  it.each([
    [{ phase: 'Running', containerStatuses: [{ ready: true }, { ready: true }] }, {}, 'Running', 'ok'],
    [{ phase: 'Running', containerStatuses: [{ ready: true }, { ready: false }] }, {}, 'Running', 'warn'],
    [
      { phase: 'Running', containerStatuses: [{ ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
      {},
      'CrashLoopBackOff',
      'bad',
    ],
    [
      { phase: 'Pending', containerStatuses: [{ ready: false, state: { waiting: { reason: 'ContainerCreating' } } }] },
      {},
      'ContainerCreating',
      'info',
    ],
    [{ phase: 'Running', containerStatuses: [{ ready: true }] }, { deletionTimestamp: 'now' }, 'Terminating', 'warn'],
    [{ phase: 'Succeeded' }, {}, 'Completed', 'idle'],
    [{ phase: 'Failed', reason: 'Evicted' }, {}, 'Evicted', 'bad'],
    [{}, {}, 'Pending', 'info'],
  ])('%j is summed up as kubectl does', (status, metadata, text, tone) =>
    expect(podState(pod(status, metadata))).toMatchObject({ text, tone }),
  )
})

describe('events', () => {
  const event = (name: string, type: string, lastTimestamp: string, namespace = 'shop') =>
    ({
      metadata: { name, namespace },
      type,
      reason: 'Killing',
      message: `Stopping ${name}`,
      lastTimestamp,
      involvedObject: { kind: 'Pod', name },
    }) as unknown as Event
  const events = [
    event('a', 'Normal', '2026-01-01T00:00:00Z'),
    event('b', 'Warning', '2026-01-02T00:00:00Z'),
    event('c', 'Warning', '2026-01-03T00:00:00Z', 'other'),
  ]

  it('come newest first and are narrowed by namespace, kind and words', () => {
    const select = (change: object) =>
      selectEvents(events, { text: '', warnings: false, namespace: '', ...change }).map(e => e.metadata.name)
    expect(select({})).toEqual(['c', 'b', 'a'])
    expect(select({ warnings: true, namespace: 'shop' })).toEqual(['b'])
    expect(select({ text: 'pod/a stopping' })).toEqual(['a'])
  })
})
