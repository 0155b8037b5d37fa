// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

export interface ExemptPriorityLevelConfiguration {
  nominalConcurrencyShares?: number
  lendablePercent?: number
}

export interface FlowDistinguisherMethod {
  type: string
}

export interface FlowSchema extends KubeObject {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1'
  kind: 'FlowSchema'
  metadata: ObjectMeta
  spec?: FlowSchemaSpec
  status?: FlowSchemaStatus
}

export interface FlowSchemaCondition {
  type?: string
  status?: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}

export interface FlowSchemaList {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1'
  kind: 'FlowSchemaList'
  metadata: ListMeta
  items: FlowSchema[] | null
}

export interface FlowSchemaSpec {
  priorityLevelConfiguration: PriorityLevelConfigurationReference
  matchingPrecedence?: number
  distinguisherMethod?: FlowDistinguisherMethod
  rules?: PolicyRulesWithSubjects[]
}

export interface FlowSchemaStatus {
  conditions?: FlowSchemaCondition[]
}

export interface GroupSubject {
  name: string
}

export interface LimitResponse {
  type: string
  queuing?: QueuingConfiguration
}

export interface LimitedPriorityLevelConfiguration {
  nominalConcurrencyShares?: number
  limitResponse?: LimitResponse
  lendablePercent?: number
  borrowingLimitPercent?: number
}

export interface NonResourcePolicyRule {
  verbs: string[] | null
  nonResourceURLs: string[] | null
}

export interface PolicyRulesWithSubjects {
  subjects: Subject[] | null
  resourceRules?: ResourcePolicyRule[]
  nonResourceRules?: NonResourcePolicyRule[]
}

export interface PriorityLevelConfiguration extends KubeObject {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1'
  kind: 'PriorityLevelConfiguration'
  metadata: ObjectMeta
  spec?: PriorityLevelConfigurationSpec
  status?: PriorityLevelConfigurationStatus
}

export interface PriorityLevelConfigurationCondition {
  type?: string
  status?: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}

export interface PriorityLevelConfigurationList {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1'
  kind: 'PriorityLevelConfigurationList'
  metadata: ListMeta
  items: PriorityLevelConfiguration[] | null
}

export interface PriorityLevelConfigurationReference {
  name: string
}

export interface PriorityLevelConfigurationSpec {
  type: string
  limited?: LimitedPriorityLevelConfiguration
  exempt?: ExemptPriorityLevelConfiguration
}

export interface PriorityLevelConfigurationStatus {
  conditions?: PriorityLevelConfigurationCondition[]
}

export interface QueuingConfiguration {
  queues?: number
  handSize?: number
  queueLengthLimit?: number
}

export interface ResourcePolicyRule {
  verbs: string[] | null
  apiGroups: string[] | null
  resources: string[] | null
  clusterScope?: boolean
  namespaces?: string[]
}

export interface ServiceAccountSubject {
  namespace: string
  name: string
}

export interface Subject {
  kind: string
  user?: UserSubject
  group?: GroupSubject
  serviceAccount?: ServiceAccountSubject
}

export interface UserSubject {
  name: string
}
