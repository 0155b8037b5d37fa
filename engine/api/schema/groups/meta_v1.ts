/** Types of the shared types of every API group, version v1. The notation is explained in ../parser.ts. */
export const source = `
APIGroup kind
  1 name! string
  2 versions! []GroupVersionForDiscovery list=atomic
  3 preferredVersion GroupVersionForDiscovery
  4 serverAddressByClientCIDRs []ServerAddressByClientCIDR list=atomic
APIGroupList kind
  1 groups! []APIGroup list=atomic
APIResource
  1 name! string
  2 namespaced! bool
  3 kind! string
  4 verbs! []string
  5 shortNames []string list=atomic
  6 singularName! string
  7 categories []string list=atomic
  8 group string
  9 version string
  10 storageVersionHash string
APIResourceList kind
  1 groupVersion! string
  2 resources! []APIResource list=atomic
APIVersions kind
  1 versions! []string list=atomic
  2 serverAddressByClientCIDRs! []ServerAddressByClientCIDR list=atomic
Condition
  1 type! string
  2 status! string
  3 observedGeneration int64 omit
  4 lastTransitionTime! Time null
  5 reason! string
  6 message! string
DeleteOptions
  1 gracePeriodSeconds int64
  2 preconditions Preconditions
  3 orphanDependents bool
  4 propagationPolicy string ptr
  5 dryRun []string list=atomic
  6 ignoreStoreReadErrorWithClusterBreakingPotential bool
FieldSelectorRequirement
  1 key! string
  2 operator! string
  3 values []string list=atomic
FieldsV1 = object
GroupResource
  1 group! string
  2 resource! string
GroupVersionForDiscovery
  1 groupVersion! string
  2 version! string
LabelSelector mapType=atomic
  1 matchLabels map<string>
  2 matchExpressions []LabelSelectorRequirement list=atomic
LabelSelectorRequirement
  1 key! string
  2 operator! string
  3 values []string list=atomic
ListMeta
  1 selfLink string
  2 resourceVersion string
  3 continue string
  4 remainingItemCount int64
  5 shardInfo ShardInfo
ManagedFieldsEntry
  1 manager string
  2 operation string enum(Apply,Update)
  3 apiVersion string
  4 time Time
  6 fieldsType string
  7 fieldsV1 FieldsV1
  8 subresource string
MicroTime = Time
ObjectMeta # What every object has: name, labels, owners, books.
  1 name string # Name, unique for the kind in its namespace; fixed.
  2 generateName string
  3 namespace string # Namespace that the object is in; fixed.
  4 selfLink string
  5 uid string # Identity of the object, never given out twice.
  6 resourceVersion string # Version of this state, to tell changes by.
  7 generation int64 omit
  8 creationTimestamp Time
  9 deletionTimestamp Time
  10 deletionGracePeriodSeconds int64 ptr
  11 labels map<string> # Marks to select objects by.
  12 annotations map<string> # Notes for programs and people; not for selection.
  13 ownerReferences []OwnerReference list=map(uid) patch=merge(uid) # Objects whose deletion deletes this one.
  14 finalizers []string list=set patch=merge # What has to be done before the object can go.
  17 managedFields []ManagedFieldsEntry list=atomic
OwnerReference mapType=atomic
  1 kind! string
  3 name! string
  4 uid! string
  5 apiVersion! string
  6 controller bool
  7 blockOwnerDeletion bool
Patch = object
Preconditions
  1 uid string ptr
  2 resourceVersion string ptr
ServerAddressByClientCIDR
  1 clientCIDR! string
  2 serverAddress! string
ShardInfo
  1 selector! string
RawExtension = object
Status kind
  1 metadata ListMeta always
  2 status string
  3 message string
  4 reason string
  5 details StatusDetails
  6 code int32 omit
StatusCause
  1 reason string
  2 message string
  3 field string
StatusDetails
  1 name string
  2 group string
  3 kind string
  4 causes []StatusCause list=atomic
  5 retryAfterSeconds int32 omit
  6 uid string
Time = Time
WatchEvent
  1 type! string
  2 object! RawExtension
CreateOptions kind
  1 dryRun []string list=atomic
  3 fieldManager string
  4 fieldValidation string
GetOptions kind
  1 resourceVersion string
ListOptions kind
  1 labelSelector string
  2 fieldSelector string
  3 watch bool
  4 resourceVersion string
  5 timeoutSeconds int64
  7 limit int64
  8 continue string
  9 allowWatchBookmarks bool
  10 resourceVersionMatch string
  11 sendInitialEvents bool
  15 shardSelector string
PatchOptions kind
  1 dryRun []string list=atomic
  2 force bool
  3 fieldManager string
  4 fieldValidation string
UpdateOptions kind
  1 dryRun []string list=atomic
  2 fieldManager string
  3 fieldValidation string
`
