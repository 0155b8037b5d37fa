import type { Clock } from '../base/clock.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { UnavailableError } from './kv.ts'
import { seal, unseal } from './peer/frame.ts'
import type { StoreError } from './kv.ts'
import type { Transport, TransportReceiver } from './peer/transport.ts'

/** First bytes of these frames; those of the replica's own count up from 0. */
const READINESS = 0xfd
const LEASE = 0xfe
const ANSWER = 0xff

/** A whole number, or null for what is not so; undefined from a member that does not lead. */
type Reply = number | null | undefined

interface Waiting {
  to: string
  resolve(answer: Reply): void
  reject(error: StoreError): void
}

/** How many milliseconds a lease has left: null if it is not known, undefined from a member that does not lead. */
export type LeaseAnswer = Reply

/** What only the leader knows. */
export interface Answers {
  lease(lease: number): Promise<LeaseAnswer>
  /** Whether a learner has caught up; undefined from a member that does not lead. */
  isReady(learner: string): boolean | undefined
}

/**
 * Questions from member to member, beside the replica's frames and on the same connections: the replica is given
 * `transport`, and sees only its own.
 */
export class MemberCalls {
  readonly transport: Transport
  readonly #inner: Transport
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #answers: Answers
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(inner: Transport, clock: Clock, timeoutMs: number, answers: Answers) {
    this.#inner = inner
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#answers = answers
    this.transport = {
      start: receiver => inner.start(this.#between(receiver)),
      send: (to, frame) => inner.send(to, frame),
      setPeers: peers => inner.setPeers(peers),
      dismiss: names => inner.dismiss(names),
      stop: () => inner.stop(),
    }
  }

  #between(receiver: TransportReceiver): TransportReceiver {
    return {
      onFrame: (from, frame) => {
        if (frame[0] === LEASE || frame[0] === READINESS) this.#onQuestion(from, frame)
        else if (frame[0] === ANSWER) this.#onAnswer(from, frame)
        else receiver.onFrame(from, frame)
      },
      onDown: (peer, refused) => {
        for (const waiting of [...this.#waiting.values()])
          if (waiting.to === peer) waiting.reject(new UnavailableError('etcdserver: the leader cannot be reached'))
        receiver.onDown(peer, refused)
      },
    }
  }

  /** Asks `to`, which should be the leader, how long a lease has left. */
  askLease(to: string, lease: number): Promise<LeaseAnswer> {
    return this.#ask(to, LEASE, w => w.uint(lease))
  }

  /** Asks `to`, which should be the leader, whether a learner has caught up. Undefined: it does not lead. */
  async askReady(to: string, learner: string): Promise<boolean | undefined> {
    const answer = await this.#ask(to, READINESS, w => w.text(learner))
    return answer === undefined ? undefined : answer !== null
  }

  #ask(to: string, question: number, write: (w: ByteWriter) => void): Promise<Reply> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#timeoutMs, () =>
        this.#waiting.get(id)?.reject(new UnavailableError('etcdserver: request timed out')),
      )
      const settle = () => {
        timer.cancel()
        this.#waiting.delete(id)
      }
      this.#waiting.set(id, {
        to,
        resolve: answer => (settle(), resolve(answer)),
        reject: error => (settle(), reject(error)),
      })
      const w = new ByteWriter(32).byte(question).uint(id)
      write(w)
      if (!this.#inner.send(to, seal(w)))
        this.#waiting.get(id)?.reject(new UnavailableError('etcdserver: the leader cannot be reached'))
    })
  }

  #onQuestion(from: string, frame: Uint8Array): void {
    const r = new ByteReader(unseal(frame).subarray(1))
    const id = r.uint()
    const reply = (answer: Reply) => {
      const w = new ByteWriter(32).byte(ANSWER).uint(id)
      w.uint(answer === undefined ? 0 : answer === null ? 1 : Math.floor(answer) + 2)
      this.#inner.send(from, seal(w))
    }
    const answer = frame[0] === LEASE ? this.#answers.lease(r.uint()) : this.#readiness(r.text())
    // Who does not serve does not lead.
    answer.then(reply, () => reply(undefined))
  }

  async #readiness(learner: string): Promise<Reply> {
    const ready = this.#answers.isReady(learner)
    return ready === undefined ? undefined : ready ? 0 : null
  }

  #onAnswer(from: string, frame: Uint8Array): void {
    const r = new ByteReader(unseal(frame).subarray(1))
    const waiting = this.#waiting.get(r.uint())
    const answer = r.uint()
    if (waiting?.to !== from) return
    waiting.resolve(answer === 0 ? undefined : answer === 1 ? null : answer - 2)
  }

  /** Whoever waits for `leader` no longer has to: another one leads. */
  leaderChanged(leader: string | undefined): void {
    for (const waiting of [...this.#waiting.values()])
      if (waiting.to !== leader) waiting.reject(new UnavailableError('etcdserver: leader changed'))
  }

  fail(error: StoreError): void {
    for (const waiting of [...this.#waiting.values()]) waiting.reject(error)
  }
}
