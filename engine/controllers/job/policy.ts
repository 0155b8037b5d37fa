import type { Job, Pod } from '../../api/types.ts'
import { parseIndexes } from './pods.ts'

/** How a Job ends. */
export interface Verdict {
  type: 'Complete' | 'Failed'
  reason: string
  message: string
}

type Status = NonNullable<Job['status']>

/** The end that numbers and times call for, if any. */
export function judge(job: Job, status: Status, pods: Pod[], nowMs: number): Verdict | undefined {
  const { completions, backoffLimit = 6, activeDeadlineSeconds, suspend } = job.spec!
  if ((status.failed ?? 0) > backoffLimit || restarts(job, pods) > backoffLimit)
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  if (
    activeDeadlineSeconds !== undefined &&
    !suspend &&
    status.startTime &&
    nowMs - Date.parse(status.startTime) >= activeDeadlineSeconds * 1000
  )
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  const succeeded = status.succeeded ?? 0
  const nothingActive = !pods.some(p => p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed')
  // Without completions, one success says that the work is done; the others may finish.
  const complete = completions === undefined ? succeeded > 0 && nothingActive : succeeded >= completions
  if (complete && !(completions === 0 && suspend))
    return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
  return undefined
}

/** With restartPolicy OnFailure the restarts of containers count as failures. */
function restarts(job: Job, pods: Pod[]): number {
  if (job.spec!.template.spec?.restartPolicy !== 'OnFailure') return 0
  return pods
    .filter(p => p.status?.phase === 'Running' || p.status?.phase === 'Pending')
    .flatMap(p => [...(p.status?.containerStatuses ?? []), ...(p.status?.initContainerStatuses ?? [])])
    .reduce((sum, c) => sum + (c.restartCount ?? 0), 0)
}

/** The first rule of the success policy that holds. */
export function successPolicyMet(job: Job, status: Status): Verdict | undefined {
  const rules = job.spec!.successPolicy?.rules ?? []
  const done = parseIndexes(status.completedIndexes)
  const index = rules.findIndex(rule => {
    const relevant = rule.succeededIndexes === undefined ? [...done] : [...parseIndexes(rule.succeededIndexes)]
    const count = relevant.filter(i => done.has(i)).length
    return count > 0 && count >= (rule.succeededCount ?? relevant.length)
  })
  return index < 0
    ? undefined
    : { type: 'Complete', reason: 'SuccessPolicy', message: `Matched rules at index ${index}` }
}

/** What the failure policy says about a failed pod: the first rule that matches. */
export function failurePolicyVerdict(job: Job, pod: Pod): { action: string; message: string } | undefined {
  const rules = job.spec!.podFailurePolicy?.rules ?? []
  const where = `pod ${pod.metadata.namespace}/${pod.metadata.name}`
  for (const [i, rule] of rules.entries()) {
    if (rule.onExitCodes) {
      const { containerName, operator, values = [] } = rule.onExitCodes
      for (const status of [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]) {
        if (containerName && status.name !== containerName) continue
        const code = status.state?.terminated?.exitCode
        if (!code || (operator === 'In') !== values!.includes(code)) continue
        return {
          action: rule.action!,
          message: `Container ${status.name} for ${where} failed with exit code ${code} matching ${rule.action} rule at index ${i}`,
        }
      }
    }
    for (const pattern of rule.onPodConditions ?? []) {
      if (pod.status?.conditions?.some(c => c.type === pattern.type && c.status === (pattern.status ?? 'True')))
        return {
          action: rule.action!,
          message: `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${pattern.type} matching ${rule.action} rule at index ${i}`,
        }
    }
  }
  return undefined
}
