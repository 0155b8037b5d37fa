import { once } from 'node:events'
import { connect } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import { seededRandom } from '../../engine/base/random.ts'
import { message } from '../../engine/raft/message.ts'
import type { Message } from '../../engine/raft/message.ts'
import { ByteWriter } from '../../engine/store/bytes.ts'
import { encodeBatch, encodeCommand } from '../../engine/store/command.ts'
import { decodeFrame, encodeFrame, seal } from '../../engine/store/peer/frame.ts'
import type { PeerFrame } from '../../engine/store/peer/frame.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreMemberConfig, StoreWorker } from '../../engine/store/remote.ts'
import { WORKER, bytes, configureCluster, get, putAtLast, temporaryFolder } from './cluster.ts'
import { mutated } from './fuzz-mutations.ts'

/** `FUZZ_FRAMES=100000` is the full length. */
const FRAMES = Number(process.env.FUZZ_FRAMES ?? 1500)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const AT_A_TIME = 32
/** For a connection to be ended. */
const PATIENCE_MS = 15_000

const configuration = { voters: ['m1', 'm2', 'm3'], outgoing: [], learners: [], learnersNext: [], addresses: {} }

/** Everything that members say to each other. */
function soundFrames(): PeerFrame[] {
  const put = encodeCommand({
    type: 'txn',
    request: { compare: [], success: [{ type: 'put', key: bytes('forged'), value: bytes('forged') }], failure: [] },
  })
  const data = encodeBatch({ member: 'm3', boot: 5, sequence: 1, settledBelow: 1 }, [put])
  const from = { from: 'm3', term: 7, index: 3, logTerm: 1, commit: 2, context: 900 }
  const entries = [1, 2, 3].map(i => ({ index: 3 + i, term: 7, kind: 'normal' as const, data }))
  const raft = (...messages: Message[]): PeerFrame => ({ type: 'raft', messages })
  return [
    raft(message('append', 'm1', { ...from, entries })),
    raft(message('heartbeat', 'm1', from), message('appendResponse', 'm1', { ...from, reject: true, rejectHint: 4 })),
    raft(message('vote', 'm1', { ...from, force: true })),
    raft(message('preVote', 'm1', from), message('voteResponse', 'm1', from)),
    raft(message('propose', 'm1', { from: 'm3', entries })),
    raft(message('readIndex', 'm1', { from: 'm3', context: 1 }), message('readIndexResponse', 'm1', from)),
    raft(message('timeoutNow', 'm1', from), message('transferLeader', 'm1', { from: 'm3' })),
    {
      type: 'chunk',
      transfer: 300,
      sequence: 2,
      data: Buffer.alloc(300, 7),
      install: message('snapshot', 'm1', { ...from, snapshot: { index: 5, term: 7, configuration } }),
    },
    { type: 'chunk', transfer: 300, sequence: 1, data: Buffer.alloc(100, 7), install: undefined },
    { type: 'chunkTaken', transfer: 300, sequence: 1 },
    { type: 'keepAlive', request: 70_000, lease: 2 ** 40 },
    { type: 'keptAlive', request: 70_000, ttlSeconds: 12 },
  ]
}

/** Questions between members, which go beside the replica's frames: whether a learner is ready, a lease's time, an answer. */
const calls = [
  new ByteWriter().byte(0xfd).uint(300).text('m9'),
  new ByteWriter()
    .byte(0xfe)
    .uint(301)
    .uint(2 ** 40),
  new ByteWriter().byte(0xff).uint(302).uint(70_000),
].map(seal)

const sound = [...soundFrames().map(frame => encodeFrame(frame)), ...calls]

it('frames come through as they were', () => {
  // Of bytes only what is in them counts.
  const plain = (frame: PeerFrame) => JSON.parse(JSON.stringify(frame, asBytes)) as unknown
  for (const frame of soundFrames()) expect(plain(decodeFrame(encodeFrame(frame), 'm1'))).toEqual(plain(frame))
})

/** `Buffer` has put its own notation in its place already. */
function asBytes(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value]
  const { type, data } = (value ?? {}) as { type?: string; data?: unknown }
  return type === 'Buffer' ? data : value
}

it(`${FRAMES} malformed frames are refused by the reader`, () => {
  const random = seededRandom(SEED)
  const accepted: string[] = []
  for (let i = 0; i < FRAMES; i++) {
    const frame = mutated(sound[i % sound.length]!, random)
    try {
      const read = decodeFrame(frame, 'm1')
      accepted.push(`${Buffer.from(frame).toString('hex')} is ${JSON.stringify(read)}`.slice(0, 300))
    } catch (error) {
      expect((error as Error).name).toBe('RangeError')
    }
  }
  expect({ accepted: accepted.length, some: accepted.slice(0, 3) }).toEqual({ accepted: 0, some: [] })
})

const folder = temporaryFolder()
let stores: StoreWorker[] = []
afterEach(async () => {
  await Promise.all(stores.map(store => store.stop()))
  stores = []
  folder.remove()
})

it(`a member that gets ${FRAMES} malformed frames from a peer ends those connections, and serves on`, async () => {
  const configs = await configureCluster(['m1', 'm2', 'm3'], folder.path)
  // The third is played by this test: it has the certificate.
  stores = await Promise.all(configs.slice(0, 2).map(c => startStoreWorker(c, { entry: WORKER, log: silentLogger })))
  await putAtLast(stores[0]!, 'before', '1')
  const [attacked, , peer] = configs as [StoreMemberConfig, StoreMemberConfig, StoreMemberConfig]
  const random = seededRandom(SEED)
  let sent = 0
  let ended = 0
  let session: Buffer | undefined
  const worker = async () => {
    while (sent < FRAMES) {
      const number = sent
      const frame = mutated(sound[sent++ % sound.length]!, random)
      const { socket, closed } = await open(attacked, peer, session)
      socket.once('session', got => (session = got))
      socket.resume()
      // Every seventh comes instead of the greeting.
      if (sent % 7 !== 0) socket.write(framed(greeting))
      socket.write(framed(frame))
      const late = setTimeout(() => socket.destroy(new Error('late')), PATIENCE_MS)
      const refused = await closed
      clearTimeout(late)
      if (!refused) throw new Error(`not refused: ${number} ${Buffer.from(frame).toString('hex')}`)
      ended++
    }
  }
  const greeting = new ByteWriter().text(peer.clusterId).text(peer.name).finish()
  let writes = 0
  let done = false
  const writer = async () => {
    while (!done) await putAtLast(stores[writes % 2]!, `during/${++writes}`, String(writes))
  }
  const writing = writer()
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  } finally {
    done = true
    await writing
  }
  expect(ended).toBe(FRAMES)
  for (const store of stores) {
    const { problem } = await store.status()
    expect(problem).toBe(undefined)
    expect(await get(store, 'before')).toBe('1')
    expect(await get(store, 'forged')).toBe(undefined)
    for (let i = 1; i <= writes; i++) expect(await get(store, `during/${i}`)).toBe(String(i))
  }
}, 1_800_000)

async function open({ listen }: StoreMemberConfig, { tls }: StoreMemberConfig, session?: Buffer) {
  const socket = connect({ ...listen, ...tls, session, checkServerIdentity: () => undefined })
  let failure = ''
  socket.on('error', error => (failure = error.message))
  /** Whether it was the other side. */
  const closed = new Promise<boolean>(resolve => socket.once('close', () => resolve(failure !== 'late')))
  await once(socket, 'secureConnect', { signal: AbortSignal.timeout(PATIENCE_MS) })
  return { socket, closed }
}

function framed(frame: Uint8Array): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(frame.length)
  return Buffer.concat([head, frame])
}
