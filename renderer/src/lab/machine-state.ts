import type { LabStatus, MachineStatus } from '../../../engine/lab/contract.ts'
import type { IconName } from '../ui/icons.ts'
import type { Tone } from '../ui/tone.ts'

/** How good a machine's state is, and a shape of its own for some. */
export const MACHINE_TONE: Record<MachineStatus['state'], { tone: Tone; icon?: IconName }> = {
  running: { tone: 'ok' },
  starting: { tone: 'info' },
  silent: { tone: 'warn' },
  paused: { tone: 'warn', icon: 'pause' },
  stopping: { tone: 'info' },
  off: { tone: 'idle', icon: 'stop' },
  dead: { tone: 'bad' },
}

export const LAB_TONE: Record<LabStatus['state'], Tone> = {
  starting: 'info',
  running: 'ok',
  degraded: 'warn',
  stopping: 'info',
}

/** What the store member of a machine says of itself; nothing if its process does not answer, whose word is old. */
export function raftRole({ state, store }: MachineStatus): NonNullable<MachineStatus['store']>['role'] | undefined {
  return state === 'running' ? store?.role : undefined
}
