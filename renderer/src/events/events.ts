import type { Event } from '../../../engine/api/types.ts'

/** When it was last seen, in milliseconds since the epoch, whichever of the generations of fields says so. */
export function lastSeen(event: Event): number {
  const time =
    event.series?.lastObservedTime ??
    event.lastTimestamp ??
    event.eventTime ??
    event.firstTimestamp ??
    event.metadata.creationTimestamp
  return time ? Date.parse(String(time)) : 0
}

export function timesSeen(event: Event): number {
  return event.series?.count ?? event.count ?? 1
}

export function reporterOf(event: Event): string {
  return event.reportingComponent || event.source?.component || ''
}

/** Events that contain every word in what they say or whom they are about, the newest first. */
export function selectEvents<E extends Event>(
  events: readonly E[],
  { text, warnings, namespace }: { text: string; warnings: boolean; namespace: string },
): E[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return events
    .filter(event => {
      if (warnings && event.type !== 'Warning') return false
      if (namespace && event.metadata.namespace !== namespace) return false
      const { kind, name, namespace: ns } = event.involvedObject ?? {}
      const all = `${event.reason} ${event.message} ${kind}/${name} ${ns} ${reporterOf(event)}`.toLowerCase()
      return words.every(word => all.includes(word))
    })
    .sort((a, b) => lastSeen(b) - lastSeen(a))
}
