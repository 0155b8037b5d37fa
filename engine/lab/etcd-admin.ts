import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import { UserError } from '../base/errors.ts'
import { SERVICES, type Method } from '../store/etcd/services.ts'
import type { Draft } from '../store/etcd/wire.ts'
import type { KeyPair } from './pki.ts'

export interface EtcdEndpoint {
  /** Of the master. */
  name: string
  port: number
}

/** What a master's store member says of itself, through etcd's API. */
export interface MemberView {
  /** Of the master that answered, or did not. */
  name: string
  endpoint: string
  /** Absent: it does not answer, for this reason. */
  failure?: string
  id?: bigint
  leader?: boolean
  learner?: boolean
  term?: number
  raftIndex?: number
  appliedIndex?: number
  revision?: number
  dbSize?: number
  errors?: string[]
}

/** A server is known by the name in its certificate; TLS does not take an address for a name. */
const OPTIONS = { 'grpc.enable_retries': 0, 'grpc.ssl_target_name_override': 'localhost' }
const TIMEOUT_MS = 5_000

/** Looks after the store members of a lab through etcd's API: whatever is done here, `etcdctl` can do too. */
export class EtcdAdmin {
  readonly #clients: { name: string; endpoint: string; client: Client }[]

  constructor(endpoints: EtcdEndpoint[], ca: string, { cert, key }: KeyPair) {
    const secured = credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert))
    this.#clients = endpoints.map(({ name, port }) => {
      const endpoint = `127.0.0.1:${port}`
      return { name, endpoint, client: new Client(endpoint, secured, OPTIONS) }
    })
  }

  close(): void {
    for (const { client } of this.#clients) client.close()
  }

  /** What each master says. */
  status(): Promise<MemberView[]> {
    return Promise.all(
      this.#clients.map(async ({ name, endpoint, client }): Promise<MemberView> => {
        try {
          const answer = await call(client, SERVICES.Maintenance.status, {})
          return {
            name,
            endpoint,
            id: answer.header?.memberId,
            leader: answer.leader !== 0n && answer.leader === answer.header?.memberId,
            learner: answer.isLearner,
            term: answer.raftTerm,
            raftIndex: answer.raftIndex,
            appliedIndex: answer.raftAppliedIndex,
            revision: answer.header?.revision,
            dbSize: answer.dbSize,
            errors: answer.errors,
          }
        } catch (error) {
          return { name, endpoint, failure: reasonOf(error) }
        }
      }),
    )
  }

  /** Everybody who belongs to the cluster, whether or not it runs. */
  async members() {
    const leader = await this.#leader()
    return (await call(leader, SERVICES.Cluster.memberList, { linearizable: true })).members
  }

  /** Gives the member's id. @throws UserError as all below */
  async add(name: string, peerPort: number, isLearner: boolean): Promise<bigint> {
    const leader = await this.#leader()
    const peerURLs = [`https://${name}:${peerPort}`]
    return (await call(leader, SERVICES.Cluster.memberAdd, { peerURLs, isLearner })).member!.id
  }

  /** False while the learner has not caught up. */
  async promote(id: bigint): Promise<boolean> {
    try {
      await call(await this.#leader(), SERVICES.Cluster.memberPromote, { id })
      return true
    } catch (error) {
      if (error instanceof UserError && /in sync with leader/.test(error.message)) return false
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    const members = await this.members()
    const member = members.find(m => m.name === name)
    if (!member) throw new UserError(`The store has no member ${name}.`, 'See: kubarium lab raft members')
    const views = await this.status()
    // A leader that removes itself is gone before it can say that it has done so.
    const heir = views.find(v => v.leader === false && v.name !== name && !v.learner)
    if (views.some(v => v.leader && v.name === name) && heir) await this.transfer(heir.name)
    await call(await this.#leader(), SERVICES.Cluster.memberRemove, { id: member.id })
  }

  /** Hands leadership to a member. */
  async transfer(name: string): Promise<void> {
    const member = (await this.members()).find(m => m.name === name)
    if (!member) throw new UserError(`The store has no member ${name}.`, 'See: kubarium lab raft members')
    await call(await this.#leader(), SERVICES.Maintenance.moveLeader, { targetId: member.id })
  }

  /** The database of one member, as `etcdctl snapshot save` gets it: a SQLite file, and behind it its SHA-256. */
  snapshot(name?: string): AsyncIterable<Uint8Array> {
    const { client } = this.#clients.find(c => c.name === name) ?? this.#clients[0]!
    const { path, request, response } = SERVICES.Maintenance.snapshot
    const stream = client.makeServerStreamRequest(
      path,
      (value: object) => request.encode(value),
      data => response.decode(data),
      {},
    )
    return (async function* () {
      try {
        for await (const { blob } of stream) yield blob as Uint8Array
      } catch (error) {
        throw explained(error)
      }
    })()
  }

  async #leader(): Promise<Client> {
    const views = await this.status()
    const leader = views.find(view => view.leader)
    if (leader) return this.#clients.find(c => c.name === leader.name)!.client
    const down = views.filter(view => view.failure !== undefined).map(view => `${view.name}: ${view.failure}`)
    throw new UserError(
      `The store has no leader${down.length ? ` (${down.join('; ')})` : ''}.`,
      'More than half of its members must run: kubarium lab raft status',
    )
  }
}

function call<Q, A>(client: Client, method: Method<Q, A>, request: Draft<Q>): Promise<A> {
  return new Promise((resolve, reject) =>
    client.makeUnaryRequest(
      method.path,
      (value: Draft<Q>) => method.request.encode(value),
      data => method.response.decode(data),
      request,
      { deadline: Date.now() + TIMEOUT_MS },
      (error, value) => (error ? reject(explained(error)) : resolve(value!)),
    ),
  )
}

function explained(error: unknown): UserError {
  return new UserError(`The store refuses: ${reasonOf(error).replace(/\.$/, '')}.`, 'See: kubarium lab raft status', {
    cause: error,
  })
}

function reasonOf(error: unknown): string {
  if (error instanceof UserError && error.cause) return reasonOf(error.cause)
  return (error as ServiceError).details || (error as Error).message
}
