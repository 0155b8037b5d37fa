import type { Plan } from './plan.ts'

/**
 * A smaller plan that still fails: leaves out ever smaller parts of the faults and of what clients do, as long as `fails`
 * says so. `fails` is asked at most `budget` times.
 */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>, budget = 400): Promise<Plan> {
  let best = plan
  let left = budget
  for (let smaller = true; smaller && left > 0;) {
    smaller = false
    for (const part of ['faults', 'acts'] as const) {
      for (let size = Math.ceil(best[part].length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : size >> 1) {
        for (let at = 0; at < best[part].length && left > 0;) {
          const rest = (best[part] as unknown[]).filter((_, i) => i < at || i >= at + size)
          const candidate = { ...best, [part]: rest } as Plan
          left--
          if (await fails(candidate)) {
            best = candidate
            smaller = true
          } else at += size
        }
      }
    }
  }
  return best
}
