import { deepEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, notSupported, required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'CSIDriver',
  resource: 'csidrivers',
  namespaced: false,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('AttachRequired', 'boolean', 'Whether volumes have to be attached.', o => o.spec?.attachRequired ?? true),
    column(
      'PodInfoOnMount',
      'boolean',
      'Whether the driver is told about the pod.',
      o => o.spec?.podInfoOnMount ?? false,
    ),
    column(
      'StorageCapacity',
      'boolean',
      'Whether the driver reports its capacity.',
      o => o.spec?.storageCapacity ?? false,
    ),
    column(
      'TokenRequests',
      'string',
      'Audiences of the tokens it wants.',
      o => ((o.spec?.tokenRequests ?? []) as { audience: string }[]).map(t => t.audience).join(',') || '<unset>',
    ),
    column(
      'RequiresRepublish',
      'boolean',
      'Whether it wants to be called again and again.',
      o => o.spec?.requiresRepublish ?? false,
    ),
    column('Modes', 'string', 'Kinds of volumes.', o => (o.spec?.volumeLifecycleModes ?? []).join(',') || '<none>'),
    ageColumn,
  ],
  validateNew: ({ spec = {} }) => [
    ...['attachRequired', 'podInfoOnMount', 'storageCapacity']
      .filter(key => spec[key] === undefined)
      .map(key => required(`spec.${key === 'attachRequired' ? 'attachedRequired' : key}`)),
    ...validateGroupPolicy(spec.fsGroupPolicy),
    ...validateTokens(spec.tokenRequests),
    ...((spec.volumeLifecycleModes ?? []) as string[])
      .filter(mode => !MODES.includes(mode))
      .map(mode => notSupported('spec.volumeLifecycleModes', mode, MODES)),
    ...validatePeriod(spec.nodeAllocatableUpdatePeriodSeconds),
  ],
  validateUpdate: ({ spec = {} }, { spec: old = {} }) => [
    ...['attachRequired', 'volumeLifecycleModes']
      .filter(key => !deepEqual(spec[key], old[key]))
      .map(key =>
        invalid(`spec.${key === 'attachRequired' ? 'attachedRequired' : key}`, spec[key] ?? null, 'field is immutable'),
      ),
    ...validateTokens(spec.tokenRequests),
    ...validatePeriod(spec.nodeAllocatableUpdatePeriodSeconds),
  ],
})

const MODES = ['Persistent', 'Ephemeral']
const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType']

function validateGroupPolicy(policy: string | undefined): FieldError[] {
  if (!policy) return [required('spec.fsGroupPolicy')]
  return GROUP_POLICIES.includes(policy) ? [] : [notSupported('spec.fsGroupPolicy', policy, GROUP_POLICIES)]
}

function validateTokens(requests: { audience?: string; expirationSeconds?: number }[] | undefined): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;(requests ?? []).forEach(({ audience = '', expirationSeconds: seconds }, i) => {
    const at = `spec.tokenRequests[${i}]`
    if (seen.has(audience)) {
      errors.push(duplicate(`${at}.audience`, audience))
      return
    }
    seen.add(audience)
    if (seconds === undefined) return
    if (seconds < 600)
      errors.push(invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'))
    if (seconds > 2 ** 32)
      errors.push(invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'))
  })
  return errors
}

const validatePeriod = (seconds: number | undefined): FieldError[] =>
  seconds !== undefined && seconds < 10
    ? [invalid('spec.nodeAllocatableUpdatePeriodSeconds', seconds, 'must be greater than or equal to 10 seconds')]
    : []
