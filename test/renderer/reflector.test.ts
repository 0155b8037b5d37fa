import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../engine/api/object.ts'
import { ApiError } from '../../renderer/src/cluster/api-error.ts'
import type { Items } from '../../renderer/src/cluster/reduce.ts'
import { reflect, type ListBody, type Pace, type Source, type Transport } from '../../renderer/src/cluster/reflector.ts'
import { untilPasses } from '../until.ts'

const object = (name: string, version: number): KubeObject =>
  ({ metadata: { name, uid: name, resourceVersion: String(version) } }) as KubeObject
const source: Source<KubeObject> = {
  path: '/api/v1/pods',
  accept: 'application/json',
  readList: body => body.items as KubeObject[],
  readEvent: event => [event as KubeObject],
}
const page = (version: number, items: KubeObject[], next?: string): ListBody => ({
  metadata: { resourceVersion: String(version), ...(next && { continue: next }) },
  items,
})

/** An answer that goes on until it is ended or broken. */
class PlayedStream implements AsyncIterable<string> {
  readonly #texts: (string | Error | undefined)[] = []
  #wake = () => {}

  say(type: string, item: object): void {
    this.#put(`${JSON.stringify({ type, object: item })}\n`)
  }
  end(error?: Error): void {
    this.#put(error)
  }
  #put(text: string | Error | undefined): void {
    this.#texts.push(text)
    this.#wake()
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      if (this.#texts.length === 0) await new Promise<void>(resolve => (this.#wake = resolve))
      const text = this.#texts.shift()
      if (text === undefined) return
      if (text instanceof Error) throw text
      yield text
    }
  }
}

/** A page that has time at once. */
const soon = () => new Promise<void>(resolve => setTimeout(resolve))
const pace: Pace = { nextFrame: task => void setTimeout(task), turn: soon, idle: soon }

/** A cluster of which a test says what it answers, and what was asked of it. */
class PlayedTransport implements Transport {
  readonly lists: (ListBody | Error)[] = []
  readonly rests: { batches: KubeObject[][]; version: number }[] = []
  /** Where watches began, and what they are told. */
  readonly watches: { from: string | null; stream: PlayedStream }[] = []
  listed = 0
  /** Holds what follows of a list until it is called. */
  go = () => {}

  async list(): Promise<ListBody> {
    this.listed++
    const answer = this.lists.shift()
    if (answer === undefined) return new Promise(() => {})
    if (answer instanceof Error) throw answer
    return answer
  }
  async *rest(): AsyncGenerator<string, string> {
    const { batches, version } = this.rests.shift()!
    for (const batch of batches) {
      await new Promise<void>(resolve => (this.go = resolve))
      yield JSON.stringify(batch)
    }
    return String(version)
  }
  async watch(path: string): Promise<AsyncIterable<string>> {
    const stream = new PlayedStream()
    this.watches.push({ from: new URLSearchParams(path.split('?')[1]).get('resourceVersion'), stream })
    return stream
  }
}

describe('what is known of a path', () => {
  let transport: PlayedTransport
  let controller: AbortController
  let shown: { items: Items<KubeObject>; whole: boolean }[]
  let phases: string[]
  const names = () => [...shown.at(-1)!.items.keys()]
  const start = (before: Items<KubeObject> = new Map()) =>
    reflect(
      source,
      before,
      {
        onItems: (items, whole) => shown.push({ items, whole }),
        onPhase: (phase, error) => phases.push(error ? `${phase} ${error.code}` : phase),
      },
      { transport, pace },
      controller.signal,
    )
  const watching = async (count: number) => {
    await untilPasses(() => expect(transport.watches).toHaveLength(count))
    return transport.watches.at(-1)!.stream
  }

  beforeEach(() => {
    transport = new PlayedTransport()
    controller = new AbortController()
    shown = []
    phases = []
  })
  afterEach(() => controller.abort())

  it('is its list, and what a watch says from then on', async () => {
    transport.lists.push(page(5, [object('a', 1), object('b', 2)]))
    void start()
    const stream = await watching(1)
    expect([names(), transport.watches[0]!.from, shown[0]!.whole]).toEqual([['a', 'b'], '5', true])
    stream.say('DELETED', object('a', 6))
    stream.say('ADDED', object('c', 7))
    stream.say('MODIFIED', object('c', 8))
    await untilPasses(() => expect(names()).toEqual(['b', 'c']))
    expect(shown.at(-1)!.items.get('c')!.metadata.resourceVersion).toBe('8')
    expect(phases).toEqual(['live'])
  })

  it('is shown with the first page of a long list, and grows', async () => {
    transport.lists.push(page(0, [object('a', 1)], 'more'))
    transport.rests.push({ batches: [[object('b', 2)], [object('c', 3)]], version: 9 })
    void start()
    await untilPasses(() => expect(shown.map(({ items, whole }) => [items.size, whole])).toEqual([[1, false]]))
    for (const size of [2, 3]) {
      await untilPasses(() => {
        transport.go()
        expect(shown.at(-1)!.items.size).toBe(size)
      })
    }
    await watching(1)
    expect([names(), shown.at(-1)!.whole, transport.watches[0]!.from]).toEqual([['a', 'b', 'c'], true, '9'])
  })

  it('stands as it was in an earlier life until a list is read to its end, and what is the same stays the same', async () => {
    const [a, old] = [object('a', 1), object('old', 2)]
    transport.lists.push(page(0, [object('a', 1)], 'more'))
    transport.rests.push({ batches: [[object('b', 3)]], version: 9 })
    void start(
      new Map([
        ['a', a],
        ['old', old],
      ]),
    )
    await untilPasses(() => {
      transport.go()
      expect(shown).toHaveLength(1)
    })
    expect([names(), shown[0]!.whole]).toEqual([['a', 'b'], true])
    expect(shown[0]!.items.get('a')).toBe(a)
  })

  it.each([
    ['ended', undefined, []],
    ['broke', new Error('the connection is gone'), ['retrying 0']],
  ])('is gone on with from the last that was said by a watch that %s', async (_, error, between) => {
    transport.lists.push(page(5, [object('a', 1)]))
    void start()
    const first = await watching(1)
    first.say('ADDED', object('b', 6))
    first.say('BOOKMARK', object('', 7))
    first.end(error)
    const second = await watching(2)
    expect([transport.watches[1]!.from, names(), transport.listed]).toEqual(['7', ['a', 'b'], 1])
    second.say('ADDED', object('c', 8))
    await untilPasses(() => expect(names()).toEqual(['a', 'b', 'c']))
    expect(phases).toEqual(['live', ...between, 'live'])
  })

  it('is listed anew when the history is gone, and stands until then', async () => {
    transport.lists.push(page(5, [object('a', 1)]), page(90, [object('a', 1), object('z', 80)]))
    void start()
    const stream = await watching(1)
    const { a } = Object.fromEntries(shown.at(-1)!.items)
    stream.say('ADDED', object('b', 6))
    stream.say('ERROR', { code: 410, reason: 'Expired', message: 'too old resource version' })
    await watching(2)
    expect(shown.map(({ items }) => [...items.keys()])).toEqual([['a'], ['a', 'b'], ['a', 'z']])
    expect(shown.at(-1)!.items.get('a')).toBe(a)
    expect([transport.watches[1]!.from, phases]).toEqual(['90', ['live', 'retrying 410', 'live']])
  })

  it('is asked for again while nothing answers, and not when it is refused', async () => {
    transport.lists.push(new ApiError(0, 'Unreachable', 'nobody there'), new ApiError(403, 'Forbidden', 'no'))
    await start()
    expect([phases, transport.listed, shown]).toEqual([['retrying 0', 'failed 403'], 2, []])
  })

  it('is no longer told of when nobody wants to know', async () => {
    transport.lists.push(page(5, [object('a', 1)]))
    void start()
    const stream = await watching(1)
    controller.abort()
    stream.say('ADDED', object('b', 6))
    stream.end()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(shown).toHaveLength(1)
  })
})
