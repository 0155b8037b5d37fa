import { tooManyRequests } from '../../api/status.ts'
import type { Limits } from '../config.ts'
import type { RequestContext } from './context.ts'

/**
 * Answers 429 when too much is under way. Health checks, leases and the components of the cluster are not counted, so
 * that a flood of clients cannot take down what keeps the cluster together. Watches and streams have buffers of their own.
 */
export class InFlight {
  readonly #limits: Limits
  readonly #weigh: (ctx: RequestContext) => number
  #reads = 0
  #writes = 0

  constructor(limits: Limits, weigh: (ctx: RequestContext) => number) {
    this.#limits = limits
    this.#weigh = weigh
  }

  /** Serves the request, or refuses it. @throws ApiError 429 */
  async admit(ctx: RequestContext, serve: () => Promise<void>): Promise<void> {
    if (isExempt(ctx)) return serve()
    const weight = this.#weigh(ctx)
    const reading = ctx.info.verb === 'get' || ctx.info.verb === 'list'
    // One that is too heavy for the limit still goes when it is alone.
    const under = reading ? this.#reads : this.#writes
    const limit = reading ? this.#limits.readsInFlight : this.#limits.writesInFlight
    if (under >= limit || (under > 0 && under + weight > limit))
      throw tooManyRequests('Too many requests, please try again later.', 1)
    if (reading) this.#reads += weight
    else this.#writes += weight
    try {
      await serve()
    } finally {
      if (reading) this.#reads -= weight
      else this.#writes -= weight
    }
  }
}

function isExempt(ctx: RequestContext): boolean {
  const { info, user } = ctx
  return (
    !info.isResource ||
    isLongRunning(ctx) ||
    info.resource === 'leases' ||
    user.groups.includes('system:masters') ||
    user.groups.includes('system:nodes') ||
    user.name.startsWith('system:kube-')
  )
}

/** Watches and streams last as long as their clients want. */
export function isLongRunning({ info, upgrade }: RequestContext): boolean {
  return upgrade !== undefined || info.verb === 'watch' || info.subresource === 'log' || info.subresource === 'proxy'
}

/** Objects that a list may hold for each ordinary request that it weighs. */
const OBJECTS_PER_WEIGHT = 1000
const MAX_WEIGHT = 10

/** The weight of a list of `objects`. */
export function weightOfList(objects: number): number {
  return Math.min(MAX_WEIGHT, 1 + Math.floor(objects / OBJECTS_PER_WEIGHT))
}
