/** Types of the apiextensions.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CustomResourceColumnDefinition # A column that clients print.
  4 description string # What the column shows, for people.
  3 format string # Format of the value; see OpenAPI.
  6 jsonPath! string # Path of the value in the object.
  1 name! string # Header of the column.
  5 priority int32 omit # 0 is always shown, more only in wide tables.
  2 type! string # Type of the value; see OpenAPI.
CustomResourceConversion # How objects are converted between versions.
  1 strategy! string enum(None,Webhook) # None changes the apiVersion alone, Webhook asks a service.
  2 webhook WebhookConversion # The service.
CustomResourceDefinition kind # Defines a kind of its own.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! CustomResourceDefinitionSpec always # What is wanted.
  3 status CustomResourceDefinitionStatus always # What was last observed.
CustomResourceDefinitionCondition # Something that holds, or does not.
  3 lastTransitionTime Time null # When the status last changed.
  5 message string # Why it is so, for people.
  - observedGeneration int64 omit # Generation of the spec that the condition speaks of.
  4 reason string # Why it is so, as one word.
  2 status! string # Whether it holds: True, False or Unknown.
  1 type! string # Kind of the condition.
CustomResourceDefinitionList kind # A list of objects of the kind CustomResourceDefinition.
  2 items! []CustomResourceDefinition # The objects.
  1 metadata ListMeta # Version of the list, and where it continues.
CustomResourceDefinitionNames # Names of a resource and its kind.
  6 categories []string list=atomic # Collections that it belongs to, such as all.
  4 kind! string # Kind of the objects, in CamelCase.
  5 listKind string # Kind of the lists; the kind with List by default.
  1 plural! string # Plural name, as in paths.
  3 shortNames []string list=atomic # Short names for the command line.
  2 singular string # Singular name; the kind in lower case by default.
CustomResourceDefinitionSpec # What the kind looks like.
  9 conversion CustomResourceConversion # How objects are converted between versions.
  1 group! string # Group of the kind, as a domain.
  3 names! CustomResourceDefinitionNames always # Names of the resource and its kind.
  10 preserveUnknownFields bool omit # Keeps unknown fields; deprecated, must be false.
  4 scope! string enum(Cluster,Namespaced) # Whether objects live in namespaces.
  7 versions! []CustomResourceDefinitionVersion list=atomic # Versions of the kind.
CustomResourceDefinitionStatus # State of a definition.
  2 acceptedNames CustomResourceDefinitionNames always # Names that are in use; others may have been taken.
  1 conditions []CustomResourceDefinitionCondition list=map(type) nullList # What holds of the object, by type.
  - observedGeneration int64 omit # Generation of the spec that the status speaks of.
  3 storedVersions []string list=atomic nullList # Versions in which objects may be in the store.
CustomResourceDefinitionVersion # A version of a kind.
  6 additionalPrinterColumns []CustomResourceColumnDefinition list=atomic # Columns that clients print.
  7 deprecated bool omit # Whether clients are warned about this version.
  8 deprecationWarning string ptr # Text of the warning.
  1 name! string # Name of the version, such as v1beta1.
  4 schema CustomResourceValidation # Schema of the objects.
  9 selectableFields []SelectableField list=atomic # Fields that field selectors may name.
  2 served! bool # Whether the version is served.
  3 storage! bool # Whether objects are stored in this version; exactly one is.
  5 subresources CustomResourceSubresources # Subresources of the objects.
CustomResourceSubresourceScale # Where the numbers for scaling are.
  3 labelSelectorPath string ptr # Path of the label selector in the status.
  1 specReplicasPath! string # Path of the wanted number.
  2 statusReplicasPath! string # Path of the number there is.
CustomResourceSubresourceStatus = object # Separates the status from the rest.
CustomResourceSubresources # Subresources of custom objects.
  2 scale CustomResourceSubresourceScale # Lets objects be scaled.
  1 status CustomResourceSubresourceStatus # Separates the status from the rest.
CustomResourceValidation # Schema of custom objects.
  1 openAPIV3Schema JSONSchemaProps # The schema.
ExternalDocumentation # Where more is written.
  1 description string # What is written there.
  2 url string # Address of it.
JSON = any # Any JSON value.
JSONSchemaProps # A schema: what values may look like.
  3 $ref string # Not allowed here.
  2 $schema string # Version of JSON Schema.
  33 additionalItems JSONSchemaPropsOrBool # Schema of further items; not supported.
  30 additionalProperties JSONSchemaPropsOrBool # Schema of values under any other key, or true.
  25 allOf []JSONSchemaProps list=atomic # Schemas that must all hold.
  27 anyOf []JSONSchemaProps list=atomic # Schemas of which one must hold.
  8 default JSON # Value of an absent field.
  34 definitions map<JSONSchemaProps> # Not allowed here.
  32 dependencies map<JSONSchemaPropsOrStringArray> # Not allowed here.
  4 description string # What the value means, for people.
  20 enum []JSON list=atomic # Values that are allowed.
  36 example JSON # An example of a value.
  10 exclusiveMaximum bool omit # Whether the maximum itself is excluded.
  12 exclusiveMinimum bool omit # Whether the minimum itself is excluded.
  35 externalDocs ExternalDocumentation # Where more is written.
  6 format string # Format of the value, such as date-time or int32.
  1 id string # Identity of the schema.
  24 items JSONSchemaPropsOrArray # Schema of the items of a list.
  16 maxItems int64 # Most items of a list.
  13 maxLength int64 # Most characters of a text.
  21 maxProperties int64 # Most keys of an object.
  9 maximum double # Largest number.
  17 minItems int64 # Fewest items of a list.
  14 minLength int64 # Fewest characters of a text.
  22 minProperties int64 # Fewest keys of an object.
  11 minimum double # Smallest number.
  19 multipleOf double # Number of which the value is a multiple.
  28 not JSONSchemaProps # Schema that must not hold.
  37 nullable bool omit # Whether null is allowed.
  26 oneOf []JSONSchemaProps list=atomic # Schemas of which exactly one must hold.
  15 pattern string # Regular expression that a text must match.
  31 patternProperties map<JSONSchemaProps> # Not allowed here.
  29 properties map<JSONSchemaProps> # Fields of an object.
  23 required []string list=atomic # Fields that must be there.
  7 title string # Title of the schema.
  5 type string # Type of the value: object, array, string, integer, number or boolean.
  18 uniqueItems bool omit # Not allowed to be true; use a list of type set.
  39 x-kubernetes-embedded-resource bool omit # The value is an object with apiVersion, kind and metadata.
  40 x-kubernetes-int-or-string bool omit # The value is a whole number or a text.
  41 x-kubernetes-list-map-keys []string list=atomic # Fields that tell items of a list of type map apart.
  42 x-kubernetes-list-type string ptr # How a list is merged: atomic, set or map.
  43 x-kubernetes-map-type string ptr # How an object is merged: granular or atomic.
  38 x-kubernetes-preserve-unknown-fields bool # Keeps fields that the schema does not know.
  44 x-kubernetes-validations []ValidationRule list=map(rule) patch=merge(rule) # Rules in CEL.
JSONSchemaPropsOrArray = any # A schema, or a list of schemas.
JSONSchemaPropsOrBool = any # A schema, or yes or no.
JSONSchemaPropsOrStringArray = any # A schema, or names of fields.
SelectableField # A field that field selectors may name.
  1 jsonPath! string # Path of the field.
ServiceReference # Names a service to call.
  2 name! string # Name of the service.
  1 namespace! string # Namespace of the service.
  3 path string ptr # Path of the request.
  4 port int32 =443 # Port of the service.
ValidationRule # A rule that values must obey.
  5 fieldPath string # Path of the field that is to blame.
  2 message string # What the user is told.
  3 messageExpression string # CEL expression that makes the message.
  6 optionalOldSelf bool ptr # Whether oldSelf may be absent, so that the rule holds for new values too.
  4 reason string ptr # Reason of the error; FieldValueInvalid by default.
  1 rule! string # CEL expression that must be true; self is the value.
WebhookClientConfig # How a web service is reached: by URL or service.
  2 caBundle bytes # Certificates that the service's own is checked with, in PEM.
  1 service ServiceReference # Service in the cluster.
  3 url string ptr # Address of the service, with https.
WebhookConversion # A web service that converts objects.
  2 clientConfig WebhookClientConfig # How the service is reached.
  3 conversionReviewVersions! []string list=atomic # Versions of ConversionReview that the service knows.
`
