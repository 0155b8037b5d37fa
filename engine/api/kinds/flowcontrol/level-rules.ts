import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_QUEUES = 10_000_000
/** Bits of the hash that picks a flow's queues. */
const MAX_HASH_BITS = 60

/** Rules for how many requests of a level are served at once, and what becomes of the others. */
export function validatePriorityLevel(spec: any, name: string): FieldError[] {
  const errors: FieldError[] = []
  const type: string = spec.type ?? ''
  if ((name === 'exempt') !== (type === 'Exempt'))
    errors.push(invalid('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'"))
  if (type === 'Exempt') {
    if (spec.limited) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'))
    if (spec.exempt) errors.push(...validateShares(spec.exempt, 'spec.exempt'))
  } else if (type === 'Limited') {
    if (spec.exempt) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'))
    if (!spec.limited) errors.push(required('spec.limited', 'must not be empty when type is Limited'))
    else errors.push(...validateLimited(spec.limited, 'spec.limited'))
  } else errors.push(notSupported('spec.type', type, ['Exempt', 'Limited']))
  return errors
}

function validateShares(level: any, at: string): FieldError[] {
  const { nominalConcurrencyShares: shares, lendablePercent: lendable } = level
  const errors: FieldError[] = []
  if (shares < 0) errors.push(invalid(`${at}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'))
  if (lendable < 0 || lendable > 100)
    errors.push(invalid(`${at}.lendablePercent`, lendable, 'must be between 0 and 100, inclusive'))
  return errors
}

function validateLimited(level: any, at: string): FieldError[] {
  const errors = validateShares(level, at)
  const borrowing = level.borrowingLimitPercent
  if (borrowing < 0)
    errors.push(invalid(`${at}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer'))
  const { type = '', queuing } = level.limitResponse ?? {}
  const path = `${at}.limitResponse`
  if (type === 'Reject') {
    if (queuing) errors.push(forbidden(`${path}.queuing`, 'must be nil if limited.limitResponse.type is not Limited'))
  } else if (type === 'Queue') {
    if (!queuing) errors.push(required(`${path}.queuing`, 'must not be empty if limited.limitResponse.type is Limited'))
    else errors.push(...validateQueuing(queuing, `${path}.queuing`))
  } else errors.push(notSupported(`${path}.type`, type, ['Queue', 'Reject']))
  return errors
}

/** Queues are dealt to flows like cards: the hash has to have enough bits for all hands. */
function validateQueuing({ queueLengthLimit = 0, queues = 0, handSize = 0 }: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const positive = 'must be positive'
  if (queueLengthLimit <= 0) errors.push(invalid(`${at}.queueLengthLimit`, queueLengthLimit, positive))
  if (queues <= 0) errors.push(invalid(`${at}.queues`, queues, positive))
  else if (queues > MAX_QUEUES) errors.push(invalid(`${at}.queues`, queues, `must not be greater than ${MAX_QUEUES}`))
  if (handSize <= 0) errors.push(invalid(`${at}.handSize`, handSize, positive))
  else if (handSize > queues)
    errors.push(invalid(`${at}.handSize`, handSize, `should not be greater than queues (${queues})`))
  else if (Math.ceil(Math.log2(queues) * handSize) > MAX_HASH_BITS)
    errors.push(
      invalid(
        `${at}.handSize`,
        handSize,
        `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MAX_HASH_BITS}`,
      ),
    )
  return errors
}
