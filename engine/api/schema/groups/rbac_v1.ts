/** Types of the rbac.authorization.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
AggregationRule # Makes a role of the rules of others.
  1 clusterRoleSelectors []LabelSelector list=atomic # Labels of the roles whose rules are joined.
ClusterRole kind # Rights in the whole cluster.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 rules []PolicyRule list=atomic nullList # What is allowed.
  3 aggregationRule AggregationRule # Joins the rules of other roles; rules is then filled in.
ClusterRoleBinding kind # Grants a role's rights everywhere.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 subjects []Subject list=atomic # Who gets the rights.
  3 roleRef! RoleRef always # Role whose rights are granted; fixed.
ClusterRoleBindingList kind # A list of objects of the kind ClusterRoleBinding.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ClusterRoleBinding # The objects.
ClusterRoleList kind # A list of objects of the kind ClusterRole.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ClusterRole # The objects.
PolicyRule # Something that is allowed.
  1 verbs! []string list=atomic nullList # What may be done; * for everything.
  2 apiGroups []string list=atomic # Groups of the resources; * for all.
  3 resources []string list=atomic # Resources; * for all.
  4 resourceNames []string list=atomic # Names of the objects; all if empty.
  5 nonResourceURLs []string list=atomic # Paths outside of resources; only in cluster roles.
Role kind # Rights within a namespace.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 rules []PolicyRule list=atomic nullList # What is allowed.
RoleBinding kind # Grants a role's rights within a namespace.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 subjects []Subject list=atomic # Who gets the rights.
  3 roleRef! RoleRef always # Role whose rights are granted; fixed.
RoleBindingList kind # A list of objects of the kind RoleBinding.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []RoleBinding # The objects.
RoleList kind # A list of objects of the kind Role.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Role # The objects.
RoleRef mapType=atomic # Names a role.
  1 apiGroup string zero # Group of the role.
  2 kind! string # Role or ClusterRole.
  3 name! string # Name of the role.
Subject mapType=atomic # Somebody who gets rights.
  1 kind! string # User, Group or ServiceAccount.
  2 apiGroup string # Group of the subject; empty for service accounts.
  3 name! string # Name of the subject.
  4 namespace string # Namespace of the service account.
`
