// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

/** Seats of a level without limits. */
export interface ExemptPriorityLevelConfiguration {
  /** Share of all seats that is set aside. */
  nominalConcurrencyShares?: number
  /** Percent of its seats that others may borrow. */
  lendablePercent?: number
}

/** How requests are split into flows. */
export interface FlowDistinguisherMethod {
  /** ByUser or ByNamespace. */
  type: string
}

/** Sorts requests into flows and gives them a priority level. */
export interface FlowSchema extends KubeObject {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1'
  kind: 'FlowSchema'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: FlowSchemaSpec
  /** What was last observed. */
  status?: FlowSchemaStatus
}

/** Something that holds, or does not. */
export interface FlowSchemaCondition {
  /** Kind of the condition. */
  type?: string
  /** Whether it holds: True, False or Unknown. */
  status?: string
  /** When the status last changed. */
  lastTransitionTime?: string
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
}

/** A list of objects of the kind FlowSchema. */
export interface FlowSchemaList {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1'
  kind: 'FlowSchemaList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: FlowSchema[] | null
}

/** Which requests are meant, and which level they get. */
export interface FlowSchemaSpec {
  /** The level. */
  priorityLevelConfiguration: PriorityLevelConfigurationReference
  /** Order among schemas; the smaller number comes first. */
  matchingPrecedence?: number
  /** How requests are split into flows; absent means one flow. */
  distinguisherMethod?: FlowDistinguisherMethod
  /** Requests that are meant; one rule is enough. */
  rules?: PolicyRulesWithSubjects[]
}

/** State of a flow schema. */
export interface FlowSchemaStatus {
  /** What holds of the object, by type. */
  conditions?: FlowSchemaCondition[]
}

/** A group of users. */
export interface GroupSubject {
  /** Name of the group; * for all. */
  name: string
}

/** What happens to requests that find no seat. */
export interface LimitResponse {
  /** Queue or Reject. */
  type: string
  /** Settings of the queues; only with type Queue. */
  queuing?: QueuingConfiguration
}

/** Limits of a level. */
export interface LimitedPriorityLevelConfiguration {
  /** Share of all seats that the level has. */
  nominalConcurrencyShares?: number
  /** What happens to requests that find no seat. */
  limitResponse?: LimitResponse
  /** Percent of its seats that others may borrow. */
  lendablePercent?: number
  /** How much it may borrow, in percent of its own seats. */
  borrowingLimitPercent?: number
}

/** Requests outside of resources. */
export interface NonResourcePolicyRule {
  /** What is done; * for everything. */
  verbs: string[] | null
  /** Paths; * for all. */
  nonResourceURLs: string[] | null
}

/** Who does what. */
export interface PolicyRulesWithSubjects {
  /** Who. */
  subjects: Subject[] | null
  /** Requests for resources. */
  resourceRules?: ResourcePolicyRule[]
  /** Requests outside of resources. */
  nonResourceRules?: NonResourcePolicyRule[]
}

/** A level of priority and its limits. */
export interface PriorityLevelConfiguration extends KubeObject {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1'
  kind: 'PriorityLevelConfiguration'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: PriorityLevelConfigurationSpec
  /** What was last observed. */
  status?: PriorityLevelConfigurationStatus
}

/** Something that holds, or does not. */
export interface PriorityLevelConfigurationCondition {
  /** Kind of the condition. */
  type?: string
  /** Whether it holds: True, False or Unknown. */
  status?: string
  /** When the status last changed. */
  lastTransitionTime?: string
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
}

/** A list of objects of the kind PriorityLevelConfiguration. */
export interface PriorityLevelConfigurationList {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1'
  kind: 'PriorityLevelConfigurationList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: PriorityLevelConfiguration[] | null
}

/** Names a priority level. */
export interface PriorityLevelConfigurationReference {
  /** Name of the level. */
  name: string
}

/** Limits of a level. */
export interface PriorityLevelConfigurationSpec {
  /** Whether the level is Limited or Exempt. */
  type: string
  /** Limits; only with type Limited. */
  limited?: LimitedPriorityLevelConfiguration
  /** Seats; only with type Exempt. */
  exempt?: ExemptPriorityLevelConfiguration
}

/** State of a level. */
export interface PriorityLevelConfigurationStatus {
  /** What holds of the object, by type. */
  conditions?: PriorityLevelConfigurationCondition[]
}

/** Queues of a level. */
export interface QueuingConfiguration {
  /** Number of queues. */
  queues?: number
  /** How many queues a flow may use. */
  handSize?: number
  /** Most requests that wait in a queue. */
  queueLengthLimit?: number
}

/** Requests for resources. */
export interface ResourcePolicyRule {
  /** What is done; * for everything. */
  verbs: string[] | null
  /** Groups of the resources; * for all. */
  apiGroups: string[] | null
  /** Resources, with subresources after a slash; * for all. */
  resources: string[] | null
  /** Whether requests without a namespace match. */
  clusterScope?: boolean
  /** Namespaces that match; * for all. */
  namespaces?: string[]
}

/** Service accounts. */
export interface ServiceAccountSubject {
  /** Namespace of the account. */
  namespace: string
  /** Name of the account; * for all. */
  name: string
}

/** Somebody who makes requests. */
export interface Subject {
  /** Which field is set: User, Group or ServiceAccount. */
  kind: string
  /** A user. */
  user?: UserSubject
  /** A group. */
  group?: GroupSubject
  /** A service account. */
  serviceAccount?: ServiceAccountSubject
}

/** A user. */
export interface UserSubject {
  /** Name of the user; * for all. */
  name: string
}
