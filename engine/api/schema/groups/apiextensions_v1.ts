/** Types of the apiextensions.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CustomResourceColumnDefinition
  - description string
  - format string
  - jsonPath! string
  - name! string
  - priority int32 omit
  - type! string
CustomResourceConversion
  - strategy! string enum(None,Webhook)
  - webhook WebhookConversion
CustomResourceDefinition kind
  - metadata ObjectMeta always
  - spec! CustomResourceDefinitionSpec always
  - status CustomResourceDefinitionStatus always
CustomResourceDefinitionCondition
  - lastTransitionTime Time null
  - message string
  - observedGeneration int64 omit
  - reason string
  - status! string
  - type! string
CustomResourceDefinitionList kind
  - items! []CustomResourceDefinition
  - metadata ListMeta
CustomResourceDefinitionNames
  - categories []string list=atomic
  - kind! string
  - listKind string
  - plural! string
  - shortNames []string list=atomic
  - singular string
CustomResourceDefinitionSpec
  - conversion CustomResourceConversion
  - group! string
  - names! CustomResourceDefinitionNames always
  - preserveUnknownFields bool omit
  - scope! string enum(Cluster,Namespaced)
  - versions! []CustomResourceDefinitionVersion list=atomic
CustomResourceDefinitionStatus
  - acceptedNames CustomResourceDefinitionNames always
  - conditions []CustomResourceDefinitionCondition list=map(type) nullList
  - observedGeneration int64 omit
  - storedVersions []string list=atomic nullList
CustomResourceDefinitionVersion
  - additionalPrinterColumns []CustomResourceColumnDefinition list=atomic
  - deprecated bool omit
  - deprecationWarning string ptr
  - name! string
  - schema CustomResourceValidation
  - selectableFields []SelectableField list=atomic
  - served! bool
  - storage! bool
  - subresources CustomResourceSubresources
CustomResourceSubresourceScale
  - labelSelectorPath string ptr
  - specReplicasPath! string
  - statusReplicasPath! string
CustomResourceSubresourceStatus = object
CustomResourceSubresources
  - scale CustomResourceSubresourceScale
  - status CustomResourceSubresourceStatus
CustomResourceValidation
  - openAPIV3Schema JSONSchemaProps
ExternalDocumentation
  - description string
  - url string
JSON = any
JSONSchemaProps
  - $ref string
  - $schema string
  - additionalItems JSONSchemaPropsOrBool
  - additionalProperties JSONSchemaPropsOrBool
  - allOf []JSONSchemaProps list=atomic
  - anyOf []JSONSchemaProps list=atomic
  - default JSON
  - definitions map<JSONSchemaProps>
  - dependencies map<JSONSchemaPropsOrStringArray>
  - description string
  - enum []JSON list=atomic
  - example JSON
  - exclusiveMaximum bool omit
  - exclusiveMinimum bool omit
  - externalDocs ExternalDocumentation
  - format string
  - id string
  - items JSONSchemaPropsOrArray
  - maxItems int64
  - maxLength int64
  - maxProperties int64
  - maximum double
  - minItems int64
  - minLength int64
  - minProperties int64
  - minimum double
  - multipleOf double
  - not JSONSchemaProps
  - nullable bool omit
  - oneOf []JSONSchemaProps list=atomic
  - pattern string
  - patternProperties map<JSONSchemaProps>
  - properties map<JSONSchemaProps>
  - required []string list=atomic
  - title string
  - type string
  - uniqueItems bool omit
  - x-kubernetes-embedded-resource bool omit
  - x-kubernetes-int-or-string bool omit
  - x-kubernetes-list-map-keys []string list=atomic
  - x-kubernetes-list-type string ptr
  - x-kubernetes-map-type string ptr
  - x-kubernetes-preserve-unknown-fields bool
  - x-kubernetes-validations []ValidationRule list=map(rule) patch=merge(rule)
JSONSchemaPropsOrArray = any
JSONSchemaPropsOrBool = any
JSONSchemaPropsOrStringArray = any
SelectableField
  - jsonPath! string
ServiceReference
  - name! string
  - namespace! string
  - path string ptr
  - port int32 =443
ValidationRule
  - fieldPath string
  - message string
  - messageExpression string
  - optionalOldSelf bool ptr
  - reason string ptr
  - rule! string
WebhookClientConfig
  - caBundle bytes
  - service ServiceReference
  - url string ptr
WebhookConversion
  - clientConfig WebhookClientConfig
  - conversionReviewVersions! []string list=atomic
`
