import type { Lease } from '../../../../engine/api/types.ts'
import type { LabStatus, MachineStatus } from '../../../../engine/lab/contract.ts'
import { MACHINE_TONE, raftRole } from '../../lab/machine-state.ts'
import type { Words } from '../words.ts'
import { isOpen, rangesOf, Room, type Choices } from './collapse.ts'
import { balancerNode } from './machines.ts'
import * as model from './model.ts'
import type { Graph, GraphNode, LeaseFacts } from './model.ts'

/** The kubelets and proxies of more workers than this start out as groups. */
export const MOST_KUBELETS = 12

/** Leases by `namespace/name`. */
export type Leases = ReadonlyMap<string, Lease>

export interface ControlInput {
  status: LabStatus
  leases: Leases
  choices: Choices
  words: Words
}

/** Who leads among the candidates of a component: the machine that its Lease names as the holder. */
export function holderOf(leases: Leases, component: string): string | undefined {
  return leases.get(`kube-system/${component}`)?.spec?.holderIdentity?.replace(/_[^_]*$/, '')
}

/** The API servers in the middle; who asks them on the left; what they keep everything in on the right. */
export function controlGraph({ status, leases, choices, words }: ControlInput): Graph {
  const masters = status.machines.filter(m => m.role === 'control-plane')
  const workers = status.machines.filter(m => m.role === 'worker')
  const leader = masters.find(m => raftRole(m) === 'leader')
  const room = new Room(model.MOST_ELEMENTS / 2 - masters.length * 5 - 2)
  const edges = new model.Edges()
  const nodes: GraphNode[] = []

  for (const master of masters) {
    nodes.push(...masterNodes(master, leader, leases, words))
    const live = master.state === 'running'
    const of = (component: model.Component) => componentId(component, master.name)
    edges.add('balances', 'balancer', of('apiserver'), live)
    edges.add('calls', of('scheduler'), of('apiserver'), live)
    edges.add('calls', of('manager'), of('apiserver'), live)
    edges.add('calls', of('apiserver'), of('store'), live)
    if (leader && leader !== master) edges.add('replicates', componentId('store', leader.name), of('store'), live)
  }
  nodes.push({ ...balancerNode(status, masters, words), band: 'balancer' })
  nodes.push({
    ...{ id: 'clients', shape: 'card', icon: 'user', kind: words.clients, title: words.clients, column: 0 },
    ...{ subtitle: words.clientsText, tone: 'ok', band: 'clients', about: { is: 'balancer' } },
  })
  edges.add('calls', 'clients', 'balancer')

  const addWorker = (worker: MachineStatus, parent?: string) => {
    for (const component of ['kubelet', 'proxy'] as const) {
      nodes.push({ ...workerNode(component, worker, leases, words), parent })
      edges.add('calls', componentId(component, worker.name), 'balancer', worker.state === 'running')
    }
  }
  for (const { key: range, title, members } of rangesOf(workers)) {
    if (workers.length <= MOST_KUBELETS) {
      for (const member of members) addWorker(member)
      continue
    }
    const key = `control/${range}`
    room.take(1)
    const open = isOpen(choices, key, false) && room.take(members.length * 2)
    const tone = model.worstOf(members.map(m => MACHINE_TONE[m.state].tone))
    nodes.push({
      ...{ id: key, shape: 'card', icon: 'machines', kind: words.kubelets, title, tone, count: members.length },
      ...{ subtitle: words.kubeletCount(members.length), band: 'clients', column: 0, toggle: { key, open } },
      about: { is: 'machines', names: members.map(m => m.name) },
    })
    const live = members.some(m => m.state === 'running')
    edges.add('calls', key, 'balancer', live)
    if (open) for (const member of members) addWorker(member, key)
  }
  const { edges: taken, cut } = edges.take(model.MOST_ELEMENTS - nodes.length)
  return { nodes, edges: taken, total: masters.length * 4 + workers.length * 2, cut: cut || room.full }
}

export function componentId(component: model.Component, machine: string): string {
  return `${component}/${machine}`
}

function masterNodes(
  master: MachineStatus,
  leader: MachineStatus | undefined,
  leases: Leases,
  words: Words,
): GraphNode[] {
  const { name, state, store, connections } = master
  const running = state === 'running'
  const { tone } = MACHINE_TONE[state]
  const box = `machine/${name}`
  const common = { shape: 'card', tone, dashed: !running, box, band: name } as const
  const candidate = (component: 'scheduler' | 'manager', lease: string, row: string): GraphNode => {
    const holds = running && holderOf(leases, lease) === name
    return {
      ...{ ...common, id: componentId(component, name), icon: holds ? 'crown' : 'clock', kind: lease },
      ...{
        title: words[component],
        subtitle: !running ? words.stateOf(state) : holds ? words.holdsLease : words.standsBy,
      },
      ...{ leader: holds, tone: running && !holds ? 'idle' : tone, column: 0, band: row },
      about: { is: 'component', machine: name, component, lease: factsOf(leases.get(`kube-system/${lease}`)) },
    }
  }
  const role = raftRole(master)
  return [
    {
      ...{ ...common, id: box, shape: 'box', icon: 'machines', kind: words.master, title: name, box: undefined },
      ...{ subtitle: words.stateOf(state), column: 2, band: 'masters', about: { is: 'machine', machine: name } },
    },
    candidate('scheduler', 'kube-scheduler', 'scheduler'),
    candidate('manager', 'kube-controller-manager', 'manager'),
    {
      ...{ ...common, id: componentId('apiserver', name), icon: 'service', kind: 'kube-apiserver', band: 'middle' },
      ...{ title: words.apiserver, subtitle: running ? words.serves : words.stateOf(state), column: 1 },
      detail: running && connections ? words.connectionCount(connections.open) : undefined,
      about: { is: 'component', machine: name, component: 'apiserver' },
    },
    {
      ...{ ...common, id: componentId('store', name), icon: role === 'leader' ? 'crown' : 'database', column: 2 },
      ...{ kind: 'Raft', title: words.store, band: 'middle', leader: role === 'leader' },
      subtitle: role ? words.roleInTerm(words.roleOf(role), store!.term) : words.stateOf(state),
      ...{ tone: store?.problem ? 'bad' : tone, detail: role && logFigures(store!, leader?.store, words) },
      about: { is: 'component', machine: name, component: 'store' },
    },
  ]
}

/** How far a member's log goes, and how much of the leader's it has yet to get. */
export function logFigures(
  store: NonNullable<MachineStatus['store']>,
  leader: MachineStatus['store'],
  words: Words,
): string {
  const lag = store.role === 'leader' || !leader ? 0 : Math.max(0, leader.lastIndex - store.lastIndex)
  return lag > 0 ? words.logBehind(store.lastIndex, lag) : words.logAt(store.lastIndex)
}

function workerNode(component: 'kubelet' | 'proxy', worker: MachineStatus, leases: Leases, words: Words): GraphNode {
  const { name, state } = worker
  const running = state === 'running'
  const kubelet = component === 'kubelet'
  const lease = kubelet ? factsOf(leases.get(`kube-node-lease/${name}`)) : undefined
  return {
    ...{
      id: componentId(component, name),
      shape: 'card',
      icon: kubelet ? 'pod' : 'balancer',
      kind: kubelet ? 'kubelet' : 'kube-proxy',
    },
    ...{ title: words[component], subtitle: running ? name : `${name} · ${words.stateOf(state)}` },
    ...{ tone: MACHINE_TONE[state].tone, dashed: !running, band: 'clients', column: 0 },
    about: { is: 'component', machine: name, component, ...(lease && { lease }) },
  }
}

function factsOf(lease: Lease | undefined): LeaseFacts | undefined {
  if (!lease) return undefined
  const { metadata, spec } = lease
  return {
    ...{ namespace: metadata.namespace!, name: metadata.name!, holder: spec?.holderIdentity ?? '' },
    ...{ renewed: spec?.renewTime, changes: spec?.leaseTransitions },
  }
}
