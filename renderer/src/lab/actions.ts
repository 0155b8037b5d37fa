import type { LabStatus, MachineAction, MachineStatus } from '../../../engine/lab/contract.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { ApiError, explain, request, requestJSON } from '../cluster/rest.ts'
import type { IconName } from '../ui/icons.ts'
import { confirmation } from '../ui/confirm.svelte.ts'
import { toasts } from '../ui/toasts.svelte.ts'
import { lab } from './status.svelte.ts'

export const ACTION_LABEL: Record<MachineAction, string> = {
  kill: 'Kill',
  stop: 'Stop',
  start: 'Start',
  pause: 'Pause',
  resume: 'Resume',
}
export const ACTION_ICON: Record<MachineAction, IconName> = {
  kill: 'bolt',
  stop: 'stop',
  start: 'play',
  pause: 'pause',
  resume: 'play',
}

const DONE: Record<MachineAction, string> = {
  kill: 'was killed',
  stop: 'is stopping',
  start: 'is starting',
  pause: 'is paused',
  resume: 'goes on',
}

/** What can be done to a machine in its state. */
export function actionsFor({ state }: Pick<MachineStatus, 'state'>): MachineAction[] {
  switch (state) {
    case 'off':
    case 'dead':
      return ['start']
    case 'paused':
      return ['resume', 'kill']
    case 'stopping':
      return ['kill']
    case 'starting':
    case 'silent':
      return ['stop', 'kill']
    case 'running':
      return ['pause', 'stop', 'kill']
  }
}

/** Acts on a machine after asking where work or the quorum is at stake, and tells how it went. */
export async function actOnMachine(machine: MachineStatus, action: MachineAction): Promise<void> {
  const question = consequence(machine, action)
  if (
    question &&
    !(await confirmation.ask({ ...question, action: `${ACTION_LABEL[action]} ${machine.name}`, danger: true }))
  )
    return
  try {
    lab.accept(
      await requestJSON<LabStatus>(`/lab/v1/machines/${encodeURIComponent(machine.name)}/${action}`, {
        method: 'POST',
      }),
    )
    toasts.show('ok', `${machine.name} ${DONE[action]}.`)
  } catch (error) {
    tell(`${machine.name} could not be changed`, error)
  }
}

function consequence(
  { name, role }: MachineStatus,
  action: MachineAction,
): { title: string; text: string } | undefined {
  if (action !== 'kill' && action !== 'stop') return undefined
  const how =
    action === 'kill'
      ? 'Its process ends at once, as in a power cut (kill -9). Its disk stays.'
      : 'Its process is asked to end in good order. Its disk stays.'
  const what =
    role === 'control-plane'
      ? 'The cluster goes on while a majority of the masters is left; a new leader is elected if this one leads.'
      : 'Its pods end with it. They are evicted and replaced elsewhere once the node has been unreachable for a while.'
  return { title: `${ACTION_LABEL[action]} ${name}?`, text: `${how} ${what}` }
}

export async function addWorker(): Promise<void> {
  try {
    const { name } = await requestJSON<{ name: string }>('/lab/v1/machines', { method: 'POST' })
    toasts.show('ok', `${name} joins the cluster.`)
  } catch (error) {
    tell('No worker could be added', error)
  }
}

/** Removes the machine, then its Node, so that its pods are replaced elsewhere. */
export async function removeMachine({ name }: MachineStatus): Promise<void> {
  const text = `The machine and its disk are deleted, and its Node leaves the cluster. Pods with a controller are replaced on other workers.`
  if (!(await confirmation.ask({ title: `Remove ${name}?`, text, action: `Remove ${name}`, danger: true }))) return
  try {
    lab.accept(await requestJSON<LabStatus>(`/lab/v1/machines/${encodeURIComponent(name)}`, { method: 'DELETE' }))
    await request(`${connection.cluster}/api/v1/nodes/${encodeURIComponent(name)}`, { method: 'DELETE' }).catch(
      ignoreMissing,
    )
    toasts.show('ok', `${name} is removed.`)
  } catch (error) {
    tell(`${name} could not be removed`, error)
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 404)) throw error
}

function tell(what: string, error: unknown): void {
  const { title, text } = explain(error)
  toasts.show('bad', what, text ? `${title}\n${text}` : title)
}
