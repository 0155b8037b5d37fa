/** Types of the apps group, version v1. The notation is explained in ../parser.ts. */
export const source = `
ControllerRevision kind # A state that a controller remembers; fixed.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 data RawExtension always # The state.
  3 revision! int64 # Number of the revision.
ControllerRevisionList kind # A list of objects of the kind ControllerRevision.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ControllerRevision # The objects.
DaemonSet kind # Runs a pod on every node, or on every chosen one.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec DaemonSetSpec always # What is wanted.
  3 status DaemonSetStatus always # What was last observed.
DaemonSetCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastTransitionTime Time null # When the status last changed.
  4 reason string # Why it is so, as one word.
  5 message string # Why it is so, for people.
DaemonSetList kind # A list of objects of the kind DaemonSet.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []DaemonSet # The objects.
DaemonSetSpec # Which pods every node gets.
  1 selector! LabelSelector # Labels by which the pods are recognised; fixed.
  2 template! core/v1.PodTemplateSpec always # What the pods look like.
  3 updateStrategy DaemonSetUpdateStrategy always # How old pods are replaced.
  4 minReadySeconds int32 omit # Seconds that a pod has to be ready before it counts as available.
  6 revisionHistoryLimit int32 =10 # How many old revisions are kept for a rollback.
DaemonSetStatus # How many nodes run the pods.
  1 currentNumberScheduled! int32 # Nodes that should run a pod and do.
  2 numberMisscheduled! int32 # Nodes that run a pod and should not.
  3 desiredNumberScheduled! int32 # Nodes that should run a pod.
  4 numberReady! int32 # Nodes whose pod is ready.
  5 observedGeneration int64 omit # Generation of the spec that the status speaks of.
  6 updatedNumberScheduled int32 omit # Nodes whose pod follows the latest template.
  7 numberAvailable int32 omit # Nodes whose pod has been ready for long enough.
  8 numberUnavailable int32 omit # Nodes that should have an available pod and do not.
  9 collisionCount int32 # Counts collisions of names of revisions.
  10 conditions []DaemonSetCondition list=map(type) patch=merge(type) # What holds of the object, by type.
DaemonSetUpdateStrategy # How pods of a daemon set are replaced.
  1 type string enum(OnDelete,RollingUpdate) # By itself, or when somebody deletes them.
  2 rollingUpdate RollingUpdateDaemonSet # Settings of RollingUpdate.
Deployment kind # Keeps a number of equal pods running and replaces them step by step when their template changes.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec DeploymentSpec always # What is wanted.
  3 status DeploymentStatus always # What was last observed.
DeploymentCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  4 reason string # Why it is so, as one word.
  5 message string # Why it is so, for people.
  6 lastUpdateTime Time null # When the condition was last updated.
  7 lastTransitionTime Time null # When the status last changed.
DeploymentList kind # A list of objects of the kind Deployment.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Deployment # The objects.
DeploymentSpec # How many pods there should be, and how they are replaced.
  1 replicas int32 =1 # How many pods there should be.
  2 selector! LabelSelector # Labels by which the pods are recognised; fixed.
  3 template! core/v1.PodTemplateSpec always # What the pods look like.
  4 strategy DeploymentStrategy patch=retainKeys always # How old pods are replaced.
  5 minReadySeconds int32 omit # Seconds that a pod has to be ready before it counts as available.
  6 revisionHistoryLimit int32 =10 # How many old replica sets are kept for a rollback.
  7 paused bool omit # Holds roll-outs back.
  9 progressDeadlineSeconds int32 =600 # Seconds without progress after which a roll-out counts as stuck.
DeploymentStatus # How many pods there are, and how far a roll-out is.
  1 observedGeneration int64 omit # Generation of the spec that the status speaks of.
  2 replicas int32 omit # Pods that are not ending.
  3 updatedReplicas int32 omit # Pods that follow the latest template.
  4 availableReplicas int32 omit # Pods that have been ready for long enough.
  5 unavailableReplicas int32 omit # Pods that are still missing to be fully available.
  6 conditions []DeploymentCondition list=map(type) patch=merge(type) # What holds of the object, by type.
  7 readyReplicas int32 omit # Pods that are ready.
  8 collisionCount int32 # Counts collisions of names of replica sets.
  9 terminatingReplicas int32 # Pods that are ending.
DeploymentStrategy # How pods of a deployment are replaced.
  1 type string enum(Recreate,RollingUpdate) # All at once (Recreate), or step by step (RollingUpdate).
  2 rollingUpdate RollingUpdateDeployment # Settings of RollingUpdate.
ReplicaSet kind # Keeps a number of equal pods running.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec ReplicaSetSpec always # What is wanted.
  3 status ReplicaSetStatus always # What was last observed.
ReplicaSetCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastTransitionTime Time null # When the status last changed.
  4 reason string # Why it is so, as one word.
  5 message string # Why it is so, for people.
ReplicaSetList kind # A list of objects of the kind ReplicaSet.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ReplicaSet # The objects.
ReplicaSetSpec # How many pods there should be, and what they look like.
  1 replicas int32 =1 # How many pods there should be.
  2 selector! LabelSelector # Labels by which the pods are recognised; fixed.
  3 template core/v1.PodTemplateSpec always # What the pods look like.
  4 minReadySeconds int32 omit # Seconds that a pod has to be ready before it counts as available.
ReplicaSetStatus # How many pods there are.
  1 replicas! int32 # Pods that are not ending.
  2 fullyLabeledReplicas int32 omit # Pods that have all labels of the template.
  3 observedGeneration int64 omit # Generation of the spec that the status speaks of.
  4 readyReplicas int32 omit # Pods that are ready.
  5 availableReplicas int32 omit # Pods that have been ready for long enough.
  6 conditions []ReplicaSetCondition list=map(type) patch=merge(type) # What holds of the object, by type.
  7 terminatingReplicas int32 # Pods that are ending.
RollingUpdateDaemonSet # Steps of an update of a daemon set.
  1 maxUnavailable IntOrString # Nodes that may be without a pod, as a number or percentage; 1 by default.
  2 maxSurge IntOrString # Nodes that may have an old and a new pod; 0 by default.
RollingUpdateDeployment # Steps of an update of a deployment.
  1 maxUnavailable IntOrString # Pods that may be missing, as a number or percentage; 25% by default.
  2 maxSurge IntOrString # Pods that may be too many, as a number or percentage; 25% by default.
RollingUpdateStatefulSetStrategy # Steps of an update of a stateful set.
  1 partition int32 # Only pods with this number or a higher one are updated.
  2 maxUnavailable IntOrString # Pods that may be missing, as a number or percentage; 1 by default.
StatefulSet kind # Runs pods with stable names, order and storage of their own.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec StatefulSetSpec always # What is wanted.
  3 status StatefulSetStatus always # What was last observed.
StatefulSetCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastTransitionTime Time null # When the status last changed.
  4 reason string # Why it is so, as one word.
  5 message string # Why it is so, for people.
StatefulSetList kind # A list of objects of the kind StatefulSet.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []StatefulSet # The objects.
StatefulSetOrdinals # How pods are numbered.
  1 start int32 zero # Number of the first pod; 0 by default.
StatefulSetPersistentVolumeClaimRetentionPolicy # What becomes of the pods' claims.
  1 whenDeleted string enum(Delete,Retain) # When the set is deleted: Retain or Delete.
  2 whenScaled string enum(Delete,Retain) # When the set is scaled down: Retain or Delete.
StatefulSetSpec # How many pods there should be, and what belongs to each.
  1 replicas int32 =1 # How many pods there should be.
  2 selector! LabelSelector # Labels by which the pods are recognised; fixed.
  3 template! core/v1.PodTemplateSpec always # What the pods look like.
  4 volumeClaimTemplates []core/v1.PersistentVolumeClaim list=atomic # Claims that every pod gets for itself.
  5 serviceName string zero # Headless service under which the pods have their names.
  6 podManagementPolicy string =OrderedReady enum(OrderedReady,Parallel) # Whether pods are started and stopped in order, or all at once.
  7 updateStrategy StatefulSetUpdateStrategy always # How old pods are replaced.
  8 revisionHistoryLimit int32 =10 # How many old revisions are kept for a rollback.
  9 minReadySeconds int32 omit # Seconds that a pod has to be ready before it counts as available.
  10 persistentVolumeClaimRetentionPolicy StatefulSetPersistentVolumeClaimRetentionPolicy # What becomes of the pods' claims.
  11 ordinals StatefulSetOrdinals # How pods are numbered.
StatefulSetStatus # How many pods there are, and how far an update is.
  1 observedGeneration int64 omit # Generation of the spec that the status speaks of.
  2 replicas! int32 # Pods that were made.
  3 readyReplicas int32 omit # Pods that are ready.
  4 currentReplicas int32 omit # Pods of the current revision.
  5 updatedReplicas int32 omit # Pods of the update's revision.
  6 currentRevision string # Revision of the pods with low numbers.
  7 updateRevision string # Revision of the pods with high numbers.
  9 collisionCount int32 # Counts collisions of names of revisions.
  10 conditions []StatefulSetCondition list=map(type) patch=merge(type) # What holds of the object, by type.
  11 availableReplicas int32 zero # Pods that have been ready for long enough.
StatefulSetUpdateStrategy # How pods of a stateful set are replaced.
  1 type string enum(OnDelete,RollingUpdate) # By itself, or when somebody deletes them.
  2 rollingUpdate RollingUpdateStatefulSetStrategy # Settings of RollingUpdate.
`
