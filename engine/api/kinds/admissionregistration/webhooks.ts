import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, notSupported, required } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { isDNS1123Subdomain } from '../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']

/** Rules for the list of webhooks of both kinds of configuration. */
export function validateWebhooks(webhooks: any[] | undefined): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  ;(webhooks ?? []).forEach((hook, i) => {
    const at = `webhooks[${i}]`
    if (names.has(hook.name)) errors.push(duplicate(`${at}.name`, hook.name))
    names.add(hook.name)
    if (!hook.name) errors.push(required(`${at}.name`))
    else if (isDNS1123Subdomain(hook.name).length)
      errors.push(...isDNS1123Subdomain(hook.name).map(text => invalid(`${at}.name`, hook.name, text)))
    else if (hook.name.split('.').length < 3)
      errors.push(invalid(`${at}.name`, hook.name, 'should be a domain with at least three segments separated by dots'))
    ;(hook.rules ?? []).forEach((rule: any, j: number) => errors.push(...validateRule(rule, `${at}.rules[${j}]`)))
    errors.push(
      ...enumerated(hook.failurePolicy, `${at}.failurePolicy`, ['Fail', 'Ignore']),
      ...enumerated(hook.matchPolicy, `${at}.matchPolicy`, ['Equivalent', 'Exact']),
    )
    if (!hook.sideEffects) errors.push(required(`${at}.sideEffects`, 'must specify one of None, NoneOnDryRun'))
    else errors.push(...enumerated(hook.sideEffects, `${at}.sideEffects`, ['None', 'NoneOnDryRun']))
    if (hook.timeoutSeconds !== undefined && (hook.timeoutSeconds < 1 || hook.timeoutSeconds > 30))
      errors.push(
        invalid(`${at}.timeoutSeconds`, hook.timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'),
      )
    errors.push(
      ...validateLabelSelector(hook.namespaceSelector, `${at}.namespaceSelector`),
      ...validateLabelSelector(hook.objectSelector, `${at}.objectSelector`),
    )
    errors.push(...validateClientConfig(hook.clientConfig ?? {}, `${at}.clientConfig`))
    if (!hook.admissionReviewVersions?.length)
      errors.push(required(`${at}.admissionReviewVersions`, 'must specify one of v1, v1beta1'))
    else if (!hook.admissionReviewVersions.some((v: string) => v === 'v1' || v === 'v1beta1'))
      errors.push(
        invalid(
          `${at}.admissionReviewVersions`,
          hook.admissionReviewVersions,
          'must include at least one of v1, v1beta1',
        ),
      )
  })
  return errors
}

/** One rule of a webhook or policy. */
export function validateRule(rule: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const key of ['operations', 'apiGroups', 'apiVersions', 'resources']) {
    if (!rule[key]?.length) errors.push(required(`${at}.${key}`))
    else if (key !== 'resources' && rule[key].length > 1 && rule[key].includes('*'))
      errors.push(
        invalid(
          `${at}.${key}`,
          rule[key],
          "if '*' is present, must not specify other " +
            (key === 'operations' ? 'operations' : key === 'apiGroups' ? 'API groups' : 'API versions'),
        ),
      )
  }
  ;(rule.operations ?? []).forEach((op: string, i: number) => {
    if (!OPERATIONS.includes(op)) errors.push(notSupported(`${at}.operations[${i}]`, op, OPERATIONS))
  })
  if (rule.scope) errors.push(...enumerated(rule.scope, `${at}.scope`, ['*', 'Cluster', 'Namespaced']))
  return errors
}

/** Where a webhook is called. */
export function validateClientConfig(config: any, at: string): FieldError[] {
  if (!config.url === !config.service) return [required(at, 'exactly one of url or service is required')]
  const errors: FieldError[] = []
  if (config.url) {
    if (!URL.canParse(config.url))
      errors.push(invalid(`${at}.url`, config.url, 'url must be a valid URL; desired format: https://host[/path]'))
    else if (new URL(config.url).protocol !== 'https:')
      errors.push(
        invalid(
          `${at}.url`,
          new URL(config.url).protocol.slice(0, -1),
          "'https' is the only allowed URL scheme; desired format: https://host[/path]",
        ),
      )
  } else {
    if (!config.service.name) errors.push(required(`${at}.service.name`, 'service name is required'))
    if (!config.service.namespace) errors.push(required(`${at}.service.namespace`, 'service namespace is required'))
    if (config.service.port < 1 || config.service.port > 65535)
      errors.push(
        invalid(`${at}.service.port`, config.service.port, 'port is not valid: must be between 1 and 65535, inclusive'),
      )
  }
  return errors
}

/** An optional value of a list. */
export function enumerated(value: unknown, at: string, supported: string[]): FieldError[] {
  return value === undefined || supported.includes(value as string) ? [] : [notSupported(at, value, supported)]
}
