// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { ObjectReference } from './core-v1.ts'

/** A backend of a service. */
export interface Endpoint {
  /** Addresses of the backend; the first is used. */
  addresses: string[] | null
  /** Whether it serves. */
  conditions?: EndpointConditions
  /** Host name of the backend, for its DNS record. */
  hostname?: string
  /** Object behind the addresses, mostly a pod. */
  targetRef?: ObjectReference
  /** Topology of old clients; deprecated. */
  deprecatedTopology?: Record<string, string>
  /** Node on which the backend runs. */
  nodeName?: string
  /** Zone in which the backend runs. */
  zone?: string
  /** Who should use it. */
  hints?: EndpointHints
}

/** Whether a backend serves. */
export interface EndpointConditions {
  /** Whether it takes traffic; absent means yes. */
  ready?: boolean
  /** Whether it passes its checks, even while it is ending. */
  serving?: boolean
  /** Whether it is ending. */
  terminating?: boolean
}

/** Who should use a backend. */
export interface EndpointHints {
  /** Zones whose clients should use it. */
  forZones?: ForZone[]
  /** Nodes whose clients should use it. */
  forNodes?: ForNode[]
}

/** A port of backends. */
export interface EndpointPort {
  /** Name of the port, as in the service. */
  name?: string
  /** UDP, TCP or SCTP. */
  protocol?: string
  /** Number of the port. */
  port?: number
  /** Protocol of the application, for proxies. */
  appProtocol?: string
}

/** A part of the backends of a service. */
export interface EndpointSlice extends KubeObject {
  apiVersion: 'discovery.k8s.io/v1'
  kind: 'EndpointSlice'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** The backends; at most 1000. */
  endpoints?: Endpoint[] | null
  /** Ports that each of them serves. */
  ports?: EndpointPort[] | null
  /** Type of the addresses; fixed. */
  addressType: string
}

/** A list of objects of the kind EndpointSlice. */
export interface EndpointSliceList {
  apiVersion: 'discovery.k8s.io/v1'
  kind: 'EndpointSliceList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: EndpointSlice[] | null
}

/** A node whose clients should use a backend. */
export interface ForNode {
  /** Name of the node. */
  name: string
}

/** A zone whose clients should use a backend. */
export interface ForZone {
  /** Name of the zone. */
  name: string
}
