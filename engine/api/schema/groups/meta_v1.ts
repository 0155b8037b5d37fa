/** Types of the shared types of every API group, version v1. The notation is explained in ../parser.ts. */
export const source = `
APIGroup kind # A group of the API and its versions.
  1 name! string # Name of the group.
  2 versions! []GroupVersionForDiscovery list=atomic # Versions that are served.
  3 preferredVersion GroupVersionForDiscovery # Version that clients should use.
  4 serverAddressByClientCIDRs []ServerAddressByClientCIDR list=atomic # Addresses of the server, by the client's network.
APIGroupList kind # The groups that are served.
  1 groups! []APIGroup list=atomic # The groups.
APIResource # A resource of the API.
  1 name! string # Plural name, with the subresource after a slash.
  2 namespaced! bool # Whether its objects live in namespaces.
  3 kind! string # Kind of its objects.
  4 verbs! []string # What can be done with it.
  5 shortNames []string list=atomic # Short names for the command line.
  6 singularName! string # Singular name.
  7 categories []string list=atomic # Collections that it belongs to, such as all.
  8 group string # Group of the kind, if it is not the list's.
  9 version string # Version of the kind, if it is not the list's.
  10 storageVersionHash string # Tells versions in storage apart.
APIResourceList kind # The resources of a group's version.
  1 groupVersion! string # The group and version.
  2 resources! []APIResource list=atomic # The resources.
APIVersions kind # The versions of the core group.
  1 versions! []string list=atomic # The versions.
  2 serverAddressByClientCIDRs! []ServerAddressByClientCIDR list=atomic # Addresses of the server, by the client's network.
Condition # Something that holds of an object, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 observedGeneration int64 omit # Generation of the spec that the condition speaks of.
  4 lastTransitionTime! Time null # When the status last changed.
  5 reason! string # Why it is so, as one word.
  6 message! string # Why it is so, for people.
DeleteOptions # How to delete.
  1 gracePeriodSeconds int64 # Seconds to stop in; 0 means at once.
  2 preconditions Preconditions # What must hold for the object to be deleted.
  3 orphanDependents bool # Whether dependents are left behind; superseded by propagationPolicy.
  4 propagationPolicy string ptr # What becomes of dependents: Orphan, Background or Foreground.
  5 dryRun []string list=atomic # With All, nothing is stored.
  6 ignoreStoreReadErrorWithClusterBreakingPotential bool # Deletes even what the store cannot read; dangerous.
FieldSelectorRequirement # A demand on a field.
  1 key! string # The field.
  2 operator! string # How the value is compared: In, NotIn, Exists or DoesNotExist.
  3 values []string list=atomic # Values to compare with.
FieldsV1 = object # A set of fields as a tree.
GroupResource # A resource of a group.
  1 group! string # The group.
  2 resource! string # The resource.
GroupVersionForDiscovery # A version of a group.
  1 groupVersion! string # Group and version with a slash between.
  2 version! string # The version alone.
GroupVersionKind # A kind of a group's version.
  1 group! string # The group.
  2 version! string # The version.
  3 kind! string # The kind.
GroupVersionResource # A resource of a group's version.
  1 group! string # The group.
  2 version! string # The version.
  3 resource! string # The resource.
LabelSelector mapType=atomic # A choice of objects by their labels; an empty one matches all.
  1 matchLabels map<string> # Labels and values that objects must have.
  2 matchExpressions []LabelSelectorRequirement list=atomic # Further demands that all have to hold.
LabelSelectorRequirement # A demand on a label.
  1 key! string # The label.
  2 operator! string # How the value is compared: In, NotIn, Exists or DoesNotExist.
  3 values []string list=atomic # Values to compare with; none for Exists and DoesNotExist.
ListMeta # What every list has.
  1 selfLink string # No longer filled in.
  2 resourceVersion string # Version of the cluster's state that the list shows.
  3 continue string # Token for the next part of the list.
  4 remainingItemCount int64 # How many items come after this part.
  5 shardInfo ShardInfo # Which shard the list is of.
ManagedFieldsEntry # Fields that one writer owns.
  1 manager string # Name of the writer.
  2 operation string enum(Apply,Update) # Apply, or Update.
  3 apiVersion string # API version in which the fields are meant.
  4 time Time # When the entry last changed.
  6 fieldsType string # Format of the fields; FieldsV1.
  7 fieldsV1 FieldsV1 # The fields as a tree.
  8 subresource string # Subresource through which they were written.
MicroTime = Time
ObjectMeta # What every object has: name, labels, owners, books.
  1 name string # Name, unique for the kind in its namespace; fixed.
  2 generateName string # Start of a name that the server completes.
  3 namespace string # Namespace that the object is in; fixed.
  4 selfLink string # No longer filled in.
  5 uid string # Identity of the object, never given out twice.
  6 resourceVersion string # Version of this state, to tell changes by.
  7 generation int64 omit # Counts changes of the wanted state.
  8 creationTimestamp Time # When it was made.
  9 deletionTimestamp Time # When it is due to be gone; set by a deletion.
  10 deletionGracePeriodSeconds int64 ptr # Seconds that it was given to stop in.
  11 labels map<string> # Marks to select objects by.
  12 annotations map<string> # Notes for programs and people; not for selection.
  13 ownerReferences []OwnerReference list=map(uid) patch=merge(uid) # Objects whose deletion deletes this one.
  14 finalizers []string list=set patch=merge # What has to be done before the object can go.
  17 managedFields []ManagedFieldsEntry list=atomic # Which writer owns which fields.
OwnerReference mapType=atomic # An object whose deletion deletes this one.
  1 kind! string # Kind of the owner.
  3 name! string # Name of the owner.
  4 uid! string # Identity of the owner.
  5 apiVersion! string # API version of the owner.
  6 controller bool # Whether the owner manages the object; at most one does.
  7 blockOwnerDeletion bool # Whether a foreground deletion of the owner waits for the object.
Patch = object # A patch in one of the forms that the server takes.
Preconditions # What must hold before a write.
  1 uid string ptr # Identity that the object must have.
  2 resourceVersion string ptr # Version that the object must have.
ServerAddressByClientCIDR # An address of the server for a network of clients.
  1 clientCIDR! string # Network of the clients.
  2 serverAddress! string # Address as host or host:port.
ShardInfo # Which part of all objects a list shows.
  1 selector! string # Selector of the shard.
RawExtension = object # Any object, kept as it is.
Status kind # The outcome of a request that returns no object.
  1 metadata ListMeta always # Version of the cluster's state, where the answer has one.
  2 status string # Success or Failure.
  3 message string # What happened, for people.
  4 reason string # What happened, as one word for programs.
  5 details StatusDetails # Further facts, by reason.
  6 code int32 omit # Code of the HTTP answer.
StatusCause # One of several causes of a failure.
  1 reason string # Cause as one word for programs.
  2 message string # Cause for people.
  3 field string # Path of the field in the JSON that is to blame.
StatusDetails # Further facts about an outcome.
  1 name string # Name of the object.
  2 group string # Group of the object.
  3 kind string # Kind of the object, or its resource.
  4 causes []StatusCause list=atomic # All causes of a failure.
  5 retryAfterSeconds int32 omit # Seconds after which one should try again.
  6 uid string # Identity of the object.
Time = Time
WatchEvent # A change that a watch reports.
  1 type! string # ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.
  2 object! RawExtension # The object after the change, or a Status.
CreateOptions kind # How to create.
  1 dryRun []string list=atomic # With All, nothing is stored.
  3 fieldManager string # Name of the writer, for the books on fields.
  4 fieldValidation string # What to do about unknown and duplicate fields: Ignore, Warn or Strict.
GetOptions kind # How to read.
  1 resourceVersion string # How old the answer may be; 0 for any.
ListOptions kind # How to list and watch.
  1 labelSelector string # Only objects with these labels.
  2 fieldSelector string # Only objects with these fields.
  3 watch bool # Reports changes instead of listing.
  4 resourceVersion string # Version to start from, or how old a list may be.
  5 timeoutSeconds int64 # Seconds after which the request ends.
  7 limit int64 # Most items of an answer.
  8 continue string # Token of the previous part.
  9 allowWatchBookmarks bool # Wants bookmarks in a watch.
  10 resourceVersionMatch string # How resourceVersion is meant: Exact or NotOlderThan.
  11 sendInitialEvents bool # Starts a watch with all objects there are.
  15 shardSelector string # Only objects of this shard.
PatchOptions kind # How to patch.
  1 dryRun []string list=atomic # With All, nothing is stored.
  2 force bool # Takes fields from other managers in an apply.
  3 fieldManager string # Name of the writer, for the books on fields.
  4 fieldValidation string # What to do about unknown and duplicate fields: Ignore, Warn or Strict.
UpdateOptions kind # How to update.
  1 dryRun []string list=atomic # With All, nothing is stored.
  2 fieldManager string # Name of the writer, for the books on fields.
  3 fieldValidation string # What to do about unknown and duplicate fields: Ignore, Warn or Strict.
`
