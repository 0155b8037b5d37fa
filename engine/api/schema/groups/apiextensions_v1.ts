/** Types of the apiextensions.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CustomResourceColumnDefinition # A column that clients print.
  - description string # What the column shows, for people.
  - format string # Format of the value; see OpenAPI.
  - jsonPath! string # Path of the value in the object.
  - name! string # Header of the column.
  - priority int32 omit # 0 is always shown, more only in wide tables.
  - type! string # Type of the value; see OpenAPI.
CustomResourceConversion # How objects are converted between versions.
  - strategy! string enum(None,Webhook) # None changes the apiVersion alone, Webhook asks a service.
  - webhook WebhookConversion # The service.
CustomResourceDefinition kind # Defines a kind of its own.
  - metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  - spec! CustomResourceDefinitionSpec always # What is wanted.
  - status CustomResourceDefinitionStatus always # What was last observed.
CustomResourceDefinitionCondition # Something that holds, or does not.
  - lastTransitionTime Time null # When the status last changed.
  - message string # Why it is so, for people.
  - observedGeneration int64 omit # Generation of the spec that the condition speaks of.
  - reason string # Why it is so, as one word.
  - status! string # Whether it holds: True, False or Unknown.
  - type! string # Kind of the condition.
CustomResourceDefinitionList kind # A list of objects of the kind CustomResourceDefinition.
  - items! []CustomResourceDefinition # The objects.
  - metadata ListMeta # Version of the list, and where it continues.
CustomResourceDefinitionNames # Names of a resource and its kind.
  - categories []string list=atomic # Collections that it belongs to, such as all.
  - kind! string # Kind of the objects, in CamelCase.
  - listKind string # Kind of the lists; the kind with List by default.
  - plural! string # Plural name, as in paths.
  - shortNames []string list=atomic # Short names for the command line.
  - singular string # Singular name; the kind in lower case by default.
CustomResourceDefinitionSpec # What the kind looks like.
  - conversion CustomResourceConversion # How objects are converted between versions.
  - group! string # Group of the kind, as a domain.
  - names! CustomResourceDefinitionNames always # Names of the resource and its kind.
  - preserveUnknownFields bool omit # Keeps unknown fields; deprecated, must be false.
  - scope! string enum(Cluster,Namespaced) # Whether objects live in namespaces.
  - versions! []CustomResourceDefinitionVersion list=atomic # Versions of the kind.
CustomResourceDefinitionStatus # State of a definition.
  - acceptedNames CustomResourceDefinitionNames always # Names that are in use; others may have been taken.
  - conditions []CustomResourceDefinitionCondition list=map(type) nullList # What holds of the object, by type.
  - observedGeneration int64 omit # Generation of the spec that the status speaks of.
  - storedVersions []string list=atomic nullList # Versions in which objects may be in the store.
CustomResourceDefinitionVersion # A version of a kind.
  - additionalPrinterColumns []CustomResourceColumnDefinition list=atomic # Columns that clients print.
  - deprecated bool omit # Whether clients are warned about this version.
  - deprecationWarning string ptr # Text of the warning.
  - name! string # Name of the version, such as v1beta1.
  - schema CustomResourceValidation # Schema of the objects.
  - selectableFields []SelectableField list=atomic # Fields that field selectors may name.
  - served! bool # Whether the version is served.
  - storage! bool # Whether objects are stored in this version; exactly one is.
  - subresources CustomResourceSubresources # Subresources of the objects.
CustomResourceSubresourceScale # Where the numbers for scaling are.
  - labelSelectorPath string ptr # Path of the label selector in the status.
  - specReplicasPath! string # Path of the wanted number.
  - statusReplicasPath! string # Path of the number there is.
CustomResourceSubresourceStatus = object # Separates the status from the rest.
CustomResourceSubresources # Subresources of custom objects.
  - scale CustomResourceSubresourceScale # Lets objects be scaled.
  - status CustomResourceSubresourceStatus # Separates the status from the rest.
CustomResourceValidation # Schema of custom objects.
  - openAPIV3Schema JSONSchemaProps # The schema.
ExternalDocumentation # Where more is written.
  - description string # What is written there.
  - url string # Address of it.
JSON = any # Any JSON value.
JSONSchemaProps # A schema: what values may look like.
  - $ref string # Not allowed here.
  - $schema string # Version of JSON Schema.
  - additionalItems JSONSchemaPropsOrBool # Schema of further items; not supported.
  - additionalProperties JSONSchemaPropsOrBool # Schema of values under any other key, or true.
  - allOf []JSONSchemaProps list=atomic # Schemas that must all hold.
  - anyOf []JSONSchemaProps list=atomic # Schemas of which one must hold.
  - default JSON # Value of an absent field.
  - definitions map<JSONSchemaProps> # Not allowed here.
  - dependencies map<JSONSchemaPropsOrStringArray> # Not allowed here.
  - description string # What the value means, for people.
  - enum []JSON list=atomic # Values that are allowed.
  - example JSON # An example of a value.
  - exclusiveMaximum bool omit # Whether the maximum itself is excluded.
  - exclusiveMinimum bool omit # Whether the minimum itself is excluded.
  - externalDocs ExternalDocumentation # Where more is written.
  - format string # Format of the value, such as date-time or int32.
  - id string # Identity of the schema.
  - items JSONSchemaPropsOrArray # Schema of the items of a list.
  - maxItems int64 # Most items of a list.
  - maxLength int64 # Most characters of a text.
  - maxProperties int64 # Most keys of an object.
  - maximum double # Largest number.
  - minItems int64 # Fewest items of a list.
  - minLength int64 # Fewest characters of a text.
  - minProperties int64 # Fewest keys of an object.
  - minimum double # Smallest number.
  - multipleOf double # Number of which the value is a multiple.
  - not JSONSchemaProps # Schema that must not hold.
  - nullable bool omit # Whether null is allowed.
  - oneOf []JSONSchemaProps list=atomic # Schemas of which exactly one must hold.
  - pattern string # Regular expression that a text must match.
  - patternProperties map<JSONSchemaProps> # Not allowed here.
  - properties map<JSONSchemaProps> # Fields of an object.
  - required []string list=atomic # Fields that must be there.
  - title string # Title of the schema.
  - type string # Type of the value: object, array, string, integer, number or boolean.
  - uniqueItems bool omit # Not allowed to be true; use a list of type set.
  - x-kubernetes-embedded-resource bool omit # The value is an object with apiVersion, kind and metadata.
  - x-kubernetes-int-or-string bool omit # The value is a whole number or a text.
  - x-kubernetes-list-map-keys []string list=atomic # Fields that tell items of a list of type map apart.
  - x-kubernetes-list-type string ptr # How a list is merged: atomic, set or map.
  - x-kubernetes-map-type string ptr # How an object is merged: granular or atomic.
  - x-kubernetes-preserve-unknown-fields bool # Keeps fields that the schema does not know.
  - x-kubernetes-validations []ValidationRule list=map(rule) patch=merge(rule) # Rules in CEL.
JSONSchemaPropsOrArray = any # A schema, or a list of schemas.
JSONSchemaPropsOrBool = any # A schema, or yes or no.
JSONSchemaPropsOrStringArray = any # A schema, or names of fields.
SelectableField # A field that field selectors may name.
  - jsonPath! string # Path of the field.
ServiceReference # Names a service to call.
  - name! string # Name of the service.
  - namespace! string # Namespace of the service.
  - path string ptr # Path of the request.
  - port int32 =443 # Port of the service.
ValidationRule # A rule that values must obey.
  - fieldPath string # Path of the field that is to blame.
  - message string # What the user is told.
  - messageExpression string # CEL expression that makes the message.
  - optionalOldSelf bool ptr # Whether oldSelf may be absent, so that the rule holds for new values too.
  - reason string ptr # Reason of the error; FieldValueInvalid by default.
  - rule! string # CEL expression that must be true; self is the value.
WebhookClientConfig # How a web service is reached: by URL or service.
  - caBundle bytes # Certificates that the service's own is checked with, in PEM.
  - service ServiceReference # Service in the cluster.
  - url string ptr # Address of the service, with https.
WebhookConversion # A web service that converts objects.
  - clientConfig WebhookClientConfig # How the service is reached.
  - conversionReviewVersions! []string list=atomic # Versions of ConversionReview that the service knows.
`
