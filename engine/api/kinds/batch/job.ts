import type { KubeObject } from '../../object.ts'
import { ageColumn, column, humanDuration, nameColumn, templateColumns } from '../columns.ts'
import { defineKind } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { workloadWarnings } from '../apps/workload.ts'
import { generatedLabels, validateJob } from './job-rules.ts'
import { validateJobSpecUpdate, validateJobStatusUpdate } from './job-update-rules.ts'

const UID_LABEL = 'batch.kubernetes.io/controller-uid'

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
  setDefaults: defaultJob,
  prepareForCreate(object) {
    generateSelector(object)
  },
  validate: validateJob,
  validateUpdate: (object, old, context) =>
    context.subresource === 'status' ? validateJobStatusUpdate(object, old) : validateJobSpecUpdate(object, old),
  warnings(object, old) {
    const warnings = workloadWarnings(object, old)
    if (old && old.metadata.generation === object.metadata.generation) return warnings
    const { completionMode, completions, parallelism } = object.spec ?? {}
    if (completionMode === 'Indexed' && completions > 100_000 && parallelism > 10_000)
      warnings.push(
        'spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
      )
    return warnings
  },
  selectableFields: o => ({ 'status.successful': String(o.status?.succeeded ?? 0) }),
})

/** Defaults of a job's spec. The template of a cron job is completed when a job is made of it. */
function defaultJob(job: KubeObject): void {
  const spec = job.spec
  if (!spec) return
  defaultPodSpec(spec.template?.spec)
  // Neither said: one pod, one completion.
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = spec.parallelism = 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2147483647
  const labels = spec.template?.metadata?.labels
  if (labels && !Object.keys(job.metadata.labels ?? {}).length) job.metadata.labels = { ...labels }
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.manualSelector ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
}

/** A job owns the pods that carry its UID, unless the user chose the selector. */
function generateSelector(object: KubeObject): void {
  const spec = object.spec
  if (!spec?.template || spec.manualSelector) return
  const labels = ((spec.template.metadata ??= {}).labels ??= {})
  for (const [key, value] of Object.entries(generatedLabels(object))) labels[key] ??= value
  const matchLabels = ((spec.selector ??= {}).matchLabels ??= {})
  matchLabels[UID_LABEL] ??= object.metadata.uid ?? ''
}

function statusText(o: KubeObject): string {
  const has = (type: string) =>
    (o.status?.conditions ?? []).some((c: { type: string; status: string }) => c.type === type && c.status === 'True')
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (o.metadata.deletionTimestamp) return 'Terminating'
  if (has('Suspended')) return 'Suspended'
  if (has('FailureTarget')) return 'FailureTarget'
  return 'Running'
}

function completionsText(o: KubeObject): string {
  const done = o.status?.succeeded ?? 0
  if (o.spec?.completions !== undefined) return `${done}/${o.spec.completions}`
  const parallelism = o.spec?.parallelism ?? 0
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`
}
