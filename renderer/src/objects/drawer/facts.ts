import type { KubeObject } from '../../../../engine/api/object.ts'
import { selectorToString, type LabelSelectorLike } from '../../../../engine/api/selector.ts'
import type { CronJob, Job, Node, PersistentVolumeClaim, Pod, Service } from '../../../../engine/api/types.ts'
import { ageOf, formatAge } from '../../cluster/age.ts'
import { podState } from '../../cluster/pod-state.ts'
import type { Said } from '../../text/define.ts'
import { imagesOf } from '../history/revisions.ts'
import type { factsTexts } from './facts-text.ts'

export type Fact = readonly [name: string, value: string | number | undefined | null]
type T = Said<typeof factsTexts.en>

/** What a person wants to know first about an object; of a kind that is not known here, its simple fields. */
export function factsOf(object: KubeObject, t: T, now: number): Fact[] {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : ''
  switch (`${group}/${object.kind}`) {
    case '/Pod':
      return podFacts(object as unknown as Pod, t)
    case '/Service':
      return serviceFacts(object as unknown as Service, t)
    case '/Node':
      return nodeFacts(object as unknown as Node, t)
    case '/PersistentVolumeClaim':
      return claimFacts(object as unknown as PersistentVolumeClaim, t)
    case 'apps/Deployment':
    case 'apps/StatefulSet':
    case 'apps/ReplicaSet':
    case 'apps/DaemonSet':
      return workloadFacts(object, t)
    case 'batch/Job':
      return jobFacts(object as unknown as Job, t, now)
    case 'batch/CronJob':
      return cronJobFacts(object as unknown as CronJob, t, now)
    default:
      return scalars(object)
  }
}

function podFacts(pod: Pod, t: T): Fact[] {
  const { text, ready, total, restarts } = podState(pod)
  return [
    [t.status, text],
    [t.ready, t.readyContainers(ready, total)],
    [t.restarts, restarts],
    [t.node, pod.spec?.nodeName],
    [t.podIP, pod.status?.podIP],
    [t.serviceAccount, pod.spec?.serviceAccountName],
    [t.qos, pod.status?.qosClass],
    [t.priority, pod.spec?.priority],
  ]
}

function workloadFacts({ kind, metadata, spec, status }: KubeObject, t: T): Fact[] {
  const daemons = kind === 'DaemonSet'
  const wanted = Number(daemons ? (status?.desiredNumberScheduled ?? 0) : (spec?.replicas ?? 1))
  const ready = Number((daemons ? status?.numberReady : status?.readyReplicas) ?? 0)
  const { type, rollingUpdate } = (spec?.strategy ?? spec?.updateStrategy ?? {}) as Record<string, unknown>
  const details = Object.entries((rollingUpdate ?? {}) as object).map(([name, value]) => `${name} ${String(value)}`)
  const seen = status?.observedGeneration as number | undefined
  return [
    [t.replicas, t.replicasOf(ready, wanted)],
    [t.updated, status?.updatedReplicas ?? status?.updatedNumberScheduled],
    [t.available, status?.availableReplicas ?? status?.numberAvailable],
    [t.strategy, type ? [String(type), ...details].join(', ') : undefined],
    [t.selector, selectorToString(spec?.selector as LabelSelectorLike)],
    [t.images, imagesOf((spec?.template ?? {}) as Record<string, unknown>).join(', ')],
    [t.paused, spec?.paused ? t.yes : undefined],
    [t.generation, seen === undefined ? undefined : t.observed(seen, metadata.generation ?? seen)],
  ]
}

function jobFacts({ spec, status }: Job, t: T, now: number): Fact[] {
  const end = status?.completionTime ? Date.parse(status.completionTime) : now
  return [
    [t.completions, `${status?.succeeded ?? 0} / ${spec?.completions ?? 1}`],
    [t.parallelism, spec?.parallelism],
    [t.active, status?.active],
    [t.failed, status?.failed],
    [t.suspended, spec?.suspend ? t.yes : undefined],
    [t.duration, status?.startTime ? formatAge(end - Date.parse(status.startTime)) : undefined],
    [t.images, imagesOf((spec?.template ?? {}) as Record<string, unknown>).join(', ')],
  ]
}

function cronJobFacts({ spec, status }: CronJob, t: T, now: number): Fact[] {
  const before = (time: string | null | undefined) => (time ? ageOf(time, now) : undefined)
  return [
    [t.schedule, [spec?.schedule, spec?.timeZone].filter(Boolean).join(' · ')],
    [t.suspended, spec?.suspend ? t.yes : undefined],
    [t.concurrency, spec?.concurrencyPolicy],
    [t.active, status?.active?.length],
    [t.lastSchedule, before(status?.lastScheduleTime)],
    [t.lastSuccess, before(status?.lastSuccessfulTime)],
    [t.images, imagesOf((spec?.jobTemplate?.spec?.template ?? {}) as Record<string, unknown>).join(', ')],
  ]
}

function serviceFacts({ metadata, spec, status }: Service, t: T): Fact[] {
  const ports = (spec?.ports ?? []).map(p => {
    const node = p.nodePort ? ` (node ${p.nodePort})` : ''
    return `${p.name ? `${p.name} ` : ''}${p.port} → ${String(p.targetPort ?? p.port)}/${p.protocol ?? 'TCP'}${node}`
  })
  const outside = (status?.loadBalancer?.ingress ?? []).map(i => i.ip ?? i.hostname ?? '')
  return [
    [t.type, spec?.type],
    [t.clusterIP, spec?.clusterIPs?.join(', ') ?? spec?.clusterIP],
    [t.externalIP, [...outside, ...(spec?.externalIPs ?? [])].join(', ')],
    [t.ports, ports.join(', ')],
    [t.selector, selectorToString({ matchLabels: spec?.selector ?? {} })],
    [t.sessionAffinity, spec?.sessionAffinity === 'None' ? undefined : spec?.sessionAffinity],
    [t.names, spec?.type === 'ExternalName' ? spec.externalName : `${metadata.name}.${metadata.namespace}.svc`],
  ]
}

function nodeFacts({ metadata, spec, status }: Node, t: T): Fact[] {
  const ready = status?.conditions?.find(c => c.type === 'Ready')
  const role = /^node-role\.kubernetes\.io\/(.+)$/
  const amounts = (of: Record<string, unknown> | undefined) =>
    of && [`${String(of.cpu)} CPU`, String(of.memory), ...(of.pods ? [t.pods(String(of.pods))] : [])].join(' · ')
  return [
    [t.status, ready && (ready.status === 'True' ? 'Ready' : `NotReady: ${ready.message ?? ready.reason ?? ''}`)],
    [t.schedulable, spec?.unschedulable ? t.cordoned : undefined],
    [
      t.roles,
      Object.keys(metadata.labels ?? {})
        .flatMap(label => role.exec(label)?.[1] ?? [])
        .join(', '),
    ],
    [t.taints, spec?.taints?.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`).join(', ')],
    [t.addresses, status?.addresses?.map(a => `${a.address} (${a.type})`).join(', ')],
    [t.capacity, amounts(status?.capacity as Record<string, unknown> | undefined)],
    [t.allocatable, amounts(status?.allocatable as Record<string, unknown> | undefined)],
    [t.version, status?.nodeInfo?.kubeletVersion],
    [t.system, [status?.nodeInfo?.osImage, status?.nodeInfo?.architecture].filter(Boolean).join(' · ')],
  ]
}

function claimFacts({ spec, status }: PersistentVolumeClaim, t: T): Fact[] {
  const [has, wanted] = [status?.capacity?.storage, spec?.resources?.requests?.storage].map(q => q && String(q))
  return [
    [t.status, status?.phase],
    [t.volume, spec?.volumeName],
    [t.size, has && wanted && has !== wanted ? t.sizeOf(has, wanted) : (has ?? wanted)],
    [t.storageClass, spec?.storageClassName],
    [t.accessModes, (status?.accessModes ?? spec?.accessModes)?.join(', ')],
  ]
}

const MOST = 24

/** Simple fields of spec, then of status: enough to see what a kind that we know nothing about is like. */
function scalars({ spec, status }: KubeObject): Fact[] {
  const simple = (value: unknown) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  const seen = new Set<string>()
  const of = (part: unknown) =>
    Object.entries((part ?? {}) as Record<string, unknown>).flatMap(([name, value]): Fact[] => {
      const list = Array.isArray(value) && value.length > 0 && value.every(simple)
      const text = simple(value) ? String(value) : list ? value.join(', ') : ''
      if (!text || seen.has(name)) return []
      seen.add(name)
      return [[name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/^./, c => c.toUpperCase()), text]]
    })
  return [...of(spec), ...of(status)].slice(0, MOST)
}
