import { arch, release } from 'node:os'
import type { Node, NodeCondition } from '../../api/types.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { PressureCondition } from '../eviction/thresholds.ts'
import type { RuntimeHandler } from '../runtime/contract.ts'
import { allocatableOf, capacityOf, type Capacity } from './allocatable.ts'
import type { MachineIdentity } from './identity.ts'
import type { KubeletSettings } from './settings.ts'

/** Version of Kubernetes that this kubelet speaks. */
export const KUBELET_VERSION = 'v1.36.2'

export interface NodeFacts {
  nodeName: string
  address: string
  port: number
  capacity: Capacity
  settings: KubeletSettings
  identity: MachineIdentity
  runtimeVersion: string
  handlers: readonly RuntimeHandler[]
  images: { names: string[]; sizeBytes: number }[]
  pressure: ReadonlySet<PressureCondition>
  ready: boolean
}

/** Condition, and what is said when it holds and when it does not: reason, message, and the reason of its event. */
const PRESSURES: [PressureCondition, [string, string, string], [string, string, string]][] = [
  [
    'MemoryPressure',
    ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available', 'NodeHasInsufficientMemory'],
    ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available', 'NodeHasSufficientMemory'],
  ],
  [
    'DiskPressure',
    ['KubeletHasDiskPressure', 'kubelet has disk pressure', 'NodeHasDiskPressure'],
    ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure', 'NodeHasNoDiskPressure'],
  ],
  [
    'PIDPressure',
    ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available', 'NodeHasInsufficientPID'],
    ['KubeletHasSufficientPID', 'kubelet has sufficient PID available', 'NodeHasSufficientPID'],
  ],
]

/** The status of a Node as its kubelet knows it. Times of transition are kept from the status that is known. */
export function nodeStatus(facts: NodeFacts, known: Node | undefined, nowMs: number) {
  const { nodeName, address, port, capacity, settings, identity, handlers, ready, pressure } = facts
  const now = rfc3339(nowMs)
  const condition = (type: string, holds: boolean, [reason, message]: readonly string[]) => {
    const status = holds ? 'True' : 'False'
    const before = known?.status?.conditions?.find(c => c.type === type)
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now
    return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime } as NodeCondition
  }
  return {
    capacity: capacityOf(capacity),
    allocatable: allocatableOf(capacity, settings),
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    conditions: [
      ...PRESSURES.map(([type, yes, no]) => condition(type, pressure.has(type), pressure.has(type) ? yes : no)),
      condition(
        'Ready',
        ready,
        ready ? ['KubeletReady', 'kubelet is posting ready status'] : ['KubeletNotReady', 'node is shutting down'],
      ),
    ],
    nodeInfo: {
      ...identity,
      kernelVersion: release(),
      osImage: `Kubarium on ${process.platform}`,
      containerRuntimeVersion: facts.runtimeVersion,
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: operatingSystem(),
      architecture: goArch(),
    },
    images: facts.images,
    ...(handlers.length ? { runtimeHandlers: handlers.map(({ name, features }) => ({ name, features })) } : {}),
    features: { supplementalGroupsPolicy: false },
  }
}

export type NodeStatusReport = ReturnType<typeof nodeStatus>

/** Reasons of the events that tell of what has changed in the conditions. */
export function conditionEvents(before: NodeStatusReport | undefined, after: NodeStatusReport): string[] {
  return after.conditions.flatMap(({ type, status }) => {
    if (before?.conditions.find(c => c.type === type)?.status === status) return []
    if (type === 'Ready') return [status === 'True' ? 'NodeReady' : 'NodeNotReady']
    const [, yes, no] = PRESSURES.find(([t]) => t === type)!
    return [(status === 'True' ? yes : no)[2]]
  })
}

/** Whether two reports say the same, but for when they were made. */
export function isSameReport(a: NodeStatusReport | undefined, b: NodeStatusReport): boolean {
  const timeless = (report: NodeStatusReport | undefined) =>
    report && { ...report, conditions: report.conditions.map(({ lastHeartbeatTime: _, ...c }) => c) }
  return JSON.stringify(timeless(a)) === JSON.stringify(timeless(b))
}

/** The operating system in Go's terms, which Kubernetes uses. */
export function operatingSystem(): string {
  return process.platform === 'win32' ? 'windows' : process.platform
}

/** The architecture in Go's terms. */
export function goArch(): string {
  return ({ x64: 'amd64', ia32: '386' } as Record<string, string>)[arch()] ?? arch()
}
