import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, required } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { isDNS1035Label, isDNS1123Subdomain } from '../../validation/names.ts'
import { validateClientConfig } from './client-config.ts'
import { enumerated, validateMatchConditions, validateRule } from './match-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const REVIEW_VERSIONS = ['v1', 'v1beta1']
const SIDE_EFFECTS = ['None', 'NoneOnDryRun']
const MAX_TIMEOUT_SECONDS = 30

/** Rules for the list of webhooks of both kinds of configuration. */
export function validateWebhooks(webhooks: any[] | undefined): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  ;(webhooks ?? []).forEach((hook, i) => {
    const at = `webhooks[${i}]`
    errors.push(...validateWebhook(hook, at))
    errors.push(...validateReviewVersions(hook.admissionReviewVersions ?? [], `${at}.admissionReviewVersions`))
    if (!hook.name) return
    if (names.has(hook.name)) errors.push(duplicate(`${at}.name`, hook.name))
    names.add(hook.name)
  })
  return errors
}

function validateWebhook(hook: any, at: string): FieldError[] {
  const errors: FieldError[] = [
    ...validateName(hook.name ?? '', `${at}.name`),
    ...(hook.rules ?? []).flatMap((rule: any, j: number) => validateRule(rule, `${at}.rules[${j}]`)),
    ...enumerated(hook.failurePolicy, `${at}.failurePolicy`, ['Fail', 'Ignore']),
    ...enumerated(hook.matchPolicy, `${at}.matchPolicy`, ['Equivalent', 'Exact']),
  ]
  if (hook.sideEffects === undefined)
    errors.push(required(`${at}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(', ')}`))
  else errors.push(...enumerated(hook.sideEffects, `${at}.sideEffects`, SIDE_EFFECTS))
  const timeout = hook.timeoutSeconds
  if (timeout < 1 || timeout > MAX_TIMEOUT_SECONDS)
    errors.push(
      invalid(
        `${at}.timeoutSeconds`,
        timeout,
        `the timeout value must be between 1 and ${MAX_TIMEOUT_SECONDS} seconds`,
      ),
    )
  return [
    ...errors,
    ...validateLabelSelector(hook.namespaceSelector, `${at}.namespaceSelector`),
    ...validateLabelSelector(hook.objectSelector, `${at}.objectSelector`),
    ...enumerated(hook.reinvocationPolicy, `${at}.reinvocationPolicy`, ['IfNeeded', 'Never']),
    ...validateClientConfig(hook.clientConfig ?? {}, `${at}.clientConfig`),
    ...validateMatchConditions(hook.matchConditions, `${at}.matchConditions`),
  ]
}

/** Webhooks are named like hosts, below a domain of somebody's own. */
function validateName(name: string, at: string): FieldError[] {
  if (!name) return [required(at)]
  const texts = isDNS1123Subdomain(name)
  if (texts.length) return [invalid(at, name, texts.join(','))]
  if (name.split('.').length < 3)
    return [invalid(at, name, 'should be a domain with at least three segments separated by dots')]
  return []
}

/** Versions of reviews that the webhook understands; one has to be known here. */
function validateReviewVersions(versions: string[], at: string): FieldError[] {
  if (!versions.length) return [required(at, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)]
  const errors: FieldError[] = []
  const seen = new Set<string>()
  versions.forEach((version, i) => {
    if (seen.has(version)) return void errors.push(invalid(`${at}[${i}]`, version, 'duplicate version'))
    seen.add(version)
    for (const text of isDNS1035Label(version)) errors.push(invalid(`${at}[${i}]`, version, text))
  })
  if (!versions.some(v => REVIEW_VERSIONS.includes(v)))
    errors.push(invalid(at, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`))
  return errors
}
