import { deepEqual, semanticEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid } from '../../validation/field.ts'
import { ageColumn, column, humanDuration, nameColumn, templateColumns } from '../columns.ts'
import { defineKind } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { templateWarnings } from '../core/pod/warnings.ts'
import { validateJobSpec, validateJobSelector } from './job-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- reads open objects */

const UID_LABEL = 'batch.kubernetes.io/controller-uid'
const NAME_LABEL = 'batch.kubernetes.io/job-name'

export const strategy = defineKind({
  group: 'batch',
  kind: 'Job',
  resource: 'jobs',
  namespaced: true,
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  defaultPropagation: 'orphan',
  columns: [
    nameColumn,
    column('Status', 'string', 'How far the job is.', statusText),
    column('Completions', 'string', 'Pods that succeeded, of all that have to.', completionsText),
    column('Duration', 'string', 'Time from start to completion.', (o, now) => {
      if (!o.status?.startTime) return ''
      return humanDuration(
        (o.status.completionTime ? Date.parse(o.status.completionTime) : now) - Date.parse(o.status.startTime),
      )
    }),
    ageColumn,
    ...templateColumns(
      o => o.spec?.template?.spec,
      o => o.spec?.selector,
    ),
  ],
  setDefaults: object => defaultJobSpec(object.spec, object),
  prepareForCreate(object) {
    generateSelector(object)
  },
  validate(object) {
    return [...validateJobSelector(object), ...validateJobSpec(object.spec ?? {}, 'spec')]
  },
  validateUpdate(object, old, context) {
    if (context.subresource === 'status') return []
    const errors: FieldError[] = []
    const [now, was] = [object.spec ?? {}, old.spec ?? {}]
    const fixed = (key: string, value: unknown = now[key]) =>
      errors.push(invalid(`spec.${key}`, value ?? null, 'field is immutable'))
    if (
      !deepEqual(now.completions, was.completions) &&
      !(now.completionMode === 'Indexed' && now.completions === now.parallelism)
    )
      fixed('completions')
    if (!deepEqual(now.selector, was.selector)) fixed('selector')
    if (!sameTemplate(now, was, old)) fixed('template')
    for (const key of ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'successPolicy', 'managedBy'])
      if (!deepEqual(now[key], was[key])) fixed(key)
    return errors
  },
  warnings: (object, old) => templateWarnings(object.spec?.template, old?.spec?.template, 'spec.template'),
  selectableFields: o => ({ 'status.successful': String(o.status?.succeeded ?? 0) }),
})

/** Defaults of a job's spec, of its own or in a template. */
export function defaultJobSpec(spec: any, job?: KubeObject): void {
  if (!spec) return
  defaultPodSpec(spec.template?.spec)
  // Neither said: one pod, one completion.
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = spec.parallelism = 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2147483647
  const labels = spec.template?.metadata?.labels
  if (job && labels && !Object.keys(job.metadata.labels ?? {}).length) job.metadata.labels = { ...labels }
  if (!job) {
    // The template of a cron job is completed when a job is made of it.
    return
  }
  spec.manualSelector ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
}

/** A job owns the pods that carry its UID, unless the user chose the selector. */
function generateSelector(object: KubeObject): void {
  const spec = object.spec
  if (!spec?.template || spec.manualSelector) return
  const uid = object.metadata.uid ?? ''
  const name = object.metadata.name ?? ''
  const labels = ((spec.template.metadata ??= {}).labels ??= {})
  const wanted: Record<string, string> = {
    'controller-uid': uid,
    [UID_LABEL]: uid,
    'job-name': name,
    [NAME_LABEL]: name,
  }
  for (const [key, value] of Object.entries(wanted)) labels[key] ??= value
  const selector = (spec.selector ??= {})
  const matchLabels = (selector.matchLabels ??= {})
  matchLabels[UID_LABEL] ??= uid
}

/** While a job is suspended and has not started, scheduling directives of its template may change. */
function sameTemplate(now: any, was: any, old: KubeObject): boolean {
  if (semanticEqual(now.template, was.template)) return true
  if (!was.suspend || old.status?.startTime) return false
  const strip = (template: any) => {
    const copy = structuredClone(template ?? {})
    for (const key of ['nodeSelector', 'affinity', 'tolerations', 'schedulingGates']) delete copy.spec?.[key]
    if (copy.metadata) {
      delete copy.metadata.annotations
      delete copy.metadata.labels
    }
    return copy
  }
  return semanticEqual(strip(now.template), strip(was.template))
}

function statusText(o: KubeObject): string {
  const has = (type: string) =>
    (o.status?.conditions ?? []).some((c: { type: string; status: string }) => c.type === type && c.status === 'True')
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (o.metadata.deletionTimestamp) return 'Terminating'
  if (has('Suspended')) return 'Suspended'
  if (has('FailureTarget')) return 'FailureTarget'
  if (has('SuccessCriteriaMet')) return 'SuccessCriteriaMet'
  return 'Running'
}

function completionsText(o: KubeObject): string {
  const done = o.status?.succeeded ?? 0
  if (o.spec?.completions !== undefined) return `${done}/${o.spec.completions}`
  const parallelism = o.spec?.parallelism ?? 0
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`
}
