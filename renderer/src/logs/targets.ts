import type { KubeObject } from '../../../engine/api/object.ts'
import { labelSelectorMatches, matches, parseLabelSelector } from '../../../engine/api/selector.ts'
import type { ContainerStatus, Pod } from '../../../engine/api/types.ts'

/** Kinds that choose pods by a selector, with the paths of their collections. */
export const WORKLOADS = {
  Deployment: '/apis/apps/v1/deployments',
  StatefulSet: '/apis/apps/v1/statefulsets',
  DaemonSet: '/apis/apps/v1/daemonsets',
  Job: '/apis/batch/v1/jobs',
  Service: '/api/v1/services',
} as const
export type Workload = keyof typeof WORKLOADS

/** Whose logs are read. An empty namespace is all of them. */
export type Target =
  | { kind: 'Pod'; namespace: string; name: string }
  | { kind: Workload; namespace: string; name: string }
  | { kind: 'Selector'; namespace: string; name: string }
  | { kind: 'Namespace'; namespace: string; name: string }
  /** A machine of the lab, its host, or with an empty name all of them. */
  | { kind: 'Machine'; namespace: ''; name: string }

const KINDS = new Set<string>(['Pod', 'Selector', 'Namespace', 'Machine', ...Object.keys(WORKLOADS)])

/** As it stands in the address of the page: `Deployment/shop/web`. */
export function encodeTarget({ kind, namespace, name }: Target): string {
  return `${kind}/${namespace}/${name}`
}

/** Undefined for what names no target. Selectors have slashes of their own. */
export function decodeTarget(text: string): Target | undefined {
  const [, kind, namespace, name] = /^(\w+)\/([^/]*)\/(.*)$/s.exec(text) ?? []
  if (kind === undefined || !KINDS.has(kind)) return undefined
  if (kind === 'Machine' && namespace !== '') return undefined
  return { kind, namespace, name } as Target
}

/** A text that is typed, as a selector, if it can only be meant as one. */
export function selectorTarget(text: string, namespace: string): Target | undefined {
  if (!/[=!]|\s(?:not)?in\s*\(/.test(text)) return undefined
  try {
    parseLabelSelector(text)
    return { kind: 'Selector', namespace, name: text.trim() }
  } catch {
    return undefined // not finished yet
  }
}

/** Something that writes a log: a container of a pod, or a machine. */
export interface LogSource {
  id: string
  /** Where its log is: path below the cluster's API, or below the lab server. */
  place: { kind: 'container'; namespace: string; pod: string; container: string } | { kind: 'lab'; name: string }
  /** What the log is called; containers of a pod with several have their own name behind the pod's. */
  name: string
  /** Of containers: what runs first, always, or was put in to look around. */
  role: 'init' | 'main' | 'ephemeral' | 'lab'
  /** Whether there is a log yet, and of which run of the container. */
  hasLog: boolean
  run: number
}

/** Pods that a target stands for. `workloads` are those of its kind. */
export function podsOfTarget(target: Target, pods: Iterable<Pod>, workloads: Iterable<KubeObject>): Pod[] {
  const { kind, namespace, name } = target
  const isIn = (pod: Pod) => namespace === '' || pod.metadata.namespace === namespace
  if (kind === 'Machine') return []
  const choose = (test: (pod: Pod) => boolean) => [...pods].filter(pod => isIn(pod) && test(pod)).sort(byName)
  if (kind === 'Namespace') return choose(() => true)
  if (kind === 'Pod') return choose(pod => pod.metadata.name === name)
  if (kind === 'Selector') {
    const selector = parseLabelSelector(name)
    return choose(pod => matches(selector, pod.metadata.labels))
  }
  const workload = [...workloads].find(w => w.metadata.namespace === namespace && w.metadata.name === name)
  const selector = (workload?.spec as { selector?: Record<string, unknown> } | undefined)?.selector
  if (!selector) return []
  // A Service has the labels themselves; and one without any chooses no pod.
  const labels = kind === 'Service' ? { matchLabels: selector as Record<string, string> } : selector
  if (kind === 'Service' && Object.keys(selector).length === 0) return []
  return choose(pod => labelSelectorMatches(labels, pod.metadata.labels))
}

/** The containers of a pod, in the order in which they run. */
export function sourcesOfPod({ metadata, spec, status }: Pod): LogSource[] {
  const { uid = '', namespace = '', name = '' } = metadata
  const groups = [
    ['init', spec?.initContainers, status?.initContainerStatuses],
    ['main', spec?.containers, status?.containerStatuses],
    ['ephemeral', spec?.ephemeralContainers, status?.ephemeralContainerStatuses],
  ] as const
  const all = groups.flatMap(([role, containers, statuses]) =>
    (containers ?? []).map(container => ({ role, container, status: statuses?.find(s => s.name === container.name) })),
  )
  return all.map(({ role, container, status: state }) => ({
    id: `${uid}/${container.name}`,
    place: { kind: 'container', namespace, pod: name, container: container.name! },
    name: all.length > 1 ? `${name}/${container.name}` : name,
    role,
    hasLog: hasLog(state),
    run: state?.restartCount ?? 0,
  }))
}

export function sourceOfLab(name: string): LogSource {
  return { id: `lab/${name}`, place: { kind: 'lab', name }, name, role: 'lab', hasLog: true, run: 0 }
}

function hasLog(status: ContainerStatus | undefined): boolean {
  const { running, terminated } = status?.state ?? {}
  return Boolean(running ?? terminated ?? status?.lastState?.terminated)
}

function byName(a: Pod, b: Pod): number {
  const key = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`
  return key(a) < key(b) ? -1 : 1
}

/**
 * Names without what they all begin with, up to a dash or slash, and no longer than `most`: ends tell more apart than beginnings.
 * Whole if there is one alone.
 */
export function shortNames(names: readonly string[], most = 22): string[] {
  if (names.length < 2) return [...names]
  return withoutPrefix(names).map(name => {
    if (name.length <= most) return name
    const head = Math.floor((most - 1) / 2)
    return `${name.slice(0, head)}…${name.slice(name.length - (most - 1 - head))}`
  })
}

function withoutPrefix(names: readonly string[]): string[] {
  let [first] = names as [string]
  for (const name of names) {
    let same = 0
    while (same < first.length && same < name.length && first[same] === name[same]) same++
    first = first.slice(0, same)
  }
  const end = Math.max(first.lastIndexOf('-'), first.lastIndexOf('/')) + 1
  return names.every(name => name.length > end) ? names.map(name => name.slice(end)) : [...names]
}
