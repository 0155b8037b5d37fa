/** As much of an `ApiError` as says why. */
interface Refusal {
  code: number
  causes: readonly { field?: string; message?: string; reason?: string }[]
}

/** Fields that a manager owns with other values than those that were to be applied. */
export interface Conflict {
  manager: string
  fields: string[]
}

/** `conflict with "kubectl" using apps/v1`, or with `with subresource "status"` and a time, of which the name is enough. */
const CAUSE = /^conflict with "?(.+?)"?(?: with subresource .*)?(?: using .*)?$/

/** The conflicts of a refused apply, by manager; none if it was refused for another reason. */
export function conflictsOf({ code, causes }: Refusal): Conflict[] {
  if (code !== 409) return []
  const byManager = new Map<string, string[]>()
  for (const { reason, message, field } of causes) {
    const manager = reason === 'FieldManagerConflict' ? CAUSE.exec(message ?? '')?.[1] : undefined
    if (manager && field) byManager.set(manager, [...(byManager.get(manager) ?? []), field.replace(/^\./, '')])
  }
  return [...byManager].map(([manager, fields]) => ({ manager, fields }))
}
