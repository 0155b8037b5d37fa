import { EventEmitter } from 'node:events'
import { connect } from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../../engine/base/log.ts'
import type { Stream } from '../../../engine/store/etcd/call.ts'
import { WatchRequest, WatchResponse } from '../../../engine/store/etcd/messages.ts'
import { WatchStream } from '../../../engine/store/etcd/watch-stream.ts'
import type { Draft, TypeOf } from '../../../engine/store/etcd/wire.ts'
import { CompactedError, UnavailableError } from '../../../engine/store/kv.ts'
import type {
  MemberStore,
  PacedObserver,
  Watch,
  WatchEvent,
  WatchRequest as StoreWatchRequest,
} from '../../../engine/store/kv.ts'
import { bytes, put, temporaryFolder, text } from '../cluster.ts'
import { startMembers } from './processes.ts'

/** A client that reads only when the test says so. */
class Client extends EventEmitter {
  cancelled = false
  writableEnded = false
  paused = false
  readonly answers: TypeOf<typeof WatchResponse>[] = []
  readonly #unread: (() => void)[] = []

  write(data: Buffer, done: () => void): boolean {
    this.answers.push(WatchResponse.decode(data))
    this.#unread.push(done)
    return true
  }

  read(n = this.#unread.length): void {
    for (const done of this.#unread.splice(0, n)) done()
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  ask(request: Draft<TypeOf<typeof WatchRequest>>): void {
    this.emit('data', WatchRequest.decode(WatchRequest.encode(request)))
  }
}

interface Made {
  request: StoreWatchRequest
  observer: PacedObserver
  asked: number
  disposed: boolean
}

function open() {
  const client = new Client()
  const watches: Made[] = []
  let resumed = 0
  const member = {
    header: () => ({ clusterId: 1n, memberId: 2n, revision: 10, raftTerm: 3 }),
    resumeWatches: () => void resumed++,
    watch(request: StoreWatchRequest, observer: PacedObserver): Watch {
      const made: Made = { request, observer, asked: 0, disposed: false }
      watches.push(made)
      return { requestProgress: () => void made.asked++, dispose: () => void (made.disposed = true) }
    },
  } as unknown as MemberStore
  const stream = new WatchStream({
    call: client as unknown as Stream,
    member,
    log: silentLogger,
    progressIntervalMs: 1000,
  })
  return { client, watches, ended: stream.run(), resumed: () => resumed }
}

const event = (revision: number, size = 10): WatchEvent => ({
  type: 'put',
  kv: {
    key: bytes('k'),
    value: new Uint8Array(size),
    createRevision: 1,
    modRevision: revision,
    version: 1,
    lease: 0,
  },
})

const create = (more: object = {}) => ({ createRequest: { key: bytes('k'), ...more } })

describe('a stream of watches', () => {
  it('begins a watch right behind the revision that its answer names', () => {
    const { client, watches } = open()
    client.ask(create())
    expect(client.answers).toMatchObject([{ watchId: 0, created: true, canceled: false, header: { revision: 10 } }])
    expect(watches[0]!.request.startRevision).toBe(11)
  })

  it('gives each watch an id of its own, and refuses one that is taken', () => {
    const { client } = open()
    for (const watchId of [0, 1, 0, 0, 1]) client.ask(create({ watchId }))
    expect(client.answers.map(a => a.watchId)).toEqual([0, 1, 2, 3, -1])
    expect(client.answers.at(-1)).toMatchObject({
      created: true,
      canceled: true,
      cancelReason: 'mvcc: duplicate watch ID provided on the WatchStream',
    })
  })

  it('refuses ranges without keys and revisions below zero', () => {
    const { client, watches } = open()
    client.ask(create({ rangeEnd: bytes('a') }))
    client.ask(create({ startRevision: -1 }))
    expect(client.answers.map(a => [a.watchId, a.canceled, a.cancelReason])).toEqual([
      [-1, true, 'mvcc: watcher range is empty'],
      [-1, true, 'etcdserver: mvcc: required revision has been compacted'],
    ])
    expect(watches).toEqual([])
  })

  it('takes no more from the store while its client does not read, and goes on when it does', () => {
    const { client, watches, resumed } = open()
    client.ask(create())
    const { observer } = watches[0]!
    let revision = 11
    while (!observer.congested!()) {
      observer.onEvents([event(revision, 100_000)], revision)
      revision++
      expect(revision).toBeLessThan(20)
    }
    expect(client.paused).toBe(true)
    client.read(1)
    expect(observer.congested!()).toBe(true)
    client.read()
    expect({ congested: observer.congested!(), paused: client.paused, resumed: resumed() }).toEqual({
      congested: false,
      paused: false,
      resumed: 1,
    })
  })

  it('bounds answers that are small by their number', () => {
    const { client, watches } = open()
    client.ask(create())
    for (let revision = 11; revision < 200 && !watches[0]!.observer.congested!(); revision++)
      watches[0]!.observer.onEvents([event(revision)], revision)
    expect(client.answers.length).toBeLessThan(100)
  })

  it('sends large answers in parts to a client that asked for it, the last without the mark', () => {
    const { client, watches } = open()
    client.ask(create({ fragment: true }))
    client.ask(create())
    const events = Array.from({ length: 5 }, () => event(11, 900_000))
    for (const { observer } of watches) observer.onEvents(events, 11)
    const answers = client.answers.slice(2).map(a => [a.watchId, a.events.length, a.fragment, a.header?.revision])
    expect(answers).toEqual([
      [0, 2, true, 11],
      [0, 2, true, 11],
      [0, 1, false, 11],
      [1, 5, false, 11],
    ])
  })

  it('reports progress of the stream only when all of its watches have come so far', () => {
    const { client, watches } = open()
    client.ask(create())
    client.ask(create())
    for (const { observer } of watches) observer.onProgress(10)
    client.ask({ progressRequest: {} })
    watches[0]!.observer.onProgress(15)
    // A watch that comes in between has to have its say too.
    client.ask(create({ startRevision: 3 }))
    watches[1]!.observer.onProgress(14)
    expect(client.answers.filter(a => a.watchId === -1)).toEqual([])
    expect(watches.map(w => w.asked)).toEqual([1, 1, 1])
    watches[2]!.observer.onProgress(16)
    expect(client.answers.at(-1)).toMatchObject({ watchId: -1, created: false, header: { revision: 14 } })
  })

  it('does not wait for the progress of a watch that is cancelled', () => {
    const { client, watches } = open()
    client.ask(create())
    client.ask(create())
    client.ask({ progressRequest: {} })
    watches[0]!.observer.onProgress(12)
    client.ask({ cancelRequest: { watchId: 1 } })
    expect(watches[1]!.disposed).toBe(true)
    expect(client.answers.slice(2)).toMatchObject([
      { watchId: -1, header: { revision: 12 } },
      { watchId: 1, canceled: true },
    ])
  })

  it('tells of progress only those who asked to be notified, not that a watch is established', () => {
    const { client, watches } = open()
    client.ask(create({ progressNotify: true }))
    client.ask(create())
    for (const { observer } of watches) {
      observer.onProgress(10)
      observer.onProgress(12)
    }
    expect(watches.map(w => w.request.progressIntervalMs)).toEqual([1000, undefined])
    expect(client.answers.slice(2)).toMatchObject([{ watchId: 0, events: [], header: { revision: 12 } }])
  })

  it('ends one watch whose history is gone, and the stream when the store goes', async () => {
    const { client, watches, ended } = open()
    client.ask(create({ startRevision: 2 }))
    client.ask(create())
    watches[0]!.observer.onError(new CompactedError(7))
    expect(client.answers.at(-1)).toMatchObject({ watchId: 0, canceled: true, compactRevision: 7, created: false })
    watches[1]!.observer.onError(new UnavailableError('etcdserver: server stopped'))
    await expect(ended).rejects.toThrow('etcdserver: server stopped')
    expect(watches[1]!.disposed).toBe(true)
  })

  it('ends its watches when the client goes', async () => {
    const { client, watches, ended } = open()
    client.ask(create())
    client.emit('cancelled', 'cancelled')
    await ended
    expect(watches[0]!.disposed).toBe(true)
  })
})

describe('a client that stops reading', () => {
  const folder = temporaryFolder()
  let cluster: Awaited<ReturnType<typeof startMembers>>

  beforeAll(async () => {
    cluster = await startMembers(folder.path, ['m1'])
  })

  afterAll(async () => {
    await cluster?.stop()
    folder.remove()
  })

  it('gets every event, in order, when it goes on', async () => {
    const { ca, cert, key } = cluster.client
    const session = connect(`https://${cluster.endpoints[0]}`, { ca, cert, key, servername: 'localhost' })
    const stream = session.request({
      ':method': 'POST',
      ':path': '/etcdserverpb.Watch/Watch',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    const message = WatchRequest.encode({ createRequest: { key: bytes('slow'), startRevision: 1 } })
    const head = Buffer.alloc(5)
    head.writeUInt32BE(message.length, 1)
    stream.write(Buffer.concat([head, message]))
    await new Promise(resolve => stream.once('response', resolve))
    const [store] = cluster.stores
    const filler = 'x'.repeat(64 * 1024)
    const last = 300
    for (let i = 1; i <= last; i++) await put(store!, 'slow', `${i} ${filler}`)
    const seen: number[] = []
    let rest = Buffer.alloc(0)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
        const size = 5 + rest.readUInt32BE(1)
        const { events } = WatchResponse.decode(rest.subarray(5, size))
        seen.push(...events.map(({ kv }) => parseInt(text(kv!.value.subarray(0, 8)))))
        rest = rest.subarray(size)
      }
      if (seen.at(-1) === last) break
    }
    session.destroy()
    expect(seen).toEqual(Array.from({ length: last }, (_, i) => i + 1))
  })
})
