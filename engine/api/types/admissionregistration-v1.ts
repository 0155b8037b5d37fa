// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { Condition, LabelSelector } from './meta-v1.ts'

/** Changes an object by applying another to it. */
export interface ApplyConfiguration {
  /** CEL expression that makes the object to apply. */
  expression?: string
}

/** Writes a note into the audit log. */
export interface AuditAnnotation {
  /** Key of the note. */
  key: string
  /** CEL expression that makes the text; null for none. */
  valueExpression: string
}

/** A doubt about an expression. */
export interface ExpressionWarning {
  /** Path of the expression in the policy. */
  fieldRef: string
  /** What the type check found. */
  warning: string
}

/** Changes an object by JSON patch operations. */
export interface JSONPatch {
  /** CEL expression that makes the list of operations. */
  expression?: string
}

/** A condition on requests. */
export interface MatchCondition {
  /** Name of the condition, for logs. */
  name: string
  /** CEL expression that must be true. */
  expression: string
}

/** Which requests are meant. */
export interface MatchResources {
  /** Namespaces by their labels. */
  namespaceSelector?: LabelSelector
  /** Objects by their labels. */
  objectSelector?: LabelSelector
  /** Operations and resources that are meant. */
  resourceRules?: NamedRuleWithOperations[]
  /** Operations and resources that are not meant. */
  excludeResourceRules?: NamedRuleWithOperations[]
  /** Whether other versions of a resource count too. */
  matchPolicy?: string
}

/** Changes objects on their way in, by CEL. */
export interface MutatingAdmissionPolicy extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingAdmissionPolicy'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: MutatingAdmissionPolicySpec
}

/** Puts a mutating policy into force. */
export interface MutatingAdmissionPolicyBinding extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingAdmissionPolicyBinding'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: MutatingAdmissionPolicyBindingSpec
}

/** A list of objects of the kind MutatingAdmissionPolicyBinding. */
export interface MutatingAdmissionPolicyBindingList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingAdmissionPolicyBindingList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: MutatingAdmissionPolicyBinding[] | null
}

/** Which policy is in force, and where. */
export interface MutatingAdmissionPolicyBindingSpec {
  /** Name of the policy. */
  policyName?: string
  /** Objects with parameters. */
  paramRef?: ParamRef
  /** Narrows what the policy is for. */
  matchResources?: MatchResources
}

/** A list of objects of the kind MutatingAdmissionPolicy. */
export interface MutatingAdmissionPolicyList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingAdmissionPolicyList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: MutatingAdmissionPolicy[] | null
}

/** What is changed, and how. */
export interface MutatingAdmissionPolicySpec {
  /** Kind of the parameters. */
  paramKind?: ParamKind
  /** Requests that the policy is for. */
  matchConstraints?: MatchResources
  /** Named expressions for use in others. */
  variables?: Variable[]
  /** Changes, in their order. */
  mutations?: Mutation[]
  /** What to do when the policy itself fails. */
  failurePolicy?: string
  /** Conditions that must all be true. */
  matchConditions?: MatchCondition[]
  /** Whether it runs again after others have changed the object. */
  reinvocationPolicy?: string
}

/** A web service that may change objects on their way in. */
export interface MutatingWebhook {
  /** Name of the webhook, as a domain. */
  name: string
  /** How the service is reached. */
  clientConfig: WebhookClientConfig
  /** Operations and resources that are meant. */
  rules?: RuleWithOperations[]
  /** What to do when the call fails. */
  failurePolicy?: string
  /** Namespaces by their labels. */
  namespaceSelector?: LabelSelector
  /** Whether calls change anything elsewhere. */
  sideEffects: string
  /** Seconds that a call may take; 1 to 30. */
  timeoutSeconds?: number
  /** Versions of AdmissionReview that the service knows. */
  admissionReviewVersions: string[] | null
  /** Whether other versions of a resource count too. */
  matchPolicy?: string
  /** Whether it is called again after others have changed the object. */
  reinvocationPolicy?: string
  /** Objects by their labels. */
  objectSelector?: LabelSelector
  /** Conditions that must all be true. */
  matchConditions?: MatchCondition[]
}

/** Web services that may change objects on their way in. */
export interface MutatingWebhookConfiguration extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingWebhookConfiguration'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** The services. */
  webhooks?: MutatingWebhook[]
}

/** A list of objects of the kind MutatingWebhookConfiguration. */
export interface MutatingWebhookConfigurationList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'MutatingWebhookConfigurationList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: MutatingWebhookConfiguration[] | null
}

/** A change. */
export interface Mutation {
  /** ApplyConfiguration or JSONPatch. */
  patchType: string
  /** Changes by applying another object. */
  applyConfiguration?: ApplyConfiguration
  /** Changes by JSON patch operations. */
  jsonPatch?: JSONPatch
}

/** Operations on resources, and on named objects. */
export interface NamedRuleWithOperations {
  /** Names of the objects; all if empty. */
  resourceNames?: string[]
  /** CREATE, UPDATE, DELETE, CONNECT, or * for all. */
  operations?: string[]
  /** Groups of the resources; * for all. */
  apiGroups?: string[]
  /** Versions of the resources; * for all. */
  apiVersions?: string[]
  /** Resources, with subresources after a slash; * for all. */
  resources?: string[]
  /** Cluster, Namespaced, or * for both. */
  scope?: string
}

/** Kind of a policy's parameters. */
export interface ParamKind {
  /** Group and version of the kind. */
  apiVersion?: string
  /** The kind. */
  kind?: string
}

/** Objects with parameters of a policy. */
export interface ParamRef {
  /** Name of one object; not with selector. */
  name?: string
  /** Namespace of the objects; the request's by default. */
  namespace?: string
  /** Objects by their labels. */
  selector?: LabelSelector
  /** What to do when there are none: Allow or Deny. */
  parameterNotFoundAction?: string
}

/** Operations on resources. */
export interface RuleWithOperations {
  /** CREATE, UPDATE, DELETE, CONNECT, or * for all. */
  operations?: string[]
  /** Groups of the resources; * for all. */
  apiGroups?: string[]
  /** Versions of the resources; * for all. */
  apiVersions?: string[]
  /** Resources, with subresources after a slash; * for all. */
  resources?: string[]
  /** Cluster, Namespaced, or * for both. */
  scope?: string
}

/** Names a service to call. */
export interface ServiceReference {
  /** Namespace of the service. */
  namespace: string
  /** Name of the service. */
  name: string
  /** Path of the request. */
  path?: string
  /** Port of the service. */
  port?: number
}

/** Outcome of checking a policy's expressions. */
export interface TypeChecking {
  /** What was found. */
  expressionWarnings?: ExpressionWarning[]
}

/** Accepts or refuses objects, by CEL. */
export interface ValidatingAdmissionPolicy extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingAdmissionPolicy'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: ValidatingAdmissionPolicySpec
  /** What was last observed. */
  status?: ValidatingAdmissionPolicyStatus
}

/** Puts a validating policy into force. */
export interface ValidatingAdmissionPolicyBinding extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingAdmissionPolicyBinding'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: ValidatingAdmissionPolicyBindingSpec
}

/** A list of objects of the kind ValidatingAdmissionPolicyBinding. */
export interface ValidatingAdmissionPolicyBindingList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingAdmissionPolicyBindingList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ValidatingAdmissionPolicyBinding[] | null
}

/** Which policy is in force, where, and with what effect. */
export interface ValidatingAdmissionPolicyBindingSpec {
  /** Name of the policy. */
  policyName: string
  /** Objects with parameters. */
  paramRef?: ParamRef
  /** Narrows what the policy is for. */
  matchResources?: MatchResources
  /** What a violation leads to: Deny, Warn, Audit. */
  validationActions: string[] | null
}

/** A list of objects of the kind ValidatingAdmissionPolicy. */
export interface ValidatingAdmissionPolicyList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingAdmissionPolicyList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ValidatingAdmissionPolicy[] | null
}

/** What is demanded. */
export interface ValidatingAdmissionPolicySpec {
  /** Kind of the parameters. */
  paramKind?: ParamKind
  /** Requests that the policy is for. */
  matchConstraints?: MatchResources
  /** Demands; all have to hold. */
  validations?: Validation[]
  /** What to do when the policy itself fails. */
  failurePolicy?: string
  /** Notes for the audit log. */
  auditAnnotations?: AuditAnnotation[]
  /** Conditions that must all be true. */
  matchConditions?: MatchCondition[]
  /** Named expressions for use in others. */
  variables?: Variable[]
}

/** State of a policy. */
export interface ValidatingAdmissionPolicyStatus {
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** Outcome of checking its expressions. */
  typeChecking?: TypeChecking
  /** What holds of the object, by type. */
  conditions?: Condition[]
}

/** A web service that accepts or refuses objects. */
export interface ValidatingWebhook {
  /** Name of the webhook, as a domain. */
  name: string
  /** How the service is reached. */
  clientConfig: WebhookClientConfig
  /** Operations and resources that are meant. */
  rules?: RuleWithOperations[]
  /** What to do when the call fails. */
  failurePolicy?: string
  /** Namespaces by their labels. */
  namespaceSelector?: LabelSelector
  /** Whether calls change anything elsewhere. */
  sideEffects: string
  /** Seconds that a call may take; 1 to 30. */
  timeoutSeconds?: number
  /** Versions of AdmissionReview that the service knows. */
  admissionReviewVersions: string[] | null
  /** Whether other versions of a resource count too. */
  matchPolicy?: string
  /** Objects by their labels. */
  objectSelector?: LabelSelector
  /** Conditions that must all be true. */
  matchConditions?: MatchCondition[]
}

/** Web services that accept or refuse objects. */
export interface ValidatingWebhookConfiguration extends KubeObject {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingWebhookConfiguration'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** The services. */
  webhooks?: ValidatingWebhook[]
}

/** A list of objects of the kind ValidatingWebhookConfiguration. */
export interface ValidatingWebhookConfigurationList {
  apiVersion: 'admissionregistration.k8s.io/v1'
  kind: 'ValidatingWebhookConfigurationList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ValidatingWebhookConfiguration[] | null
}

/** A demand on objects. */
export interface Validation {
  /** CEL expression that must be true. */
  expression: string
  /** What the user is told when it is not. */
  message?: string
  /** Reason of the answer; Invalid by default. */
  reason?: string
  /** CEL expression that makes the message. */
  messageExpression?: string
}

/** A named expression. */
export interface Variable {
  /** Name, used as variables.name. */
  name: string
  /** CEL expression of the value. */
  expression: string
}

/** How a web service is reached: by URL or service. */
export interface WebhookClientConfig {
  /** Service in the cluster. */
  service?: ServiceReference
  /** Certificates that the service's own is checked with, in PEM. */
  caBundle?: string
  /** Address of the service, with https. */
  url?: string
}
