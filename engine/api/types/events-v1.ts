// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { EventSource, ObjectReference } from './core-v1.ts'

/** A report of something that happened to an object. */
export interface Event extends KubeObject {
  apiVersion: 'events.k8s.io/v1'
  kind: 'Event'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** When it was first seen. */
  eventTime: string | null
  /** Data of an event that goes on. */
  series?: EventSeries
  /** Name of the controller that reports. */
  reportingController?: string
  /** Which instance of the controller reports. */
  reportingInstance?: string
  /** What was done or failed. */
  action?: string
  /** Why it was done, as one word. */
  reason?: string
  /** Object that the event is about. */
  regarding?: ObjectReference
  /** A second object that has part in it. */
  related?: ObjectReference
  /** What happened, for people. */
  note?: string
  /** Normal or Warning. */
  type?: string
  /** Source, as in core/v1. */
  deprecatedSource?: EventSource
  /** When it was first seen, as in core/v1. */
  deprecatedFirstTimestamp?: string | null
  /** When it was last seen, as in core/v1. */
  deprecatedLastTimestamp?: string | null
  /** How often it was seen, as in core/v1. */
  deprecatedCount?: number
}

/** A list of objects of the kind Event. */
export interface EventList {
  apiVersion: 'events.k8s.io/v1'
  kind: 'EventList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Event[] | null
}

/** How often an event has come again. */
export interface EventSeries {
  /** How often so far. */
  count: number
  /** When it was last seen. */
  lastObservedTime: string | null
}
