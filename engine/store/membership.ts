import { sleep } from '../base/clock.ts'
import type { Clock } from '../base/clock.ts'
import { configurationOf } from '../raft/configuration.ts'
import type { Configuration } from '../raft/message.ts'
import type { StoreMemberConfig } from './config.ts'
import { InvalidRequestError, UnavailableError } from './kv.ts'
import type { Member } from './kv.ts'
import type { PeerAddress, Transport } from './peer/transport.ts'
import type { Replica } from './replica.ts'
import { memberId } from './upkeep/identity.ts'

/** As in etcd: learners cost the leader, and one at a time is enough to replace a member. */
const MAX_LEARNERS = 1
/** As in etcd: the part of the log that a learner must have before it becomes a voter. */
const READY_SHARE = 0.9

const POLL_MS = 10

export interface MembershipOptions {
  config: StoreMemberConfig
  clock: Clock
  /** How long leadership may take to change hands. */
  transferMs: number
  /** @throws UnavailableError while the member does not serve */
  replica(): Replica
  /** Asks the leader for what `isReady` says there. */
  askReady(leader: string, learner: string): Promise<boolean | undefined>
}

/** Who belongs to the cluster, in etcd's terms. A member's name is its node id in Raft and the name in its certificate. */
export class Membership {
  readonly #options: MembershipOptions
  #reached: string

  constructor(options: MembershipOptions) {
    this.#options = options
    this.#reached = written(options.config.members)
  }

  #replica(): Replica {
    return this.#options.replica()
  }

  /** Everybody by the first configuration of a cluster that is new. */
  get initial(): Configuration {
    const { members } = this.#options.config
    const addresses = members.map(({ name, host, port }) => [name, `https://${host}:${port}`] as const)
    return configurationOf(
      members.map(member => member.name),
      Object.fromEntries(addresses),
    )
  }

  /** Lets the transport know who is reached where, if that is another matter than before. */
  follow(configuration: Configuration, transport: Transport): void {
    const peers = this.#peers(configuration)
    const reached = written(peers)
    if (reached === this.#reached) return
    this.#reached = reached
    transport.setPeers(peers)
  }

  /** Where everybody is reached. What this member was told at its start is newer than what was once agreed on. */
  #peers({ voters, outgoing, learners, learnersNext, addresses }: Configuration): PeerAddress[] {
    const names = new Set([...voters, ...outgoing, ...learners, ...learnersNext])
    // A member that is new knows nobody but those it was told of.
    if (names.size === 0) return this.#options.config.members
    return [...names].flatMap(name => {
      const told = this.#options.config.members.find(member => member.name === name)
      return told ?? parseAddress(name, addresses[name]) ?? []
    })
  }

  list(clientURLs: Readonly<Record<string, string[]>>): Member[] {
    const { configuration } = this.#replica().raftStatus()
    const { voters, outgoing, learners, learnersNext } = configuration
    const peers = this.#peers(configuration)
    return [...new Set([...voters, ...outgoing, ...learners])].map(name => {
      const peer = peers.find(p => p.name === name)
      return {
        id: memberId(this.#options.config.clusterId, name),
        name,
        peerURLs: peer ? [`https://${peer.host}:${peer.port}`] : [],
        clientURLs: clientURLs[name] ?? [],
        isLearner: learners.includes(name) || learnersNext.includes(name),
      }
    })
  }

  /** Adds a member, which may be started from then on (with state `joining`). Its name is the host in its peer URL. */
  async add(peerURLs: string[], isLearner: boolean): Promise<Member> {
    const { configuration } = this.#replica().raftStatus()
    const known = this.list({})
    const taken = (urls: string[]) => known.some(member => member.peerURLs.some(url => urls.includes(url)))
    if (taken(peerURLs)) throw new InvalidRequestError('etcdserver: Peer URLs already exists')
    const { name, address } = nameAndAddress(peerURLs)
    if (taken([address])) throw new InvalidRequestError('etcdserver: Peer URLs already exists')
    if (known.some(member => member.name === name)) throw new InvalidRequestError('etcdserver: member ID already exist')
    if (isLearner && configuration.learners.length >= MAX_LEARNERS)
      throw new InvalidRequestError('etcdserver: too many learner members in cluster')
    if (!isLearner) this.#checkHealthy([...configuration.voters, name], name)
    await this.#replica().changeMembers([{ type: isLearner ? 'addLearner' : 'addVoter', id: name, address }])
    return this.#named(name)
  }

  async remove(id: bigint): Promise<void> {
    const { name, isLearner } = this.#find(id)
    const { voters } = this.#replica().raftStatus().configuration
    const rest = voters.filter(voter => voter !== name)
    if (rest.length === 0) throw notEnoughStarted()
    if (!isLearner) this.#checkHealthy(rest)
    await this.#replica().changeMembers([{ type: 'remove', id: name }])
  }

  async update(id: bigint, peerURLs: string[]): Promise<void> {
    const { name } = this.#find(id)
    const { address } = nameAndAddress(peerURLs, name)
    await this.#replica().changeMembers([{ type: 'update', id: name, address }])
  }

  /** Gives a learner a vote. How far it is, the leader must say. */
  async promote(id: bigint): Promise<void> {
    const { name, isLearner } = this.#find(id)
    if (!isLearner) throw new InvalidRequestError('etcdserver: can only promote a learner member')
    const { role, leader } = this.#replica().raftStatus()
    if (leader === undefined) throw new UnavailableError('etcdserver: no leader')
    const ready = role === 'leader' ? this.isReady(name) : await this.#options.askReady(leader, name)
    if (ready === undefined) throw new UnavailableError('etcdserver: leader changed')
    if (!ready)
      throw new InvalidRequestError('etcdserver: can only promote a learner member which is in sync with leader')
    await this.#replica().changeMembers([{ type: 'addVoter', id: name }])
  }

  /** Whether a learner has caught up; undefined where it is not known, because another member leads. */
  isReady(learner: string): boolean | undefined {
    const { role, lastIndex, followers } = this.#replica().raftStatus()
    if (role !== 'leader') return undefined
    const progress = followers.find(follower => follower.id === learner)
    return progress !== undefined && progress.state !== 'snapshot' && progress.match >= lastIndex * READY_SHARE
  }

  /** Hands leadership to a voter; only the leader can. Resolves once it is followed. */
  async moveLeader(id: bigint): Promise<void> {
    const { clock, config, transferMs } = this.#options
    const { role, configuration } = this.#replica().raftStatus()
    if (role !== 'leader') throw new InvalidRequestError('etcdserver: not leader')
    const to = configuration.voters.find(name => memberId(config.clusterId, name) === id)
    if (to === undefined) throw new InvalidRequestError('etcdserver: bad leader transferee')
    this.#replica().transferLeader(to)
    const end = clock.monotonic() + transferMs
    while (this.#replica().raftStatus().leader !== to) {
      if (clock.monotonic() > end)
        throw new UnavailableError('etcdserver: request timed out, leader transfer took too long')
      await sleep(clock, POLL_MS)
    }
  }

  /** A leader refuses what would leave it without a quorum; `starting` is not expected to be up yet. */
  #checkHealthy(voters: string[], starting?: string): void {
    const { role, id, followers } = this.#replica().raftStatus()
    if (role !== 'leader') return
    const up = voters.filter(name => name === id || followers.some(f => f.id === name && f.active))
    const needed = (voters.length >> 1) + 1
    // One voter has to be allowed to get a second.
    if (up.length < needed && !(starting !== undefined && voters.length === 2)) throw notEnoughStarted()
  }

  #find(id: bigint): Member {
    const member = this.list({}).find(m => m.id === id)
    if (!member) throw new InvalidRequestError('etcdserver: member not found')
    return member
  }

  #named(name: string): Member {
    return this.list({}).find(member => member.name === name)!
  }
}

function written(peers: readonly PeerAddress[]): string {
  return peers.map(({ name, host, port }) => `${name} ${host} ${port}`).join()
}

function notEnoughStarted(): InvalidRequestError {
  return new InvalidRequestError('etcdserver: re-configuration failed due to not enough started members')
}

/** `https://NAME:PORT` names a member on this machine; an address instead needs the name of a member that is known. */
function nameAndAddress(peerURLs: string[], known?: string): { name: string; address: string } {
  const url = peerURLs.length === 1 && URL.canParse(peerURLs[0]!) ? new URL(peerURLs[0]!) : undefined
  if (url?.protocol !== 'https:' || !url.port || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new InvalidRequestError('etcdserver: given member URLs are invalid')
  const isAddress = /^(\d+\.){3}\d+$|^\[|^localhost$/.test(url.hostname)
  const name = known ?? (isAddress ? undefined : url.hostname)
  if (name === undefined)
    throw new InvalidRequestError(
      `etcdserver: given member URLs are invalid: members are known by the name in their certificate, so say https://NAME:${url.port}`,
    )
  return { name, address: `https://${isAddress ? url.hostname : '127.0.0.1'}:${url.port}` }
}

function parseAddress(name: string, address: string | undefined): PeerAddress | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined
  const { hostname, port } = new URL(address)
  return { name, host: hostname, port: Number(port) }
}
