import type { LabStatus, MachineStatus } from '../../../engine/lab/contract.ts'
import type { EndpointSlice, Pod, Service } from '../../../engine/api/types.ts'
import { podState } from '../cluster/pod-state.ts'
import { MACHINE_TONE, raftRole } from '../lab/machine-state.ts'
import { labTexts } from '../lab/text.ts'
import type { Tone } from '../ui/tone.ts'

export type NodeType = 'balancer' | 'master' | 'worker' | 'waiting' | 'more' | 'pod' | 'group' | 'service'

export interface GraphNode {
  id: string
  type: NodeType
  /** Id of the box that it is drawn in. */
  box?: string
  title: string
  subtitle: string
  tone: Tone
  /** True for the Raft leader. */
  leader?: boolean
  /** How many pods a group stands for. */
  count?: number
  /** Names to find the object by. */
  namespace?: string
  name?: string
  pods?: readonly Pod[]
}

export interface GraphEdge {
  id: string
  source: string
  target: string
  type: 'replicates' | 'balances' | 'registers' | 'serves'
  /** False where nothing flows: the target is down or not ready. */
  live: boolean
}

export interface Graph {
  nodes: GraphNode[]
  edges: GraphEdge[]
}

export interface Cluster {
  status: LabStatus
  pods: readonly Pod[]
  services: readonly Service[]
  slices: readonly EndpointSlice[]
}

/** Never more than about this many nodes: beyond, pods are shown as groups. */
export const MOST_NODES = 900
export const MOST_EDGES = 600
/** A worker shows so many pods one by one, if all workers together allow it. */
export const PODS_PER_WORKER = 24
export const MOST_WORKERS = 120
export const MOST_SERVICES = 80

const WORST: Tone[] = ['bad', 'warn', 'info', 'ok', 'idle']

/** What the map shows of a cluster, within the limits above. */
export function buildGraph({ status, pods, services, slices }: Cluster): Graph {
  const masters = status.machines.filter(m => m.role === 'control-plane')
  const allWorkers = status.machines.filter(m => m.role === 'worker')
  const workers = allWorkers.slice(0, MOST_WORKERS)
  const nodes: GraphNode[] = [
    ...masters.map(masterNode),
    balancerNode(status, masters),
    ...workers.map(w => workerNode(w, pods)),
  ]
  if (allWorkers.length > workers.length) {
    const rest = allWorkers.length - workers.length
    nodes.push({ id: 'more', type: 'more', title: `${rest} more workers`, subtitle: 'See Machines', tone: 'idle' })
  }
  const { podNodes, nodeOfPod } = placePods(workers, pods)
  if (podNodes.some(n => n.box === 'waiting'))
    nodes.push({
      id: 'waiting',
      type: 'waiting',
      title: 'Waiting for a node',
      subtitle: 'The scheduler has not placed these',
      tone: 'info',
    })
  const shown = services.toSorted(byName).slice(0, MOST_SERVICES)
  const links = serviceLinks(shown, slices, nodeOfPod)
  nodes.push(...podNodes, ...shown.map(s => serviceNode(s, slices)))
  return { nodes, edges: [...controlEdges(masters, workers), ...links].slice(0, MOST_EDGES) }
}

function masterNode(machine: MachineStatus): GraphNode {
  const role = raftRole(machine)
  const text = role
    ? `${role[0]!.toUpperCase()}${role.slice(1)} · term ${machine.store!.term}`
    : (machine.phase ?? labTexts.en[machine.state])
  return {
    id: `machine/${machine.name}`,
    type: 'master',
    name: machine.name,
    title: machine.name,
    subtitle: machine.state === 'running' ? text : labTexts.en[machine.state],
    tone: machine.store?.problem ? 'bad' : MACHINE_TONE[machine.state].tone,
    leader: role === 'leader',
  }
}

function balancerNode(status: LabStatus, masters: MachineStatus[]): GraphNode {
  const up = masters.filter(m => m.state === 'running').length
  return {
    id: 'balancer',
    type: 'balancer',
    title: 'Load balancer',
    subtitle: status.apiServer.replace(/^https:\/\//, ''),
    tone: up * 2 > masters.length ? 'ok' : 'bad',
  }
}

function workerNode(machine: MachineStatus, pods: readonly Pod[]): GraphNode {
  const count = pods.filter(p => p.spec?.nodeName === machine.name).length
  const { tone } = MACHINE_TONE[machine.state]
  return {
    id: `machine/${machine.name}`,
    type: 'worker',
    name: machine.name,
    title: machine.name,
    subtitle: `${machine.state === 'running' ? '' : `${labTexts.en[machine.state]} · `}${count} ${count === 1 ? 'pod' : 'pods'}`,
    tone,
  }
}

function placePods(
  workers: MachineStatus[],
  pods: readonly Pod[],
): { podNodes: GraphNode[]; nodeOfPod: Map<string, string> } {
  const limit = Math.max(3, Math.min(PODS_PER_WORKER, Math.floor(MOST_NODES / Math.max(1, workers.length + 1)) - 1))
  const shown = new Set(workers.map(w => w.name))
  const byBox = new Map<string, Pod[]>()
  for (const pod of pods) {
    const node = pod.spec?.nodeName
    if (node && !shown.has(node)) continue
    const box = node ? `machine/${node}` : 'waiting'
    const members = byBox.get(box)
    if (members) members.push(pod)
    else byBox.set(box, [pod])
  }
  const podNodes: GraphNode[] = []
  const nodeOfPod = new Map<string, string>()
  for (const [box, members] of byBox) {
    for (const node of members.length <= limit ? members.map(p => podNode(p, box)) : groupPods(members, box, limit)) {
      podNodes.push(node)
      for (const pod of node.pods ?? []) nodeOfPod.set(podKey(pod), node.id)
    }
  }
  return { podNodes, nodeOfPod }
}

/** One node per owner, the largest first; what exceeds the limit shares the last one. */
function groupPods(pods: readonly Pod[], box: string, limit: number): GraphNode[] {
  const byOwner = Map.groupBy(pods, pod => `${pod.metadata.namespace}/${ownerOf(pod)}`)
  const groups = [...byOwner].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  const own = groups.length <= limit ? groups : groups.slice(0, limit - 1)
  const rest = groups.slice(own.length).flatMap(([, members]) => members)
  const nodes = own.map(([owner, members]) =>
    members.length === 1
      ? podNode(members[0]!, box)
      : groupNode(`group/${box}/${owner}`, owner.slice(owner.indexOf('/') + 1), members, box),
  )
  return rest.length ? [...nodes, groupNode(`group/${box}//rest`, 'others', rest, box)] : nodes
}

function groupNode(id: string, title: string, pods: readonly Pod[], box: string): GraphNode {
  const tones = new Set(pods.map(p => podState(p).tone))
  const tone = WORST.find(t => tones.has(t)) ?? 'idle'
  return {
    id,
    type: 'group',
    box,
    title,
    subtitle: `${pods.length} pods`,
    tone,
    count: pods.length,
    pods,
    namespace: pods[0]!.metadata.namespace,
  }
}

function podNode(pod: Pod, box: string): GraphNode {
  const { text, tone } = podState(pod)
  const { namespace, name } = pod.metadata
  return {
    id: `pod/${podKey(pod)}`,
    type: 'pod',
    box,
    title: shortPodName(pod),
    subtitle: text,
    tone,
    namespace,
    name,
    pods: [pod],
  }
}

function podKey({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`
}

function ownerOf({ metadata }: Pod): string {
  const owner = metadata.ownerReferences?.find(o => o.controller)
  return owner?.name ?? 'without owner'
}

/** A pod's name without the hash of its template, which all of its siblings share. */
export function shortPodName({ metadata }: Pod): string {
  const hash = metadata.labels?.['pod-template-hash']
  const name = metadata.name ?? ''
  return hash ? name.replace(`-${hash}-`, '-') : name
}

function serviceNode(service: Service, slices: readonly EndpointSlice[]): GraphNode {
  const { namespace, name } = service.metadata
  const endpoints = slices.filter(s => belongsTo(s, service)).flatMap(s => s.endpoints ?? [])
  const ready = endpoints.filter(e => e.conditions?.ready !== false).length
  const type = service.spec?.type ?? 'ClusterIP'
  const health =
    type === 'ExternalName'
      ? (service.spec?.externalName ?? '')
      : endpoints.length
        ? `${ready}/${endpoints.length} ready`
        : 'no endpoints'
  const tone: Tone =
    type === 'ExternalName' || (ready === endpoints.length && ready > 0)
      ? 'ok'
      : endpoints.length && ready
        ? 'warn'
        : 'idle'
  return {
    id: `service/${namespace}/${name}`,
    type: 'service',
    title: name ?? '',
    subtitle: `${type} · ${health}`,
    tone,
    namespace,
    name,
  }
}

function belongsTo({ metadata }: EndpointSlice, service: Service): boolean {
  return (
    metadata.namespace === service.metadata.namespace &&
    metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name
  )
}

function serviceLinks(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  nodeOfPod: Map<string, string>,
): GraphEdge[] {
  const edges = new Map<string, GraphEdge>()
  for (const service of services) {
    const source = `service/${service.metadata.namespace}/${service.metadata.name}`
    for (const slice of slices) {
      if (!belongsTo(slice, service)) continue
      for (const { targetRef, conditions } of slice.endpoints ?? []) {
        const target = targetRef?.kind === 'Pod' ? nodeOfPod.get(`${targetRef.namespace}/${targetRef.name}`) : undefined
        if (!target) continue
        const id = `${source}→${target}`
        edges.set(id, {
          id,
          source,
          target,
          type: 'serves',
          live: conditions?.ready !== false || (edges.get(id)?.live ?? false),
        })
      }
    }
  }
  return [...edges.values()]
}

function controlEdges(masters: MachineStatus[], workers: MachineStatus[]): GraphEdge[] {
  const leader = masters.find(m => raftRole(m) === 'leader')
  const edge = (type: GraphEdge['type'], source: string, target: string, live: boolean): GraphEdge => ({
    id: `${type}:${source}→${target}`,
    type,
    source,
    target,
    live,
  })
  return [
    ...masters
      .filter(m => leader && m !== leader)
      .map(m => edge('replicates', `machine/${leader!.name}`, `machine/${m.name}`, m.state === 'running')),
    ...masters.map(m => edge('balances', 'balancer', `machine/${m.name}`, m.state === 'running')),
    ...workers.map(w => edge('registers', `machine/${w.name}`, 'balancer', w.state === 'running')),
  ]
}

function byName(a: Service, b: Service): number {
  const key = (s: Service) => `${s.metadata.namespace}/${s.metadata.name}`
  return key(a) < key(b) ? -1 : 1
}
