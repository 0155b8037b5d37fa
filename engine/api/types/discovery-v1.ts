// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { ObjectReference } from './core-v1.ts'

export interface Endpoint {
  addresses: string[] | null
  conditions?: EndpointConditions
  hostname?: string
  targetRef?: ObjectReference
  deprecatedTopology?: Record<string, string>
  nodeName?: string
  zone?: string
  hints?: EndpointHints
}

export interface EndpointConditions {
  ready?: boolean
  serving?: boolean
  terminating?: boolean
}

export interface EndpointHints {
  forZones?: ForZone[]
  forNodes?: ForNode[]
}

export interface EndpointPort {
  name?: string
  protocol?: string
  port?: number
  appProtocol?: string
}

export interface EndpointSlice extends KubeObject {
  apiVersion: 'discovery.k8s.io/v1'
  kind: 'EndpointSlice'
  metadata: ObjectMeta
  endpoints?: Endpoint[] | null
  ports?: EndpointPort[] | null
  addressType: string
}

export interface EndpointSliceList {
  apiVersion: 'discovery.k8s.io/v1'
  kind: 'EndpointSliceList'
  metadata: ListMeta
  items: EndpointSlice[] | null
}

export interface ForNode {
  name: string
}

export interface ForZone {
  name: string
}
