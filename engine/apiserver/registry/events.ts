import type { KubeObject } from '../../api/object.ts'

/** Pairs of names of the same field: core/v1 and events.k8s.io/v1. */
const RENAMED: [core: string, events: string][] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
]

/** Converts an Event between the core and the events.k8s.io API: the same object under two sets of names. */
export function convertEvent(event: KubeObject, apiVersion: string): KubeObject {
  if (event.apiVersion === apiVersion) return event
  const result: KubeObject = { ...event, apiVersion }
  const toCore = apiVersion === 'v1'
  for (const [core, events] of RENAMED) {
    const from = toCore ? events : core
    const to = toCore ? core : events
    if (result[from] === undefined) continue
    result[to] = result[from]
    delete result[from]
  }
  // The core always writes who reports, the newer group only where it is known.
  if (!toCore)
    for (const field of ['reportingController', 'reportingInstance']) if (result[field] === '') delete result[field]
  return result
}
