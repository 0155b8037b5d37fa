// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { ListMeta as objectTsListMeta } from '../object.ts'

export interface APIGroup {
  apiVersion: 'v1'
  kind: 'APIGroup'
  name: string
  versions: GroupVersionForDiscovery[] | null
  preferredVersion?: GroupVersionForDiscovery
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[]
}

export interface APIGroupList {
  apiVersion: 'v1'
  kind: 'APIGroupList'
  groups: APIGroup[] | null
}

export interface APIResource {
  name: string
  namespaced: boolean
  kind: string
  verbs: string[] | null
  shortNames?: string[]
  singularName: string
  categories?: string[]
  group?: string
  version?: string
  storageVersionHash?: string
}

export interface APIResourceList {
  apiVersion: 'v1'
  kind: 'APIResourceList'
  groupVersion: string
  resources: APIResource[] | null
}

export interface APIVersions {
  apiVersion: 'v1'
  kind: 'APIVersions'
  versions: string[] | null
  serverAddressByClientCIDRs: ServerAddressByClientCIDR[] | null
}

export interface Condition {
  type: string
  status: string
  observedGeneration?: number
  lastTransitionTime: string | null
  reason: string
  message: string
}

export interface DeleteOptions {
  gracePeriodSeconds?: number
  preconditions?: Preconditions
  orphanDependents?: boolean
  propagationPolicy?: string
  dryRun?: string[]
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean
}

export interface FieldSelectorRequirement {
  key: string
  operator: string
  values?: string[]
}

export interface GroupResource {
  group: string
  resource: string
}

export interface GroupVersionForDiscovery {
  groupVersion: string
  version: string
}

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: LabelSelectorRequirement[]
}

export interface LabelSelectorRequirement {
  key: string
  operator: string
  values?: string[]
}

export interface Preconditions {
  uid?: string
  resourceVersion?: string
}

export interface ServerAddressByClientCIDR {
  clientCIDR: string
  serverAddress: string
}

export interface ShardInfo {
  selector: string
}

export interface Status {
  apiVersion: 'v1'
  kind: 'Status'
  metadata: objectTsListMeta
  status?: string
  message?: string
  reason?: string
  details?: StatusDetails
  code?: number
}

export interface StatusCause {
  reason?: string
  message?: string
  field?: string
}

export interface StatusDetails {
  name?: string
  group?: string
  kind?: string
  causes?: StatusCause[]
  retryAfterSeconds?: number
  uid?: string
}

export interface WatchEvent {
  type: string
  object: Record<string, unknown>
}

export interface CreateOptions {
  apiVersion: 'v1'
  kind: 'CreateOptions'
  dryRun?: string[]
  fieldManager?: string
  fieldValidation?: string
}

export interface GetOptions {
  apiVersion: 'v1'
  kind: 'GetOptions'
  resourceVersion?: string
}

export interface ListOptions {
  apiVersion: 'v1'
  kind: 'ListOptions'
  labelSelector?: string
  fieldSelector?: string
  watch?: boolean
  resourceVersion?: string
  timeoutSeconds?: number
  limit?: number
  continue?: string
  allowWatchBookmarks?: boolean
  resourceVersionMatch?: string
  sendInitialEvents?: boolean
  shardSelector?: string
}

export interface PatchOptions {
  apiVersion: 'v1'
  kind: 'PatchOptions'
  dryRun?: string[]
  force?: boolean
  fieldManager?: string
  fieldValidation?: string
}

export interface UpdateOptions {
  apiVersion: 'v1'
  kind: 'UpdateOptions'
  dryRun?: string[]
  fieldManager?: string
  fieldValidation?: string
}
