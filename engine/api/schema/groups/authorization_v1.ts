/** Types of the authorization.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
FieldSelectorAttributes # Limits a right to objects with some fields.
  1 rawSelector string # Selector as in the query.
  2 requirements []FieldSelectorRequirement list=atomic # Selector taken apart.
LabelSelectorAttributes # Limits a right to objects with some labels.
  1 rawSelector string # Selector as in the query.
  2 requirements []LabelSelectorRequirement list=atomic # Selector taken apart.
LocalSubjectAccessReview kind # Asks whether somebody may do something in a namespace.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! SubjectAccessReviewSpec always # What is wanted.
  3 status SubjectAccessReviewStatus always # What was last observed.
NonResourceAttributes # A request outside of resources.
  1 path string # Path of the request.
  2 verb string # Method of the request, in lower case.
NonResourceRule # Something that is allowed outside of resources.
  1 verbs! []string list=atomic # What may be done; * for everything.
  2 nonResourceURLs []string list=atomic # Paths; * for all.
ResourceAttributes # A request for a resource.
  1 namespace string # Namespace of the request; empty for all.
  2 verb string # What is to be done; * for everything.
  3 group string # Group of the resource; * for all.
  4 version string # Version of the resource; * for all.
  5 resource string # The resource; * for all.
  6 subresource string # The subresource.
  7 name string # Name of the object; empty for all.
  8 fieldSelector FieldSelectorAttributes # Limits the request to objects with some fields.
  9 labelSelector LabelSelectorAttributes # Limits the request to objects with some labels.
ResourceRule # Something that is allowed with resources.
  1 verbs! []string list=atomic # What may be done; * for everything.
  2 apiGroups []string list=atomic # Groups of the resources; * for all.
  3 resources []string list=atomic # Resources; * for all.
  4 resourceNames []string list=atomic # Names of the objects; all if empty.
SelfSubjectAccessReview kind # Asks whether one may do something.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! SelfSubjectAccessReviewSpec always # What is wanted.
  3 status SubjectAccessReviewStatus always # What was last observed.
SelfSubjectAccessReviewSpec # What one wants to do.
  1 resourceAttributes ResourceAttributes # A request for a resource.
  2 nonResourceAttributes NonResourceAttributes # A request outside of resources.
SelfSubjectRulesReview kind # Asks what one may do in a namespace.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! SelfSubjectRulesReviewSpec always # What is wanted.
  3 status SubjectRulesReviewStatus always # What was last observed.
SelfSubjectRulesReviewSpec # Where one wants to do it.
  1 namespace string # The namespace.
SubjectAccessReview kind # Asks whether somebody may do something.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! SubjectAccessReviewSpec always # What is wanted.
  3 status SubjectAccessReviewStatus always # What was last observed.
SubjectAccessReviewSpec # Who wants to do what.
  1 resourceAttributes ResourceAttributes # A request for a resource.
  2 nonResourceAttributes NonResourceAttributes # A request outside of resources.
  3 user string # Name of the user.
  4 groups []string list=atomic # Groups of the user.
  5 extra map<[]string> # Further facts about the user.
  6 uid string # Identity of the user.
SubjectAccessReviewStatus # Whether it is allowed.
  1 allowed! bool # Whether it is allowed.
  2 reason string # Why, for people.
  3 evaluationError string # What went wrong while deciding.
  4 denied bool omit # Whether it is forbidden, whatever else might allow it.
SubjectRulesReviewStatus # What is allowed.
  1 resourceRules! []ResourceRule list=atomic # What is allowed with resources.
  2 nonResourceRules! []NonResourceRule list=atomic # What is allowed outside of resources.
  3 incomplete! bool # Whether there may be more that is not listed.
  4 evaluationError string # What went wrong while listing.
`
