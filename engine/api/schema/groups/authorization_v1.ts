/** Types of the authorization.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
FieldSelectorAttributes
  1 rawSelector string
  2 requirements []FieldSelectorRequirement list=atomic
LabelSelectorAttributes
  1 rawSelector string
  2 requirements []LabelSelectorRequirement list=atomic
LocalSubjectAccessReview kind
  1 metadata ObjectMeta always
  2 spec! SubjectAccessReviewSpec always
  3 status SubjectAccessReviewStatus always
NonResourceAttributes
  1 path string
  2 verb string
NonResourceRule
  1 verbs! []string list=atomic
  2 nonResourceURLs []string list=atomic
ResourceAttributes
  1 namespace string
  2 verb string
  3 group string
  4 version string
  5 resource string
  6 subresource string
  7 name string
  8 fieldSelector FieldSelectorAttributes
  9 labelSelector LabelSelectorAttributes
ResourceRule
  1 verbs! []string list=atomic
  2 apiGroups []string list=atomic
  3 resources []string list=atomic
  4 resourceNames []string list=atomic
SelfSubjectAccessReview kind
  1 metadata ObjectMeta always
  2 spec! SelfSubjectAccessReviewSpec always
  3 status SubjectAccessReviewStatus always
SelfSubjectAccessReviewSpec
  1 resourceAttributes ResourceAttributes
  2 nonResourceAttributes NonResourceAttributes
SelfSubjectRulesReview kind
  1 metadata ObjectMeta always
  2 spec! SelfSubjectRulesReviewSpec always
  3 status SubjectRulesReviewStatus always
SelfSubjectRulesReviewSpec
  1 namespace string
SubjectAccessReview kind
  1 metadata ObjectMeta always
  2 spec! SubjectAccessReviewSpec always
  3 status SubjectAccessReviewStatus always
SubjectAccessReviewSpec
  1 resourceAttributes ResourceAttributes
  2 nonResourceAttributes NonResourceAttributes
  3 user string
  4 groups []string list=atomic
  5 extra map<[]string>
  6 uid string
SubjectAccessReviewStatus
  1 allowed! bool
  2 reason string
  3 evaluationError string
  4 denied bool omit
SubjectRulesReviewStatus
  1 resourceRules! []ResourceRule list=atomic
  2 nonResourceRules! []NonResourceRule list=atomic
  3 incomplete! bool
  4 evaluationError string
`
