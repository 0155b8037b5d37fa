import { deepClone, deepEqual, semanticEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { NIL, invalid, invalidOmitted, duplicate, required } from '../../validation/field.ts'
import { nonNegative } from '../../validation/names.ts'
import { countIndexes, firstOverlap } from './indexes.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** What of a job's spec may change: how much runs at once, deadlines, and where its pods may go while it is suspended. */
export function validateJobSpecUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, was] = [object.spec ?? {}, old.spec ?? {}]
  const errors: FieldError[] = []
  const fixed = (key: string) => {
    if (!deepEqual(now[key], was[key])) errors.push(invalid(`spec.${key}`, now[key] ?? NIL, 'field is immutable'))
  }
  if (now.completionMode !== 'Indexed') fixed('completions')
  else if (now.completions !== undefined && now.completions !== was.completions && now.completions !== now.parallelism)
    errors.push(invalid('spec.completions', now.completions, 'can only be modified in tandem with spec.parallelism'))
  fixed('selector')
  if (!sameTemplate(now, was, old)) errors.push(invalid('spec.template', now.template ?? NIL, 'field is immutable'))
  for (const key of ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'])
    fixed(key)
  return errors
}

/** While a job is suspended and runs no pods, its template's scheduling directives and resources may change. */
function sameTemplate(now: any, was: any, old: KubeObject): boolean {
  if (semanticEqual(now.template, was.template)) return true
  const idle = isTrue(old, 'Suspended') && !old.status?.active
  if (!was.suspend || (old.status?.startTime && !idle)) return false
  const strip = (template: any) => {
    const copy = deepClone(template ?? {})
    const spec = copy.spec ?? {}
    for (const key of ['nodeSelector', 'tolerations', 'schedulingGates']) delete spec[key]
    if (spec.affinity) delete spec.affinity.nodeAffinity
    for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) delete container.resources
    if (copy.metadata) {
      delete copy.metadata.annotations
      delete copy.metadata.labels
    }
    return copy
  }
  return semanticEqual(strip(now.template), strip(was.template))
}

const isTrue = (job: KubeObject, type: string): boolean =>
  (job.status?.conditions ?? []).some((c: any) => c.type === type && c.status === 'True')

/** What the writers of a job's status are held to: counts that make sense, and an end that stays one. */
export function validateJobStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const status = object.status ?? {}
  const errors: FieldError[] = []
  for (const key of ['active', 'succeeded', 'failed', 'ready', 'terminating'])
    errors.push(...nonNegative(status[key], `status.${key}`))
  errors.push(...validateUncounted(status.uncountedTerminatedPods))
  const conditions = (text: string) => errors.push(invalidOmitted('status.conditions', text))
  const [complete, failed, target, met] = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'].map(type =>
    isTrue(object, type),
  )
  if (complete && failed) conditions('cannot set Complete=True and Failed=true conditions')
  if (complete && target) conditions('cannot set Complete=True and FailureTarget=true conditions')
  errors.push(...validateTimes(object, old, complete!))
  if (failed && !target) conditions('cannot set Failed=True condition without the FailureTarget=true condition')
  if (complete && !met) conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
  if (complete || failed) errors.push(...validateFinished(status))
  errors.push(...validateIndexes(object))
  if (status.ready !== undefined && status.ready > (status.active ?? 0))
    errors.push(invalid('status.ready', status.ready, 'cannot set more ready pods than active'))
  if (met && failed) conditions('cannot set SuccessCriteriaMet=True and Failed=true conditions')
  if (met && target) conditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (isTrue(old, type) && !isTrue(object, type)) conditions(`cannot disable the terminal ${type}=True condition`)
  for (const key of ['failed', 'succeeded'])
    if ((status[key] ?? 0) < (old.status?.[key] ?? 0))
      errors.push(invalid(`status.${key}`, status[key] ?? 0, `cannot decrease the ${key} counter`))
  if (isTrue(old, 'SuccessCriteriaMet') && !met) conditions('cannot disable the SuccessCriteriaMet=True condition')
  if (isTrue(old, 'Complete') && !isTrue(old, 'SuccessCriteriaMet') && met)
    conditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')
  return errors
}

function validateUncounted(pods: any): FieldError[] {
  const seen = new Set<string>()
  return ['succeeded', 'failed'].flatMap(list =>
    ((pods?.[list] ?? []) as string[]).flatMap((uid, i) => {
      const at = `status.uncountedTerminatedPods.${list}[${i}]`
      if (!uid) return [invalid(at, uid, 'must not be empty')]
      if (seen.has(uid)) return [duplicate(at, uid)]
      seen.add(uid)
      return []
    }),
  )
}

function validateTimes(object: KubeObject, old: KubeObject, complete: boolean): FieldError[] {
  const errors: FieldError[] = []
  const { completionTime, startTime } = object.status ?? {}
  const at = 'status.completionTime'
  if (completionTime && !complete)
    errors.push(invalid(at, completionTime, 'cannot set completionTime when there is no Complete=True condition'))
  if (!completionTime && complete) errors.push(required(at, 'completionTime is required for Complete jobs'))
  if (startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime))
    errors.push(invalid(at, completionTime, 'completionTime cannot be set before startTime'))
  const before = old.status ?? {}
  if (completionTime && before.completionTime && completionTime !== before.completionTime)
    errors.push(invalid(at, completionTime, 'completionTime cannot be mutated'))
  if (before.startTime && startTime !== before.startTime && !object.spec?.suspend)
    errors.push(required('status.startTime', 'startTime cannot be removed for unsuspended job'))
  return errors
}

function validateFinished(status: any): FieldError[] {
  const errors: FieldError[] = []
  if (status.active > 0) errors.push(invalid('status.active', status.active, 'active>0 is invalid for finished job'))
  if (!status.startTime) errors.push(required('status.startTime', 'startTime is required for finished job'))
  const pods = status.uncountedTerminatedPods
  if (pods?.failed?.length || pods?.succeeded?.length)
    errors.push(
      invalid(
        'status.uncountedTerminatedPods',
        { Succeeded: pods.succeeded ?? null, Failed: pods.failed ?? null },
        'uncountedTerminatedPods needs to be empty for finished job',
      ),
    )
  if (status.terminating > 0)
    errors.push(invalid('status.terminating', status.terminating, 'terminating>0 is invalid for finished job'))
  return errors
}

function validateIndexes(object: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  const [spec, status] = [object.spec ?? {}, object.status ?? {}]
  const { completedIndexes = '', failedIndexes } = status
  const readable = (key: string, text: string) => {
    const read = countIndexes(text, spec.completions)
    if (typeof read === 'string') errors.push(invalid(`status.${key}`, text, `error parsing ${key}: ${read}`))
  }
  if (spec.completions !== undefined) {
    readable('completedIndexes', completedIndexes)
    if (spec.backoffLimitPerIndex !== undefined && failedIndexes !== undefined) readable('failedIndexes', failedIndexes)
  }
  if (completedIndexes && spec.completionMode !== 'Indexed')
    errors.push(
      invalid(
        'status.completedIndexes',
        completedIndexes,
        'cannot set non-empty completedIndexes when non-indexed completion mode',
      ),
    )
  if (spec.backoffLimitPerIndex === undefined && failedIndexes !== undefined)
    errors.push(
      invalid(
        'status.failedIndexes',
        failedIndexes,
        'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ),
    )
  if (spec.completions !== undefined && failedIndexes && completedIndexes) {
    const shared = firstOverlap(completedIndexes, failedIndexes, spec.completions)
    if (shared !== undefined)
      errors.push(
        invalid(
          'status.failedIndexes',
          failedIndexes,
          `failedIndexes and completedIndexes overlap at index: ${shared}`,
        ),
      )
  }
  return errors
}
