/** Types of the flowcontrol.apiserver.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
ExemptPriorityLevelConfiguration
  1 nominalConcurrencyShares int32
  2 lendablePercent int32
FlowDistinguisherMethod
  1 type! string
FlowSchema kind
  1 metadata ObjectMeta always
  2 spec FlowSchemaSpec always
  3 status FlowSchemaStatus always
FlowSchemaCondition
  1 type string
  2 status string
  3 lastTransitionTime Time
  4 reason string
  5 message string
FlowSchemaList kind
  1 metadata ListMeta
  2 items! []FlowSchema
FlowSchemaSpec
  1 priorityLevelConfiguration! PriorityLevelConfigurationReference always
  2 matchingPrecedence int32 =1000
  3 distinguisherMethod FlowDistinguisherMethod
  4 rules []PolicyRulesWithSubjects list=atomic
FlowSchemaStatus
  1 conditions []FlowSchemaCondition list=map(type) patch=merge(type)
GroupSubject
  1 name! string
LimitResponse union
  1 type! string
  2 queuing QueuingConfiguration
LimitedPriorityLevelConfiguration
  1 nominalConcurrencyShares int32
  2 limitResponse LimitResponse
  3 lendablePercent int32
  4 borrowingLimitPercent int32
NonResourcePolicyRule
  1 verbs! []string list=set
  6 nonResourceURLs! []string list=set
PolicyRulesWithSubjects
  1 subjects! []Subject list=atomic
  2 resourceRules []ResourcePolicyRule list=atomic
  3 nonResourceRules []NonResourcePolicyRule list=atomic
PriorityLevelConfiguration kind
  1 metadata ObjectMeta always
  2 spec PriorityLevelConfigurationSpec always
  3 status PriorityLevelConfigurationStatus always
PriorityLevelConfigurationCondition
  1 type string
  2 status string
  3 lastTransitionTime Time
  4 reason string
  5 message string
PriorityLevelConfigurationList kind
  1 metadata ListMeta
  2 items! []PriorityLevelConfiguration
PriorityLevelConfigurationReference
  1 name! string
PriorityLevelConfigurationSpec union
  1 type! string
  2 limited LimitedPriorityLevelConfiguration
  3 exempt ExemptPriorityLevelConfiguration
PriorityLevelConfigurationStatus
  1 conditions []PriorityLevelConfigurationCondition list=map(type) patch=merge(type)
QueuingConfiguration
  1 queues int32
  2 handSize int32
  3 queueLengthLimit int32
ResourcePolicyRule
  1 verbs! []string list=set
  2 apiGroups! []string list=set
  3 resources! []string list=set
  4 clusterScope bool
  5 namespaces []string list=set
ServiceAccountSubject
  1 namespace! string
  2 name! string
Subject union
  1 kind! string
  2 user UserSubject
  3 group GroupSubject
  4 serviceAccount ServiceAccountSubject
UserSubject
  1 name! string
`
