import { setOwn } from '../../../base/own.ts'
import { deepEqual } from '../../equality.ts'
import { JSONReader } from '../../decode/json-reader.ts'
import { ApiError } from '../../status.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, required, tooLong } from '../../validation/field.ts'
import { isConfigMapKey } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

const MAX_BYTES = 1024 * 1024

export const strategy = defineKind({
  group: '',
  kind: 'Secret',
  resource: 'secrets',
  namespaced: true,
  updateRulesFirst: true,
  columns: [
    nameColumn,
    column('Type', 'string', 'What the secret holds.', o => o.type ?? ''),
    column('Data', 'string', 'Number of entries.', o => Object.keys(o.data ?? {}).length),
    ageColumn,
  ],
  setDefaults(object) {
    // stringData is a way to write only.
    if (!object.stringData) return
    const data = (object.data ??= {})
    for (const [key, value] of Object.entries<string>(object.stringData))
      setOwn(data, key, Buffer.from(value).toString('base64'))
    delete object.stringData
  },
  validate(object) {
    const errors: FieldError[] = []
    let total = 0
    for (const [key, value] of Object.entries<string>(object.data ?? {})) {
      errors.push(...isConfigMapKey(key).map(text => invalid(`data[${key}]`, key, text)))
      total += Buffer.byteLength(value, 'base64')
    }
    if (total > MAX_BYTES) errors.push(tooLong('data', MAX_BYTES))
    const json = (key: string): void => {
      const text = object.data?.[key]
      if (text === undefined) return void errors.push(required(`data[${key}]`))
      const problem = problemOfJSON(Buffer.from(text, 'base64').toString())
      if (problem) errors.push(invalid(`data[${key}]`, '<secret contents redacted>', problem))
    }
    switch (object.type) {
      case 'kubernetes.io/service-account-token':
        if (!object.metadata.annotations?.['kubernetes.io/service-account.name'])
          errors.push(required('metadata.annotations[kubernetes.io/service-account.name]'))
        break
      case 'kubernetes.io/dockercfg':
        json('.dockercfg')
        break
      case 'kubernetes.io/dockerconfigjson':
        json('.dockerconfigjson')
        break
      case 'kubernetes.io/basic-auth':
        if (object.data?.username === undefined && object.data?.password === undefined)
          errors.push(required('data[username]'), required('data[password]'))
        break
      case 'kubernetes.io/ssh-auth':
        if (!object.data?.['ssh-privatekey']) errors.push(required('data[ssh-privatekey]'))
        break
      case 'kubernetes.io/tls':
        for (const key of ['tls.crt', 'tls.key'])
          if (object.data?.[key] === undefined) errors.push(required(`data[${key}]`))
    }
    return errors
  },
  prepareForUpdate(object, old) {
    // An update without a type means the one it has.
    if (!object.type) object.type = old.type
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = []
    if (object.type !== old.type) errors.push(invalid('type', object.type, 'field is immutable'))
    if (old.immutable) {
      if (!object.immutable) errors.push(forbidden('immutable', 'field is immutable when `immutable` is set'))
      if (!deepEqual(object.data, old.data))
        errors.push(forbidden('data', 'field is immutable when `immutable` is set'))
    }
    return errors
  },
  selectableFields: o => ({ type: o.type ?? '' }),
})

/** What is wrong with a text that should be a JSON object, in the words of encoding/json. */
function problemOfJSON(text: string): string | undefined {
  try {
    const { value } = new JSONReader(text).read()
    const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
    return value === null || kind === 'object'
      ? undefined
      : `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return error.message
  }
}
