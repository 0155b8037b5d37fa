import type { Client, ServiceError } from '@grpc/grpc-js'
import { Metadata, status as CODE } from '@grpc/grpc-js'
import { randomInt } from 'node:crypto'
import { sleep } from '../../base/clock.ts'
import type { Clock } from '../../base/clock.ts'
import { UserError, messageOf } from '../../base/errors.ts'
import { canBeTriedAgain, errorOf, isCompacted } from '../etcd/errors.ts'
import { SERVICES } from '../etcd/services.ts'
import type { Method } from '../etcd/services.ts'
import type { Draft } from '../etcd/wire.ts'
import { CompactedError, InvalidRequestError, UnavailableError } from '../kv.ts'
import type {
  MemberStatus,
  RangeRequest,
  RangeResponse,
  Store,
  StoreError,
  TxnRequest,
  TxnResponse,
  Watch,
  WatchObserver,
  WatchRequest,
} from '../kv.ts'
import { checkRange, checkSize, checkTxn, isReadOnly } from '../requests.ts'
import type { EtcdClientOptions } from './client.ts'
import { rangeRequest, rangeResponse, txnRequest, txnResponse } from './convert.ts'
import { Endpoints } from './endpoints.ts'
import { Watches } from './watches.ts'

const RETRY_MS = 50
const { KV, Lease, Maintenance, Cluster } = SERVICES

/** Any key will do to ask for a revision. */
const PROBE = new Uint8Array([0])

/** The store over an etcd cluster. See `connectEtcd`. */
export class EtcdStore implements Store {
  readonly #endpoints: Endpoints
  readonly #watches: Watches
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #metadata = new Metadata()

  constructor(options: EtcdClientOptions) {
    this.#clock = options.clock
    this.#timeoutMs = options.requestTimeoutMs ?? 10_000
    this.#endpoints = new Endpoints(options)
    this.#watches = new Watches(this.#endpoints, options.clock, options.log.child('watch'))
    // A member that is cut off from the others refuses, so that another can be asked.
    this.#metadata.set('hasleader', 'true')
  }

  /** Waits for an answer, and finds out what the servers can do. */
  async start(): Promise<void> {
    try {
      await this.readRevision()
      this.#watches.progressCanBeTrusted = await this.#allReportProgressTruly()
    } catch (error) {
      throw new UserError(
        `etcd does not answer: ${messageOf(error)}`,
        'See that it runs, and that endpoints and certificates are right',
        { cause: error },
      )
    }
  }

  async #allReportProgressTruly(): Promise<boolean> {
    const versions = await Promise.all(
      this.#endpoints.clients.map(client =>
        call(client, Maintenance.status, {}, this.#metadata, Date.now() + 2000).then(
          ({ version }) => version,
          // One that cannot be asked may be of any version.
          () => '0.0.0',
        ),
      ),
    )
    return versions.every(reportsProgressTruly)
  }

  async range(request: RangeRequest): Promise<RangeResponse> {
    checkRange(request)
    return rangeResponse(await this.#call(KV.range, rangeRequest(request)))
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    const draft = txnRequest(request)
    checkTxn(request)
    checkSize(KV.txn.request.encode(draft))
    const response = await this.#call(KV.txn, draft, !isReadOnly(request))
    return txnResponse(response, response.header?.revision ?? 0)
  }

  watch(request: WatchRequest, observer: WatchObserver): Watch {
    checkRange({ key: request.key, rangeEnd: request.rangeEnd })
    return this.#watches.add(request, observer)
  }

  async readRevision(): Promise<number> {
    const { header } = await this.#call(KV.range, { key: PROBE, countOnly: true })
    const revision = header?.revision ?? 0
    this.#watches.seen(revision, true)
    return revision
  }

  async compact(revision: number): Promise<void> {
    await this.#call(KV.compact, { revision }, true)
  }

  async leaseGrant(ttlSeconds: number): Promise<number> {
    for (;;) {
      // etcd's own choice would mostly be too large for a number.
      const id = randomInt(1, 2 ** 47)
      try {
        await this.#call(Lease.leaseGrant, { ttl: Math.max(1, Math.ceil(ttlSeconds)), id: BigInt(id) }, true)
        return id
      } catch (error) {
        if (messageOf(error) !== 'etcdserver: lease already exists') throw error
      }
    }
  }

  async leaseKeepAlive(lease: number): Promise<number> {
    const client = await this.#endpoints.ready(this.#clock.monotonic() + this.#timeoutMs)
    const { path, request, response } = Lease.leaseKeepAlive
    const stream = client.makeBidiStreamRequest(
      path,
      (value: Draft<{ id: bigint }>) => request.encode(value),
      data => response.decode(data),
      this.#metadata,
      { deadline: Date.now() + this.#timeoutMs },
    )
    try {
      return await new Promise<number>((resolve, reject) => {
        stream.on('data', ({ ttl }: { ttl: number }) => {
          if (ttl > 0) resolve(ttl)
          else reject(new InvalidRequestError('etcdserver: requested lease not found'))
        })
        stream.on('error', (error: ServiceError) => reject(errorOf(error, false)))
        stream.on('end', () => reject(new UnavailableError('etcd ended the stream of leases')))
        stream.write({ id: BigInt(lease) })
      })
    } finally {
      stream.end()
    }
  }

  async leaseRevoke(lease: number): Promise<void> {
    await this.#call(Lease.leaseRevoke, { id: BigInt(lease) }, true)
  }

  async status(): Promise<MemberStatus> {
    const [status, { members }, compactRevision] = await Promise.all([
      this.#call(Maintenance.status, {}),
      this.#call(Cluster.memberList, {}),
      this.#compactRevision(),
    ])
    const id = status.header?.memberId ?? 0n
    const own = members.find(member => member.id === id)
    return {
      id: id.toString(16).padStart(16, '0'),
      name: own?.name ?? '',
      clientURLs: own?.clientURLs ?? [],
      role: status.isLearner ? 'learner' : status.leader === id ? 'leader' : 'follower',
      leader: members.find(member => member.id === status.leader)?.name,
      term: status.raftTerm,
      committed: status.raftIndex,
      applied: status.raftAppliedIndex,
      lastIndex: status.raftIndex,
      revision: status.header?.revision ?? 0,
      compactRevision,
      dbSize: status.dbSize,
      ...(status.errors.length ? { problem: status.errors.join('; ') } : {}),
    }
  }

  dispose(): void {
    this.#watches.dispose()
    this.#endpoints.close()
  }

  /** Asks until there is an answer, where asking twice does no harm. */
  async #call<Q, A>(method: Method<Q, A>, request: Draft<Q>, writes = false): Promise<A> {
    const deadline = this.#clock.monotonic() + this.#timeoutMs
    for (;;) {
      const client = await this.#endpoints.ready(deadline)
      const left = Math.max(1, deadline - this.#clock.monotonic())
      try {
        return await call(client, method, request, this.#metadata, Date.now() + left)
      } catch (error) {
        const refused = error as ServiceError
        if (refused.code === CODE.UNAVAILABLE) this.#endpoints.failed(client)
        if (isCompacted(refused)) throw await this.#compacted()
        if (!canBeTriedAgain(refused, writes) || this.#clock.monotonic() + RETRY_MS >= deadline)
          throw errorOf(refused, writes)
        await sleep(this.#clock, RETRY_MS)
      }
    }
  }

  /** etcd does not say with the refusal what it has compacted up to; a watch from the beginning is told. */
  #compacted(): Promise<StoreError> {
    return new Promise(resolve => {
      const watch = this.watch(
        { key: PROBE, startRevision: 1 },
        {
          onEvents: () => {},
          onProgress: () => {},
          onError: error => settle(error),
        },
      )
      const timer = this.#clock.after(this.#timeoutMs, () =>
        settle(new UnavailableError('etcd does not say which revision it has compacted up to')),
      )
      const settle = (error: StoreError) => {
        timer.cancel()
        watch.dispose()
        resolve(error)
      }
    })
  }

  async #compactRevision(): Promise<number> {
    try {
      await this.#call(KV.range, { key: PROBE, revision: 1, serializable: true, countOnly: true })
      return 0
    } catch (error) {
      if (error instanceof CompactedError) return error.compactRevision
      throw error
    }
  }
}

function call<Q, A>(
  client: Client,
  method: Method<Q, A>,
  request: Draft<Q>,
  metadata: Metadata,
  deadline: number,
): Promise<A> {
  return new Promise((resolve, reject) =>
    client.makeUnaryRequest(
      method.path,
      (value: Draft<Q>) => method.request.encode(value),
      data => method.response.decode(data),
      request,
      metadata,
      { deadline },
      (error, value) => (error ? reject(error) : resolve(value!)),
    ),
  )
}

/** From 3.4.25 and 3.5.8 on, etcd reports progress on demand only when all events before it have been sent. */
function reportsProgressTruly(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number)
  if (major !== 3) return major > 3
  if (minor === 4) return patch >= 25
  return minor === 5 ? patch >= 8 : minor > 5
}
