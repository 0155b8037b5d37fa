import type { LabStatus, MachineStatus } from '../../../engine/lab/contract.ts'
import type { IconName } from '../ui/icons.ts'
import type { Tone } from '../ui/tone.ts'

/** How a machine's state is shown. */
export const MACHINE_STATE: Record<MachineStatus['state'], { tone: Tone; text: string; icon?: IconName }> = {
  running: { tone: 'ok', text: 'Running' },
  starting: { tone: 'info', text: 'Starting' },
  silent: { tone: 'warn', text: 'Silent' },
  paused: { tone: 'warn', text: 'Paused', icon: 'pause' },
  stopping: { tone: 'info', text: 'Stopping' },
  off: { tone: 'idle', text: 'Off', icon: 'stop' },
  dead: { tone: 'bad', text: 'Dead' },
}

export const LAB_TONE: Record<LabStatus['state'], Tone> = {
  starting: 'info',
  running: 'ok',
  degraded: 'warn',
  stopping: 'info',
}

/** What the store member of a machine says of itself; nothing if its process does not answer, whose word is old. */
export function raftRole({ state, store }: MachineStatus): string | undefined {
  return state === 'running' ? store?.role : undefined
}
