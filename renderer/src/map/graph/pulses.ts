import type { KubeObject } from '../../../../engine/api/types.ts'
import type { LabStatus } from '../../../../engine/lab/contract.ts'
import { lastWrite } from '../../cluster/lists/managed-fields.ts'
import { raftRole } from '../../lab/machine-state.ts'
import { componentId, holderOf, type Leases } from './control.ts'

/** Something that went from one node to another: shown once, because a figure of the cluster moved. */
export interface Pulse {
  source: string
  target: string
}

/** What two statuses of a lab tell of messages: logs that grew by the leader's, connections that the balancer passed on. */
export function pulsesOfStatus(before: LabStatus | undefined, now: LabStatus): Pulse[] {
  if (!before) return []
  const old = new Map(before.machines.map(m => [m.name, m]))
  const leader = now.machines.find(m => raftRole(m) === 'leader')
  const pulses: Pulse[] = []
  for (const machine of now.machines) {
    const { name, store, connections } = machine
    const was = old.get(name)
    if (!store || !was?.store || was.pid !== machine.pid || !raftRole(machine)) continue
    const member = componentId('store', name)
    if (store.lastIndex > was.store.lastIndex && leader && leader !== machine)
      pulses.push({ source: componentId('store', leader.name), target: member })
    // What a member has applied its API server learns from it, and tells those who watch.
    if (store.revision > was.store.revision) pulses.push({ source: member, target: componentId('apiserver', name) })
    if (connections && was.connections && connections.served > was.connections.served)
      pulses.push({ source: 'balancer', target: componentId('apiserver', name) })
  }
  return pulses
}

/** What renewed Leases tell: their holders asked the API server. */
export function pulsesOfLeases(before: Leases, now: Leases): Pulse[] {
  const pulses: Pulse[] = []
  for (const [key, lease] of now) {
    const was = before.get(key)
    if (!was || was === lease || was.spec?.renewTime === lease.spec?.renewTime) continue
    const [namespace, name] = key.split('/') as [string, string]
    if (namespace === 'kube-node-lease') pulses.push({ source: componentId('kubelet', name), target: 'balancer' })
    else pulses.push(...fromComponent(name, undefined, now))
  }
  return pulses
}

/** What changed objects tell: who wrote them last, by their managed fields. */
export function pulsesOfObjects<T extends KubeObject>(
  before: ReadonlyMap<string, T>,
  now: ReadonlyMap<string, T>,
  leases: Leases,
): Pulse[] {
  if (before.size === 0 || before === now) return []
  const pulses = new Map<string, Pulse>()
  for (const [uid, object] of now) {
    const was = before.get(uid)
    if (was?.metadata.resourceVersion === object.metadata.resourceVersion) continue
    const { manager } = lastWrite(object) ?? {}
    if (manager === undefined) continue
    const { nodeName } = ('spec' in object ? object.spec : {}) as { nodeName?: string }
    for (const pulse of fromComponent(manager, nodeName ?? object.metadata.name, leases))
      pulses.set(`${pulse.source}→${pulse.target}`, pulse)
  }
  return [...pulses.values()]
}

function fromComponent(manager: string, node: string | undefined, leases: Leases): Pulse[] {
  if (manager === 'kubelet') return node ? [{ source: componentId('kubelet', node), target: 'balancer' }] : []
  const component =
    manager === 'kube-scheduler' ? 'scheduler' : manager === 'kube-controller-manager' ? 'manager' : undefined
  if (!component) return [{ source: 'clients', target: 'balancer' }]
  const holder = holderOf(leases, manager)
  return holder ? [{ source: componentId(component, holder), target: componentId('apiserver', holder) }] : []
}
