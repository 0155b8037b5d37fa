import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../../validation/field.ts'
import { isDNS1123Label } from '../../../validation/names.ts'
import { parseQuantity } from '../../../../base/quantity.ts'
import { validateFieldRef, validateResourceFieldRef } from './env-rules.ts'
import { validateClaimSpec } from '../persistent-volume-claim.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** Complains about volumes into `errors`; returns the names that mounts may use. */
export function validateVolumes(volumes: any[] | undefined, at: string, errors: FieldError[]): Set<string> {
  const names = new Set<string>()
  ;(volumes ?? []).forEach((volume, i) => {
    const path = `${at}[${i}]`
    errors.push(...validateSource(volume, path))
    if (!volume.name) errors.push(required(`${path}.name`))
    else {
      errors.push(...isDNS1123Label(volume.name).map(text => invalid(`${path}.name`, volume.name, text)))
      if (names.has(volume.name)) errors.push(duplicate(`${path}.name`, volume.name))
      names.add(volume.name)
    }
  })
  return names
}

function validateSource(volume: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const given = Object.keys(volume).filter(key => key !== 'name')
  if (!given.length) return [required(at, 'must specify a volume type')]
  for (const extra of given.slice(1))
    errors.push(forbidden(`${at}.${extra}`, 'may not specify more than 1 volume type'))
  const kind = given[0]!
  const source = volume[kind]
  const path = `${at}.${kind}`
  const need = (...keys: string[]) => {
    for (const key of keys) if (!source[key]) errors.push(required(`${path}.${key}`))
  }
  switch (kind) {
    case 'emptyDir':
      if (source.sizeLimit && parseQuantity(source.sizeLimit).sign() < 0)
        errors.push(forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'))
      break
    case 'hostPath': {
      need('path')
      if (source.path?.split('/').includes('..'))
        errors.push(invalid(`${path}.path`, source.path, "must not contain '..'"))
      const types = [
        '',
        'BlockDevice',
        'CharDevice',
        'Directory',
        'DirectoryOrCreate',
        'File',
        'FileOrCreate',
        'Socket',
      ]
      if (!types.includes(source.type ?? '')) errors.push(notSupported(`${path}.type`, source.type, types))
      break
    }
    case 'secret':
      need('secretName')
      errors.push(
        ...validateMode(source.defaultMode, `${path}.defaultMode`),
        ...validateItems(source.items, `${path}.items`),
      )
      break
    case 'configMap':
      need('name')
      errors.push(
        ...validateMode(source.defaultMode, `${path}.defaultMode`),
        ...validateItems(source.items, `${path}.items`),
      )
      break
    case 'persistentVolumeClaim':
      need('claimName')
      break
    case 'nfs':
      need('server', 'path')
      if (source.path && !source.path.startsWith('/'))
        errors.push(invalid(`${path}.path`, source.path, 'must be an absolute path'))
      break
    case 'downwardAPI':
      errors.push(...validateMode(source.defaultMode, `${path}.defaultMode`), ...validateDownward(source.items, path))
      break
    case 'projected':
      errors.push(...validateProjected(source, path))
      break
    case 'csi':
      need('driver')
      break
    case 'ephemeral':
      if (!source.volumeClaimTemplate) need('volumeClaimTemplate')
      else errors.push(...validateClaimSpec(source.volumeClaimTemplate.spec ?? {}, `${path}.volumeClaimTemplate.spec`))
      break
    case 'image':
      need('reference')
  }
  return errors
}

function validateProjected(source: any, at: string): FieldError[] {
  const errors: FieldError[] = validateMode(source.defaultMode, `${at}.defaultMode`)
  const paths = new Set<string>()
  ;(source.sources ?? []).forEach((entry: any, i: number) => {
    const path = `${at}.sources[${i}]`
    const given = [
      'secret',
      'configMap',
      'downwardAPI',
      'serviceAccountToken',
      'clusterTrustBundle',
      'podCertificate',
    ].filter(k => entry[k])
    for (const extra of given.slice(1))
      errors.push(forbidden(`${path}.${extra}`, 'may not specify more than 1 volume type per source'))
    const claim = (file: string | undefined) => {
      if (!file) return
      if (paths.has(file)) errors.push(invalid(path, file, 'conflicting duplicate paths'))
      paths.add(file)
    }
    for (const kind of ['secret', 'configMap'])
      if (entry[kind]) {
        if (!entry[kind].name) errors.push(required(`${path}.${kind}.name`))
        errors.push(...validateItems(entry[kind].items, `${path}.${kind}.items`))
        for (const item of entry[kind].items ?? []) claim(item.path)
      }
    if (entry.downwardAPI) {
      errors.push(...validateDownward(entry.downwardAPI.items, `${path}.downwardAPI`))
      for (const item of entry.downwardAPI.items ?? []) claim(item.path)
    }
    const token = entry.serviceAccountToken
    if (token) {
      if (token.expirationSeconds < 600)
        errors.push(
          invalid(
            `${path}.serviceAccountToken.expirationSeconds`,
            token.expirationSeconds,
            'may not specify a duration less than 10 minutes',
          ),
        )
      if (!token.path) errors.push(required(`${path}.serviceAccountToken.path`))
      else errors.push(...validatePath(token.path, `${path}.serviceAccountToken.path`))
      claim(token.path)
    }
  })
  return errors
}

function validateItems(items: any[] | undefined, at: string): FieldError[] {
  return (items ?? []).flatMap((item, i) => {
    const errors: FieldError[] = []
    if (!item.key) errors.push(required(`${at}[${i}].key`))
    if (!item.path) errors.push(required(`${at}[${i}].path`))
    else errors.push(...validatePath(item.path, `${at}[${i}].path`))
    errors.push(...validateMode(item.mode, `${at}[${i}].mode`))
    return errors
  })
}

function validateDownward(items: any[] | undefined, at: string): FieldError[] {
  return (items ?? []).flatMap(item => {
    const errors: FieldError[] = []
    if (!item.path) errors.push(required(`${at}.path`))
    else errors.push(...validatePath(item.path, `${at}.path`))
    if (item.fieldRef && item.resourceFieldRef)
      errors.push(invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
    else if (item.fieldRef) errors.push(...validateFieldRef(item.fieldRef, `${at}.fieldRef`, 'volume'))
    else if (item.resourceFieldRef)
      errors.push(...validateResourceFieldRef(item.resourceFieldRef, `${at}.resourceFieldRef`, true))
    else errors.push(required(at, 'one of fieldRef and resourceFieldRef is required'))
    return errors
  })
}

function validateMode(mode: number | undefined, at: string): FieldError[] {
  return mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(at, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []
}

/** A path below the volume's root. */
function validatePath(path: string, at: string): FieldError[] {
  if (path.startsWith('/')) return [invalid(at, path, 'must be a relative path')]
  if (path.split('/').includes('..')) return [invalid(at, path, "must not contain '..'")]
  return path.startsWith('..') ? [invalid(at, path, "must not start with '..'")] : []
}
