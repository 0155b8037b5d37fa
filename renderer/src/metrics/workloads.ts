import type { Pod } from '../../../engine/api/types.ts'
import { MOST_LINES, type Line } from './lines.ts'
import type { History } from './series.ts'

/** A pod, or a workload with its pods, and what it uses now. */
export interface Consumer {
  /** `namespace/name`, or `namespace/Kind/name`. */
  id: string
  namespace: string
  name: string
  /** Of a workload. */
  kind?: string
  /** `namespace/name` of its pods. */
  pods: string[]
  cpu: number
  memory: number
}

/** What a pod belongs to: the Deployment above its ReplicaSet, else its controller. */
export function workloadOf({ metadata }: Pod): { kind: string; name: string } | undefined {
  const owner = metadata.ownerReferences?.find(reference => reference.controller)
  const hash = metadata.labels?.['pod-template-hash']
  if (owner?.kind === 'ReplicaSet' && hash && owner.name.endsWith(`-${hash}`))
    return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) }
  return owner && { kind: owner.kind, name: owner.name }
}

/** All pods that have figures now, in one namespace or, if that is empty, in all. */
export function podsOf(history: History, namespace: string): Consumer[] {
  return history.keys('pod/').flatMap(key => {
    const [, space, name, figure] = key.split('/') as [string, string, string, string]
    const cpu = figure === 'cpu' && (!namespace || space === namespace) ? history.last(key) : undefined
    const id = `${space}/${name}`
    const memory = history.last(`pod/${id}/memory`) ?? 0
    return cpu === undefined ? [] : [{ id, namespace: space, name, pods: [id], cpu, memory }]
  })
}

/** The same, pods of one workload together. One without stands for itself. */
export function workloadsOf(consumers: readonly Consumer[], pods: Iterable<Pod>): Consumer[] {
  const owners = new Map([...pods].map(pod => [`${pod.metadata.namespace}/${pod.metadata.name}`, workloadOf(pod)]))
  const found = new Map<string, Consumer>()
  for (const consumer of consumers) {
    const owner = owners.get(consumer.id)
    const { kind, name } = owner ?? { kind: 'Pod', name: consumer.name }
    const id = `${consumer.namespace}/${kind}/${name}`
    const known = found.get(id)
    if (!known) found.set(id, { ...consumer, id, kind, name })
    else {
      known.pods = [...known.pods, ...consumer.pods]
      known.cpu += consumer.cpu
      known.memory += consumer.memory
    }
  }
  return [...found.values()]
}

export function ranked(consumers: readonly Consumer[], by: 'cpu' | 'memory', text: string): Consumer[] {
  const wanted = text.trim().toLowerCase()
  return consumers
    .filter(({ namespace, name }) => `${namespace}/${name}`.toLowerCase().includes(wanted))
    .sort((a, b) => b[by] - a[by] || (a.id < b.id ? -1 : 1))
}

/** Lines of a chart of the chosen ones. One that is gone keeps its line for as long as its figures are kept. */
export function linesOf(chosen: readonly string[], all: readonly Consumer[], figure: 'cpu' | 'memory'): Line[] {
  return chosen.slice(0, MOST_LINES).map((id, number) => {
    const pods = all.find(c => c.id === id)?.pods ?? [id]
    return { keys: pods.map(pod => `pod/${pod}/${figure}`), label: id.split('/').at(-1)!, number }
  })
}
