import { parseQuantity } from '../../../base/quantity.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, forbidden, invalid } from '../../validation/field.ts'
import { isQualifiedName } from '../../validation/names.ts'
import { createdColumn, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

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
    ;(object.spec?.limits ?? []).forEach((item: Item, i: number) => {
      const at = `spec.limits[${i}]`
      if (!item.type) errors.push(invalid(`${at}.type`, '', isQualifiedName('')[0]!))
      if (types.has(item.type)) errors.push(duplicate(`${at}.type`, item.type))
      types.add(item.type)
      if (item.type === 'Pod') {
        if (item.default) errors.push(forbidden(`${at}.default`, "may not be specified when `type` is 'Pod'"))
        if (item.defaultRequest)
          errors.push(forbidden(`${at}.defaultRequest`, "may not be specified when `type` is 'Pod'"))
      }
      const keys = new Set(
        [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio].flatMap(m =>
          Object.keys(m ?? {}),
        ),
      )
      for (const key of keys) {
        const value = (map: Record<string, string> | undefined) =>
          map?.[key] === undefined ? undefined : parseQuantity(map[key])
        const [max, min, limit, request] = [
          value(item.max),
          value(item.min),
          value(item.default),
          value(item.defaultRequest),
        ]
        const more = (field: string, a: typeof max, aName: string, b: typeof max, bName: string) => {
          if (a && b && a.cmp(b) > 0)
            errors.push(
              invalid(
                `${at}.${field}[${key}]`,
                a.toString(),
                `${aName} value ${a} is greater than ${bName} value ${b}`,
              ),
            )
        }
        more('min', min, 'min', max, 'max')
        more('defaultRequest', min, 'min', request, 'default request')
        more('defaultRequest', request, 'default request', max, 'max')
        more('defaultRequest', request, 'default request', limit, 'default limit')
        more('default', min, 'min', limit, 'default')
        more('default', limit, 'default', max, 'max')
        const ratio = value(item.maxLimitRequestRatio)
        if (ratio && ratio.value() < 1)
          errors.push(invalid(`${at}.maxLimitRequestRatio[${key}]`, ratio.toString(), `ratio ${ratio} is less than 1`))
      }
      if (item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage)
        errors.push({
          reason: 'FieldValueRequired',
          field: at,
          message: 'Required value: either minimum or maximum storage value is required, but neither was provided',
        })
    })
    return errors
  },
})
