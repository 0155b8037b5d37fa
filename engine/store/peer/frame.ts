/**
 * What members send to each other, in binary, with its CRC-32 at the end: what a member acts on is what another has said,
 * whatever happened to the bytes in between.
 */
import { crc32 } from 'node:zlib'
import type { Entry, Message, MessageType, SnapshotMetadata } from '../../raft/message.ts'
import { message } from '../../raft/message.ts'
import { ByteReader, ByteWriter } from '../bytes.ts'

export type PeerFrame =
  | { type: 'raft'; messages: Message[] }
  /** A part of a snapshot; the last carries the raft message that installs it. */
  | { type: 'chunk'; transfer: number; sequence: number; data: Uint8Array; install: Message | undefined }
  | { type: 'chunkTaken'; transfer: number; sequence: number }
  | { type: 'keepAlive'; request: number; lease: number }
  /** `ttlSeconds` 0: no such lease; absent: not the leader. */
  | { type: 'keptAlive'; request: number; ttlSeconds: number | undefined }

const TYPES: MessageType[] = [
  'preVote',
  'preVoteResponse',
  'vote',
  'voteResponse',
  'append',
  'appendResponse',
  'heartbeat',
  'heartbeatResponse',
  'snapshot',
  'propose',
  'readIndex',
  'readIndexResponse',
  'timeoutNow',
  'transferLeader',
]

const CRC_BYTES = 4

const KINDS: readonly Entry['kind'][] = ['normal', 'configuration']

export function encodeFrame(frame: PeerFrame): Uint8Array<ArrayBuffer> {
  return seal(write(frame))
}

/** What was written, with its checksum behind it. */
export function seal(w: ByteWriter): Uint8Array<ArrayBuffer> {
  const crc = crc32(w.finish())
  return w
    .byte(crc & 0xff)
    .byte((crc >>> 8) & 0xff)
    .byte((crc >>> 16) & 0xff)
    .byte(crc >>> 24)
    .finish()
}

function write(frame: PeerFrame): ByteWriter {
  switch (frame.type) {
    case 'raft': {
      let size = 16 + CRC_BYTES
      for (const m of frame.messages) {
        size += 64
        for (const entry of m.entries) size += entry.data.length + 16
      }
      const w = new ByteWriter(size).byte(0).uint(frame.messages.length)
      for (const m of frame.messages) writeMessage(w, m)
      return w
    }
    case 'chunk': {
      const w = new ByteWriter(frame.data.length + 256)
        .byte(1)
        .uint(frame.transfer)
        .uint(frame.sequence)
        .bytes(frame.data)
      w.flag(frame.install !== undefined)
      if (frame.install) writeMessage(w, frame.install)
      return w
    }
    case 'chunkTaken':
      return new ByteWriter(32).byte(2).uint(frame.transfer).uint(frame.sequence)
    case 'keepAlive':
      return new ByteWriter(32).byte(3).uint(frame.request).uint(frame.lease)
    case 'keptAlive':
      return new ByteWriter(32)
        .byte(4)
        .uint(frame.request)
        .uint(frame.ttlSeconds === undefined ? 0 : frame.ttlSeconds + 1)
  }
}

/** `from` and `to` of messages come from the connection where they must agree with it. @throws RangeError if it is damaged */
export function decodeFrame(bytes: Uint8Array, self: string): PeerFrame {
  const r = new ByteReader(unseal(bytes))
  switch (r.byte()) {
    case 0: {
      const n = r.uint()
      const messages: Message[] = []
      for (let i = 0; i < n; i++) messages.push(readMessage(r, self))
      return { type: 'raft', messages }
    }
    case 1: {
      const transfer = r.uint()
      const sequence = r.uint()
      const data = r.bytes()
      return { type: 'chunk', transfer, sequence, data, install: r.flag() ? readMessage(r, self) : undefined }
    }
    case 2:
      return { type: 'chunkTaken', transfer: r.uint(), sequence: r.uint() }
    case 3:
      return { type: 'keepAlive', request: r.uint(), lease: r.uint() }
    case 4: {
      const request = r.uint()
      const ttl = r.uint()
      return { type: 'keptAlive', request, ttlSeconds: ttl === 0 ? undefined : ttl - 1 }
    }
    default:
      throw new RangeError('unknown kind of frame')
  }
}

/** What `seal` was given. @throws RangeError if it is damaged */
export function unseal(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - CRC_BYTES
  if (end <= 0) throw new RangeError('data ends too early')
  const body = bytes.subarray(0, end)
  const [a, b, c, d] = bytes.subarray(end) as unknown as [number, number, number, number]
  if (crc32(body) !== (a | (b << 8) | (c << 16) | (d << 24)) >>> 0) throw new RangeError('the frame fails its checksum')
  return body
}

function writeMessage(w: ByteWriter, m: Message): void {
  w.byte(TYPES.indexOf(m.type)).text(m.from)
  w.byte((m.reject ? 1 : 0) | (m.force ? 2 : 0) | (m.snapshot ? 4 : 0))
  w.uint(m.term).uint(m.index).uint(m.logTerm).uint(m.commit).uint(m.rejectHint).uint(m.context)
  w.uint(m.entries.length)
  for (const { index, term, kind, data } of m.entries) w.uint(index).uint(term).byte(KINDS.indexOf(kind)).bytes(data)
  if (m.snapshot) w.text(JSON.stringify(m.snapshot))
}

function readMessage(r: ByteReader, to: string): Message {
  const type = TYPES[r.byte()]
  if (!type) throw new RangeError('unknown kind of message')
  const from = r.text()
  const flags = r.byte()
  const m = message(type, to, {
    from,
    reject: (flags & 1) !== 0,
    force: (flags & 2) !== 0,
    term: r.uint(),
    index: r.uint(),
    logTerm: r.uint(),
    commit: r.uint(),
    rejectHint: r.uint(),
    context: r.uint(),
  })
  const n = r.uint()
  m.entries = []
  // Copied: entries stay in the log long after the frame.
  for (let i = 0; i < n; i++) {
    const [index, term, kind] = [r.uint(), r.uint(), KINDS[r.byte()]]
    if (!kind) throw new RangeError('unknown kind of entry')
    m.entries.push({ index, term, kind, data: r.bytes().slice() })
  }
  if (flags & 4) m.snapshot = JSON.parse(r.text()) as SnapshotMetadata
  return m
}

/** Nobody speaks for others: even what is forwarded carries the name of who forwards it. @throws RangeError */
export function checkSender(frame: PeerFrame, from: string): void {
  const messages =
    frame.type === 'raft' ? frame.messages : frame.type === 'chunk' && frame.install ? [frame.install] : []
  const other = messages.find(m => m.from !== from)
  if (other) throw new RangeError(`${from} speaks for ${other.from}`)
}
