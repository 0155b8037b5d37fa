import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, required, tooMany } from '../../validation/field.ts'
import { isDNS1035Label } from '../../validation/names.ts'
import { validateStructuralSchema } from './schema-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const MAX_SELECTABLE = 8
const MAX_WARNING = 256

/** Rules for one version of a custom resource. */
export function validateVersion(version: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const texts = isDNS1035Label(version.name ?? '')
  if (texts.length) errors.push(invalid(`${at}.name`, version.name ?? '', texts.join(',')))
  errors.push(...validateDeprecation(version, at))
  const schema = version.schema?.openAPIV3Schema
  if (!schema) errors.push(required(`${at}.schema.openAPIV3Schema`, 'schemas are required'))
  else errors.push(...validateStructuralSchema(schema, `${at}.schema.openAPIV3Schema`))
  errors.push(...validateScale(version.subresources?.scale, `${at}.subresources.scale`))
  ;(version.additionalPrinterColumns ?? []).forEach((column: any, i: number) =>
    errors.push(...validateColumn(column, `${at}.additionalPrinterColumns[${i}]`)),
  )
  return [...errors, ...validateSelectable(version.selectableFields ?? [], `${at}.selectableFields`)]
}

function validateDeprecation({ deprecated, deprecationWarning: warning }: any, at: string): FieldError[] {
  const path = `${at}.deprecationWarning`
  if (warning === undefined) return []
  const errors: FieldError[] = []
  if (!deprecated) errors.push(invalid(path, warning, 'can only be set for deprecated versions'))
  if (!warning) errors.push(invalid(path, warning, 'must not be an empty string'))
  if (warning.trim() !== warning) errors.push(invalid(path, warning, 'must not have leading or trailing whitespace'))
  if (Buffer.byteLength(warning) > MAX_WARNING)
    errors.push(invalid(path, warning, `must be <= ${MAX_WARNING} characters long`))
  return errors
}

function validateScale(scale: any, at: string): FieldError[] {
  if (!scale) return []
  const errors: FieldError[] = []
  for (const [key, root] of [
    ['specReplicasPath', '.spec.'],
    ['statusReplicasPath', '.status.'],
  ] as const) {
    const path: string = scale[key] ?? ''
    if (!path) errors.push(required(`${at}.${key}`))
    else if (!path.startsWith(root))
      errors.push(invalid(`${at}.${key}`, path, `should be a json path under ${root.slice(0, -1)}`))
  }
  const selector: string | undefined = scale.labelSelectorPath
  if (selector && !/^\.(spec|status)\./.test(selector))
    errors.push(invalid(`${at}.labelSelectorPath`, selector, 'should be a json path under either .spec or .status'))
  return errors
}

function validateColumn({ name, type, format, jsonPath }: any, at: string): FieldError[] {
  const errors: FieldError[] = name ? [] : [required(`${at}.name`)]
  const types = `must be one of ${COLUMN_TYPES.join(',')}`
  if (!type) errors.push(required(`${at}.type`, types))
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(`${at}.type`, type, types))
  if (format && !FORMATS.includes(format))
    errors.push(invalid(`${at}.format`, format, `must be one of ${FORMATS.join(',')}`))
  if (!jsonPath) errors.push(required(`${at}.jsonPath`))
  else if (!jsonPath.startsWith('.'))
    errors.push(invalid(`${at}.jsonPath`, jsonPath, 'must be a simple json path starting with .'))
  return errors
}

/** Fields that selectors may name: each once. */
function validateSelectable(fields: { jsonPath?: string }[], at: string): FieldError[] {
  const errors: FieldError[] = fields.length > MAX_SELECTABLE ? [tooMany(at, fields.length, MAX_SELECTABLE)] : []
  const seen = new Set<string>()
  fields.forEach(({ jsonPath = '' }, i) => {
    const path = `${at}[${i}].jsonPath`
    if (!jsonPath) return void errors.push(required(path))
    if (!jsonPath.startsWith('.')) errors.push(invalid(path, jsonPath, 'must be a simple json path starting with .'))
    if (jsonPath === '.metadata' || jsonPath.startsWith('.metadata.'))
      errors.push(invalid(path, jsonPath, 'must not point to fields in metadata'))
    if (seen.has(jsonPath)) errors.push(duplicate(path, jsonPath))
    seen.add(jsonPath)
  })
  return errors
}
