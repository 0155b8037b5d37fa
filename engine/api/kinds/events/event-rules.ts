import { deepEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { Column, FieldError } from '../../strategy.ts'
import { invalid, required } from '../../validation/field.ts'
import { isDNS1123Subdomain, isQualifiedName } from '../../validation/names.ts'
import { age, column, wide } from '../columns.ts'

/** An events.k8s.io event in the form of a core event, which is how events are stored. */
export function toCoreEvent(object: KubeObject): KubeObject {
  return rename(object, NEW_TO_CORE, 'v1', {
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  })
}

/** A core event in the form of events.k8s.io/v1. */
export function toNewEvent(object: KubeObject): KubeObject {
  const event = rename(object, CORE_TO_NEW, 'events.k8s.io/v1', {
    regarding: {},
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
    eventTime: null,
  })
  for (const key of ['reportingController', 'reportingInstance']) if (event[key] === '') delete event[key]
  return event
}

const NEW_TO_CORE: Record<string, string> = {
  reportingController: 'reportingComponent',
  regarding: 'involvedObject',
  note: 'message',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
}
const CORE_TO_NEW = Object.fromEntries(Object.entries(NEW_TO_CORE).map(([a, b]) => [b, a]))

function rename(
  object: KubeObject,
  names: Record<string, string>,
  apiVersion: string,
  always: Record<string, unknown>,
): KubeObject {
  const out: KubeObject = { ...structuredClone(always), apiVersion, kind: 'Event', metadata: object.metadata }
  for (const [key, value] of Object.entries(object))
    if (!['apiVersion', 'kind', 'metadata'].includes(key)) out[names[key] ?? key] = value
  return out
}

const seen = (time: string | undefined | null, now: number) => (time ? age(time, now) : '<unknown>')
const first = (o: KubeObject): string | null | undefined => o.firstTimestamp ?? o.eventTime
const last = (o: KubeObject): string | null | undefined => o.series?.lastObservedTime ?? o.lastTimestamp ?? first(o)

export const coreEventColumns: Column[] = [
  column('Last Seen', 'string', 'Time since it was last observed.', (o, now) => seen(last(o), now)),
  column('Type', 'string', 'Normal or Warning.', o => o.type ?? ''),
  column('Reason', 'string', 'Why it was reported, as one word.', o => o.reason ?? ''),
  column('Object', 'string', 'What it is about.', o =>
    o.involvedObject?.name
      ? `${String(o.involvedObject.kind ?? '').toLowerCase()}/${o.involvedObject.name}`
      : String(o.involvedObject?.kind ?? '').toLowerCase(),
  ),
  wide('Subobject', 'string', 'Part of the object, such as a container.', o => o.involvedObject?.fieldPath ?? ''),
  wide('Source', 'string', 'Component that reported it.', o => sourceText(o)),
  column('Message', 'string', 'What happened.', o => String(o.message ?? '').trim()),
  wide('First Seen', 'string', 'Time since it was first observed.', (o, now) => seen(first(o), now)),
  wide('Count', 'string', 'How often it was observed.', o => o.series?.count ?? (o.count || 1)),
  { ...wide('Name', 'string', 'Name of the event.', o => o.metadata.name ?? ''), format: 'name' },
]

function sourceText(o: KubeObject): string {
  const component = o.source?.component || o.reportingComponent || ''
  const host = o.source?.host || o.reportingInstance || ''
  return o.source?.host ? `${component}, ${host}` : component
}

/** Fields that selectors may name. */
export function coreEventFields(o: KubeObject): Record<string, string> {
  const involved = o.involvedObject ?? {}
  const fields: Record<string, string> = {}
  for (const key of ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'])
    fields[`involvedObject.${key}`] = involved[key] ?? ''
  return {
    ...fields,
    reason: o.reason ?? '',
    reportingComponent: o.reportingComponent ?? '',
    source: o.source?.component || o.reportingComponent || '',
    type: o.type ?? '',
  }
}

/** Events of the core API are taken nearly as they come: only the namespace has to fit. */
export function validateCoreEvent(o: KubeObject): FieldError[] {
  if (o.eventTime) return validateNewEvent(o)
  return namespaceErrors(o)
}

/** Events of events.k8s.io have to be complete. */
export function validateNewEvent(o: KubeObject): FieldError[] {
  const errors = namespaceErrors(o)
  if (!o.eventTime) errors.push(required('eventTime'))
  if (o.eventTime) {
    if (!o.reportingComponent) errors.push(required('reportingController'))
    else
      errors.push(
        ...isQualifiedName(o.reportingComponent).map(text =>
          invalid('reportingController', o.reportingComponent, text),
        ),
      )
    if (!o.reportingInstance) errors.push(required('reportingInstance'))
    if (!o.action) errors.push(required('action'))
    if (!o.reason) errors.push(required('reason'))
  }
  if (o.type !== 'Normal' && o.type !== 'Warning')
    errors.push(invalid('type', o.type ?? '', `has invalid value: ${o.type ?? ''}`))
  if (Buffer.byteLength(o.message ?? '') > 1024) errors.push(invalid('message', '', 'can have at most 1024 characters'))
  return errors
}

function namespaceErrors(o: KubeObject): FieldError[] {
  const involved: string = o.involvedObject?.namespace ?? ''
  const own = o.metadata.namespace ?? ''
  if (involved === '') {
    // Events of cluster-wide objects live in "default" (or kube-system).
    if (own !== 'default' && own !== 'kube-system')
      return [invalid('involvedObject.namespace', involved, 'does not match event.namespace')]
  } else if (involved !== own) return [invalid('involvedObject.namespace', involved, 'does not match event.namespace')]
  return own ? isDNS1123Subdomain(own).map(text => invalid('namespace', own, text)) : []
}

/** What an event says never changes; only its series does. */
export function validateEventUpdate(o: KubeObject, old: KubeObject): FieldError[] {
  if (!o.eventTime && !old.eventTime) return []
  const errors: FieldError[] = []
  for (const key of [
    'involvedObject',
    'reason',
    'message',
    'source',
    'firstTimestamp',
    'lastTimestamp',
    'count',
    'reportingComponent',
    'reportingInstance',
    'action',
    'related',
    'type',
    'eventTime',
  ])
    if (!deepEqual(o[key], old[key])) errors.push(invalid(key, o[key], 'field is immutable'))
  return errors
}
