import type { Tone } from '../../ui/tone.ts'

export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string | null
}

/** Conditions such as MemoryPressure or Failed are good when they are false. */
const BAD_WHEN_TRUE = /Pressure$|Unavailable$|Failure|^Failed$|NotReady$|Terminating$|DisruptionTarget/

export function conditionTone({ type, status }: Condition): Tone {
  if (status === 'Unknown') return 'warn'
  const bad = BAD_WHEN_TRUE.test(type)
  return (status === 'True') !== bad ? 'ok' : bad ? 'bad' : 'warn'
}

/** Conditions as they came to be what they are: the latest change first, those without a time last. */
export function timeline(conditions: readonly Condition[]): Condition[] {
  const time = ({ lastTransitionTime: at }: Condition) => (at ? Date.parse(at) : 0)
  return conditions.toSorted((a, b) => time(b) - time(a))
}
