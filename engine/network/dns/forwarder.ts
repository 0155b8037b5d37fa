import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { intBelow, type Random } from '../../base/random.ts'
import { readReply, type Reply } from './client-message.ts'
import { exchange, type DnsAddress } from './exchange.ts'
import { RCODE, TYPE } from './message.ts'

/** How long one server has for its answer; then the next one is asked, and after the last the first once more. */
const SERVER_MS = 2_000
const ROUNDS = 2
/** Answers are kept no longer than this, whatever they allow: as in the cluster DNS that kubeadm sets up. */
const MAX_TTL = 30
const MAX_KEPT = 1_000
const MAX_PENDING = 256
const QUESTION_AT = 12
const TRUNCATED = 0x0200

interface Kept {
  packet: Buffer
  atMs: number
  ttl: number
}

/**
 * Asks other servers in the name of the cluster's programs, for names that are not the cluster's. Answers are kept for their time
 * to live, "there is none" too; who asks the same at once shares an answer.
 */
export class Forwarder {
  readonly #servers: DnsAddress[]
  readonly #clock: Clock
  readonly #random: Random
  readonly #log: Logger
  readonly #kept = new Map<string, Kept>()
  readonly #pending = new Map<string, Promise<Buffer | undefined>>()

  constructor(servers: DnsAddress[], { clock, random, log }: { clock: Clock; random: Random; log: Logger }) {
    this.#servers = servers
    this.#clock = clock
    this.#random = random
    this.#log = log
  }

  /** The answer to a question of `questionEnd` bytes, of at most `limit` bytes; undefined if no server gives one. */
  async answer(query: Buffer, questionEnd: number, limit: number): Promise<Buffer | undefined> {
    const key = keyOf(query, questionEnd)
    const found = this.#fresh(key) ?? (await this.#shared(key, query))
    if (!found) return undefined
    const answer = Buffer.from(found)
    answer.writeUInt16BE(query.readUInt16BE(0), 0)
    // The name as this one has written it.
    query.copy(answer, QUESTION_AT, QUESTION_AT, questionEnd)
    return answer.length <= limit ? answer : cut(answer, questionEnd)
  }

  #fresh(key: string): Buffer | undefined {
    const kept = this.#kept.get(key)
    if (!kept) return undefined
    const seconds = Math.floor((this.#clock.monotonic() - kept.atMs) / 1000)
    if (seconds < kept.ttl) return aged(kept.packet, seconds)
    this.#kept.delete(key)
    return undefined
  }

  #shared(key: string, query: Buffer): Promise<Buffer | undefined> {
    const pending = this.#pending.get(key)
    if (pending) return pending
    if (this.#pending.size >= MAX_PENDING) return Promise.resolve(undefined)
    const asked = this.#ask(key, query).finally(() => this.#pending.delete(key))
    this.#pending.set(key, asked)
    return asked
  }

  async #ask(key: string, query: Buffer): Promise<Buffer | undefined> {
    for (let round = 0; round < ROUNDS; round++)
      for (const server of this.#servers) {
        const own = Buffer.from(query)
        own.writeUInt16BE(intBelow(this.#random, 0x10000), 0)
        try {
          const packet = await exchange(own, server, expired => this.#clock.after(SERVER_MS, expired))
          const reply = readReply(packet)!
          // Another one may know better than a server in trouble.
          if ([RCODE.SERVFAIL, RCODE.REFUSED].includes(reply.rcode as 2) && server !== this.#servers.at(-1)) continue
          this.#keep(key, packet, reply)
          return packet
        } catch (error) {
          this.#log.debug('a server for names outside of the cluster gave no answer', { error: messageOf(error) })
        }
      }
    return undefined
  }

  #keep(key: string, packet: Buffer, reply: Reply): void {
    const ttl = Math.min(lifetime(packet, reply), MAX_TTL)
    if (ttl <= 0) return
    this.#kept.delete(key)
    this.#kept.set(key, { packet, atMs: this.#clock.monotonic(), ttl })
    if (this.#kept.size > MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value!)
  }
}

/** What of a question the answer depends on: all but its number and the case of its letters. */
function keyOf(query: Buffer, questionEnd: number): string {
  const name = query.toString('latin1', QUESTION_AT, questionEnd).toLowerCase()
  return `${query.toString('latin1', 2, QUESTION_AT)}${name}${query.toString('latin1', questionEnd)}`
}

/** Seconds for which an answer holds (RFC 2308 for those that say that there is none). */
function lifetime(packet: Buffer, { rcode, answers, authority }: Reply): number {
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return 0
  if (rcode === RCODE.NOERROR && answers.length) return Math.min(...answers.map(record => record.ttl))
  const soa = authority.find(record => record.type === TYPE.SOA)
  return soa && soa.dataBytes >= 4 ? Math.min(soa.ttl, packet.readUInt32BE(soa.dataAt + soa.dataBytes - 4)) : 0
}

/** The answer as it is so many seconds later. */
function aged(packet: Buffer, seconds: number): Buffer {
  const copy = Buffer.from(packet)
  const { answers, authority, additional } = readReply(copy)!
  for (const { type, ttl, ttlAt } of [...answers, ...authority, ...additional])
    if (type !== TYPE.OPT) copy.writeUInt32BE(Math.max(0, ttl - seconds), ttlAt)
  return copy
}

/** The question alone, and that there is more to be had over TCP. */
function cut(answer: Buffer, questionEnd: number): Buffer {
  const short = Buffer.from(answer.subarray(0, questionEnd))
  short.writeUInt16BE(short.readUInt16BE(2) | TRUNCATED, 2)
  for (const countAt of [6, 8, 10]) short.writeUInt16BE(0, countAt)
  return short
}
