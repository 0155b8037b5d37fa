// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { ListMeta as objectTsListMeta } from '../object.ts'

/** A group of the API and its versions. */
export interface APIGroup {
  apiVersion: 'v1'
  kind: 'APIGroup'
  /** Name of the group. */
  name: string
  /** Versions that are served. */
  versions: GroupVersionForDiscovery[] | null
  /** Version that clients should use. */
  preferredVersion?: GroupVersionForDiscovery
  /** Addresses of the server, by the client's network. */
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[]
}

/** The groups that are served. */
export interface APIGroupList {
  apiVersion: 'v1'
  kind: 'APIGroupList'
  /** The groups. */
  groups: APIGroup[] | null
}

/** A resource of the API. */
export interface APIResource {
  /** Plural name, with the subresource after a slash. */
  name: string
  /** Whether its objects live in namespaces. */
  namespaced: boolean
  /** Kind of its objects. */
  kind: string
  /** What can be done with it. */
  verbs: string[] | null
  /** Short names for the command line. */
  shortNames?: string[]
  /** Singular name. */
  singularName: string
  /** Collections that it belongs to, such as all. */
  categories?: string[]
  /** Group of the kind, if it is not the list's. */
  group?: string
  /** Version of the kind, if it is not the list's. */
  version?: string
  /** Tells versions in storage apart. */
  storageVersionHash?: string
}

/** The resources of a group's version. */
export interface APIResourceList {
  apiVersion: 'v1'
  kind: 'APIResourceList'
  /** The group and version. */
  groupVersion: string
  /** The resources. */
  resources: APIResource[] | null
}

/** The versions of the core group. */
export interface APIVersions {
  apiVersion: 'v1'
  kind: 'APIVersions'
  /** The versions. */
  versions: string[] | null
  /** Addresses of the server, by the client's network. */
  serverAddressByClientCIDRs: ServerAddressByClientCIDR[] | null
}

/** Something that holds of an object, or does not. */
export interface Condition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** Generation of the spec that the condition speaks of. */
  observedGeneration?: number
  /** When the status last changed. */
  lastTransitionTime: string | null
  /** Why it is so, as one word. */
  reason: string
  /** Why it is so, for people. */
  message: string
}

/** How to delete. */
export interface DeleteOptions {
  /** Seconds to stop in; 0 means at once. */
  gracePeriodSeconds?: number
  /** What must hold for the object to be deleted. */
  preconditions?: Preconditions
  /** Whether dependents are left behind; superseded by propagationPolicy. */
  orphanDependents?: boolean
  /** What becomes of dependents: Orphan, Background or Foreground. */
  propagationPolicy?: string
  /** With All, nothing is stored. */
  dryRun?: string[]
  /** Deletes even what the store cannot read; dangerous. */
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean
}

/** A demand on a field. */
export interface FieldSelectorRequirement {
  /** The field. */
  key: string
  /** How the value is compared: In, NotIn, Exists or DoesNotExist. */
  operator: string
  /** Values to compare with. */
  values?: string[]
}

/** A resource of a group. */
export interface GroupResource {
  /** The group. */
  group: string
  /** The resource. */
  resource: string
}

/** A version of a group. */
export interface GroupVersionForDiscovery {
  /** Group and version with a slash between. */
  groupVersion: string
  /** The version alone. */
  version: string
}

/** A kind of a group's version. */
export interface GroupVersionKind {
  /** The group. */
  group: string
  /** The version. */
  version: string
  /** The kind. */
  kind: string
}

/** A resource of a group's version. */
export interface GroupVersionResource {
  /** The group. */
  group: string
  /** The version. */
  version: string
  /** The resource. */
  resource: string
}

/** A choice of objects by their labels; an empty one matches all. */
export interface LabelSelector {
  /** Labels and values that objects must have. */
  matchLabels?: Record<string, string>
  /** Further demands that all have to hold. */
  matchExpressions?: LabelSelectorRequirement[]
}

/** A demand on a label. */
export interface LabelSelectorRequirement {
  /** The label. */
  key: string
  /** How the value is compared: In, NotIn, Exists or DoesNotExist. */
  operator: string
  /** Values to compare with; none for Exists and DoesNotExist. */
  values?: string[]
}

/** What must hold before a write. */
export interface Preconditions {
  /** Identity that the object must have. */
  uid?: string
  /** Version that the object must have. */
  resourceVersion?: string
}

/** An address of the server for a network of clients. */
export interface ServerAddressByClientCIDR {
  /** Network of the clients. */
  clientCIDR: string
  /** Address as host or host:port. */
  serverAddress: string
}

/** Which part of all objects a list shows. */
export interface ShardInfo {
  /** Selector of the shard. */
  selector: string
}

/** The outcome of a request that returns no object. */
export interface Status {
  apiVersion: 'v1'
  kind: 'Status'
  /** Version of the cluster's state, where the answer has one. */
  metadata: objectTsListMeta
  /** Success or Failure. */
  status?: string
  /** What happened, for people. */
  message?: string
  /** What happened, as one word for programs. */
  reason?: string
  /** Further facts, by reason. */
  details?: StatusDetails
  /** Code of the HTTP answer. */
  code?: number
}

/** One of several causes of a failure. */
export interface StatusCause {
  /** Cause as one word for programs. */
  reason?: string
  /** Cause for people. */
  message?: string
  /** Path of the field in the JSON that is to blame. */
  field?: string
}

/** Further facts about an outcome. */
export interface StatusDetails {
  /** Name of the object. */
  name?: string
  /** Group of the object. */
  group?: string
  /** Kind of the object, or its resource. */
  kind?: string
  /** All causes of a failure. */
  causes?: StatusCause[]
  /** Seconds after which one should try again. */
  retryAfterSeconds?: number
  /** Identity of the object. */
  uid?: string
}

/** A change that a watch reports. */
export interface WatchEvent {
  /** ADDED, MODIFIED, DELETED, BOOKMARK or ERROR. */
  type: string
  /** The object after the change, or a Status. */
  object: Record<string, unknown>
}

/** How to create. */
export interface CreateOptions {
  apiVersion: 'v1'
  kind: 'CreateOptions'
  /** With All, nothing is stored. */
  dryRun?: string[]
  /** Name of the writer, for the books on fields. */
  fieldManager?: string
  /** What to do about unknown and duplicate fields: Ignore, Warn or Strict. */
  fieldValidation?: string
}

/** How to read. */
export interface GetOptions {
  apiVersion: 'v1'
  kind: 'GetOptions'
  /** How old the answer may be; 0 for any. */
  resourceVersion?: string
}

/** How to list and watch. */
export interface ListOptions {
  apiVersion: 'v1'
  kind: 'ListOptions'
  /** Only objects with these labels. */
  labelSelector?: string
  /** Only objects with these fields. */
  fieldSelector?: string
  /** Reports changes instead of listing. */
  watch?: boolean
  /** Version to start from, or how old a list may be. */
  resourceVersion?: string
  /** Seconds after which the request ends. */
  timeoutSeconds?: number
  /** Most items of an answer. */
  limit?: number
  /** Token of the previous part. */
  continue?: string
  /** Wants bookmarks in a watch. */
  allowWatchBookmarks?: boolean
  /** How resourceVersion is meant: Exact or NotOlderThan. */
  resourceVersionMatch?: string
  /** Starts a watch with all objects there are. */
  sendInitialEvents?: boolean
  /** Only objects of this shard. */
  shardSelector?: string
}

/** How to patch. */
export interface PatchOptions {
  apiVersion: 'v1'
  kind: 'PatchOptions'
  /** With All, nothing is stored. */
  dryRun?: string[]
  /** Takes fields from other managers in an apply. */
  force?: boolean
  /** Name of the writer, for the books on fields. */
  fieldManager?: string
  /** What to do about unknown and duplicate fields: Ignore, Warn or Strict. */
  fieldValidation?: string
}

/** How to update. */
export interface UpdateOptions {
  apiVersion: 'v1'
  kind: 'UpdateOptions'
  /** With All, nothing is stored. */
  dryRun?: string[]
  /** Name of the writer, for the books on fields. */
  fieldManager?: string
  /** What to do about unknown and duplicate fields: Ignore, Warn or Strict. */
  fieldValidation?: string
}
