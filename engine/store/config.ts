import type { PeerAddress } from './peer/tls.ts'
import type { Tuning } from './tuning.ts'

/** All that a member needs to know; plain data, so that it can cross to a worker thread. */
export interface StoreMemberConfig {
  clusterId: string
  name: string
  /** Folder of the member's database. Made if it is missing. */
  dataDir: string
  /** Where peers reach this member. */
  listen: { host: string; port: number }
  /** The cluster's voters, this one among them. */
  members: PeerAddress[]
  /** PEM; the certificate's common name is the member's name. */
  tls: { ca: string; cert: string; key: string }
  /**
   * `existing`: the cluster already lives, so a member without a file lost it (a reset machine) and must be brought up to
   * date before it votes. Default `new`.
   */
  state?: 'new' | 'existing'
  tuning?: Partial<Tuning>
}
