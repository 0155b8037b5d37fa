import type {
  ConfigMap,
  CronJob,
  DaemonSet,
  Deployment,
  EndpointSlice,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  KubeObject,
  PersistentVolumeClaim,
  Pod,
  ReplicaSet,
  Secret,
  Service,
  StatefulSet,
} from '../../../../engine/api/types.ts'
import type { Tone } from '../../ui/tone.ts'
import type { Words } from '../words.ts'
import { stateOf } from './model.ts'
import { COLUMNS, controllerOf, idOf, usedBy, type Item, type Link, type LinkType } from './workload-objects.ts'

/** What the lens is made of. A kind that is not known (yet, or for want of the right) is absent; an empty one has none. */
export interface Objects {
  pods: readonly Pod[]
  deployments?: readonly Deployment[]
  replicaSets?: readonly ReplicaSet[]
  statefulSets?: readonly StatefulSet[]
  daemonSets?: readonly DaemonSet[]
  jobs?: readonly Job[]
  cronJobs?: readonly CronJob[]
  services?: readonly Service[]
  slices?: readonly EndpointSlice[]
  ingresses?: readonly Ingress[]
  autoscalers?: readonly HorizontalPodAutoscaler[]
  claims?: readonly PersistentVolumeClaim[]
  /** Of these the names alone are needed. */
  configMaps?: readonly Pick<ConfigMap, 'metadata'>[]
  secrets?: readonly Pick<Secret, 'metadata'>[]
}

export interface WorkloadIndex {
  items: Map<string, Item>
  links: Link[]
}

/** All objects with what links them: owner references, slices, backends, and what pods name in their specs. */
export function indexWorkloads(objects: Objects, words: Words): WorkloadIndex {
  const index = new Index(words)
  index.addAll('Deployment', objects.deployments, o => index.replicas(o.status?.readyReplicas, o.spec?.replicas ?? 1))
  index.addAll('StatefulSet', objects.statefulSets, o => index.replicas(o.status?.readyReplicas, o.spec?.replicas ?? 1))
  index.addAll('DaemonSet', objects.daemonSets, o =>
    index.replicas(o.status?.numberReady, o.status?.desiredNumberScheduled ?? 0),
  )
  index.addAll('ReplicaSet', objects.replicaSets, o => ({
    ...index.replicas(o.status?.readyReplicas, o.spec?.replicas ?? 1),
    old: !o.spec?.replicas && !o.status?.replicas && controllerOf(o) !== undefined,
  }))
  index.addAll('CronJob', objects.cronJobs, o => ({
    says: o.spec?.schedule ?? '',
    tone: o.spec?.suspend ? 'warn' : 'ok',
  }))
  index.addAll('Job', objects.jobs, o => jobState(o, words))
  for (const pod of objects.pods) index.addPod(pod)
  index.addAll('Service', objects.services, o => ({ says: o.spec?.type ?? 'ClusterIP', tone: 'ok' }))
  addEndpoints(index, objects, words)
  for (const ingress of objects.ingresses ?? []) addIngress(index, ingress)
  for (const autoscaler of objects.autoscalers ?? []) addAutoscaler(index, autoscaler, words)
  for (const [kind, known] of [
    ['ConfigMap', objects.configMaps],
    ['Secret', objects.secrets],
    ['PersistentVolumeClaim', objects.claims],
  ] as const)
    index.settle(kind, known)
  index.assignApps()
  return { items: index.items, links: index.links }
}

/** What a pod says of itself and is linked with: the same as long as it does not change, as most of ten thousand do not. */
interface PodFacts {
  /** Its app is that of the index that was made last: what else there is decides on it. */
  item: Item
  uses: { id: string; kind: string; name: string; optional: boolean }[]
  links: Link[]
}

const facts = new WeakMap<Pod, PodFacts>()

function factsOf(pod: Pod): PodFacts {
  const known = facts.get(pod)
  if (known) return known
  const { namespace = '', name = '' } = pod.metadata
  const id = idOf('Pod', namespace, name)
  const controller = controllerOf(pod)
  const owner = controller && idOf(controller.kind, namespace, controller.name)
  const uses = usedBy(pod).map(used => ({ ...used, id: idOf(used.kind, namespace, used.name) }))
  const links: Link[] = uses.map(used => ({ type: 'uses', source: id, target: used.id, live: true }))
  if (owner) links.unshift({ type: 'owns', source: owner, target: id, live: true })
  const { text: says, tone } = stateOf(pod)
  const place = { id, kind: 'Pod', namespace, name, column: COLUMNS.Pod!, app: id, owner }
  const made = { item: { ...place, exists: true, says, tone, pod }, uses, links }
  facts.set(pod, made)
  return made
}

interface State {
  says: string
  tone: Tone
  pod?: Pod
  old?: boolean
}

class Index {
  readonly items = new Map<string, Item>()
  readonly links: Link[] = []
  readonly optional = new Set<string>()
  readonly #linksOf: Record<LinkType, Link[]> = { owns: [], selects: [], uses: [], scales: [] }
  readonly #words: Words

  constructor(words: Words) {
    this.#words = words
  }

  addAll<T extends Pick<KubeObject, 'metadata'>>(kind: string, list: readonly T[] = [], state: (o: T) => State): void {
    for (const object of list) this.add(kind, object, state(object))
  }

  add(kind: string, object: Pick<KubeObject, 'metadata'>, state: State): string {
    const { namespace = '', name = '' } = object.metadata
    const id = idOf(kind, namespace, name)
    const controller = controllerOf(object)
    const owner = controller && idOf(controller.kind, namespace, controller.name)
    this.items.set(id, { id, kind, namespace, name, column: COLUMNS[kind]!, app: id, owner, exists: true, ...state })
    if (owner) this.link('owns', owner, id)
    return id
  }

  replicas(ready = 0, wanted: number): State {
    const tone = wanted === 0 ? 'idle' : ready >= wanted ? 'ok' : ready === 0 ? 'bad' : 'warn'
    return { says: this.#words.readyOf(ready, wanted), tone }
  }

  link(type: LinkType, source: string, target: string, live = true): void {
    this.#keep({ type, source, target, live })
  }

  #keep(link: Link): void {
    this.links.push(link)
    this.#linksOf[link.type].push(link)
  }

  /** A pod, and what it names; whether that is there, `settle` says. */
  addPod(pod: Pod): void {
    const { item, uses, links } = factsOf(pod)
    this.items.set(item.id, item)
    for (const link of links) this.#keep(link)
    for (const used of uses) {
      if (used.optional) this.optional.add(used.id)
      if (this.items.has(used.id)) continue
      const { id, kind, name } = used
      const state = { says: '', tone: 'idle' as const, exists: true }
      this.items.set(id, { id, kind, namespace: item.namespace, name, column: COLUMNS[kind]!, app: id, ...state })
    }
  }

  /** Says of what pods name whether it is there. */
  settle(kind: string, known: readonly (Pick<KubeObject, 'metadata'> & { status?: unknown })[] | undefined): void {
    if (!known) return
    const there = new Map(known.map(o => [idOf(kind, o.metadata.namespace ?? '', o.metadata.name ?? ''), o]))
    for (const item of this.items.values()) {
      if (item.kind !== kind) continue
      const object = there.get(item.id)
      const phase = (object?.status as { phase?: string } | undefined)?.phase
      if (object) {
        item.says = phase ?? ''
        item.tone = phase === undefined || phase === 'Bound' ? 'ok' : phase === 'Lost' ? 'bad' : 'info'
      } else {
        item.exists = false
        item.says = this.#words.missing
        item.tone = this.optional.has(item.id) ? 'idle' : 'bad'
      }
    }
  }

  /** Each item goes to the head of its owners; the rest to where what it is linked with went. */
  assignApps(): void {
    // Owners of kinds that nobody watches are known by their names alone.
    for (const { source, target } of this.#linksOf.owns) {
      if (this.items.has(source)) continue
      const [kind, namespace, ...name] = source.split('/') as [string, string, ...string[]]
      const column = Math.max(0, this.items.get(target)!.column - 1)
      const state = { says: '', tone: 'idle' as const, exists: true }
      this.items.set(source, { id: source, kind, namespace, name: name.join('/'), column, app: source, ...state })
    }
    for (const item of this.items.values()) {
      let head = item
      for (let up = head.owner; up && this.items.has(up) && up !== item.id; up = head.owner) head = this.items.get(up)!
      item.app = head.id
    }
    // One that stands alone leads nobody: a Service whose slices have no pods is the head of those.
    const follow = (type: LinkType, from: 'source' | 'target', to: 'source' | 'target', kind: string) => {
      const settled = new Set<string>()
      for (const link of this.#linksOf[type]) {
        const item = this.items.get(link[from])
        if (!item || item.kind !== kind || settled.has(item.id)) continue
        const other = this.items.get(link[to])
        if (!other) continue
        if (kind === 'Service' && other.app === other.id) continue
        settled.add(item.id)
        item.app = other.app
      }
    }
    follow('selects', 'source', 'target', 'EndpointSlice')
    follow('selects', 'source', 'target', 'Service')
    for (const { source, target } of this.#linksOf.selects) {
      const [service, slice] = [this.items.get(source), this.items.get(target)]
      if (service?.kind === 'Service' && slice) slice.app = service.app
    }
    follow('selects', 'source', 'target', 'Ingress')
    follow('scales', 'source', 'target', 'HorizontalPodAutoscaler')
    for (const kind of ['ConfigMap', 'Secret', 'PersistentVolumeClaim']) follow('uses', 'target', 'source', kind)
  }
}

function jobState({ status, spec }: Job, words: Words): State {
  const failed = status?.conditions?.some(c => c.type === 'Failed' && c.status === 'True')
  const done = status?.conditions?.some(c => c.type === 'Complete' && c.status === 'True')
  const says = words.doneOf(status?.succeeded ?? 0, spec?.completions ?? 1)
  return { says, tone: failed ? 'bad' : done ? 'idle' : spec?.suspend ? 'warn' : 'info' }
}

/** The slices, their pods, and what both say of the services: how many of their endpoints are ready. */
function addEndpoints(index: Index, { services = [], slices = [] }: Objects, words: Words): void {
  const counts = new Map<string, { ready: number; all: number }>()
  for (const slice of slices) {
    const { namespace = '', labels } = slice.metadata
    const endpoints = slice.endpoints ?? []
    const ready = endpoints.filter(e => e.conditions?.ready !== false).length
    // Its owner is the Service, which selects rather than runs what hangs on it.
    const metadata = { ...slice.metadata, ownerReferences: undefined }
    const id = index.add('EndpointSlice', { metadata }, endpointState(index, ready, endpoints.length, words))
    for (const { targetRef, conditions } of endpoints)
      if (targetRef?.kind === 'Pod')
        index.link('selects', id, idOf('Pod', namespace, targetRef.name!), conditions?.ready !== false)
    const service = idOf('Service', namespace, labels?.['kubernetes.io/service-name'] ?? '')
    if (!index.items.has(service)) continue
    index.link('selects', service, id, ready > 0)
    const { ready: r, all } = counts.get(service) ?? { ready: 0, all: 0 }
    counts.set(service, { ready: r + ready, all: all + endpoints.length })
  }
  for (const { metadata, spec } of services) {
    const item = index.items.get(idOf('Service', metadata.namespace ?? '', metadata.name ?? ''))!
    const { ready, all } = counts.get(item.id) ?? { ready: 0, all: 0 }
    if (spec?.type === 'ExternalName') item.says = spec.externalName ?? ''
    else Object.assign(item, endpointState(index, ready, all, words))
  }
}

function endpointState(index: Index, ready: number, all: number, words: Words): State {
  return all ? index.replicas(ready, all) : { says: words.noEndpoints, tone: 'idle' }
}

function addIngress(index: Index, ingress: Ingress): void {
  const { namespace = '' } = ingress.metadata
  const rules = ingress.spec?.rules ?? []
  const says = [...new Set(rules.map(r => r.host ?? '*'))].join(', ')
  const id = index.add('Ingress', ingress, { says, tone: 'ok' })
  const backends = [ingress.spec?.defaultBackend, ...rules.flatMap(r => r.http?.paths?.map(p => p.backend) ?? [])]
  for (const name of new Set(backends.map(b => b?.service?.name))) {
    if (!name) continue
    const service = idOf('Service', namespace, name)
    const exists = index.items.has(service)
    if (exists) index.link('selects', id, service)
    else index.items.get(id)!.tone = 'bad'
  }
}

function addAutoscaler(index: Index, autoscaler: HorizontalPodAutoscaler, words: Words): void {
  const { spec, status, metadata } = autoscaler
  const says = words.replicasBetween(status?.currentReplicas ?? 0, spec?.minReplicas ?? 1, spec?.maxReplicas ?? 1)
  const able = status?.conditions?.find(c => c.type === 'ScalingActive')?.status !== 'False'
  const id = index.add('HorizontalPodAutoscaler', autoscaler, { says, tone: able ? 'ok' : 'warn' })
  const { kind, name } = spec?.scaleTargetRef ?? {}
  if (!kind || !name) return
  const target = idOf(kind, metadata.namespace ?? '', name)
  if (index.items.has(target)) index.link('scales', id, target)
  else index.items.get(id)!.tone = 'bad'
}
