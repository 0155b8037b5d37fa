import { deepEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, forbidden, invalid, required, tooMany } from '../../validation/field.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_CONSUMERS = 256

/** Rules for what a claim got: it stays as it is until it is given back, and is reserved only while there is something. */
export function validateClaimStatus(now: any, was: any, deleted: boolean, known: Set<string>): FieldError[] {
  const errors: FieldError[] = []
  const consumers: any[] = now.reservedFor ?? []
  const at = 'status.reservedFor'
  if (consumers.length > MAX_CONSUMERS) errors.push(tooMany(at, consumers.length, MAX_CONSUMERS))
  const seen = new Set<string>()
  consumers.forEach((consumer, i) => {
    for (const key of ['resource', 'name', 'uid']) if (!consumer[key]) errors.push(required(`${at}[${i}].${key}`))
    if (seen.has(consumer.uid ?? '')) errors.push(duplicate(`${at}[${i}]`, consumer.uid ?? ''))
    seen.add(consumer.uid ?? '')
  })
  const before: any[] = was.reservedFor ?? []
  if (consumers.length && !now.allocation)
    errors.push(forbidden(at, 'may not be specified when `allocated` is not set'))
  else if (deleted && consumers.some(c => !before.some(b => deepEqual(b, c))))
    errors.push(
      forbidden(at, 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set'),
    )
  if (!now.allocation) return errors
  if (was.allocation) {
    if (!deepEqual(now.allocation, was.allocation))
      errors.push(invalid('status.allocation', now.allocation, 'field is immutable'))
    return errors
  }
  ;(now.allocation.devices?.results ?? []).forEach((result: any, i: number) => {
    if (!known.has(result.request ?? ''))
      errors.push(
        invalid(
          `status.allocation.devices.results[${i}].request`,
          result.request ?? '',
          "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
        ),
      )
  })
  return errors
}
