import type { Random } from '../../../base/random.ts'
import type { Strategy } from './strategy.ts'

/**
 * The chance of each rule of a chain that is read from the top, so that all `count` endpoints are met equally often; the last
 * one takes what is left. As kube-proxy writes them, with eleven digits.
 */
export function chances(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number((1 / (count - i)).toFixed(11)))
}

/** At random, as the rules say: each is asked in turn with its chance. */
export function createIptablesStrategy(random: Random): Strategy {
  return {
    pick({ endpoints }) {
      const met = chances(endpoints.length).findIndex(chance => random.next() < chance)
      return endpoints[met < 0 ? endpoints.length - 1 : met]!
    },
    forget: () => undefined,
  }
}
