import type { Taint, Toleration } from '../types.ts'

/** Whether a toleration covers a taint (k8s.io/api/core/v1 Toleration.ToleratesTaint). */
export function toleratesTaint(
  toleration: Toleration,
  taint: { key?: string; value?: string; effect?: string },
): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  switch (toleration.operator || 'Equal') {
    case 'Exists':
      return true
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '') && !!toleration.key
    case 'Lt':
      return Number(taint.value) < Number(toleration.value)
    case 'Gt':
      return Number(taint.value) > Number(toleration.value)
    default:
      return false
  }
}

/** The first taint of one of the effects that nothing tolerates. */
export function untoleratedTaint(
  taints: Taint[] | undefined,
  tolerations: Toleration[] | undefined,
  effects: string[],
): Taint | undefined {
  return (taints ?? []).find(
    taint => effects.includes(taint.effect!) && !(tolerations ?? []).some(t => toleratesTaint(t, taint)),
  )
}
