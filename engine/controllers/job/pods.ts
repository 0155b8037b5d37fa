import type { Job, Pod } from '../../api/types.ts'
import { podFromTemplate } from '../replicas/pods.ts'

export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking'
const INDEX = 'batch.kubernetes.io/job-completion-index'
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX'

/** A pod of a Job; of an indexed one the pod of an index, which it can read in its environment and hostname. */
export function jobPod(job: Job, index: number | undefined): Pod {
  const pod = podFromTemplate(job.spec!.template, job)
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER]
  if (index === undefined) return pod
  const name = job.metadata.name!
  pod.metadata.generateName = `${name}-${index}-`
  pod.metadata.annotations = { ...pod.metadata.annotations, [INDEX]: String(index) }
  pod.metadata.labels = { ...pod.metadata.labels, [INDEX]: String(index) }
  const spec = pod.spec!
  spec.hostname = `${name}-${index}`
  const variable = { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } }
  for (const container of [...spec.containers!, ...(spec.initContainers ?? [])])
    if (!container.env?.some(e => e.name === INDEX_VARIABLE)) container.env = [...(container.env ?? []), variable]
  return pod
}

export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[INDEX]
  return text === undefined ? undefined : Number(text)
}

/** "1,3-5" as a set. */
export function parseIndexes(text: string | undefined): Set<number> {
  const indexes = new Set<number>()
  for (const part of (text ?? '').split(',').filter(Boolean)) {
    const [from, to = from] = part.split('-').map(Number)
    for (let i = from; i <= to; i++) indexes.add(i)
  }
  return indexes
}

/** The inverse: runs of three or more become ranges, as Kubernetes writes them. */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length; i++) {
    let end = i
    while (sorted[end + 1] === sorted[end] + 1) end++
    parts.push(
      end === i ? `${sorted[i]}` : end === i + 1 ? `${sorted[i]},${sorted[end]}` : `${sorted[i]}-${sorted[end]}`,
    )
    i = end
  }
  return parts.join(',')
}
