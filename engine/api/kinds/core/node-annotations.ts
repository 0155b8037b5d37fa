import { isRecord } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, required } from '../../validation/field.ts'

const AVOID = 'scheduler.alpha.kubernetes.io/preferAvoidPods'

/** The annotation by which a node asks to be spared the pods of certain controllers has to be readable. */
export function validateAvoidedPods(annotations: Record<string, string> | undefined, at: string): FieldError[] {
  const text = annotations?.[AVOID]
  if (!text) return []
  const entries = read(text)
  if (typeof entries === 'string') return [invalid(at, AVOID, entries)]
  return entries.flatMap((entry, i) => {
    const path = `${at}.${AVOID}[${i}].PodSignature`
    const controller = isRecord(entry) && isRecord(entry.podSignature) ? entry.podSignature.podController : undefined
    if (!isRecord(controller)) return [required(path)]
    return controller.controller === true
      ? []
      : [invalid(`${path}.PodController.Controller`, false, 'must point to a controller')]
  })
}

/** The entries, or what is wrong with the text. */
function read(text: string): unknown[] | string {
  try {
    const parsed: unknown = JSON.parse(text)
    if (!isRecord(parsed)) return 'json: cannot unmarshal into Go value of type core.AvoidPods'
    return Array.isArray(parsed.preferAvoidPods) ? parsed.preferAvoidPods : []
  } catch (error) {
    if (error instanceof SyntaxError) return error.message
    throw error
  }
}
