import type { Metadata, Server, ServerDuplexStream, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { InvalidRequestError, UnavailableError } from '../kv.ts'
import type { MemberStatus, MemberStore } from '../kv.ts'
import { CODE, refusalOf } from './errors.ts'
import type { Refusal } from './errors.ts'
import { RangeRequest, StatusRequest } from './messages.ts'
import type { Method } from './services.ts'
import type { Draft, TypeOf } from './wire.ts'

export interface CallContext {
  member: MemberStore
  clock: Clock
  log: Logger
  standing: Standing
  /** Whether the clients' certificates name an organization that is admitted. */
  admitted: boolean
  /** Counts bytes of requests and answers, if there is one who counts. */
  traffic: { received: number; sent: number }
}

/** How old what is known of a member's role and leader may be, in milliseconds. */
const STANDING_MS = 100
/** How often streams that need a leader are looked after, and how often in a row there may be none. */
const LEADER_CHECK_MS = 500
const LEADERLESS_CHECKS = 4

/** A member's role and leader. To ask for its whole status with each request would cost more than most requests. */
export class Standing {
  readonly #member: MemberStore
  readonly #clock: Clock
  #known: Pick<MemberStatus, 'role' | 'leader'> | undefined
  #at = 0

  constructor(member: MemberStore, clock: Clock) {
    this.#member = member
    this.#clock = clock
  }

  /** At once, if it is known. */
  now(): Pick<MemberStatus, 'role' | 'leader'> | Promise<Pick<MemberStatus, 'role' | 'leader'>> {
    const at = this.#clock.monotonic()
    if (this.#known && at - this.#at < STANDING_MS) return this.#known
    return this.#member.status().then(status => {
      this.#at = at
      return (this.#known = status)
    })
  }
}

/** What answers the methods of a service that take one request and give one answer. */
export type Unary<S> = {
  [K in keyof S]: S[K] extends Method<infer Q, infer A> ? (request: Q) => Promise<Draft<A>> : never
}

/** A stream as a handler sees it: requests come decoded, answers go encoded. */
export type Stream = ServerDuplexStream<unknown, Buffer>

/** Adds a service of plain methods. */
export function addUnary<S extends object>(server: Server, service: S, handlers: Unary<S>, context: CallContext): void {
  const { traffic } = context
  for (const [name, method] of Object.entries(service) as [keyof S & string, Method][]) {
    const handle = handlers[name] as (request: unknown) => Promise<unknown>
    server.register(
      method.path,
      (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
        answer(method, call, handle, context).then(
          value => callback(null, value),
          (error: unknown) => callback(refusal(error, method, context)),
        )
      },
      (value: unknown) => {
        const data = method.response.encode(value as never)
        traffic.sent += data.length
        return data
      },
      (data: Buffer) => {
        traffic.received += data.length
        return method.request.decode(data)
      },
      'unary',
    )
  }
}

async function answer(
  method: Method,
  call: ServerUnaryCall<unknown, unknown>,
  handle: (request: unknown) => Promise<unknown>,
  context: CallContext,
): Promise<unknown> {
  const { request, metadata } = call
  if (!context.admitted) throw denied()
  const standing = context.standing.now()
  const { role, leader } = standing instanceof Promise ? await standing : standing
  if (needsLeader(metadata) && leader === undefined) throw new UnavailableError('etcdserver: no leader')
  if (role === 'learner' && !isForLearners(method, request))
    throw new InvalidRequestError('etcdserver: rpc not supported for learner')
  return handle(request)
}

/** A learner answers only what does not ask for its word. */
function isForLearners(method: Method, request: unknown): boolean {
  if (method.request === StatusRequest) return true
  return method.request === RangeRequest && (request as TypeOf<typeof RangeRequest>).serializable
}

/** Adds a method that streams. It ends when `run` resolves; a rejection is what the client is told. */
export function addStream<Q, A>(
  server: Server,
  method: Method<Q, A>,
  run: (call: Stream) => Promise<void>,
  context: CallContext,
): void {
  const { traffic } = context
  const handler = (call: Stream) => {
    serveStream(call, method, run, context).then(
      () => call.end(),
      (error: unknown) => {
        if (!call.cancelled) call.emit('error', refusal(error, method, context))
      },
    )
  }
  server.register(
    method.path,
    handler as never,
    (data: Buffer) => {
      traffic.sent += data.length
      return data
    },
    (data: Buffer) => {
      traffic.received += data.length
      return method.request.decode(data)
    },
    method.requestStream ? 'bidi' : 'serverStream',
  )
}

async function serveStream(
  call: Stream,
  method: Method<never, never> | Method,
  run: (call: Stream) => Promise<void>,
  { member, clock, standing, admitted }: CallContext,
): Promise<void> {
  if (!admitted) throw denied()
  const { role, leader } = await standing.now()
  if (role === 'learner' && method.requestStream)
    throw new InvalidRequestError('etcdserver: rpc not supported for learner')
  if (!needsLeader(call.metadata)) return run(call)
  if (leader === undefined) throw new UnavailableError('etcdserver: no leader')
  let missed = 0
  const lost = Promise.withResolvers<never>()
  const timer = clock.every(LEADER_CHECK_MS, () => {
    member.status().then(
      ({ leader }) => {
        missed = leader === undefined ? missed + 1 : 0
        if (missed >= LEADERLESS_CHECKS) lost.reject(new UnavailableError('etcdserver: no leader'))
      },
      (error: unknown) => lost.reject(error),
    )
  })
  try {
    await Promise.race([run(call), lost.promise])
  } finally {
    timer.cancel()
  }
}

function denied(): InvalidRequestError {
  return new InvalidRequestError('etcdserver: permission denied')
}

/** Clients may ask to be refused by a member that is cut off from the others. */
function needsLeader(metadata: Metadata): boolean {
  return metadata.get('hasleader')[0] === 'true'
}

function refusal(error: unknown, method: { path: string }, { log }: CallContext): Refusal {
  const refused = refusalOf(error)
  if (refused.code === CODE.INTERNAL) log.error('a call of the etcd API failed', { method: method.path, error })
  return refused
}

/** Sends when there is room; resolves when more can be sent. Rejects when nobody listens any more. */
export function send(call: Stream, data: Buffer): Promise<void> {
  if (call.cancelled) return Promise.reject(new UnavailableError('the client has gone'))
  if (call.write(data)) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const done = (act: () => void) => {
      call.off('drain', drained)
      call.off('cancelled', cancelled)
      act()
    }
    const drained = () => done(resolve)
    const cancelled = () => done(() => reject(new UnavailableError('the client has gone')))
    call.on('drain', drained)
    call.on('cancelled', cancelled)
  })
}
