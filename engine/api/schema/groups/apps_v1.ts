/** Types of the apps group, version v1. The notation is explained in ../parser.ts. */
export const source = `
ControllerRevision kind
  1 metadata ObjectMeta always
  2 data RawExtension always
  3 revision! int64
ControllerRevisionList kind
  1 metadata ListMeta
  2 items! []ControllerRevision
DaemonSet kind # Runs a pod on every node, or on every chosen one.
  1 metadata ObjectMeta always
  2 spec DaemonSetSpec always
  3 status DaemonSetStatus always
DaemonSetCondition
  1 type! string
  2 status! string
  3 lastTransitionTime Time null
  4 reason string
  5 message string
DaemonSetList kind
  1 metadata ListMeta
  2 items! []DaemonSet
DaemonSetSpec
  1 selector! LabelSelector
  2 template! core/v1.PodTemplateSpec always
  3 updateStrategy DaemonSetUpdateStrategy always
  4 minReadySeconds int32 omit
  6 revisionHistoryLimit int32 =10
DaemonSetStatus
  1 currentNumberScheduled! int32
  2 numberMisscheduled! int32
  3 desiredNumberScheduled! int32
  4 numberReady! int32
  5 observedGeneration int64 omit
  6 updatedNumberScheduled int32 omit
  7 numberAvailable int32 omit
  8 numberUnavailable int32 omit
  9 collisionCount int32
  10 conditions []DaemonSetCondition list=map(type) patch=merge(type)
DaemonSetUpdateStrategy
  1 type string enum(OnDelete,RollingUpdate)
  2 rollingUpdate RollingUpdateDaemonSet
Deployment kind # Keeps a number of equal pods running and replaces them step by step when their template changes.
  1 metadata ObjectMeta always
  2 spec DeploymentSpec always
  3 status DeploymentStatus always
DeploymentCondition
  1 type! string
  2 status! string
  4 reason string
  5 message string
  6 lastUpdateTime Time null
  7 lastTransitionTime Time null
DeploymentList kind
  1 metadata ListMeta
  2 items! []Deployment
DeploymentSpec
  1 replicas int32 =1 # How many pods there should be.
  2 selector! LabelSelector # Labels by which the pods are recognised; fixed.
  3 template! core/v1.PodTemplateSpec always # What the pods look like.
  4 strategy DeploymentStrategy patch=retainKeys always # How old pods are replaced.
  5 minReadySeconds int32 omit # Seconds that a pod has to be ready before it counts as available.
  6 revisionHistoryLimit int32 =10 # How many old replica sets are kept for a rollback.
  7 paused bool omit # Holds roll-outs back.
  9 progressDeadlineSeconds int32 =600 # Seconds without progress after which a roll-out counts as stuck.
DeploymentStatus
  1 observedGeneration int64 omit
  2 replicas int32 omit
  3 updatedReplicas int32 omit
  4 availableReplicas int32 omit
  5 unavailableReplicas int32 omit
  6 conditions []DeploymentCondition list=map(type) patch=merge(type)
  7 readyReplicas int32 omit
  8 collisionCount int32
  9 terminatingReplicas int32
DeploymentStrategy
  1 type string enum(Recreate,RollingUpdate)
  2 rollingUpdate RollingUpdateDeployment
ReplicaSet kind # Keeps a number of equal pods running.
  1 metadata ObjectMeta always
  2 spec ReplicaSetSpec always
  3 status ReplicaSetStatus always
ReplicaSetCondition
  1 type! string
  2 status! string
  3 lastTransitionTime Time null
  4 reason string
  5 message string
ReplicaSetList kind
  1 metadata ListMeta
  2 items! []ReplicaSet
ReplicaSetSpec
  1 replicas int32 =1
  2 selector! LabelSelector
  3 template core/v1.PodTemplateSpec always
  4 minReadySeconds int32 omit
ReplicaSetStatus
  1 replicas! int32
  2 fullyLabeledReplicas int32 omit
  3 observedGeneration int64 omit
  4 readyReplicas int32 omit
  5 availableReplicas int32 omit
  6 conditions []ReplicaSetCondition list=map(type) patch=merge(type)
  7 terminatingReplicas int32
RollingUpdateDaemonSet
  1 maxUnavailable IntOrString
  2 maxSurge IntOrString
RollingUpdateDeployment
  1 maxUnavailable IntOrString
  2 maxSurge IntOrString
RollingUpdateStatefulSetStrategy
  1 partition int32
  2 maxUnavailable IntOrString
StatefulSet kind # Runs pods with stable names, order and storage of their own.
  1 metadata ObjectMeta always
  2 spec StatefulSetSpec always
  3 status StatefulSetStatus always
StatefulSetCondition
  1 type! string
  2 status! string
  3 lastTransitionTime Time null
  4 reason string
  5 message string
StatefulSetList kind
  1 metadata ListMeta
  2 items! []StatefulSet
StatefulSetOrdinals
  1 start int32 zero
StatefulSetPersistentVolumeClaimRetentionPolicy
  1 whenDeleted string enum(Delete,Retain)
  2 whenScaled string enum(Delete,Retain)
StatefulSetSpec
  1 replicas int32 =1
  2 selector! LabelSelector
  3 template! core/v1.PodTemplateSpec always
  4 volumeClaimTemplates []core/v1.PersistentVolumeClaim list=atomic
  5 serviceName string zero
  6 podManagementPolicy string =OrderedReady enum(OrderedReady,Parallel)
  7 updateStrategy StatefulSetUpdateStrategy always
  8 revisionHistoryLimit int32 =10
  9 minReadySeconds int32 omit
  10 persistentVolumeClaimRetentionPolicy StatefulSetPersistentVolumeClaimRetentionPolicy
  11 ordinals StatefulSetOrdinals
StatefulSetStatus
  1 observedGeneration int64 omit
  2 replicas! int32
  3 readyReplicas int32 omit
  4 currentReplicas int32 omit
  5 updatedReplicas int32 omit
  6 currentRevision string
  7 updateRevision string
  9 collisionCount int32
  10 conditions []StatefulSetCondition list=map(type) patch=merge(type)
  11 availableReplicas int32 zero
StatefulSetUpdateStrategy
  1 type string enum(OnDelete,RollingUpdate)
  2 rollingUpdate RollingUpdateStatefulSetStrategy
`
