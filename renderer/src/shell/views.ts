import type { IconName } from '../ui/icons.ts'

/** The views, in the order of their groups in the side bar and of the keys that lead to them. */
export const VIEWS = [
  'map',
  'machines',
  'metrics',
  'objects',
  'services',
  'access',
  'events',
  'logs',
  'terminal',
  'settings',
] as const
export type ViewName = (typeof VIEWS)[number]

export interface ViewEntry {
  view: ViewName
  icon: IconName
  /** It shows what only a lab has: machines, raft, faults. */
  labOnly?: boolean
}

export const GROUPS: readonly { group: 'lab' | 'cluster' | 'work'; entries: readonly ViewEntry[] }[] = [
  {
    group: 'lab',
    entries: [
      { view: 'map', icon: 'map' },
      { view: 'machines', icon: 'machines', labOnly: true },
      { view: 'metrics', icon: 'chart', labOnly: true },
    ],
  },
  {
    group: 'cluster',
    entries: [
      { view: 'objects', icon: 'objects' },
      { view: 'services', icon: 'service' },
      { view: 'access', icon: 'key' },
      { view: 'events', icon: 'events' },
    ],
  },
  {
    group: 'work',
    entries: [
      { view: 'logs', icon: 'logs' },
      { view: 'terminal', icon: 'terminal' },
    ],
  },
]

/** Reached by Alt and the number of their place. */
export const NUMBERED: readonly ViewName[] = GROUPS.flatMap(group => group.entries.map(entry => entry.view))

const LAB_ONLY = new Set(GROUPS.flatMap(group => group.entries.flatMap(entry => (entry.labOnly ? [entry.view] : []))))

/** Whether a view shows what only a lab has. */
export function isLabOnly(view: ViewName): boolean {
  return LAB_ONLY.has(view)
}
