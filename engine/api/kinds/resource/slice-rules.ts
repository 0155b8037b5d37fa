import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, invalids, required, tooLong, tooMany } from '../../validation/field.ts'
import { isDNS1123Label, isDNS1123Subdomain } from '../../validation/names.ts'
import { validateNodeSelector } from '../core/pod/scheduling-rules.ts'
import { uniqueNames, validateDriver } from './device-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_DEVICES = 128
const MAX_ADVANCED_DEVICES = 64
const MAX_FACTS = 32
const MAX_TEXT = 64
const MAX_POOL_NAME = 253
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/

/** Rules for the devices of a driver, and for who can use them. */
export function validateSlice(spec: any): FieldError[] {
  const errors = [...validateDriver(spec.driver, 'spec.driver'), ...validatePool(spec.pool ?? {}, 'spec.pool')]
  const given: string[] = []
  if (spec.nodeName === '')
    errors.push(invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string'))
  else if (spec.nodeName !== undefined) {
    given.push('`nodeName`')
    errors.push(...invalids('spec.nodeName', spec.nodeName, isDNS1123Subdomain(spec.nodeName)))
  }
  if (spec.nodeSelector) {
    given.push('`nodeSelector`')
    errors.push(...validateNodeSelector(spec.nodeSelector, 'spec.nodeSelector'))
    const terms = spec.nodeSelector.nodeSelectorTerms ?? []
    if (terms.length !== 1)
      errors.push(invalid('spec.nodeSelector.nodeSelectorTerms', terms, 'must have exactly one node selector term'))
  }
  for (const key of ['allNodes', 'perDeviceNodeSelection'])
    if (spec[key]) given.push(`\`${key}\``)
    else if (spec[key] === false) errors.push(invalid(`spec.${key}`, false, 'must be either unset or set to true'))
  const one = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'
  if (!given.length) errors.push(required('spec', one))
  else if (given.length > 1)
    errors.push(invalid('spec', `{${given.join(', ')}}`, `${one}, but multiple fields are set`))
  if (spec.sharedCounters && spec.devices)
    errors.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'))
  return [...errors, ...validateDevices(spec.devices ?? [], !!spec.perDeviceNodeSelection, 'spec.devices')]
}

function validatePool(pool: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const name: string = pool.name ?? ''
  if (!name) errors.push(required(`${at}.name`))
  else {
    if (name.length > MAX_POOL_NAME) errors.push(tooLong(`${at}.name`, MAX_POOL_NAME))
    for (const part of name.split('/')) errors.push(...invalids(`${at}.name`, part, isDNS1123Subdomain(part)))
  }
  if ((pool.resourceSliceCount ?? 0) <= 0)
    errors.push(invalid(`${at}.resourceSliceCount`, pool.resourceSliceCount ?? 0, 'must be greater than zero'))
  if (pool.generation < 0)
    errors.push(invalid(`${at}.generation`, pool.generation, 'must be greater than or equal to zero'))
  return errors
}

function validateDevices(devices: any[], perDevice: boolean, at: string): FieldError[] {
  const advanced = devices.some(d => d.taints?.length || d.consumesCounters?.length)
  const most = advanced ? MAX_ADVANCED_DEVICES : MAX_DEVICES
  const errors: FieldError[] = devices.length > most ? [tooMany(at, devices.length, most)] : []
  devices.forEach((device, i) => errors.push(...validateDevice(device, perDevice, `${at}[${i}]`)))
  return [...errors, ...uniqueNames(devices, at)]
}

function validateDevice(device: any, perDevice: boolean, at: string): FieldError[] {
  const errors: FieldError[] = device.name
    ? invalids(`${at}.name`, device.name, isDNS1123Label(device.name))
    : [required(`${at}.name`)]
  const facts = Object.keys(device.attributes ?? {}).length + Object.keys(device.capacity ?? {}).length
  if (facts > MAX_FACTS)
    errors.push(invalid(at, facts, `the total number of attributes and capacities must not exceed ${MAX_FACTS}`))
  for (const [name, attribute] of Object.entries<any>(device.attributes ?? {}))
    errors.push(...validateAttribute(attribute, `${at}.attributes[${name}]`))
  if (!device.allowMultipleAllocations)
    for (const [name, capacity] of Object.entries<any>(device.capacity ?? {}))
      if (capacity.requestPolicy)
        errors.push(forbidden(`${at}.capacity[${name}].requestPolicy`, 'allowMultipleAllocations must be true'))
  const given = ['nodeName', 'nodeSelector', 'allNodes'].filter(key => device[key])
  if (!perDevice) {
    if (given.length)
      errors.push(
        invalid(
          at,
          null,
          '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
        ),
      )
    return errors
  }
  const one =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
  if (!given.length) errors.push(required(at, one))
  else if (given.length > 1) errors.push(invalid(at, `{${given.map(key => `\`${key}\``).join(', ')}}`, one))
  return errors
}

/** An attribute is one value, of one type. */
function validateAttribute(attribute: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const keys = ['bool', 'int', 'string', 'version', 'bools', 'ints', 'strings', 'versions'].filter(
    key => attribute[key] !== undefined,
  )
  const text = (value: string, path: string, isVersion: boolean) => {
    if (isVersion && !VERSION.test(value))
      errors.push(invalid(path, value, 'must be a string compatible with semver.org spec 2.0.0'))
    if (Buffer.byteLength(value) > MAX_TEXT) errors.push(tooLong(path, MAX_TEXT))
  }
  for (const key of ['string', 'version'])
    if (attribute[key] !== undefined) text(attribute[key], `${at}.${key}`, key === 'version')
  for (const key of ['strings', 'versions'])
    (attribute[key] ?? []).forEach((value: string, i: number) => text(value, `${at}.${key}[${i}]`, key === 'versions'))
  if (keys.length !== 1) errors.push(invalid(at, keys.length ? attribute : '', 'exactly one value must be specified'))
  return errors
}
