import type { LabStatus, MachineAction, MachineStatus } from '../../../engine/lab/contract.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { ApiError } from '../cluster/api-error.ts'
import { explain, request, requestJSON } from '../cluster/rest.ts'
import type { IconName } from '../ui/icons.ts'
import { say } from '../text/say.svelte.ts'
import { confirmation, type Question } from '../ui/confirm.svelte.ts'
import { toasts } from '../ui/toasts.svelte.ts'
import { lab } from './status.svelte.ts'
import { labTexts } from './text.ts'

export const ACTION_ICON: Record<MachineAction, IconName> = {
  kill: 'bolt',
  stop: 'stop',
  start: 'play',
  pause: 'pause',
  resume: 'play',
}

const t = say(labTexts)

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
  if (question && !(await confirmation.ask({ ...question, danger: true }))) return
  const { name } = machine
  try {
    const path = `/lab/v1/machines/${encodeURIComponent(name)}/${action}`
    lab.accept(await requestJSON<LabStatus>(path, { method: 'POST' }))
    toasts.show('ok', t[`${action}Done`](name))
  } catch (error) {
    tell(t.actFailed(name), error)
  }
}

function consequence({ name, role }: MachineStatus, action: MachineAction): Question | undefined {
  if (action !== 'kill' && action !== 'stop') return undefined
  const text = `${t[`${action}How`]} ${role === 'control-plane' ? t.masterGone : t.workerGone}`
  return { title: t[`${action}Question`](name), text, action: t[`${action}Action`](name) }
}

export async function addWorker(): Promise<void> {
  try {
    const { name } = await requestJSON<{ name: string }>('/lab/v1/machines', { method: 'POST' })
    toasts.show('ok', t.joins(name))
  } catch (error) {
    tell(t.addFailed, error)
  }
}

/** Removes the machine, then its Node, so that its pods are replaced elsewhere. */
export async function removeMachine({ name }: MachineStatus): Promise<void> {
  const question = { title: t.removeQuestion(name), text: t.removeText, action: t.removeAction(name), danger: true }
  if (!(await confirmation.ask(question))) return
  try {
    lab.accept(await requestJSON<LabStatus>(`/lab/v1/machines/${encodeURIComponent(name)}`, { method: 'DELETE' }))
    await request(`${connection.cluster}/api/v1/nodes/${encodeURIComponent(name)}`, { method: 'DELETE' }).catch(
      ignoreMissing,
    )
    toasts.show('ok', t.removed(name))
  } catch (error) {
    tell(t.removeFailed(name), error)
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 404)) throw error
}

function tell(what: string, error: unknown): void {
  const { title, text } = explain(error)
  toasts.show('bad', what, text ? `${title}\n${text}` : title)
}
