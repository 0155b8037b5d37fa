// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

/** A column that clients print. */
export interface CustomResourceColumnDefinition {
  /** What the column shows, for people. */
  description?: string
  /** Format of the value; see OpenAPI. */
  format?: string
  /** Path of the value in the object. */
  jsonPath: string
  /** Header of the column. */
  name: string
  /** 0 is always shown, more only in wide tables. */
  priority?: number
  /** Type of the value; see OpenAPI. */
  type: string
}

/** How objects are converted between versions. */
export interface CustomResourceConversion {
  /** None changes the apiVersion alone, Webhook asks a service. */
  strategy: string
  /** The service. */
  webhook?: WebhookConversion
}

/** Defines a kind of its own. */
export interface CustomResourceDefinition extends KubeObject {
  apiVersion: 'apiextensions.k8s.io/v1'
  kind: 'CustomResourceDefinition'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: CustomResourceDefinitionSpec
  /** What was last observed. */
  status?: CustomResourceDefinitionStatus
}

/** Something that holds, or does not. */
export interface CustomResourceDefinitionCondition {
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, for people. */
  message?: string
  /** Generation of the spec that the condition speaks of. */
  observedGeneration?: number
  /** Why it is so, as one word. */
  reason?: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** Kind of the condition. */
  type: string
}

/** A list of objects of the kind CustomResourceDefinition. */
export interface CustomResourceDefinitionList {
  apiVersion: 'apiextensions.k8s.io/v1'
  kind: 'CustomResourceDefinitionList'
  /** The objects. */
  items: CustomResourceDefinition[] | null
  /** Version of the list, and where it continues. */
  metadata: ListMeta
}

/** Names of a resource and its kind. */
export interface CustomResourceDefinitionNames {
  /** Collections that it belongs to, such as all. */
  categories?: string[]
  /** Kind of the objects, in CamelCase. */
  kind: string
  /** Kind of the lists; the kind with List by default. */
  listKind?: string
  /** Plural name, as in paths. */
  plural: string
  /** Short names for the command line. */
  shortNames?: string[]
  /** Singular name; the kind in lower case by default. */
  singular?: string
}

/** What the kind looks like. */
export interface CustomResourceDefinitionSpec {
  /** How objects are converted between versions. */
  conversion?: CustomResourceConversion
  /** Group of the kind, as a domain. */
  group: string
  /** Names of the resource and its kind. */
  names: CustomResourceDefinitionNames
  /** Keeps unknown fields; deprecated, must be false. */
  preserveUnknownFields?: boolean
  /** Whether objects live in namespaces. */
  scope: string
  /** Versions of the kind. */
  versions: CustomResourceDefinitionVersion[] | null
}

/** State of a definition. */
export interface CustomResourceDefinitionStatus {
  /** Names that are in use; others may have been taken. */
  acceptedNames?: CustomResourceDefinitionNames
  /** What holds of the object, by type. */
  conditions?: CustomResourceDefinitionCondition[] | null
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** Versions in which objects may be in the store. */
  storedVersions?: string[] | null
}

/** A version of a kind. */
export interface CustomResourceDefinitionVersion {
  /** Columns that clients print. */
  additionalPrinterColumns?: CustomResourceColumnDefinition[]
  /** Whether clients are warned about this version. */
  deprecated?: boolean
  /** Text of the warning. */
  deprecationWarning?: string
  /** Name of the version, such as v1beta1. */
  name: string
  /** Schema of the objects. */
  schema?: CustomResourceValidation
  /** Fields that field selectors may name. */
  selectableFields?: SelectableField[]
  /** Whether the version is served. */
  served: boolean
  /** Whether objects are stored in this version; exactly one is. */
  storage: boolean
  /** Subresources of the objects. */
  subresources?: CustomResourceSubresources
}

/** Where the numbers for scaling are. */
export interface CustomResourceSubresourceScale {
  /** Path of the label selector in the status. */
  labelSelectorPath?: string
  /** Path of the wanted number. */
  specReplicasPath: string
  /** Path of the number there is. */
  statusReplicasPath: string
}

/** Subresources of custom objects. */
export interface CustomResourceSubresources {
  /** Lets objects be scaled. */
  scale?: CustomResourceSubresourceScale
  /** Separates the status from the rest. */
  status?: Record<string, unknown>
}

/** Schema of custom objects. */
export interface CustomResourceValidation {
  /** The schema. */
  openAPIV3Schema?: JSONSchemaProps
}

/** Where more is written. */
export interface ExternalDocumentation {
  /** What is written there. */
  description?: string
  /** Address of it. */
  url?: string
}

/** A schema: what values may look like. */
export interface JSONSchemaProps {
  /** Not allowed here. */
  '$ref'?: string
  /** Version of JSON Schema. */
  '$schema'?: string
  /** Schema of further items; not supported. */
  additionalItems?: unknown
  /** Schema of values under any other key, or true. */
  additionalProperties?: unknown
  /** Schemas that must all hold. */
  allOf?: JSONSchemaProps[]
  /** Schemas of which one must hold. */
  anyOf?: JSONSchemaProps[]
  /** Value of an absent field. */
  default?: unknown
  /** Not allowed here. */
  definitions?: Record<string, JSONSchemaProps>
  /** Not allowed here. */
  dependencies?: Record<string, unknown>
  /** What the value means, for people. */
  description?: string
  /** Values that are allowed. */
  enum?: unknown[]
  /** An example of a value. */
  example?: unknown
  /** Whether the maximum itself is excluded. */
  exclusiveMaximum?: boolean
  /** Whether the minimum itself is excluded. */
  exclusiveMinimum?: boolean
  /** Where more is written. */
  externalDocs?: ExternalDocumentation
  /** Format of the value, such as date-time or int32. */
  format?: string
  /** Identity of the schema. */
  id?: string
  /** Schema of the items of a list. */
  items?: unknown
  /** Most items of a list. */
  maxItems?: number
  /** Most characters of a text. */
  maxLength?: number
  /** Most keys of an object. */
  maxProperties?: number
  /** Largest number. */
  maximum?: number
  /** Fewest items of a list. */
  minItems?: number
  /** Fewest characters of a text. */
  minLength?: number
  /** Fewest keys of an object. */
  minProperties?: number
  /** Smallest number. */
  minimum?: number
  /** Number of which the value is a multiple. */
  multipleOf?: number
  /** Schema that must not hold. */
  not?: JSONSchemaProps
  /** Whether null is allowed. */
  nullable?: boolean
  /** Schemas of which exactly one must hold. */
  oneOf?: JSONSchemaProps[]
  /** Regular expression that a text must match. */
  pattern?: string
  /** Not allowed here. */
  patternProperties?: Record<string, JSONSchemaProps>
  /** Fields of an object. */
  properties?: Record<string, JSONSchemaProps>
  /** Fields that must be there. */
  required?: string[]
  /** Title of the schema. */
  title?: string
  /** Type of the value: object, array, string, integer, number or boolean. */
  type?: string
  /** Not allowed to be true; use a list of type set. */
  uniqueItems?: boolean
  /** The value is an object with apiVersion, kind and metadata. */
  'x-kubernetes-embedded-resource'?: boolean
  /** The value is a whole number or a text. */
  'x-kubernetes-int-or-string'?: boolean
  /** Fields that tell items of a list of type map apart. */
  'x-kubernetes-list-map-keys'?: string[]
  /** How a list is merged: atomic, set or map. */
  'x-kubernetes-list-type'?: string
  /** How an object is merged: granular or atomic. */
  'x-kubernetes-map-type'?: string
  /** Keeps fields that the schema does not know. */
  'x-kubernetes-preserve-unknown-fields'?: boolean
  /** Rules in CEL. */
  'x-kubernetes-validations'?: ValidationRule[]
}

/** A field that field selectors may name. */
export interface SelectableField {
  /** Path of the field. */
  jsonPath: string
}

/** Names a service to call. */
export interface ServiceReference {
  /** Name of the service. */
  name: string
  /** Namespace of the service. */
  namespace: string
  /** Path of the request. */
  path?: string
  /** Port of the service. */
  port?: number
}

/** A rule that values must obey. */
export interface ValidationRule {
  /** Path of the field that is to blame. */
  fieldPath?: string
  /** What the user is told. */
  message?: string
  /** CEL expression that makes the message. */
  messageExpression?: string
  /** Whether oldSelf may be absent, so that the rule holds for new values too. */
  optionalOldSelf?: boolean
  /** Reason of the error; FieldValueInvalid by default. */
  reason?: string
  /** CEL expression that must be true; self is the value. */
  rule: string
}

/** How a web service is reached: by URL or service. */
export interface WebhookClientConfig {
  /** Certificates that the service's own is checked with, in PEM. */
  caBundle?: string
  /** Service in the cluster. */
  service?: ServiceReference
  /** Address of the service, with https. */
  url?: string
}

/** A web service that converts objects. */
export interface WebhookConversion {
  /** How the service is reached. */
  clientConfig?: WebhookClientConfig
  /** Versions of ConversionReview that the service knows. */
  conversionReviewVersions: string[] | null
}
