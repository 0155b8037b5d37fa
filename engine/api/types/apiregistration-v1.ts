// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

export interface APIService extends KubeObject {
  apiVersion: 'apiregistration.k8s.io/v1'
  kind: 'APIService'
  metadata: ObjectMeta
  spec?: APIServiceSpec
  status?: APIServiceStatus
}

export interface APIServiceCondition {
  lastTransitionTime?: string | null
  message?: string
  reason?: string
  status: string
  type: string
}

export interface APIServiceList {
  apiVersion: 'apiregistration.k8s.io/v1'
  kind: 'APIServiceList'
  items: APIService[] | null
  metadata: ListMeta
}

export interface APIServiceSpec {
  caBundle?: string
  group?: string
  groupPriorityMinimum: number
  insecureSkipTLSVerify?: boolean
  service?: ServiceReference
  version?: string
  versionPriority: number
}

export interface APIServiceStatus {
  conditions?: APIServiceCondition[]
}

export interface ServiceReference {
  name?: string
  namespace?: string
  port?: number
}
