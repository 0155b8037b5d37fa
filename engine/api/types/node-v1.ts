// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { Toleration } from './core-v1.ts'

export interface Overhead {
  podFixed?: Record<string, string>
}

export interface RuntimeClass extends KubeObject {
  apiVersion: 'node.k8s.io/v1'
  kind: 'RuntimeClass'
  metadata: ObjectMeta
  handler: string
  overhead?: Overhead
  scheduling?: Scheduling
}

export interface RuntimeClassList {
  apiVersion: 'node.k8s.io/v1'
  kind: 'RuntimeClassList'
  metadata: ListMeta
  items: RuntimeClass[] | null
}

export interface Scheduling {
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
}
