import { parseQuantity } from '../../../base/quantity.ts'
import type { Quantity } from '../../../base/quantity.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, forbidden, invalid, invalids, required } from '../../validation/field.ts'
import { isQualifiedName } from '../../validation/names.ts'
import { createdColumn, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from './pod/resource-names.ts'

interface Item {
  type: string
  max?: Record<string, string>
  min?: Record<string, string>
  default?: Record<string, string>
  defaultRequest?: Record<string, string>
  maxLimitRequestRatio?: Record<string, string>
}

export const strategy = defineKind({
  group: '',
  kind: 'LimitRange',
  resource: 'limitranges',
  namespaced: true,
  shortNames: ['limits'],
  columns: [nameColumn, createdColumn],
  setDefaults(object) {
    for (const item of (object.spec?.limits ?? []) as Item[]) {
      if (item.type !== 'Container') continue
      // A limit that is not given is the maximum, a request that is not given the limit, or else the minimum.
      for (const [key, value] of Object.entries(item.max ?? {})) (item.default ??= {})[key] ??= value
      for (const [key, value] of Object.entries(item.default ?? {})) (item.defaultRequest ??= {})[key] ??= value
      for (const [key, value] of Object.entries(item.min ?? {})) (item.defaultRequest ??= {})[key] ??= value
    }
  },
  validate(object) {
    const errors: FieldError[] = []
    const types = new Set<string>()
    ;((object.spec?.limits ?? []) as Item[]).forEach((item, i) => {
      const at = `spec.limits[${i}]`
      const type = item.type ?? ''
      errors.push(...validateType(type, `${at}.type`))
      if (types.has(type)) errors.push(duplicate(`${at}.type`, type))
      types.add(type)
      errors.push(...validateItem(item, at))
    })
    return errors
  },
})

const MAPS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

function validateType(type: string, at: string): FieldError[] {
  const texts = isQualifiedName(type)
  if (texts.length) return invalids(at, type, texts)
  return type.includes('/') || ['Pod', 'Container', 'PersistentVolumeClaim'].includes(type)
    ? []
    : [invalid(at, type, 'must be a standard limit type or fully qualified')]
}

function validateItem(item: Item, at: string): FieldError[] {
  const errors: FieldError[] = []
  const checkName =
    item.type === 'Pod' || item.type === 'Container' ? validateContainerResourceName : validateResourceName
  for (const map of MAPS) {
    if (item.type === 'Pod' && (map === 'default' || map === 'defaultRequest')) {
      if (Object.keys(item[map] ?? {}).length)
        errors.push(forbidden(`${at}.${map}`, "may not be specified when `type` is 'Pod'"))
    } else for (const name in item[map]) errors.push(...checkName(name, `${at}.${map}[${name}]`))
    if (map === 'defaultRequest' && item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage)
      errors.push(
        required(`${at}.limits`, 'either minimum or maximum storage value is required, but neither was provided'),
      )
  }
  const names = new Set(MAPS.flatMap(map => Object.keys(item[map] ?? {})))
  for (const name of [...names].sort()) errors.push(...validateOrder(item, name, at))
  return errors
}

/** min <= default request <= default <= max. */
function validateOrder(item: Item, name: string, at: string): FieldError[] {
  const errors: FieldError[] = []
  const [max, min, limit, request, ratio] = MAPS.map(map =>
    Object.hasOwn(item[map] ?? {}, name) ? parseQuantity(item[map]![name]!) : undefined,
  )
  const complain = (map: string, shown: Quantity | undefined, text: string) =>
    errors.push(invalid(`${at}.${map}[${name}]`, shown!.toString(), text))
  const more = (a: Quantity | undefined, b: Quantity | undefined) => !!a && !!b && a.cmp(b) > 0
  if (more(min, max)) complain('min', min, `min value ${min} is greater than max value ${max}`)
  if (more(min, request))
    complain('defaultRequest', request, `min value ${min} is greater than default request value ${request}`)
  if (more(request, max))
    complain('defaultRequest', request, `default request value ${request} is greater than max value ${max}`)
  if (more(request, limit))
    complain('defaultRequest', request, `default request value ${request} is greater than default limit value ${limit}`)
  if (more(min, limit)) complain('default', min, `min value ${min} is greater than default value ${limit}`)
  if (more(limit, max)) complain('default', max, `default value ${limit} is greater than max value ${max}`)
  if (ratio && ratio.cmp(parseQuantity('1')) < 0)
    complain('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`)
  if (ratio && min && max) {
    const highest = Number(max.milliValue()) / Number(min.milliValue())
    if (Number(ratio.milliValue()) / 1000 > highest)
      complain('maxLimitRequestRatio', ratio, `ratio ${ratio} is greater than max/min = ${highest.toFixed(6)}`)
  }
  if (!isOvercommitAllowed(name) && limit && request && limit.cmp(request) !== 0)
    complain(
      'defaultRequest',
      request,
      `default value ${limit} must equal to defaultRequest value ${request} in ${name}`,
    )
  return errors
}
