import { untrack } from 'svelte'
import type { Pod } from '../../../engine/api/types.ts'
import type { LabStatus } from '../../../engine/lab/contract.ts'
import { lab } from '../lab/status.svelte.ts'
import type { Leases } from './graph/control.ts'
import type { Lens } from './graph/model.ts'
import { pulsesOfLeases, pulsesOfObjects, pulsesOfStatus, type Pulse } from './graph/pulses.ts'
import { currentLeases, podWatch } from './sources.svelte.ts'

/**
 * Tells of every message that the figures of the cluster betray, from the effect that it is called in. Nothing is told of what was there
 * when one began to look.
 */
export function followPulses(lens: Lens, tell: (pulses: readonly Pulse[]) => void): void {
  if (lens === 'workloads') return
  const told = (pulses: readonly Pulse[]) => untrack(() => tell(lens === 'control' ? pulses : pulses.map(ofMachines)))
  let status: LabStatus | undefined
  let pods: ReadonlyMap<string, Pod> = new Map()
  let leases: Leases = new Map()
  $effect(() => {
    if (lab.status) told(pulsesOfStatus(status, lab.status))
    status = lab.status
  })
  $effect(() => {
    const now = currentLeases()
    told(pulsesOfLeases(leases, now))
    leases = now
  })
  $effect(() => {
    told(pulsesOfObjects(pods, podWatch.items, leases))
    pods = podWatch.items
  })
}

/** Among the machines, a message goes from the machine of the one component to that of the other. */
function ofMachines({ source, target }: Pulse): Pulse {
  const machine = (id: string) => id.replace(/^(apiserver|scheduler|manager|store|kubelet|proxy)\//, 'machine/')
  return { source: machine(source), target: machine(target) }
}
