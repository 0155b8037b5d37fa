/** Types of the flowcontrol.apiserver.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
ExemptPriorityLevelConfiguration # Seats of a level without limits.
  1 nominalConcurrencyShares int32 # Share of all seats that is set aside.
  2 lendablePercent int32 # Percent of its seats that others may borrow.
FlowDistinguisherMethod # How requests are split into flows.
  1 type! string # ByUser or ByNamespace.
FlowSchema kind # Sorts requests into flows and gives them a priority level.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec FlowSchemaSpec always # What is wanted.
  3 status FlowSchemaStatus always # What was last observed.
FlowSchemaCondition # Something that holds, or does not.
  1 type string # Kind of the condition.
  2 status string # Whether it holds: True, False or Unknown.
  3 lastTransitionTime Time # When the status last changed.
  4 reason string # Why it is so, as one word.
  5 message string # Why it is so, for people.
FlowSchemaList kind # A list of objects of the kind FlowSchema.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []FlowSchema # The objects.
FlowSchemaSpec # Which requests are meant, and which level they get.
  1 priorityLevelConfiguration! PriorityLevelConfigurationReference always # The level.
  2 matchingPrecedence int32 =1000 # Order among schemas; the smaller number comes first.
  3 distinguisherMethod FlowDistinguisherMethod # How requests are split into flows; absent means one flow.
  4 rules []PolicyRulesWithSubjects list=atomic # Requests that are meant; one rule is enough.
FlowSchemaStatus # State of a flow schema.
  1 conditions []FlowSchemaCondition list=map(type) patch=merge(type) # What holds of the object, by type.
GroupSubject # A group of users.
  1 name! string # Name of the group; * for all.
LimitResponse union # What happens to requests that find no seat.
  1 type! string # Queue or Reject.
  2 queuing QueuingConfiguration # Settings of the queues; only with type Queue.
LimitedPriorityLevelConfiguration # Limits of a level.
  1 nominalConcurrencyShares int32 # Share of all seats that the level has.
  2 limitResponse LimitResponse # What happens to requests that find no seat.
  3 lendablePercent int32 # Percent of its seats that others may borrow.
  4 borrowingLimitPercent int32 # How much it may borrow, in percent of its own seats.
NonResourcePolicyRule # Requests outside of resources.
  1 verbs! []string list=set # What is done; * for everything.
  6 nonResourceURLs! []string list=set # Paths; * for all.
PolicyRulesWithSubjects # Who does what.
  1 subjects! []Subject list=atomic # Who.
  2 resourceRules []ResourcePolicyRule list=atomic # Requests for resources.
  3 nonResourceRules []NonResourcePolicyRule list=atomic # Requests outside of resources.
PriorityLevelConfiguration kind # A level of priority and its limits.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec PriorityLevelConfigurationSpec always # What is wanted.
  3 status PriorityLevelConfigurationStatus always # What was last observed.
PriorityLevelConfigurationCondition # Something that holds, or does not.
  1 type string # Kind of the condition.
  2 status string # Whether it holds: True, False or Unknown.
  3 lastTransitionTime Time # When the status last changed.
  4 reason string # Why it is so, as one word.
  5 message string # Why it is so, for people.
PriorityLevelConfigurationList kind # A list of objects of the kind PriorityLevelConfiguration.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []PriorityLevelConfiguration # The objects.
PriorityLevelConfigurationReference # Names a priority level.
  1 name! string # Name of the level.
PriorityLevelConfigurationSpec union # Limits of a level.
  1 type! string # Whether the level is Limited or Exempt.
  2 limited LimitedPriorityLevelConfiguration # Limits; only with type Limited.
  3 exempt ExemptPriorityLevelConfiguration # Seats; only with type Exempt.
PriorityLevelConfigurationStatus # State of a level.
  1 conditions []PriorityLevelConfigurationCondition list=map(type) patch=merge(type) # What holds of the object, by type.
QueuingConfiguration # Queues of a level.
  1 queues int32 # Number of queues.
  2 handSize int32 # How many queues a flow may use.
  3 queueLengthLimit int32 # Most requests that wait in a queue.
ResourcePolicyRule # Requests for resources.
  1 verbs! []string list=set # What is done; * for everything.
  2 apiGroups! []string list=set # Groups of the resources; * for all.
  3 resources! []string list=set # Resources, with subresources after a slash; * for all.
  4 clusterScope bool # Whether requests without a namespace match.
  5 namespaces []string list=set # Namespaces that match; * for all.
ServiceAccountSubject # Service accounts.
  1 namespace! string # Namespace of the account.
  2 name! string # Name of the account; * for all.
Subject union # Somebody who makes requests.
  1 kind! string # Which field is set: User, Group or ServiceAccount.
  2 user UserSubject # A user.
  3 group GroupSubject # A group.
  4 serviceAccount ServiceAccountSubject # A service account.
UserSubject # A user.
  1 name! string # Name of the user; * for all.
`
