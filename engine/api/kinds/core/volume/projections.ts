import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid, invalids, notSupported, required } from '../../../validation/field.ts'
import { validateLabelSelector } from '../../../validation/metadata.ts'
import { isDNS1123Subdomain } from '../../../validation/names.ts'
import { validateLocalNonReservedPath } from '../../../validation/paths.ts'
import { validateSignerName } from '../../certificates/signer-name.ts'
import { validateFieldRef, validateResourceFieldRef } from '../pod/env-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519']
const DAY = 24 * 3600
/** The longest lives of certificates for pods: of any signer, and of Kubernetes' own signers. */
const MAX_SECONDS = 91 * DAY
const MAX_OWN_SECONDS = DAY

/** Mode bits of a file. */
export function validateFileMode(mode: number | undefined, at: string): FieldError[] {
  return mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(at, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []
}

/** Keys of a config map or secret, and the files that they become. */
export function validateItems(items: any[] | undefined, at: string): FieldError[] {
  return (items ?? []).flatMap((item, i) => validateItem(item, `${at}[${i}]`))
}

function validateItem(item: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!item.key) errors.push(required(`${at}.key`))
  if (!item.path) errors.push(required(`${at}.path`))
  errors.push(...validateLocalNonReservedPath(item.path ?? '', `${at}.path`))
  errors.push(...validateFileMode(item.mode, `${at}.mode`))
  return errors
}

/** Files that show fields of the pod. Complaints name the volume, not the file: Kubernetes' do. */
export function validateDownwardFile(file: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!file.path) errors.push(required(`${at}.path`))
  errors.push(...validateLocalNonReservedPath(file.path ?? '', `${at}.path`))
  if (file.fieldRef) {
    errors.push(...validateFieldRef(file.fieldRef, `${at}.fieldRef`, 'volume'))
    if (file.resourceFieldRef)
      errors.push(invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
  } else if (file.resourceFieldRef)
    errors.push(...validateResourceFieldRef(file.resourceFieldRef, `${at}.resourceFieldRef`, true))
  else errors.push(required(at, 'one of fieldRef and resourceFieldRef is required'))
  errors.push(...validateFileMode(file.mode, `${at}.mode`))
  return errors
}

/** A projected volume: several sources in one folder. */
export function validateProjected(volume: any, at: string): FieldError[] {
  const errors = validateFileMode(volume.defaultMode, `${at}.defaultMode`)
  const paths = new Set<string>()
  const claim = (path: string, shown: string) => {
    if (paths.has(path)) errors.push(invalid(at, shown, 'conflicting duplicate paths'))
    else paths.add(path)
  }
  ;(volume.sources ?? []).forEach((source: any, i: number) => {
    const path = `${at}.sources[${i}]`
    let count = 0
    for (const kind of ['secret', 'configMap']) {
      const keyed = source[kind]
      if (!keyed) continue
      count++
      if (!keyed.name) errors.push(required(`${path}.${kind}.name`))
      ;(keyed.items ?? []).forEach((item: any, j: number) => {
        errors.push(...validateItem(item, `${path}.${kind}.items[${j}]`))
        if (item.path) claim(item.path, keyed.name ?? '')
      })
    }
    if (source.downwardAPI) {
      count++
      for (const file of source.downwardAPI.items ?? []) {
        errors.push(...validateDownwardFile(file, `${path}.downwardAPI`))
        if (file.path) claim(file.path, file.path)
      }
    }
    if (source.serviceAccountToken) {
      count++
      errors.push(...validateToken(source.serviceAccountToken, `${path}.serviceAccountToken`, at))
    }
    if (source.clusterTrustBundle) {
      count++
      errors.push(...validateTrustBundle(source.clusterTrustBundle, `${path}.clusterTrustBundle`))
      claim(source.clusterTrustBundle.path ?? '', source.clusterTrustBundle.path ?? '')
    }
    if (source.podCertificate) {
      count++
      errors.push(...validatePodCertificate(source.podCertificate, `${path}.podCertificate`))
      for (const key of ['credentialBundlePath', 'keyPath', 'certificateChainPath'])
        if (source.podCertificate[key]) claim(source.podCertificate[key], source.podCertificate[key])
    }
    if (count > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type per source'))
  })
  return errors
}

/** `volumeAt` takes the complaints about the path: Kubernetes' do not name the source. */
function validateToken(token: any, at: string, volumeAt: string): FieldError[] {
  const errors: FieldError[] = []
  const seconds = token.expirationSeconds
  if (seconds < 600)
    errors.push(invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'))
  if (seconds > 2 ** 32)
    errors.push(invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'))
  if (!token.path) errors.push(required(`${volumeAt}.path`))
  else errors.push(...validateLocalNonReservedPath(token.path, `${volumeAt}.path`))
  return errors
}

function validateTrustBundle(bundle: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const { name, signerName, labelSelector } = bundle
  if (name !== undefined && signerName !== undefined)
    errors.push(
      invalid(
        at,
        {
          Name: name,
          SignerName: signerName,
          LabelSelector: labelSelector ?? null,
          Optional: bundle.optional ?? null,
          Path: bundle.path ?? '',
        },
        'only one of name and signerName may be used',
      ),
    )
  else if (name !== undefined) {
    if (!name) errors.push(required(`${at}.name`, 'must be a valid object name'))
    errors.push(
      ...invalids(
        `${at}.name`,
        name,
        trustBundleNameTexts(name).map(text => `not a valid clustertrustbundlename: ${text}`),
      ),
    )
    if (labelSelector)
      errors.push(invalid(`${at}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified'))
  } else if (signerName !== undefined) {
    if (!signerName) errors.push(required(`${at}.signerName`, 'must be a valid signer name'))
    errors.push(...validateSignerName(signerName, `${at}.signerName`))
    errors.push(...validateLabelSelector(labelSelector, `${at}.labelSelector`))
  } else errors.push(required(at, 'either name or signerName must be specified'))
  if (!bundle.path) errors.push(required(`${at}.path`))
  errors.push(...validateLocalNonReservedPath(bundle.path ?? '', `${at}.path`))
  return errors
}

/** A bundle of a signer carries the signer's name, with colons for slashes, before its own. */
function trustBundleNameTexts(name: string): string[] {
  const colon = name.lastIndexOf(':')
  if (colon < 0) return isDNS1123Subdomain(name)
  // Nothing before the colon is no signer, and then there may be no colon.
  if (colon === 0) return ['ClusterTrustBundle without signer name must not have ":" in its name']
  return isDNS1123Subdomain(name.slice(colon + 1))
}

function validatePodCertificate(certificate: any, at: string): FieldError[] {
  const errors = validateSignerName(certificate.signerName ?? '', `${at}.signerName`)
  if (!KEY_TYPES.includes(certificate.keyType))
    errors.push(notSupported(`${at}.keyType`, certificate.keyType ?? '', KEY_TYPES))
  const seconds = certificate.maxExpirationSeconds
  if (seconds !== undefined && seconds < 3600)
    errors.push(invalid(`${at}.maxExpirationSeconds`, seconds, 'if provided, maxExpirationSeconds must be >= 3600'))
  const longest = /^([^/]*\.)?kubernetes\.io\//.test(certificate.signerName ?? '') ? MAX_OWN_SECONDS : MAX_SECONDS
  if (seconds !== undefined && seconds > longest)
    errors.push(
      invalid(`${at}.maxExpirationSeconds`, seconds, `if provided, maxExpirationSeconds must be <= ${longest}`),
    )
  let count = 0
  for (const key of ['credentialBundlePath', 'keyPath', 'certificateChainPath'])
    if (certificate[key]) {
      count++
      errors.push(...validateLocalNonReservedPath(certificate[key], `${at}.${key}`))
    }
  if (!count)
    errors.push(required(at, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'))
  return errors
}
