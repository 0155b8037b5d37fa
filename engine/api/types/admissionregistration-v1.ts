// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { Condition, LabelSelector } from './meta-v1.ts'

export interface ApplyConfiguration {
  expression?: string
}

export interface AuditAnnotation {
  key: string
  valueExpression: string
}

export interface ExpressionWarning {
  fieldRef: string
  warning: string
}

export interface JSONPatch {
  expression?: string
}

export interface MatchCondition {
  name: string
  expression: string
}

export interface MatchResources {
  namespaceSelector?: LabelSelector
  objectSelector?: LabelSelector
  resourceRules?: NamedRuleWithOperations[]
  excludeResourceRules?: NamedRuleWithOperations[]
  matchPolicy?: string
}

export interface MutatingAdmissionPolicy extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingAdmissionPolicy'
  metadata: ObjectMeta
  spec?: MutatingAdmissionPolicySpec
}

export interface MutatingAdmissionPolicyBinding extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingAdmissionPolicyBinding'
  metadata: ObjectMeta
  spec?: MutatingAdmissionPolicyBindingSpec
}

export interface MutatingAdmissionPolicyBindingList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingAdmissionPolicyBindingList'
  metadata: ListMeta
  items: MutatingAdmissionPolicyBinding[] | null
}

export interface MutatingAdmissionPolicyBindingSpec {
  policyName?: string
  paramRef?: ParamRef
  matchResources?: MatchResources
}

export interface MutatingAdmissionPolicyList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingAdmissionPolicyList'
  metadata: ListMeta
  items: MutatingAdmissionPolicy[] | null
}

export interface MutatingAdmissionPolicySpec {
  paramKind?: ParamKind
  matchConstraints?: MatchResources
  variables?: Variable[]
  mutations?: Mutation[]
  failurePolicy?: string
  matchConditions?: MatchCondition[]
  reinvocationPolicy?: string
}

export interface MutatingWebhook {
  name: string
  clientConfig: WebhookClientConfig
  rules?: RuleWithOperations[]
  failurePolicy?: string
  namespaceSelector?: LabelSelector
  sideEffects: string
  timeoutSeconds?: number
  admissionReviewVersions: string[] | null
  matchPolicy?: string
  reinvocationPolicy?: string
  objectSelector?: LabelSelector
  matchConditions?: MatchCondition[]
}

export interface MutatingWebhookConfiguration extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingWebhookConfiguration'
  metadata: ObjectMeta
  webhooks?: MutatingWebhook[]
}

export interface MutatingWebhookConfigurationList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingWebhookConfigurationList'
  metadata: ListMeta
  items: MutatingWebhookConfiguration[] | null
}

export interface Mutation {
  patchType: string
  applyConfiguration?: ApplyConfiguration
  jsonPatch?: JSONPatch
}

export interface NamedRuleWithOperations {
  resourceNames?: string[]
  operations?: string[]
  apiGroups?: string[]
  apiVersions?: string[]
  resources?: string[]
  scope?: string
}

export interface ParamKind {
  apiVersion?: string
  kind?: string
}

export interface ParamRef {
  name?: string
  namespace?: string
  selector?: LabelSelector
  parameterNotFoundAction?: string
}

export interface RuleWithOperations {
  operations?: string[]
  apiGroups?: string[]
  apiVersions?: string[]
  resources?: string[]
  scope?: string
}

export interface ServiceReference {
  namespace: string
  name: string
  path?: string
  port?: number
}

export interface TypeChecking {
  expressionWarnings?: ExpressionWarning[]
}

export interface ValidatingAdmissionPolicy extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingAdmissionPolicy'
  metadata: ObjectMeta
  spec?: ValidatingAdmissionPolicySpec
  status?: ValidatingAdmissionPolicyStatus
}

export interface ValidatingAdmissionPolicyBinding extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingAdmissionPolicyBinding'
  metadata: ObjectMeta
  spec: ValidatingAdmissionPolicyBindingSpec
}

export interface ValidatingAdmissionPolicyBindingList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingAdmissionPolicyBindingList'
  metadata: ListMeta
  items: ValidatingAdmissionPolicyBinding[] | null
}

export interface ValidatingAdmissionPolicyBindingSpec {
  policyName: string
  paramRef?: ParamRef
  matchResources?: MatchResources
  validationActions: string[] | null
}

export interface ValidatingAdmissionPolicyList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingAdmissionPolicyList'
  metadata: ListMeta
  items: ValidatingAdmissionPolicy[] | null
}

export interface ValidatingAdmissionPolicySpec {
  paramKind?: ParamKind
  matchConstraints?: MatchResources
  validations?: Validation[]
  failurePolicy?: string
  auditAnnotations?: AuditAnnotation[]
  matchConditions?: MatchCondition[]
  variables?: Variable[]
}

export interface ValidatingAdmissionPolicyStatus {
  observedGeneration?: number
  typeChecking?: TypeChecking
  conditions?: Condition[]
}

export interface ValidatingWebhook {
  name: string
  clientConfig: WebhookClientConfig
  rules?: RuleWithOperations[]
  failurePolicy?: string
  namespaceSelector?: LabelSelector
  sideEffects: string
  timeoutSeconds?: number
  admissionReviewVersions: string[] | null
  matchPolicy?: string
  objectSelector?: LabelSelector
  matchConditions?: MatchCondition[]
}

export interface ValidatingWebhookConfiguration extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingWebhookConfiguration'
  metadata: ObjectMeta
  webhooks?: ValidatingWebhook[]
}

export interface ValidatingWebhookConfigurationList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingWebhookConfigurationList'
  metadata: ListMeta
  items: ValidatingWebhookConfiguration[] | null
}

export interface Validation {
  expression: string
  message?: string
  reason?: string
  messageExpression?: string
}

export interface Variable {
  name: string
  expression: string
}

export interface WebhookClientConfig {
  service?: ServiceReference
  caBundle?: string
  url?: string
}
