import type { MachineView } from '../supervisor.ts'

/** What the start waits for, in words. */
export function waitedFor(views: readonly MachineView[]): string {
  const waiting = views.filter(m => m.state !== 'running')
  if (waiting.length === 0) return `${views.length} of ${views.length} machines ready`
  const parts = waiting.map(m => (m.phase ? `${m.name}: ${m.phase}` : m.name))
  return `${views.length - waiting.length} of ${views.length} machines ready; waiting for ${parts.join(', ')}`
}
