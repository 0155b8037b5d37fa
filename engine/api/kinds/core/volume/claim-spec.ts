import { parseQuantity } from '../../../../base/quantity.ts'
import { deepEqual } from '../../../equality.ts'
import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid, invalids, notSupported, required } from '../../../validation/field.ts'
import { validateLabelSelector } from '../../../validation/metadata.ts'
import { isDNS1123Label, isDNS1123Subdomain } from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
export const VOLUME_MODES = ['Block', 'Filesystem']

/** Access modes of a volume or a claim: known ones, and ReadWriteOncePod alone. */
export function validateAccessModes(modes: string[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const mode of modes ?? []) if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(at, mode, ACCESS_MODES))
  const others = (modes ?? []).filter(mode => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode))
  if (modes?.includes('ReadWriteOncePod') && others.length)
    errors.push(forbidden(at, 'may not use ReadWriteOncePod with other access modes'))
  return errors
}

/** Rules for the spec of a claim, also inside of templates. */
export function validateClaimSpec(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!spec.accessModes?.length) errors.push(required(`${at}.accessModes`, 'at least 1 access mode is required'))
  errors.push(...validateLabelSelector(spec.selector, `${at}.selector`))
  errors.push(...validateAccessModes(spec.accessModes, `${at}.accessModes`))
  const storage = spec.resources?.requests?.storage
  if (storage === undefined) errors.push(required(`${at}.resources[storage]`))
  else if (parseQuantity(storage).sign() <= 0)
    errors.push(invalid(`${at}.resources[storage]`, parseQuantity(storage).toString(), 'must be greater than zero'))
  if (spec.storageClassName)
    errors.push(...invalids(`${at}.storageClassName`, spec.storageClassName, isDNS1123Subdomain(spec.storageClassName)))
  if (spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode))
    errors.push(notSupported(`${at}.volumeMode`, spec.volumeMode, VOLUME_MODES))
  if (spec.dataSource) errors.push(...validateDataSource(spec.dataSource, `${at}.dataSource`))
  if (spec.dataSourceRef) {
    errors.push(...validateDataSource(spec.dataSourceRef, `${at}.dataSourceRef`))
    const { namespace } = spec.dataSourceRef
    if (namespace) errors.push(...invalids(`${at}.dataSourceRef.namespace`, namespace, isDNS1123Label(namespace)))
  }
  if (spec.dataSourceRef?.namespace) {
    if (spec.dataSource) errors.push(invalid(at, {}, 'may not be specified when dataSourceRef.namespace is specified'))
  } else if (spec.dataSource && spec.dataSourceRef) {
    const core = ({ apiGroup, kind, name }: any) => ({ apiGroup, kind, name })
    if (!deepEqual(core(spec.dataSource), core(spec.dataSourceRef)))
      errors.push(invalid(at, {}, 'must match dataSourceRef'))
  }
  if (spec.volumeAttributesClassName)
    errors.push(
      ...invalids(
        `${at}.volumeAttributesClassName`,
        spec.volumeAttributesClassName,
        isDNS1123Subdomain(spec.volumeAttributesClassName),
      ),
    )
  return errors
}

function validateDataSource(source: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!source.name) errors.push(required(`${at}.name`))
  if (!source.kind) errors.push(required(`${at}.kind`))
  if (!source.apiGroup && source.kind !== 'PersistentVolumeClaim')
    errors.push(invalid(at, source.kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  if (source.apiGroup) errors.push(...invalids(`${at}.apiGroup`, source.apiGroup, isDNS1123Subdomain(source.apiGroup)))
  return errors
}

/** Remarks on a claim's spec: bytes come in whole numbers. */
export function claimSpecWarnings(spec: any, at: string): string[] {
  return ['requests', 'limits'].flatMap(which => {
    const value = spec?.resources?.[which]?.storage
    return value !== undefined && parseQuantity(value).milliValue() % 1000
      ? [
          `${at}.resources.${which}[storage]: fractional byte value ${JSON.stringify(parseQuantity(value).toString())} is invalid, must be an integer`,
        ]
      : []
  })
}
