// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { EventSource, ObjectReference } from './core-v1.ts'

export interface Event extends KubeObject {
  apiVersion: 'events.k8s.io/v1'
  kind: 'Event'
  metadata: ObjectMeta
  eventTime: string | null
  series?: EventSeries
  reportingController?: string
  reportingInstance?: string
  action?: string
  reason?: string
  regarding?: ObjectReference
  related?: ObjectReference
  note?: string
  type?: string
  deprecatedSource?: EventSource
  deprecatedFirstTimestamp?: string | null
  deprecatedLastTimestamp?: string | null
  deprecatedCount?: number
}

export interface EventList {
  apiVersion: 'events.k8s.io/v1'
  kind: 'EventList'
  metadata: ListMeta
  items: Event[] | null
}

export interface EventSeries {
  count: number
  lastObservedTime: string | null
}
