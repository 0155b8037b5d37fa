import type { ServiceEndpoint } from '../endpoints.ts'

/** A connection for which an endpoint is to be chosen. */
export interface Choice {
  /** The port of the Service: what a strategy remembers, it remembers by this. */
  key: string
  /** At least one, in a steady order. */
  endpoints: ServiceEndpoint[]
  /** Who calls, and the address that was called; IPv4. */
  source: string
  destination: string
  /** Connections to an endpoint: open ones, and those closed a short while ago. */
  load(endpoint: ServiceEndpoint): Load
}

export interface Load {
  active: number
  inactive: number
}

/** How a mode of the service proxy chooses. */
export interface Strategy {
  pick(choice: Choice): ServiceEndpoint
  /** Whatever is remembered by keys that fit is of no use any more. */
  forget(fits: (key: string) => boolean): void
}
