/** Types of the rbac.authorization.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
AggregationRule
  1 clusterRoleSelectors []LabelSelector list=atomic
ClusterRole kind # Rights in the whole cluster.
  1 metadata ObjectMeta always
  2 rules []PolicyRule list=atomic nullList
  3 aggregationRule AggregationRule
ClusterRoleBinding kind # Grants a role's rights everywhere.
  1 metadata ObjectMeta always
  2 subjects []Subject list=atomic
  3 roleRef! RoleRef always
ClusterRoleBindingList kind
  1 metadata ListMeta
  2 items! []ClusterRoleBinding
ClusterRoleList kind
  1 metadata ListMeta
  2 items! []ClusterRole
PolicyRule
  1 verbs! []string list=atomic nullList
  2 apiGroups []string list=atomic
  3 resources []string list=atomic
  4 resourceNames []string list=atomic
  5 nonResourceURLs []string list=atomic
Role kind # Rights within a namespace.
  1 metadata ObjectMeta always
  2 rules []PolicyRule list=atomic nullList
RoleBinding kind # Grants a role's rights within a namespace.
  1 metadata ObjectMeta always
  2 subjects []Subject list=atomic
  3 roleRef! RoleRef always
RoleBindingList kind
  1 metadata ListMeta
  2 items! []RoleBinding
RoleList kind
  1 metadata ListMeta
  2 items! []Role
RoleRef mapType=atomic
  1 apiGroup string zero
  2 kind! string
  3 name! string
Subject mapType=atomic
  1 kind! string
  2 apiGroup string
  3 name! string
  4 namespace string
`
