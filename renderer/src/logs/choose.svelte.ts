import type { KubeObject } from '../../../engine/api/object.ts'
import type { Pod } from '../../../engine/api/types.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { podState } from '../cluster/pod-state.ts'
import { watched, type Watched } from '../cluster/watched.svelte.ts'
import { lab } from '../lab/status.svelte.ts'
import { say } from '../text/say.svelte.ts'
import { decodeTarget, encodeTarget, selectorTarget, WORKLOADS, type Target, type Workload } from './targets.ts'
import { logsTexts } from './text.ts'

const t = say(logsTexts)
const KINDS = Object.keys(WORKLOADS) as Workload[]

export interface SourceOption {
  value: string
  label: string
  hint: string
}

/** The watched workloads of a kind. */
export function workloadsOf(kind: Workload): Watched<KubeObject> {
  return watched<KubeObject>(WORKLOADS[kind])
}

/** The machines of the lab, and its host. */
export function labLogNames(): string[] {
  return connection.isLab && lab.status ? [...lab.status.machines.map(m => m.name), 'host'] : []
}

/** What a target is called. */
export function nameOfTarget({ kind, namespace, name }: Target): string {
  if (kind === 'Namespace') return t.namespacePods(namespace)
  if (kind === 'Machine') return name === '' ? t.allMachines : name === 'host' ? t.host : name
  return name
}

/** Everything that can be chosen in a namespace, or in all: what stands for many before what stands for one. */
export function sourceOptions(pods: readonly Pod[], namespace: string): SourceOption[] {
  const option = (target: Target, hint: string): SourceOption => ({
    ...{ value: encodeTarget(target), label: nameOfTarget(target), hint },
  })
  const isIn = ({ metadata }: KubeObject | Pod) => !namespace || metadata.namespace === namespace
  const namespaces = [...new Set(pods.map(pod => pod.metadata.namespace ?? ''))].sort()
  const machines = labLogNames()
  return [
    ...namespaces.map(ns => option({ kind: 'Namespace', namespace: ns, name: '' }, t.namespaceHint)),
    ...KINDS.flatMap(kind =>
      [...workloadsOf(kind).items.values()]
        .filter(isIn)
        .map(({ metadata: { namespace: ns = '', name = '' } }) =>
          option({ kind, namespace: ns, name }, t.workloadHint(kind, ns)),
        ),
    ),
    ...pods.map(pod => {
      const { namespace: ns = '', name = '' } = pod.metadata
      return option({ kind: 'Pod', namespace: ns, name }, t.podHint(ns, podState(pod).text))
    }),
    ...(machines.length ? [option({ kind: 'Machine', namespace: '', name: '' }, t.machineHint)] : []),
    ...machines.map(name => option({ kind: 'Machine', namespace: '', name }, t.machineHint)),
  ]
}

/** A label selector that is typed, as something to choose. */
export function typedOption(text: string, namespace: string): SourceOption | undefined {
  const target = selectorTarget(text, namespace)
  return target && { value: encodeTarget(target), label: target.name, hint: t.selectorHint(namespace || t.everywhere) }
}

/** What the address of the page asks for; `?ns=…&pod=…` is how other pages link to a pod. */
export function targetsOf(query: URLSearchParams): Target[] {
  const pod = query.get('pod')
  const linked: Target[] = pod ? [{ kind: 'Pod', namespace: query.get('ns') ?? '', name: pod }] : []
  return [...linked, ...query.getAll('of').flatMap(text => decodeTarget(text) ?? [])]
}
