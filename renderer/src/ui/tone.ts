import type { IconName } from './icons.ts'

/** How good a state is. Each tone has a shape besides its colour, so that no one needs to see colours. */
export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle'

export const TONE_ICON: Record<Tone, IconName> = {
  ok: 'check',
  warn: 'alert',
  bad: 'cross',
  info: 'clock',
  idle: 'minus',
}

const WORDS: [Tone, RegExp][] = [
  [
    'bad',
    /^(Failed|Error|OOMKilled|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|Evicted|NotReady|Lost|Unknown|ContainerCannotRun|DeadlineExceeded|InvalidImageName|.*Err(or)?$|.*BackOff$)/,
  ],
  ['info', /^(Pending|ContainerCreating|PodInitializing|Init:\d|Released|Progressing|Waiting)/],
  ['warn', /^(Terminating|Warning|SchedulingDisabled|Suspended|Ready,SchedulingDisabled)/],
  ['ok', /^(Running|Ready|Active|Bound|Available|Complete|True|Healthy|Established)$/],
  ['idle', /^(Completed|Succeeded|False|Normal)$/],
]

/** The tone of a word that Kubernetes prints in a STATUS column; undefined if it says nothing about health. */
export function toneOf(word: string): Tone | undefined {
  return WORDS.find(([, pattern]) => pattern.test(word))?.[0]
}
