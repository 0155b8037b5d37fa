import type { Strategy } from './strategy.ts'

/** In turn, whoever calls. */
export function createUserspaceStrategy(): Strategy {
  const turns = new Map<string, number>()
  return {
    pick({ key, endpoints }) {
      const turn = turns.get(key) ?? 0
      turns.set(key, (turn + 1) % Number.MAX_SAFE_INTEGER)
      return endpoints[turn % endpoints.length]!
    },
    forget(fits) {
      for (const key of turns.keys()) if (fits(key)) turns.delete(key)
    },
  }
}
