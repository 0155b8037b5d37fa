import { isNotFound } from '../../../engine/client/errors.ts'
import { ResourceClient } from '../../../engine/client/resource-client.ts'
import { NODES } from '../../../engine/client/resources.ts'
import { LabClient, requireLab, type LabEntry } from '../../../engine/lab/client.ts'
import type { MachineAction } from '../../../engine/lab/contract.ts'
import { adminRest } from './admin-rest.ts'
import type { LabOptions } from './commands.ts'

const DONE: Record<MachineAction, string> = {
  kill: 'was killed',
  stop: 'is stopped',
  start: 'starts',
  pause: 'is paused',
  resume: 'goes on',
}

/** `lab machine kill|stop|start|pause|resume` */
export async function actOnMachine(
  lab: string,
  machine: string,
  action: MachineAction,
  { dataDir, platform }: LabOptions,
): Promise<void> {
  await new LabClient(requireLab(dataDir, lab, platform)).act(machine, action)
  console.log(`Machine ${machine} ${DONE[action]}.`)
}

/** `lab machine add` */
export async function addMachine(
  name: string,
  role: 'worker' | 'control-plane',
  { dataDir, platform }: LabOptions,
): Promise<void> {
  const added = await new LabClient(requireLab(dataDir, name, platform)).addMachine(role)
  console.log(role === 'worker' ? `Machine ${added.name} starts.` : `Machine ${added.name} takes part, and has a vote.`)
}

/** `lab machine remove`: the machine first, then its Node, if it has one, so that its pods move. */
export async function removeMachine(name: string, machine: string, { dataDir, platform }: LabOptions): Promise<void> {
  const lab = requireLab(dataDir, name, platform)
  await new LabClient(lab).removeMachine(machine)
  await deleteNode(lab, machine)
  console.log(`Machine ${machine} is removed.`)
}

async function deleteNode(lab: LabEntry, node: string): Promise<void> {
  const rest = adminRest(lab)
  try {
    await new ResourceClient(rest, NODES).delete(undefined, node)
  } catch (error) {
    if (!isNotFound(error)) throw error
  } finally {
    rest.dispose()
  }
}
