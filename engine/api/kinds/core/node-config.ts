import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, invalids, required } from '../../validation/field.ts'
import { isConfigMapKey, isDNS1123Label, isDNS1123Subdomain } from '../../validation/names.ts'

interface Source {
  configMap?: {
    namespace?: string
    name?: string
    uid?: string
    resourceVersion?: string
    kubeletConfigKey?: string
  }
}

/** Where a kubelet takes its configuration from. In a status it is said exactly which version; in a spec it must not be. */
export function validateConfigSource(source: Source, at: string, inStatus: boolean): FieldError[] {
  const map = source.configMap
  if (!map) return [invalid(at, { ConfigMap: null }, 'exactly one reference subfield must be non-nil')]
  const errors: FieldError[] = []
  const path = `${at}.configMap`
  for (const key of ['uid', 'resourceVersion'] as const)
    if (inStatus && !map[key]) errors.push(required(`${path}.${key}`))
    else if (!inStatus && map[key]) errors.push(forbidden(`${path}.${key}`, `${key} must not be set in spec`))
  const named = (key: 'namespace' | 'name' | 'kubeletConfigKey', rule: (value: string) => string[]) => {
    const value = map[key]
    if (!value) errors.push(required(`${path}.${key}`))
    else errors.push(...invalids(`${path}.${key}`, value, rule(value)))
  }
  named('namespace', isDNS1123Label)
  named('name', isDNS1123Subdomain)
  named('kubeletConfigKey', isConfigMapKey)
  return errors
}
