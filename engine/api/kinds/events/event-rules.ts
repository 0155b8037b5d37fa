import { deepEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { Column, FieldError } from '../../strategy.ts'
import { invalid, invalids, required } from '../../validation/field.ts'
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

/** Events of the core API are taken nearly as they come: only those with a precise time have to be complete. */
export function validateCoreEvent(o: KubeObject): FieldError[] {
  return validateEvent(o, 'reportingComponent')
}

/** Events of events.k8s.io have to be complete, and say nothing in the fields of old clients. */
export function validateNewEvent(o: KubeObject): FieldError[] {
  return validateEvent(o, 'reportingController')
}

/** What holds for new events of events.k8s.io alone. */
export function validateCreatedEvent(o: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  if (!o.eventTime) errors.push(required('eventTime'))
  if (o.type !== 'Normal' && o.type !== 'Warning')
    errors.push(invalid('type', '', `has invalid value: ${o.type ?? ''}`))
  for (const key of ['firstTimestamp', 'lastTimestamp', 'count'])
    if (o[key]) errors.push(invalid(key, '', 'needs to be unset'))
  if (o.source?.component || o.source?.host) errors.push(invalid('source', '', 'needs to be unset'))
  if (!o.series) return errors
  if ((o.series.count ?? 0) < 2) errors.push(invalid('series.count', '', 'should be at least 2'))
  if (!o.series.lastObservedTime) errors.push(required('series.lastObservedTime'))
  return errors
}

const MAX_CHARACTERS = 128
const MAX_NOTE = 1024

/** `controllerField` is the name under which complaints speak of the reporting controller. */
function validateEvent(o: KubeObject, controllerField: string): FieldError[] {
  const errors = namespaceErrors(o)
  if (!o.eventTime) return errors
  const controller: string = o.reportingComponent ?? ''
  if (!controller) errors.push(required(controllerField))
  errors.push(...invalids(controllerField, controller, isQualifiedName(controller)))
  const text = (key: string, at: string, most: number, mustBe = true) => {
    const value: string = o[key] ?? ''
    if (mustBe && !value) errors.push(required(at))
    if (Buffer.byteLength(value) > most) errors.push(invalid(at, '', `can have at most ${most} characters`))
  }
  text('reportingInstance', 'reportingInstance', MAX_CHARACTERS)
  text('action', 'action', MAX_CHARACTERS)
  text('reason', 'reason', MAX_CHARACTERS)
  text('message', 'message', MAX_NOTE, false)
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

/** What an event of events.k8s.io says never changes; only its series does. */
export function validateEventUpdate(o: KubeObject, old: KubeObject): FieldError[] {
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
