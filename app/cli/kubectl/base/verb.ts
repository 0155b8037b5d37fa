import type { Cluster } from '../connection/cluster.ts'
import type { Flags, FlagSpecs } from './flags.ts'
import type { Io } from './io.ts'

/** One thing that kubectl does. */
export interface Verb {
  /** One line, as in kubectl's own help. */
  about: string
  /** What follows the verb on a command line. */
  usage: string
  flags: FlagSpecs
  /** Does it; a number is the exit status. Errors are thrown. */
  run(call: Call): Promise<number | void>
}

/** One command line, taken apart. */
export interface Call {
  io: Io
  /** "kubectl rollout status". */
  path: string
  flags: Flags
  args: string[]
  /** How many arguments stand before `--`. */
  dash: number | undefined
  /** The cluster that the kubeconfig and the flags choose; the same at each call. */
  cluster(): Cluster
}
