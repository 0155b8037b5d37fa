import type { PeerAddress } from './peer/transport.ts'
import type { Tuning } from './tuning.ts'
import type { UpkeepConfig } from './upkeep/config.ts'

/** All that a member needs to know; plain data, so that it can cross to a worker thread. */
export interface StoreMemberConfig {
  clusterId: string
  name: string
  /** Folder of the member's database. Made if it is missing. */
  dataDir: string
  /** Where peers reach this member. */
  listen: { host: string; port: number }
  /** The members at the start, this one among them; once the cluster lives, it says itself who belongs to it. */
  members: PeerAddress[]
  /** PEM; the certificate's common name is the member's name. */
  tls: { ca: string; cert: string; key: string }
  /**
   * The organization that members' certificates name. An authority that also certifies others needs this: a member listens
   * also to members that it does not know yet. Default: every certificate of the authority will do.
   */
  organization?: string
  /**
   * What it means that there is no file. `new` (default): the cluster is new. `joining`: the member was added to a cluster
   * that lives. `existing`: it was a member already and has lost its file, so it must be brought up to date before it votes.
   */
  state?: 'new' | 'joining' | 'existing'
  tuning?: Partial<Tuning>
  /** Quota, automatic compaction, comparison of the members. */
  upkeep?: UpkeepConfig
  /** Where etcd's API is served, if it is to be. */
  client?: ClientApiConfig
}

/** How a member serves etcd's API to clients. */
export interface ClientApiConfig {
  host: string
  /** 0: any free one. */
  port: number
  /** PEM. Default: the certificate that peers see, and their authority. */
  tls?: { ca: string; cert: string; key: string }
  /**
   * Organizations of which a client's certificate must name one. Whoever gets in reads and writes everything, so that an
   * authority that also certifies others needs this. Default: every certificate of the authority will do.
   */
  organizations?: string[]
}
