import type { Pod } from '../../../../engine/api/types.ts'
import type { LabStatus, MachineStatus } from '../../../../engine/lab/contract.ts'
import { formatBytes } from '../../cluster/bytes.ts'
import type { Usage } from '../../cluster/usage.ts'
import { MACHINE_TONE, raftRole } from '../../lab/machine-state.ts'
import type { Tone } from '../../ui/tone.ts'
import type { Words } from '../words.ts'
import { isOpen, rangesOf, Room, type Choices, type Range } from './collapse.ts'
import { isFiltering, matcher, type Filter } from './filter.ts'
import * as model from './model.ts'
import type { Graph, GraphNode } from './model.ts'

/** Workers are cards of their own up to this many, and ranges beyond. */
export const MOST_CARDS = 200

export interface MachinesInput {
  status: LabStatus
  pods: readonly Pod[]
  /** By `namespace/name`. */
  usage: ReadonlyMap<string, Usage>
  choices: Choices
  filter: Filter
  words: Words
}

type Worker = MachineStatus & { pods: readonly Pod[] }

/** The masters, the load balancer, and the workers with their pods. */
export function machinesGraph(input: MachinesInput): Graph {
  const { status, choices, words } = input
  const masters = status.machines.filter(m => m.role === 'control-plane')
  const { workers, waiting } = selected(input)
  const room = new Room(model.MOST_ELEMENTS / 2 - masters.length - 3)
  const byDefault = unasked(workers)
  const nodes: GraphNode[] = [...masters.map(m => masterNode(m, words)), balancerNode(status, masters, words)]
  const targets: { id: string; live: boolean }[] = []

  const addWorker = (worker: Worker, parent?: string) => {
    const key = `machine/${worker.name}`
    const pods = isOpen(choices, key, byDefault === 'pods') ? podNodes(worker.pods, key, input) : undefined
    const open = pods !== undefined && room.take(pods.length)
    nodes.push({ ...workerNode(worker, open, words), parent, ...(parent && !open && { band: `cards of ${parent}` }) })
    if (open) nodes.push(...pods)
    targets.push({ id: key, live: worker.state === 'running' })
  }
  for (const range of rangesOf(workers)) {
    if (byDefault !== 'ranges' || range.members.length === 1) {
      room.take(range.members.length)
      for (const member of range.members) addWorker(member)
      continue
    }
    room.take(1)
    const open = isOpen(choices, range.key, false) && room.take(range.members.length)
    nodes.push(rangeNode(range, open, words))
    targets.push({ id: range.key, live: range.members.some(m => m.state === 'running') })
    if (open) for (const member of range.members) addWorker(member, range.key)
  }
  if (waiting.length) {
    const pods = podNodes(waiting, 'waiting', input)
    const open = isOpen(choices, 'waiting', true) && room.take(pods.length)
    nodes.push(waitingNode(waiting, open, words), ...(open ? pods : []))
  }
  const { edges, cut } = controlEdges(masters, targets).take(model.MOST_ELEMENTS - nodes.length)
  return { nodes, edges, total: status.machines.length + input.pods.length, cut: cut || room.full }
}

/** The workers and pods that pass the filter: a worker by itself or for one of its pods. */
function selected({ status, pods, filter, words }: MachinesInput): { workers: Worker[]; waiting: readonly Pod[] } {
  const byNode = Map.groupBy(pods, pod => pod.spec?.nodeName ?? '')
  const workers = status.machines
    .filter(m => m.role === 'worker')
    .map(m => ({ ...m, pods: byNode.get(m.name) ?? [] }) satisfies Worker)
  const waiting = byNode.get('') ?? []
  if (!isFiltering(filter)) return { workers, waiting }
  const matches = matcher(filter)
  const matching = (list: readonly Pod[]) =>
    list.filter(pod =>
      matches({
        ...{ kind: 'Pod', tone: model.stateOf(pod).tone, words: model.stateOf(pod).text },
        ...{ namespace: pod.metadata.namespace, name: pod.metadata.name ?? '' },
      }),
    )
  return {
    workers: workers.flatMap(worker => {
      const { tone } = MACHINE_TONE[worker.state]
      if (matches({ kind: words.worker, tone, name: worker.name }) && !filter.tones.length) return [worker]
      const found = matching(worker.pods)
      return found.length ? [{ ...worker, pods: found }] : []
    }),
    waiting: matching(waiting),
  }
}

/** The finest picture that stays comfortable: single pods, a card for each worker, or ranges of workers. */
function unasked(workers: readonly Worker[]): 'pods' | 'cards' | 'ranges' {
  const pods = workers.reduce((sum, w) => sum + Math.min(w.pods.length, model.PODS_OF_WORKER), 0)
  if (workers.length + pods <= model.COMFORTABLE) return 'pods'
  return workers.length <= MOST_CARDS ? 'cards' : 'ranges'
}

function masterNode(machine: MachineStatus, words: Words): GraphNode {
  const { name, state, store, phase, usage } = machine
  const role = raftRole(machine)
  const raft = role ? words.roleInTerm(words.roleOf(role), store!.term) : (phase ?? words.stateOf(state))
  return {
    ...{ id: `machine/${name}`, shape: 'card', icon: role === 'leader' ? 'crown' : 'machines', kind: words.master },
    ...{ title: name, subtitle: state === 'running' ? raft : words.stateOf(state) },
    ...{ tone: store?.problem ? 'bad' : MACHINE_TONE[state].tone, leader: role === 'leader' },
    ...{ detail: state === 'running' ? machineUsage(usage) : undefined, dashed: state !== 'running' },
    ...{ band: 'masters', column: 0, about: { is: 'machine', machine: name } },
  }
}

/** The load balancer, which serves while a majority of the masters is up. */
export function balancerNode(status: LabStatus, masters: readonly MachineStatus[], words: Words): GraphNode {
  const up = masters.filter(m => m.state === 'running').length
  return {
    ...{ id: 'balancer', shape: 'pill', icon: 'balancer', kind: words.balancer, title: words.balancer },
    ...{ subtitle: status.apiServer.replace(/^https:\/\//, ''), tone: up * 2 > masters.length ? 'ok' : 'bad' },
    ...{ band: 'balancer', column: 1, about: { is: 'balancer' } },
  }
}

function workerNode(worker: Worker, open: boolean, words: Words): GraphNode {
  const { name, state, pods } = worker
  const running = state === 'running'
  const { tone } = MACHINE_TONE[state]
  const worst = model.worstOf(pods.map(pod => model.stateOf(pod).tone))
  return {
    ...{ id: `machine/${name}`, shape: open ? 'box' : 'card', icon: 'machines', kind: words.worker, title: name },
    subtitle: `${running ? '' : `${words.stateOf(state)} · `}${words.podCount(pods.length)}`,
    ...{ tone: running && !open && pods.length ? worst : tone, dashed: !running, count: pods.length },
    detail: running ? machineUsage(worker.usage) : undefined,
    ...{ band: open ? 'workers' : 'cards', column: 0, toggle: { key: `machine/${name}`, open } },
    about: { is: 'machine', machine: name },
  }
}

function rangeNode({ key, title, members }: Range<Worker>, open: boolean, words: Words): GraphNode {
  const pods = members.reduce((sum, m) => sum + m.pods.length, 0)
  const tones = new Set<Tone>()
  for (const { state, pods } of members) {
    tones.add(MACHINE_TONE[state].tone)
    for (const pod of pods) tones.add(model.stateOf(pod).tone)
  }
  return {
    ...{ id: key, shape: 'card', icon: 'machines', kind: words.workers, title },
    ...{ subtitle: words.machinesAndPods(members.length, pods), tone: model.worstOf(tones), count: members.length },
    ...{ band: 'cards', column: 0, toggle: { key, open } },
    about: { is: 'machines', names: members.map(m => m.name) },
  }
}

function waitingNode(pods: readonly Pod[], open: boolean, words: Words): GraphNode {
  return {
    ...{ id: 'waiting', shape: open ? 'box' : 'card', icon: 'clock', kind: words.waiting, title: words.waiting },
    ...{ subtitle: words.podCount(pods.length), tone: 'info', dashed: true, count: pods.length },
    ...{ band: open ? 'waiting' : 'cards', column: 0, toggle: { key: 'waiting', open } },
    about: { is: 'pods', pods },
  }
}

/** The pods in a box: one by one while they are few, else one node for each owner, the largest first. */
function podNodes(pods: readonly Pod[], box: string, input: MachinesInput): GraphNode[] {
  if (pods.length <= model.PODS_OF_WORKER) return pods.map(pod => podNode(pod, box, input))
  const byOwner = Map.groupBy(pods, pod => `${pod.metadata.namespace}/${ownerOf(pod) ?? input.words.withoutOwner}`)
  const groups = [...byOwner].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  const single = groups.length <= model.PODS_OF_WORKER ? groups : groups.slice(0, model.PODS_OF_WORKER - 1)
  const rest = groups.slice(single.length).flatMap(([, members]) => members)
  const nodes = single.flatMap(([owner, members]) => {
    const key = `group/${box}/${owner}`
    if (members.length === 1 || isOpen(input.choices, key, false)) return members.map(pod => podNode(pod, box, input))
    return [groupNode(key, owner.slice(owner.indexOf('/') + 1), members, box, input.words)]
  })
  if (!rest.length) return nodes
  const key = `group/${box}//rest`
  if (isOpen(input.choices, key, false)) return [...nodes, ...rest.map(pod => podNode(pod, box, input))]
  return [...nodes, groupNode(key, input.words.others, rest, box, input.words)]
}

function groupNode(id: string, title: string, pods: readonly Pod[], box: string, words: Words): GraphNode {
  return {
    ...{ id, shape: 'group', icon: 'pod', kind: words.pods, title, subtitle: words.podCount(pods.length), box },
    ...{ tone: model.worstOf(pods.map(p => model.stateOf(p).tone)), count: pods.length },
    ...{ band: 'pods', column: 0, toggle: { key: id, open: false }, about: { is: 'pods', pods } },
  }
}

function podNode(pod: Pod, box: string, { usage }: MachinesInput): GraphNode {
  const { text, tone } = model.stateOf(pod)
  const used = usage.get(model.podKey(pod))
  return {
    ...{ id: `pod/${model.podKey(pod)}`, shape: 'pod', icon: 'pod', kind: 'Pod', box, band: 'pods', column: 0 },
    ...{ title: model.shortPodName(pod), subtitle: text, tone, detail: used && podUsage(used) },
    ...{ dashed: text === 'Terminating', about: { is: 'pod', pod } },
  }
}

function ownerOf({ metadata }: Pod): string | undefined {
  return metadata.ownerReferences?.find(o => o.controller)?.name
}

function controlEdges(
  masters: readonly MachineStatus[],
  workers: readonly { id: string; live: boolean }[],
): model.Edges {
  const leader = masters.find(m => raftRole(m) === 'leader')
  const edges = new model.Edges()
  for (const { name, state } of masters) {
    const live = state === 'running'
    if (leader && leader.name !== name) edges.add('replicates', `machine/${leader.name}`, `machine/${name}`, live)
    edges.add('balances', 'balancer', `machine/${name}`, live)
  }
  for (const { id, live } of workers) edges.add('calls', id, 'balancer', live)
  return edges
}

function machineUsage(usage: MachineStatus['usage']): string | undefined {
  return usage && `${Math.round(usage.cpu * 100)} % · ${formatBytes(usage.memory)}`
}

/** Thousandths of a core and bytes, as short as they can be read. */
export function podUsage({ cpu, memory }: Usage): string {
  return `${Math.round(cpu)}m · ${formatBytes(memory)}`
}
