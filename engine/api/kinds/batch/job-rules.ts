import type { KubeObject } from '../../object.ts'
import { labelSelectorMatches } from '../../selector.ts'
import type { FieldError } from '../../strategy.ts'
import {
  duplicate,
  invalid,
  invalidOmitted,
  invalids,
  notSupported,
  required,
  sortedMap,
  tooLong,
  tooMany,
} from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { isDNS1123Label, isDomainPrefixedPath, isQualifiedName, nonNegative } from '../../validation/names.ts'
import { validatePodTemplateSpec } from '../core/pod/template.ts'
import { countIndexes } from './indexes.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_PARALLELISM = 100_000
const MAX_FAILED_INDEXES = 100_000
const MANY_COMPLETIONS = 100_000
const MAX_BESIDE_MANY = 10_000
const MAX_RULES = 20
const MAX_EXIT_CODES = 255
const MAX_PATTERNS = 20
const MAX_INDEXES_LENGTH = 64 * 1024
const MAX_MANAGED_BY = 63

/** Labels that a job's pods carry so that its generated selector finds them. */
export function generatedLabels(job: KubeObject): Record<string, string> {
  const [uid, name] = [job.metadata.uid ?? '', job.metadata.name ?? '']
  return {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  }
}

/** A job as a whole: the generated selector, the spec, the selector that was chosen, and the names of its pods. */
export function validateJob(object: KubeObject): FieldError[] {
  const spec = object.spec ?? {}
  const errors = [...validateGeneratedSelector(object), ...validateJobSpec(spec, 'spec')]
  const broken = validateLabelSelector(spec.selector, 'spec.selector')
  if (!spec.selector) errors.push(required('spec.selector'))
  else errors.push(...broken)
  const labels = spec.template?.metadata?.labels
  if (!broken.length && !labelSelectorMatches(spec.selector, labels ?? {}))
    errors.push(
      invalid('spec.template.metadata.labels', sortedMap(labels), '`selector` does not match template `labels`'),
    )
  if (spec.completionMode === 'Indexed' && spec.completions > 0) {
    const hostname = `${object.metadata.name ?? ''}-${spec.completions - 1}`
    if (isDNS1123Label(hostname).length)
      errors.push(
        invalid(
          'metadata.name',
          object.metadata.name ?? '',
          `will not able to create pod with invalid DNS label: ${hostname}`,
        ),
      )
  }
  return errors
}

function validateGeneratedSelector(job: KubeObject): FieldError[] {
  const spec = job.spec ?? {}
  if (spec.manualSelector || !spec.selector) return []
  const errors: FieldError[] = []
  if (!job.metadata.uid) errors.push(required('metadata.uid'))
  const expected = generatedLabels(job)
  const labels: Record<string, string> | undefined = spec.template?.metadata?.labels
  for (const [key, value] of Object.entries(expected)) {
    const at = `spec.template.metadata.labels[${key}]`
    if (labels?.[key] === undefined) errors.push(required(at, `must be '${value}'`))
    else if (labels[key] !== value) errors.push(invalid(at, sortedMap(labels), `must be '${value}'`))
  }
  if (!validateLabelSelector(spec.selector, '').length && !labelSelectorMatches(spec.selector, expected))
    errors.push(invalid('spec.selector', spec.selector, '`selector` not auto-generated'))
  return errors
}

/** The spec of a job, of its own or in the template of a cron job, but for the selector. */
export function validateJobSpec(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const key of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ])
    errors.push(...nonNegative(spec[key], `${at}.${key}`))
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(`${at}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  if (spec.managedBy !== undefined) {
    errors.push(...isDomainPrefixedPath(spec.managedBy, `${at}.managedBy`))
    if (spec.managedBy.length > MAX_MANAGED_BY) errors.push(tooLong(`${at}.managedBy`, MAX_MANAGED_BY))
  }
  errors.push(...validateCompletionMode(spec, at))
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, `${at}.podFailurePolicy`))
  if (spec.successPolicy) {
    if (spec.completionMode !== 'Indexed')
      errors.push(
        invalid(`${at}.successPolicy`, internalSuccess(spec.successPolicy), 'requires indexed completion mode'),
      )
    else errors.push(...validateSuccessPolicy(spec, `${at}.successPolicy.rules`))
  }
  const replacement = spec.podReplacementPolicy
  if (replacement !== undefined) {
    const allowed = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
    if (!allowed.includes(replacement)) errors.push(notSupported(`${at}.podReplacementPolicy`, replacement, allowed))
  }
  return [
    ...errors,
    ...validatePodTemplateSpec(spec.template, `${at}.template`),
    ...validateEnds(spec, `${at}.template.spec.restartPolicy`),
  ]
}

/** Pods of a job come to an end. */
function validateEnds(spec: any, at: string): FieldError[] {
  const policy: string = spec.template?.spec?.restartPolicy ?? ''
  if (policy === '' || policy === 'Always') return [required(at, 'valid values: "OnFailure", "Never"')]
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(at, policy, ['OnFailure', 'Never'])]
  return spec.podFailurePolicy && policy !== 'Never'
    ? [invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : []
}

function validateCompletionMode(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const { completionMode: mode, completions, parallelism, maxFailedIndexes: failed, backoffLimitPerIndex } = spec
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed')
    errors.push(notSupported(`${at}.completionMode`, mode, ['NonIndexed', 'Indexed']))
  if (mode === 'Indexed') {
    if (completions === undefined) errors.push(required(`${at}.completions`, 'when completion mode is Indexed'))
    if (parallelism > MAX_PARALLELISM)
      errors.push(
        invalid(
          `${at}.parallelism`,
          parallelism,
          `must be less than or equal to ${MAX_PARALLELISM} when completion mode is Indexed`,
        ),
      )
    if (failed > completions)
      errors.push(invalid(`${at}.maxFailedIndexes`, failed, 'must be less than or equal to completions'))
    if (failed > MAX_FAILED_INDEXES)
      errors.push(invalid(`${at}.maxFailedIndexes`, failed, `must be less than or equal to ${MAX_FAILED_INDEXES}`))
    if (completions > MANY_COMPLETIONS && backoffLimitPerIndex !== undefined) {
      const text = `must be less than or equal to ${MAX_BESIDE_MANY} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`
      if (failed === undefined)
        errors.push(
          required(`${at}.maxFailedIndexes`, `must be specified when completions is above ${MANY_COMPLETIONS}`),
        )
      if (parallelism > MAX_BESIDE_MANY) errors.push(invalid(`${at}.parallelism`, parallelism, text))
      if (failed > MAX_BESIDE_MANY) errors.push(invalid(`${at}.maxFailedIndexes`, failed, text))
    }
  }
  if (mode === undefined || mode === 'NonIndexed')
    for (const key of ['backoffLimitPerIndex', 'maxFailedIndexes'])
      if (spec[key] !== undefined) errors.push(invalid(`${at}.${key}`, spec[key], 'requires indexed completion mode'))
  return errors
}

function validateFailurePolicy(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const rules: any[] = spec.podFailurePolicy.rules ?? []
  if (rules.length > MAX_RULES) errors.push(tooMany(`${at}.rules`, rules.length, MAX_RULES))
  const pod = spec.template?.spec ?? {}
  const names = new Set([...(pod.containers ?? []), ...(pod.initContainers ?? [])].map((c: any) => c.name))
  rules.forEach((rule, i) => {
    const path = `${at}.rules[${i}]`
    const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
    if (!rule.action) errors.push(required(`${path}.action`, `valid values: ${quoted(actions)}`))
    else if (rule.action === 'FailIndex') {
      if (spec.backoffLimitPerIndex === undefined)
        errors.push(invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'))
    } else if (!actions.includes(rule.action)) errors.push(notSupported(`${path}.action`, rule.action, actions))
    if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, `${path}.onExitCodes`, names))
    const conditions: any[] = rule.onPodConditions ?? []
    if (conditions.length) errors.push(...validatePatterns(conditions, `${path}.onPodConditions`))
    if (rule.onExitCodes && conditions.length)
      errors.push(invalidOmitted(path, 'specifying both OnExitCodes and OnPodConditions is not supported'))
    if (!rule.onExitCodes && !conditions.length)
      errors.push(invalidOmitted(path, 'specifying one of OnExitCodes and OnPodConditions is required'))
  })
  return errors
}

/** A list as Go's %q prints it. */
const quoted = (values: string[]): string => `[${values.map(v => JSON.stringify(v)).join(' ')}]`

function validatePatterns(patterns: any[], at: string): FieldError[] {
  const errors: FieldError[] = []
  if (patterns.length > MAX_PATTERNS) errors.push(tooMany(at, patterns.length, MAX_PATTERNS))
  const statuses = ['False', 'True', 'Unknown']
  patterns.forEach((pattern, i) => {
    const path = `${at}[${i}]`
    errors.push(...invalids(`${path}.type`, pattern.type ?? '', isQualifiedName(pattern.type ?? '')))
    if (!pattern.status) errors.push(required(`${path}.status`, `valid values: ${quoted(statuses)}`))
    else if (!statuses.includes(pattern.status)) errors.push(notSupported(`${path}.status`, pattern.status, statuses))
  })
  return errors
}

function validateExitCodes(codes: any, at: string, names: Set<unknown>): FieldError[] {
  const errors: FieldError[] = []
  const operators = ['In', 'NotIn']
  if (!codes.operator) errors.push(required(`${at}.operator`, `valid values: ${quoted(operators)}`))
  else if (!operators.includes(codes.operator)) errors.push(notSupported(`${at}.operator`, codes.operator, operators))
  if (codes.containerName !== undefined && !names.has(codes.containerName))
    errors.push(
      invalid(
        `${at}.containerName`,
        codes.containerName,
        'must be one of the container or initContainer names in the pod template',
      ),
    )
  const values: number[] = codes.values ?? []
  if (!values.length) errors.push(invalid(`${at}.values`, codes.values ?? [], 'at least one value is required'))
  else if (values.length > MAX_EXIT_CODES) errors.push(tooMany(`${at}.values`, values.length, MAX_EXIT_CODES))
  const seen = new Set<number>()
  values.forEach((value, i) => {
    if (codes.operator === 'In' && value === 0)
      errors.push(invalid(`${at}.values[${i}]`, value, 'must not be 0 for the In operator'))
    if (seen.has(value)) errors.push(duplicate(`${at}.values[${i}]`, value))
    seen.add(value)
  })
  if (values.some((value, i) => i > 0 && values[i - 1]! > value))
    errors.push(invalid(`${at}.values`, values, 'must be ordered'))
  return errors
}

function validateSuccessPolicy(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const rules: any[] = spec.successPolicy.rules ?? []
  const completions: number = spec.completions ?? 0
  if (!rules.length)
    errors.push(required(at, 'at least one rules must be specified when the successPolicy is specified'))
  if (rules.length > MAX_RULES) errors.push(tooMany(at, rules.length, MAX_RULES))
  rules.forEach((rule, i) => {
    const path = `${at}[${i}]`
    const { succeededCount: count, succeededIndexes: indexes } = rule
    if (count === undefined && indexes === undefined)
      errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'))
    let total = 0
    if (indexes !== undefined) {
      if (indexes.length > MAX_INDEXES_LENGTH) errors.push(tooLong(`${path}.succeededIndexes`, MAX_INDEXES_LENGTH))
      const read = countIndexes(indexes, completions)
      if (typeof read === 'string')
        errors.push(invalid(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${read}`))
      else total = read
    }
    if (count === undefined) return
    const most = (limit: number, what: string) => {
      if (count > limit)
        errors.push(invalid(`${path}.succeededCount`, count, `must be less than or equal to ${limit} (${what})`))
    }
    errors.push(...nonNegative(count, `${path}.succeededCount`))
    most(completions, 'the number of specified completions')
    if (indexes !== undefined) most(total, 'the number of indexes in the specified succeededIndexes field')
  })
  return errors
}

/** Messages show a policy as the internal type marshals. */
function internalSuccess(policy: any): unknown {
  return {
    Rules:
      policy.rules?.map((rule: any) => ({
        SucceededIndexes: rule.succeededIndexes ?? null,
        SucceededCount: rule.succeededCount ?? null,
      })) ?? null,
  }
}
