/** Types of the admissionregistration.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
ApplyConfiguration # Changes an object by applying another to it.
  1 expression string # CEL expression that makes the object to apply.
AuditAnnotation # Writes a note into the audit log.
  1 key! string # Key of the note.
  2 valueExpression! string # CEL expression that makes the text; null for none.
ExpressionWarning # A doubt about an expression.
  2 fieldRef! string # Path of the expression in the policy.
  3 warning! string # What the type check found.
JSONPatch # Changes an object by JSON patch operations.
  1 expression string # CEL expression that makes the list of operations.
MatchCondition # A condition on requests.
  1 name! string # Name of the condition, for logs.
  2 expression! string # CEL expression that must be true.
MatchResources mapType=atomic # Which requests are meant.
  1 namespaceSelector LabelSelector ={} # Namespaces by their labels.
  2 objectSelector LabelSelector ={} # Objects by their labels.
  3 resourceRules []NamedRuleWithOperations list=atomic # Operations and resources that are meant.
  4 excludeResourceRules []NamedRuleWithOperations list=atomic # Operations and resources that are not meant.
  7 matchPolicy string ptr =Equivalent enum(Equivalent,Exact) # Whether other versions of a resource count too.
MutatingAdmissionPolicy kind # Changes objects on their way in, by CEL.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec MutatingAdmissionPolicySpec always # What is wanted.
MutatingAdmissionPolicyBinding kind # Puts a mutating policy into force.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec MutatingAdmissionPolicyBindingSpec always # What is wanted.
MutatingAdmissionPolicyBindingList kind # A list of objects of the kind MutatingAdmissionPolicyBinding.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []MutatingAdmissionPolicyBinding # The objects.
MutatingAdmissionPolicyBindingSpec # Which policy is in force, and where.
  1 policyName string # Name of the policy.
  2 paramRef ParamRef # Objects with parameters.
  3 matchResources MatchResources # Narrows what the policy is for.
MutatingAdmissionPolicyList kind # A list of objects of the kind MutatingAdmissionPolicy.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []MutatingAdmissionPolicy # The objects.
MutatingAdmissionPolicySpec # What is changed, and how.
  1 paramKind ParamKind # Kind of the parameters.
  2 matchConstraints MatchResources # Requests that the policy is for.
  3 variables []Variable list=atomic # Named expressions for use in others.
  4 mutations []Mutation list=atomic # Changes, in their order.
  5 failurePolicy string ptr =Fail enum(Fail,Ignore) # What to do when the policy itself fails.
  6 matchConditions []MatchCondition list=map(name) patch=merge(name) # Conditions that must all be true.
  7 reinvocationPolicy string enum(IfNeeded,Never) # Whether it runs again after others have changed the object.
MutatingWebhook # A web service that may change objects on their way in.
  1 name! string # Name of the webhook, as a domain.
  2 clientConfig! WebhookClientConfig always # How the service is reached.
  3 rules []RuleWithOperations list=atomic # Operations and resources that are meant.
  4 failurePolicy string ptr =Fail enum(Fail,Ignore) # What to do when the call fails.
  5 namespaceSelector LabelSelector ={} # Namespaces by their labels.
  6 sideEffects! string ptr enum(None,NoneOnDryRun,Some,Unknown) # Whether calls change anything elsewhere.
  7 timeoutSeconds int32 =10 # Seconds that a call may take; 1 to 30.
  8 admissionReviewVersions! []string list=atomic # Versions of AdmissionReview that the service knows.
  9 matchPolicy string ptr =Equivalent enum(Equivalent,Exact) # Whether other versions of a resource count too.
  10 reinvocationPolicy string ptr =Never enum(IfNeeded,Never) # Whether it is called again after others have changed the object.
  11 objectSelector LabelSelector ={} # Objects by their labels.
  12 matchConditions []MatchCondition list=map(name) patch=merge(name) # Conditions that must all be true.
MutatingWebhookConfiguration kind # Web services that may change objects on their way in.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 webhooks []MutatingWebhook list=map(name) patch=merge(name) # The services.
MutatingWebhookConfigurationList kind # A list of objects of the kind MutatingWebhookConfiguration.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []MutatingWebhookConfiguration # The objects.
Mutation # A change.
  2 patchType! string values(ApplyConfiguration,JSONPatch) # ApplyConfiguration or JSONPatch.
  3 applyConfiguration ApplyConfiguration # Changes by applying another object.
  4 jsonPatch JSONPatch # Changes by JSON patch operations.
NamedRuleWithOperations mapType=atomic # Operations on resources, and on named objects.
  1 resourceNames []string list=atomic # Names of the objects; all if empty.
  2.1 operations []string list=atomic values(*,CONNECT,CREATE,DELETE,UPDATE) # CREATE, UPDATE, DELETE, CONNECT, or * for all.
  2.2.1 apiGroups []string list=atomic # Groups of the resources; * for all.
  2.2.2 apiVersions []string list=atomic # Versions of the resources; * for all.
  2.2.3 resources []string list=atomic # Resources, with subresources after a slash; * for all.
  2.2.4 scope string ptr =* values(*,Cluster,Namespaced) # Cluster, Namespaced, or * for both.
ParamKind mapType=atomic # Kind of a policy's parameters.
  1 apiVersion string # Group and version of the kind.
  2 kind string # The kind.
ParamRef mapType=atomic # Objects with parameters of a policy.
  1 name string # Name of one object; not with selector.
  2 namespace string # Namespace of the objects; the request's by default.
  3 selector LabelSelector # Objects by their labels.
  4 parameterNotFoundAction string ptr # What to do when there are none: Allow or Deny.
RuleWithOperations # Operations on resources.
  1 operations []string list=atomic values(*,CONNECT,CREATE,DELETE,UPDATE) # CREATE, UPDATE, DELETE, CONNECT, or * for all.
  2.1 apiGroups []string list=atomic # Groups of the resources; * for all.
  2.2 apiVersions []string list=atomic # Versions of the resources; * for all.
  2.3 resources []string list=atomic # Resources, with subresources after a slash; * for all.
  2.4 scope string ptr =* values(*,Cluster,Namespaced) # Cluster, Namespaced, or * for both.
ServiceReference # Names a service to call.
  1 namespace! string # Namespace of the service.
  2 name! string # Name of the service.
  3 path string ptr # Path of the request.
  4 port int32 =443 # Port of the service.
TypeChecking # Outcome of checking a policy's expressions.
  1 expressionWarnings []ExpressionWarning list=atomic # What was found.
ValidatingAdmissionPolicy kind # Accepts or refuses objects, by CEL.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec ValidatingAdmissionPolicySpec always # What is wanted.
  3 status ValidatingAdmissionPolicyStatus always # What was last observed.
ValidatingAdmissionPolicyBinding kind # Puts a validating policy into force.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! ValidatingAdmissionPolicyBindingSpec always # What is wanted.
ValidatingAdmissionPolicyBindingList kind # A list of objects of the kind ValidatingAdmissionPolicyBinding.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ValidatingAdmissionPolicyBinding # The objects.
ValidatingAdmissionPolicyBindingSpec # Which policy is in force, where, and with what effect.
  1 policyName! string # Name of the policy.
  2 paramRef ParamRef # Objects with parameters.
  3 matchResources MatchResources # Narrows what the policy is for.
  4 validationActions! []string list=set # What a violation leads to: Deny, Warn, Audit.
ValidatingAdmissionPolicyList kind # A list of objects of the kind ValidatingAdmissionPolicy.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ValidatingAdmissionPolicy # The objects.
ValidatingAdmissionPolicySpec # What is demanded.
  1 paramKind ParamKind # Kind of the parameters.
  2 matchConstraints MatchResources # Requests that the policy is for.
  3 validations []Validation list=atomic # Demands; all have to hold.
  4 failurePolicy string ptr =Fail enum(Fail,Ignore) # What to do when the policy itself fails.
  5 auditAnnotations []AuditAnnotation list=atomic # Notes for the audit log.
  6 matchConditions []MatchCondition list=map(name) patch=merge(name) # Conditions that must all be true.
  7 variables []Variable list=map(name) patch=merge(name) # Named expressions for use in others.
ValidatingAdmissionPolicyStatus # State of a policy.
  1 observedGeneration int64 omit # Generation of the spec that the status speaks of.
  2 typeChecking TypeChecking # Outcome of checking its expressions.
  3 conditions []Condition list=map(type) # What holds of the object, by type.
ValidatingWebhook # A web service that accepts or refuses objects.
  1 name! string # Name of the webhook, as a domain.
  2 clientConfig! WebhookClientConfig always # How the service is reached.
  3 rules []RuleWithOperations list=atomic # Operations and resources that are meant.
  4 failurePolicy string ptr =Fail enum(Fail,Ignore) # What to do when the call fails.
  5 namespaceSelector LabelSelector ={} # Namespaces by their labels.
  6 sideEffects! string ptr enum(None,NoneOnDryRun,Some,Unknown) # Whether calls change anything elsewhere.
  7 timeoutSeconds int32 =10 # Seconds that a call may take; 1 to 30.
  8 admissionReviewVersions! []string list=atomic # Versions of AdmissionReview that the service knows.
  9 matchPolicy string ptr =Equivalent enum(Equivalent,Exact) # Whether other versions of a resource count too.
  10 objectSelector LabelSelector ={} # Objects by their labels.
  11 matchConditions []MatchCondition list=map(name) patch=merge(name) # Conditions that must all be true.
ValidatingWebhookConfiguration kind # Web services that accept or refuse objects.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 webhooks []ValidatingWebhook list=map(name) patch=merge(name) # The services.
ValidatingWebhookConfigurationList kind # A list of objects of the kind ValidatingWebhookConfiguration.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ValidatingWebhookConfiguration # The objects.
Validation # A demand on objects.
  1 expression! string # CEL expression that must be true.
  2 message string # What the user is told when it is not.
  3 reason string ptr # Reason of the answer; Invalid by default.
  4 messageExpression string # CEL expression that makes the message.
Variable mapType=atomic # A named expression.
  1 name! string # Name, used as variables.name.
  2 expression! string # CEL expression of the value.
WebhookClientConfig # How a web service is reached: by URL or service.
  1 service ServiceReference # Service in the cluster.
  2 caBundle bytes # Certificates that the service's own is checked with, in PEM.
  3 url string ptr # Address of the service, with https.
`
