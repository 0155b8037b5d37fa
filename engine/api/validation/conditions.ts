import type { FieldError } from '../strategy.ts'
import { duplicate, invalid, invalids, notSupported, required, tooLong } from './field.ts'
import { isQualifiedName } from './names.ts'

interface Condition {
  type?: string
  status?: string
  observedGeneration?: number
  lastTransitionTime?: string | null
  reason?: string
  message?: string
}

const STATUSES = ['False', 'True', 'Unknown']
const MAX_REASON = 1024
const MAX_MESSAGE = 32 * 1024
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const REASON_TEXT = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`

/** Conditions in the form that all kinds share (ValidateConditions of apimachinery). */
export function validateConditions(conditions: Condition[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;(conditions ?? []).forEach((condition, i) => {
    const path = `${at}[${i}]`
    const { type = '', status = '', reason = '', observedGeneration = 0, message = '' } = condition
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type))
    seen.add(type)
    errors.push(...invalids(`${path}.type`, type, isQualifiedName(type)))
    if (!STATUSES.includes(status)) errors.push(notSupported(`${path}.status`, status, STATUSES))
    if (observedGeneration < 0)
      errors.push(invalid(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'))
    if (!condition.lastTransitionTime) errors.push(required(`${path}.lastTransitionTime`))
    if (!reason) errors.push(required(`${path}.reason`))
    else if (!new RegExp(`^${REASON}$`).test(reason)) errors.push(invalid(`${path}.reason`, reason, REASON_TEXT))
    if (reason.length > MAX_REASON) errors.push(tooLong(`${path}.reason`, MAX_REASON))
    if (Buffer.byteLength(message) > MAX_MESSAGE) errors.push(tooLong(`${path}.message`, MAX_MESSAGE))
  })
  return errors
}
