import { deepEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../validation/field.ts'

export interface Condition {
  type: string
  status?: string
  lastUpdateTime?: string | null
  lastTransitionTime?: string | null
}

interface Status {
  conditions?: Condition[]
  certificate?: string
}

/** Decisions: those who make them write the approval subresource. */
const DECISIONS = ['Approved', 'Denied']
/** Conditions that hold or are absent. */
const ALWAYS_TRUE = [...DECISIONS, 'Failed']

/** Rules for the conditions of a request. */
export function validateConditions(conditions: Condition[], at: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  conditions.forEach(({ type = '', status = '' }, i) => {
    const path = `${at}[${i}]`
    if (!type) errors.push(required(`${path}.type`))
    const allowed = ALWAYS_TRUE.includes(type) ? ['True'] : ['False', 'True', 'Unknown']
    if (!status) errors.push(required(`${path}.status`))
    else if (!allowed.includes(status)) errors.push(notSupported(`${path}.status`, status, allowed))
    if (DECISIONS.includes(type) && DECISIONS.some(other => other !== type && seen.has(other)))
      errors.push(invalid(`${path}.type`, type, 'Approved and Denied conditions are mutually exclusive'))
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type))
    seen.add(type)
  })
  return errors
}

/** What may change through which subresource: decisions through approval, the certificate through status, once. */
export function validateStatusChange(now: Status, was: Status, subresource: string): FieldError[] {
  const errors: FieldError[] = []
  const at = 'status.conditions'
  const of = (status: Status, type: string) => (status.conditions ?? []).filter(c => c.type === type)
  for (const type of ALWAYS_TRUE)
    if (of(now, type).length < of(was, type).length)
      errors.push(forbidden(at, `updates may not remove a condition of type "${type}"`))
  if (subresource !== 'approval')
    for (const type of DECISIONS) {
      const [present, before] = [of(now, type), of(was, type)]
      if (present.length > before.length)
        errors.push(forbidden(at, `updates may not add a condition of type "${type}"`))
      else if (present.length === before.length && !deepEqual(present, before))
        errors.push(forbidden(at, `updates may not modify a condition of type "${type}"`))
    }
  if ((now.certificate ?? '') === (was.certificate ?? '')) return errors
  const path = 'status.certificate'
  if (subresource !== 'status') errors.push(forbidden(path, 'updates may not set certificate content'))
  else if (was.certificate) errors.push(forbidden(path, 'updates may not modify existing certificate content'))
  const problem = problemOfCertificate(Buffer.from(now.certificate ?? '', 'base64').toString('latin1'))
  if (problem) errors.push(invalid(path, '<certificate data>', problem))
  return errors
}

/** An issued certificate is one or several PEM blocks, without headers. */
function problemOfCertificate(pem: string): string | undefined {
  if (!pem) return undefined
  const blocks = [...pem.matchAll(/-----BEGIN ([^-\r\n]+)-----\r?\n([^-]*)-----END \1-----/g)]
  if (!blocks.length) return 'must contain at least one CERTIFICATE PEM block'
  for (const [, type, body] of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`
    if (body!.includes(':')) return 'no PEM block headers are permitted'
    // A certificate is a DER sequence.
    if (Buffer.from(body!, 'base64')[0] !== 0x30) return 'x509: malformed certificate'
  }
  return undefined
}
