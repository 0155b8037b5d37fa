/** Types of the admissionregistration.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
ApplyConfiguration
  1 expression string
AuditAnnotation
  1 key! string
  2 valueExpression! string
ExpressionWarning
  2 fieldRef! string
  3 warning! string
JSONPatch
  1 expression string
MatchCondition
  1 name! string
  2 expression! string
MatchResources mapType=atomic
  1 namespaceSelector LabelSelector ={}
  2 objectSelector LabelSelector ={}
  3 resourceRules []NamedRuleWithOperations list=atomic
  4 excludeResourceRules []NamedRuleWithOperations list=atomic
  7 matchPolicy string ptr =Equivalent enum(Equivalent,Exact)
MutatingAdmissionPolicy kind
  1 metadata ObjectMeta always
  2 spec MutatingAdmissionPolicySpec always
MutatingAdmissionPolicyBinding kind
  1 metadata ObjectMeta always
  2 spec MutatingAdmissionPolicyBindingSpec always
MutatingAdmissionPolicyBindingList kind
  1 metadata ListMeta
  2 items! []MutatingAdmissionPolicyBinding
MutatingAdmissionPolicyBindingSpec
  1 policyName string
  2 paramRef ParamRef
  3 matchResources MatchResources
MutatingAdmissionPolicyList kind
  1 metadata ListMeta
  2 items! []MutatingAdmissionPolicy
MutatingAdmissionPolicySpec
  1 paramKind ParamKind
  2 matchConstraints MatchResources
  3 variables []Variable list=atomic
  4 mutations []Mutation list=atomic
  5 failurePolicy string ptr =Fail enum(Fail,Ignore)
  6 matchConditions []MatchCondition list=map(name) patch=merge(name)
  7 reinvocationPolicy string enum(IfNeeded,Never)
MutatingWebhook
  1 name! string
  2 clientConfig! WebhookClientConfig always
  3 rules []RuleWithOperations list=atomic
  4 failurePolicy string ptr =Fail enum(Fail,Ignore)
  5 namespaceSelector LabelSelector ={}
  6 sideEffects! string ptr enum(None,NoneOnDryRun,Some,Unknown)
  7 timeoutSeconds int32 =10
  8 admissionReviewVersions! []string list=atomic
  9 matchPolicy string ptr =Equivalent enum(Equivalent,Exact)
  10 reinvocationPolicy string ptr =Never enum(IfNeeded,Never)
  11 objectSelector LabelSelector ={}
  12 matchConditions []MatchCondition list=map(name) patch=merge(name)
MutatingWebhookConfiguration kind
  1 metadata ObjectMeta always
  2 webhooks []MutatingWebhook list=map(name) patch=merge(name)
MutatingWebhookConfigurationList kind
  1 metadata ListMeta
  2 items! []MutatingWebhookConfiguration
Mutation
  2 patchType! string
  3 applyConfiguration ApplyConfiguration
  4 jsonPatch JSONPatch
NamedRuleWithOperations mapType=atomic
  1 resourceNames []string list=atomic
  2.1 operations []string list=atomic
  2.2.1 apiGroups []string list=atomic
  2.2.2 apiVersions []string list=atomic
  2.2.3 resources []string list=atomic
  2.2.4 scope string ptr =*
ParamKind mapType=atomic
  1 apiVersion string
  2 kind string
ParamRef mapType=atomic
  1 name string
  2 namespace string
  3 selector LabelSelector
  4 parameterNotFoundAction string ptr
RuleWithOperations
  1 operations []string list=atomic
  2.1 apiGroups []string list=atomic
  2.2 apiVersions []string list=atomic
  2.3 resources []string list=atomic
  2.4 scope string ptr =*
ServiceReference
  1 namespace! string
  2 name! string
  3 path string ptr
  4 port int32 =443
TypeChecking
  1 expressionWarnings []ExpressionWarning list=atomic
ValidatingAdmissionPolicy kind
  1 metadata ObjectMeta always
  2 spec ValidatingAdmissionPolicySpec always
  3 status ValidatingAdmissionPolicyStatus always
ValidatingAdmissionPolicyBinding kind
  1 metadata ObjectMeta always
  2 spec! ValidatingAdmissionPolicyBindingSpec always
ValidatingAdmissionPolicyBindingList kind
  1 metadata ListMeta
  2 items! []ValidatingAdmissionPolicyBinding
ValidatingAdmissionPolicyBindingSpec
  1 policyName! string
  2 paramRef ParamRef
  3 matchResources MatchResources
  4 validationActions! []string list=set
ValidatingAdmissionPolicyList kind
  1 metadata ListMeta
  2 items! []ValidatingAdmissionPolicy
ValidatingAdmissionPolicySpec
  1 paramKind ParamKind
  2 matchConstraints MatchResources
  3 validations []Validation list=atomic
  4 failurePolicy string ptr =Fail enum(Fail,Ignore)
  5 auditAnnotations []AuditAnnotation list=atomic
  6 matchConditions []MatchCondition list=map(name) patch=merge(name)
  7 variables []Variable list=map(name) patch=merge(name)
ValidatingAdmissionPolicyStatus
  1 observedGeneration int64 omit
  2 typeChecking TypeChecking
  3 conditions []Condition list=map(type)
ValidatingWebhook
  1 name! string
  2 clientConfig! WebhookClientConfig always
  3 rules []RuleWithOperations list=atomic
  4 failurePolicy string ptr =Fail enum(Fail,Ignore)
  5 namespaceSelector LabelSelector ={}
  6 sideEffects! string ptr enum(None,NoneOnDryRun,Some,Unknown)
  7 timeoutSeconds int32 =10
  8 admissionReviewVersions! []string list=atomic
  9 matchPolicy string ptr =Equivalent enum(Equivalent,Exact)
  10 objectSelector LabelSelector ={}
  11 matchConditions []MatchCondition list=map(name) patch=merge(name)
ValidatingWebhookConfiguration kind
  1 metadata ObjectMeta always
  2 webhooks []ValidatingWebhook list=map(name) patch=merge(name)
ValidatingWebhookConfigurationList kind
  1 metadata ListMeta
  2 items! []ValidatingWebhookConfiguration
Validation
  1 expression! string
  2 message string
  3 reason string ptr
  4 messageExpression string
Variable mapType=atomic
  1 name! string
  2 expression! string
WebhookClientConfig
  1 service ServiceReference
  2 caBundle bytes
  3 url string ptr
`
