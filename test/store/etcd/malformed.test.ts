import { connect } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom } from '../../../engine/base/random.ts'
import { SERVICES } from '../../../engine/store/etcd/services.ts'
import type { Method } from '../../../engine/store/etcd/services.ts'
import { put, get, temporaryFolder } from '../cluster.ts'
import { startMembers } from './processes.ts'

const REQUESTS = Number(process.env.FUZZ_MESSAGES ?? 20_000)
const AT_A_TIME = 64

const folder = temporaryFolder()
let cluster: Awaited<ReturnType<typeof startMembers>>

beforeAll(async () => {
  cluster = await startMembers(folder.path, ['m1'])
  await put(cluster.stores[0]!, 'fuzz', 'before')
})

afterAll(async () => {
  await cluster?.stop()
  folder.remove()
})

/** Requests with something in every kind of field. Sound ones would change who is a member, so those are left out. */
const SOUND: [Method<never, never>, object][] = [
  [SERVICES.KV.range as never, { key: Buffer.from('fuzz'), rangeEnd: Buffer.from('g'), limit: 7, sortOrder: 1 }],
  [SERVICES.KV.put as never, { key: Buffer.from('other'), value: Buffer.alloc(200, 1), prevKv: true }],
  [SERVICES.KV.deleteRange as never, { key: Buffer.from('other'), rangeEnd: Buffer.from('otherz') }],
  [
    SERVICES.KV.txn as never,
    {
      compare: [{ key: Buffer.from('fuzz'), target: 3, value: Buffer.from('x'), rangeEnd: Buffer.from('g') }],
      success: [{ requestRange: { key: Buffer.from('fuzz') } }],
      failure: [{ requestTxn: { success: [{ requestPut: { key: Buffer.from('other') } }] } }],
    },
  ],
  [SERVICES.KV.compact as never, { revision: 1 }],
  [
    SERVICES.Watch.watch as never,
    { createRequest: { key: Buffer.from('fuzz'), filters: [0, 1], watchId: 5, startRevision: 1 } },
  ],
  [SERVICES.Lease.leaseGrant as never, { ttl: 5, id: 77n }],
  [SERVICES.Lease.leaseKeepAlive as never, { id: 77n }],
  [SERVICES.Lease.leaseTimeToLive as never, { id: 77n, keys: true }],
  [SERVICES.Cluster.memberList as never, { linearizable: true }],
  [SERVICES.Maintenance.status as never, {}],
  [SERVICES.Maintenance.hashKV as never, { revision: 2 }],
  [SERVICES.Auth.authStatus as never, {}],
]

it(`answers ${REQUESTS} malformed messages with a status, and goes on`, { timeout: 300_000 }, async () => {
  const random = seededRandom(Number(process.env.FUZZ_SEED ?? 1))
  const pick = (n: number) => Math.floor(random.next() * n)
  const [host, port] = cluster.endpoints[0]!.split(':') as [string, string]
  const { ca, cert, key } = cluster.client
  const open = () => connect(`https://${host}:${port}`, { ca, cert, key, servername: 'localhost' })
  let session = open()
  let sent = 0
  const statuses = new Map<string, number>()
  const worker = async () => {
    while (sent < REQUESTS) {
      sent++
      const [method, request] = SOUND[pick(SOUND.length)]!
      const frame = mutate(framed(method.request.encode(request as never)), pick)
      if (session.closed || session.destroyed) session = open()
      const status = await exchange(session, method.path, frame)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  session.close()
  const total = [...statuses.values()].reduce((a, b) => a + b, 0)
  expect(total).toBeGreaterThanOrEqual(REQUESTS)
  // Some are harmless; most must have been refused, and each answered with a status or the end of its stream.
  expect([...statuses.keys()].every(status => /^(grpc \d+|reset)$/.test(status))).toBe(true)
  expect(statuses.get('grpc 13') ?? 0).toBeGreaterThan(REQUESTS / 20)
  await put(cluster.stores[0]!, 'fuzz', 'after')
  expect(await get(cluster.stores[0]!, 'fuzz')).toBe('after')
})

function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Cuts it short, flips bits, lies about the length, repeats a part or adds what does not belong. */
function mutate(frame: Buffer, pick: (n: number) => number): Buffer {
  const data = Buffer.from(frame)
  switch (pick(6)) {
    case 0:
      return data.subarray(0, pick(data.length))
    case 1:
      data.writeUInt32BE(pick(2) ? pick(2 ** 32) : pick(data.length + 10), 1)
      return data
    case 2:
      data[0] = pick(256)
      return data
    case 3: {
      const junk = Buffer.from(Array.from({ length: 1 + pick(64) }, () => pick(256)))
      return framed(Buffer.concat([data.subarray(5), junk]))
    }
    default:
      for (let i = 0; i <= pick(8); i++) {
        const at = 5 + pick(Math.max(1, data.length - 5))
        if (at < data.length) data[at] = data[at]! ^ (1 << pick(8))
      }
      return data
  }
}

/** What a request comes to: a status of gRPC, or a stream that is reset. */
function exchange(session: ClientHttp2Session, path: string, body: Buffer): Promise<string> {
  return new Promise(resolve => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    let status: string | undefined
    const read = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] !== undefined) status = `grpc ${String(headers['grpc-status'])}`
    }
    stream.on('response', read)
    stream.on('trailers', read)
    stream.on('error', () => (status ??= 'reset'))
    stream.on('close', () => resolve(status ?? (stream.rstCode ? 'reset' : 'nothing')))
    stream.resume()
    stream.end(body)
  })
}
