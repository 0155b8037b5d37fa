// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

export interface PriorityClass extends KubeObject {
  apiVersion: 'scheduling.k8s.io/v1'
  kind: 'PriorityClass'
  metadata: ObjectMeta
  value?: number
  globalDefault?: boolean
  description?: string
  preemptionPolicy?: string
}

export interface PriorityClassList {
  apiVersion: 'scheduling.k8s.io/v1'
  kind: 'PriorityClassList'
  metadata: ListMeta
  items: PriorityClass[] | null
}
