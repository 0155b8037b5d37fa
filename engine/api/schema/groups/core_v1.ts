/** Types of the core group, version v1. The notation is explained in ../parser.ts. */
export const source = `
AWSElasticBlockStoreVolumeSource
  1 volumeID! string
  2 fsType string
  3 partition int32 omit
  4 readOnly bool omit
Affinity
  1 nodeAffinity NodeAffinity
  2 podAffinity PodAffinity
  3 podAntiAffinity PodAntiAffinity
AppArmorProfile union
  1 type! string enum(Localhost,RuntimeDefault,Unconfined)
  2 localhostProfile string ptr
AttachedVolume
  1 name! string
  2 devicePath! string
AzureDiskVolumeSource
  1 diskName! string
  2 diskURI! string
  3 cachingMode string =ReadWrite
  4 fsType string ptr =ext4
  5 readOnly bool =false
  6 kind string =Shared
AzureFilePersistentVolumeSource
  1 secretName! string
  2 shareName! string
  3 readOnly bool omit
  4 secretNamespace string
AzureFileVolumeSource
  1 secretName! string
  2 shareName! string
  3 readOnly bool omit
Binding kind
  1 metadata ObjectMeta always
  2 target! ObjectReference always
CSIPersistentVolumeSource
  1 driver! string
  2 volumeHandle! string
  3 readOnly bool omit
  4 fsType string
  5 volumeAttributes map<string>
  6 controllerPublishSecretRef SecretReference
  7 nodeStageSecretRef SecretReference
  8 nodePublishSecretRef SecretReference
  9 controllerExpandSecretRef SecretReference
  10 nodeExpandSecretRef SecretReference
CSIVolumeSource
  1 driver! string
  2 readOnly bool
  3 fsType string
  4 volumeAttributes map<string>
  5 nodePublishSecretRef LocalObjectReference
Capabilities
  1 add []string list=atomic
  2 drop []string list=atomic
CephFSPersistentVolumeSource
  1 monitors! []string list=atomic
  2 path string
  3 user string
  4 secretFile string
  5 secretRef SecretReference
  6 readOnly bool omit
CephFSVolumeSource
  1 monitors! []string list=atomic
  2 path string
  3 user string
  4 secretFile string
  5 secretRef LocalObjectReference
  6 readOnly bool omit
CinderPersistentVolumeSource
  1 volumeID! string
  2 fsType string
  3 readOnly bool omit
  4 secretRef SecretReference
CinderVolumeSource
  1 volumeID! string
  2 fsType string
  3 readOnly bool omit
  4 secretRef LocalObjectReference
ClientIPConfig
  1 timeoutSeconds int32 =10800
ClusterTrustBundleProjection
  1 name string
  2 signerName string
  3 labelSelector LabelSelector
  4 path! string
  5 optional bool
ComponentCondition
  1 type! string
  2 status! string
  3 message string
  4 error string
ComponentStatus kind
  1 metadata ObjectMeta always
  2 conditions []ComponentCondition list=map(type) patch=merge(type)
ComponentStatusList kind
  1 metadata ListMeta
  2 items! []ComponentStatus
ConfigMap kind # Settings as text, for pods to read.
  1 metadata ObjectMeta always
  2 data map<string> # Entries as text.
  3 binaryData map<bytes>
  4 immutable bool # Forbids changes of the data for good.
ConfigMapEnvSource
  1.1 name string
  2 optional bool
ConfigMapKeySelector mapType=atomic
  1.1 name string
  2 key! string
  3 optional bool
ConfigMapList kind
  1 metadata ListMeta
  2 items! []ConfigMap
ConfigMapNodeConfigSource
  1 namespace! string
  2 name! string
  3 uid string
  4 resourceVersion string
  5 kubeletConfigKey! string
ConfigMapProjection
  1.1 name string
  2 items []KeyToPath list=atomic
  4 optional bool
ConfigMapVolumeSource
  1.1 name string
  2 items []KeyToPath list=atomic
  3 defaultMode int32 =420
  4 optional bool
Container # One program of a pod.
  1 name! string # Name of the container, unique in the pod.
  2 image string # Image to run.
  3 command []string list=atomic # Program to run instead of the image's entry point.
  4 args []string list=atomic # Arguments of the program, instead of the image's.
  5 workingDir string # Folder in which the program starts.
  6 ports []ContainerPort list=map(containerPort,protocol) patch=merge(containerPort) # Ports that the program listens on; for information and for names.
  7 env []EnvVar list=map(name) patch=merge(name) # Variables of the environment.
  8 resources ResourceRequirements always # What the container is promised, and what it may use at most.
  9 volumeMounts []VolumeMount list=map(mountPath) patch=merge(mountPath) # Volumes and the paths at which the program finds them.
  10 livenessProbe Probe # Check that restarts the container when it fails.
  11 readinessProbe Probe # Check that takes the pod out of its services while it fails.
  12 lifecycle Lifecycle # Actions after the start and before the stop.
  13 terminationMessagePath string =/dev/termination-log
  14 imagePullPolicy string enum(Always,IfNotPresent,Never) # When the image is fetched.
  15 securityContext SecurityContext # User, rights and profiles of this container.
  16 stdin bool omit
  17 stdinOnce bool omit
  18 tty bool omit
  19 envFrom []EnvFromSource list=atomic # Config maps and secrets whose entries become variables.
  20 terminationMessagePolicy string =File enum(FallbackToLogsOnError,File)
  21 volumeDevices []VolumeDevice list=map(devicePath) patch=merge(devicePath)
  22 startupProbe Probe # Check that holds the other probes back until it succeeds.
  23 resizePolicy []ContainerResizePolicy list=atomic
  24 restartPolicy string ptr
  25 restartPolicyRules []ContainerRestartRule list=atomic
ContainerExtendedResourceRequest
  1 containerName! string
  2 resourceName! string
  3 requestName! string
ContainerImage
  1 names []string list=atomic
  2 sizeBytes int64 omit
ContainerPort
  1 name string
  2 hostPort int32 omit
  3 containerPort! int32
  4 protocol string =TCP enum(SCTP,TCP,UDP)
  5 hostIP string
ContainerResizePolicy
  1 resourceName! string
  2 restartPolicy! string
ContainerRestartRule
  1 action! string
  2 exitCodes ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes
  1 operator! string
  2 values []int32 list=set
ContainerState
  1 waiting ContainerStateWaiting
  2 running ContainerStateRunning
  3 terminated ContainerStateTerminated
ContainerStateRunning
  1 startedAt Time null
ContainerStateTerminated
  1 exitCode! int32
  2 signal int32 omit
  3 reason string
  4 message string
  5 startedAt Time null
  6 finishedAt Time null
  7 containerID string
ContainerStateWaiting
  1 reason string
  2 message string
ContainerStatus
  1 name! string
  2 state ContainerState always
  3 lastState ContainerState always
  4 ready! bool
  5 restartCount! int32
  6 image! string
  7 imageID! string
  8 containerID string
  9 started bool
  10 allocatedResources map<Quantity>
  11 resources ResourceRequirements
  12 volumeMounts []VolumeMountStatus list=map(mountPath) patch=merge(mountPath)
  13 user ContainerUser
  14 allocatedResourcesStatus []ResourceStatus list=map(name) patch=merge(name)
  15 stopSignal string
ContainerUser
  1 linux LinuxContainerUser
DaemonEndpoint
  1 Port! int32
DownwardAPIProjection
  1 items []DownwardAPIVolumeFile list=atomic
DownwardAPIVolumeFile
  1 path! string
  2 fieldRef ObjectFieldSelector
  3 resourceFieldRef ResourceFieldSelector
  4 mode int32
DownwardAPIVolumeSource
  1 items []DownwardAPIVolumeFile list=atomic
  2 defaultMode int32 =420
EmptyDirVolumeSource
  1 medium string
  2 sizeLimit Quantity
EndpointAddress mapType=atomic
  1 ip! string
  2 targetRef ObjectReference
  3 hostname string
  4 nodeName string ptr
EndpointPort mapType=atomic
  1 name string
  2 port! int32
  3 protocol string =TCP
  4 appProtocol string ptr
EndpointSubset
  1 addresses []EndpointAddress list=atomic
  2 notReadyAddresses []EndpointAddress list=atomic
  3 ports []EndpointPort list=atomic
Endpoints kind
  1 metadata ObjectMeta always
  2 subsets []EndpointSubset list=atomic
EndpointsList kind
  1 metadata ListMeta
  2 items! []Endpoints
EnvFromSource
  1 prefix string
  2 configMapRef ConfigMapEnvSource
  3 secretRef SecretEnvSource
EnvVar
  1 name! string
  2 value string
  3 valueFrom EnvVarSource
EnvVarSource
  1 fieldRef ObjectFieldSelector
  2 resourceFieldRef ResourceFieldSelector
  3 configMapKeyRef ConfigMapKeySelector
  4 secretKeyRef SecretKeySelector
  5 fileKeyRef FileKeySelector
EphemeralContainer
  1.1 name! string
  1.2 image string
  1.3 command []string list=atomic
  1.4 args []string list=atomic
  1.5 workingDir string
  1.6 ports []ContainerPort list=map(containerPort,protocol) patch=merge(containerPort)
  1.7 env []EnvVar list=map(name) patch=merge(name)
  1.8 resources ResourceRequirements always
  1.9 volumeMounts []VolumeMount list=map(mountPath) patch=merge(mountPath)
  1.10 livenessProbe Probe
  1.11 readinessProbe Probe
  1.12 lifecycle Lifecycle
  1.13 terminationMessagePath string =/dev/termination-log
  1.14 imagePullPolicy string enum(Always,IfNotPresent,Never)
  1.15 securityContext SecurityContext
  1.16 stdin bool omit
  1.17 stdinOnce bool omit
  1.18 tty bool omit
  1.19 envFrom []EnvFromSource list=atomic
  1.20 terminationMessagePolicy string =File enum(FallbackToLogsOnError,File)
  1.21 volumeDevices []VolumeDevice list=map(devicePath) patch=merge(devicePath)
  1.22 startupProbe Probe
  1.23 resizePolicy []ContainerResizePolicy list=atomic
  1.24 restartPolicy string ptr
  1.25 restartPolicyRules []ContainerRestartRule list=atomic
  2 targetContainerName string
EphemeralVolumeSource
  1 volumeClaimTemplate PersistentVolumeClaimTemplate
Event kind # A report of something that happened to an object.
  1 metadata! ObjectMeta always
  2 involvedObject! ObjectReference always
  3 reason string
  4 message string
  5 source EventSource always
  6 firstTimestamp Time null
  7 lastTimestamp Time null
  8 count int32 omit
  9 type string
  10 eventTime MicroTime null
  11 series EventSeries
  12 action string
  13 related ObjectReference
  14 reportingComponent string zero
  15 reportingInstance string zero
EventList kind
  1 metadata ListMeta
  2 items! []Event
EventSeries
  1 count int32 omit
  2 lastObservedTime MicroTime
EventSource
  1 component string
  2 host string
ExecAction
  1 command []string list=atomic
FCVolumeSource
  1 targetWWNs []string list=atomic
  2 lun int32
  3 fsType string
  4 readOnly bool omit
  5 wwids []string list=atomic
FileKeySelector mapType=atomic
  1 volumeName! string
  2 path! string
  3 key! string
  4 optional bool
FlexPersistentVolumeSource
  1 driver! string
  2 fsType string
  3 secretRef SecretReference
  4 readOnly bool omit
  5 options map<string>
FlexVolumeSource
  1 driver! string
  2 fsType string
  3 secretRef LocalObjectReference
  4 readOnly bool omit
  5 options map<string>
FlockerVolumeSource
  1 datasetName string
  2 datasetUUID string
GCEPersistentDiskVolumeSource
  1 pdName! string
  2 fsType string
  3 partition int32 omit
  4 readOnly bool omit
GRPCAction
  1 port! int32
  2 service string ptr =""
GitRepoVolumeSource
  1 repository! string
  2 revision string
  3 directory string
GlusterfsPersistentVolumeSource
  1 endpoints! string
  2 path! string
  3 readOnly bool omit
  4 endpointsNamespace string
GlusterfsVolumeSource
  1 endpoints! string
  2 path! string
  3 readOnly bool omit
HTTPGetAction
  1 path string =/
  2 port! IntOrString
  3 host string
  4 scheme string =HTTP enum(HTTP,HTTPS)
  5 httpHeaders []HTTPHeader list=atomic
HTTPHeader
  1 name! string
  2 value! string
HostAlias
  1 ip! string
  2 hostnames []string list=atomic
HostIP
  1 ip! string
HostPathVolumeSource
  1 path! string
  2 type string ptr =""
ISCSIPersistentVolumeSource
  1 targetPortal! string
  2 iqn! string
  3 lun! int32
  4 iscsiInterface string =default
  5 fsType string
  6 readOnly bool omit
  7 portals []string list=atomic
  8 chapAuthDiscovery bool omit
  10 secretRef SecretReference
  11 chapAuthSession bool omit
  12 initiatorName string ptr
ISCSIVolumeSource
  1 targetPortal! string
  2 iqn! string
  3 lun! int32
  4 iscsiInterface string =default
  5 fsType string
  6 readOnly bool omit
  7 portals []string list=atomic
  8 chapAuthDiscovery bool omit
  10 secretRef LocalObjectReference
  11 chapAuthSession bool omit
  12 initiatorName string ptr
ImageVolumeSource
  1 reference string
  2 pullPolicy string
ImageVolumeStatus
  1 imageRef! string
KeyToPath
  1 key! string
  2 path! string
  3 mode int32
Lifecycle
  1 postStart LifecycleHandler
  2 preStop LifecycleHandler
  3 stopSignal string
LifecycleHandler
  1 exec ExecAction
  2 httpGet HTTPGetAction
  3 tcpSocket TCPSocketAction
  4 sleep SleepAction
LimitRange kind # Limits and defaults for single objects of a namespace.
  1 metadata ObjectMeta always
  2 spec LimitRangeSpec always
LimitRangeItem
  1 type! string
  2 max map<Quantity>
  3 min map<Quantity>
  4 default map<Quantity>
  5 defaultRequest map<Quantity>
  6 maxLimitRequestRatio map<Quantity>
LimitRangeList kind
  1 metadata ListMeta
  2 items! []LimitRange
LimitRangeSpec
  1 limits! []LimitRangeItem list=atomic
LinuxContainerUser
  1 uid! int64
  2 gid! int64
  3 supplementalGroups []int64 list=atomic
LoadBalancerIngress
  1 ip string
  2 hostname string
  3 ipMode string ptr enum(Proxy,VIP)
  4 ports []PortStatus list=atomic
LoadBalancerStatus
  1 ingress []LoadBalancerIngress list=atomic
LocalObjectReference mapType=atomic
  1 name string
LocalVolumeSource
  1 path! string
  2 fsType string
ModifyVolumeStatus
  1 targetVolumeAttributesClassName string
  2 status! string
NFSVolumeSource
  1 server! string
  2 path! string
  3 readOnly bool omit
Namespace kind # A room for names, quotas and rights.
  1 metadata ObjectMeta always
  2 spec NamespaceSpec always
  3 status NamespaceStatus always
NamespaceCondition
  1 type! string
  2 status! string
  4 lastTransitionTime Time null
  5 reason string
  6 message string
NamespaceList kind
  1 metadata ListMeta
  2 items! []Namespace
NamespaceSpec
  1 finalizers []string list=atomic
NamespaceStatus
  1 phase string enum(Active,Terminating)
  2 conditions []NamespaceCondition list=map(type) patch=merge(type)
Node kind # A machine that runs pods.
  1 metadata ObjectMeta always
  2 spec NodeSpec always
  3 status NodeStatus always
NodeAddress
  1 type! string
  2 address! string
NodeAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector
  2 preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm list=atomic
NodeAllocatableResourceClaimStatus
  1 resourceClaimName! string
  2 containers []string list=set
  3 resources! map<Quantity>
NodeCondition
  1 type! string
  2 status! string
  3 lastHeartbeatTime Time null
  4 lastTransitionTime Time null
  5 reason string
  6 message string
NodeConfigSource
  2 configMap ConfigMapNodeConfigSource
NodeConfigStatus
  1 assigned NodeConfigSource
  2 active NodeConfigSource
  3 lastKnownGood NodeConfigSource
  4 error string
NodeDaemonEndpoints
  1 kubeletEndpoint DaemonEndpoint always
NodeFeatures
  1 supplementalGroupsPolicy bool
NodeList kind
  1 metadata ListMeta
  2 items! []Node
NodeRuntimeHandler
  1 name string
  2 features NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures
  1 recursiveReadOnlyMounts bool
  2 userNamespaces bool
NodeSelector mapType=atomic
  1 nodeSelectorTerms! []NodeSelectorTerm list=atomic
NodeSelectorRequirement
  1 key! string
  2 operator! string enum(DoesNotExist,Exists,Gt,In,Lt,NotIn)
  3 values []string list=atomic
NodeSelectorTerm mapType=atomic
  1 matchExpressions []NodeSelectorRequirement list=atomic
  2 matchFields []NodeSelectorRequirement list=atomic
NodeSpec
  1 podCIDR string
  2 externalID string
  3 providerID string
  4 unschedulable bool omit # Keeps new pods away.
  5 taints []Taint list=atomic # Marks that keep pods away that do not tolerate them.
  6 configSource NodeConfigSource
  7 podCIDRs []string list=set patch=merge
NodeStatus
  1 capacity map<Quantity>
  2 allocatable map<Quantity>
  3 phase string
  4 conditions []NodeCondition list=map(type) patch=merge(type)
  5 addresses []NodeAddress list=map(type) patch=merge(type)
  6 daemonEndpoints NodeDaemonEndpoints always
  7 nodeInfo NodeSystemInfo always
  8 images []ContainerImage list=atomic
  9 volumesInUse []string list=atomic
  10 volumesAttached []AttachedVolume list=atomic
  11 config NodeConfigStatus
  12 runtimeHandlers []NodeRuntimeHandler list=atomic
  13 features NodeFeatures
  14 declaredFeatures []string list=atomic
NodeSwapStatus
  1 capacity int64
NodeSystemInfo
  1 machineID! string
  2 systemUUID! string
  3 bootID! string
  4 kernelVersion! string
  5 osImage! string
  6 containerRuntimeVersion! string
  7 kubeletVersion! string
  8 kubeProxyVersion! string
  9 operatingSystem! string
  10 architecture! string
  11 swap NodeSwapStatus
ObjectFieldSelector mapType=atomic
  1 apiVersion string =v1
  2 fieldPath! string
ObjectReference mapType=atomic
  1 kind string
  2 namespace string
  3 name string
  4 uid string
  5 apiVersion string
  6 resourceVersion string
  7 fieldPath string
PersistentVolume kind # A piece of storage of the cluster.
  1 metadata ObjectMeta always
  2 spec PersistentVolumeSpec always
  3 status PersistentVolumeStatus always
PersistentVolumeClaim kind # A wish for storage.
  1 metadata ObjectMeta always
  2 spec PersistentVolumeClaimSpec always
  3 status PersistentVolumeClaimStatus always
PersistentVolumeClaimCondition
  1 type! string
  2 status! string
  3 lastProbeTime Time
  4 lastTransitionTime Time null
  5 reason string
  6 message string
PersistentVolumeClaimList kind
  1 metadata ListMeta
  2 items! []PersistentVolumeClaim
PersistentVolumeClaimSpec
  1 accessModes []string list=atomic
  2 resources VolumeResourceRequirements always
  3 volumeName string
  4 selector LabelSelector
  5 storageClassName string ptr
  6 volumeMode string ptr =Filesystem enum(Block,Filesystem)
  7 dataSource TypedLocalObjectReference
  8 dataSourceRef TypedObjectReference
  9 volumeAttributesClassName string ptr
PersistentVolumeClaimStatus
  1 phase string enum(Bound,Lost,Pending)
  2 accessModes []string list=atomic
  3 capacity map<Quantity>
  4 conditions []PersistentVolumeClaimCondition list=map(type) patch=merge(type)
  5 allocatedResources map<Quantity>
  7 allocatedResourceStatuses map<string> mapType=granular
  8 currentVolumeAttributesClassName string
  9 modifyVolumeStatus ModifyVolumeStatus
PersistentVolumeClaimTemplate
  1 metadata ObjectMeta always
  2 spec! PersistentVolumeClaimSpec always
PersistentVolumeClaimVolumeSource
  1 claimName! string
  2 readOnly bool omit
PersistentVolumeList kind
  1 metadata ListMeta
  2 items! []PersistentVolume
PersistentVolumeSpec
  1 capacity map<Quantity>
  2.1 gcePersistentDisk GCEPersistentDiskVolumeSource
  2.2 awsElasticBlockStore AWSElasticBlockStoreVolumeSource
  2.3 hostPath HostPathVolumeSource
  2.4 glusterfs GlusterfsPersistentVolumeSource
  2.5 nfs NFSVolumeSource
  2.6 rbd RBDPersistentVolumeSource
  2.7 iscsi ISCSIPersistentVolumeSource
  2.8 cinder CinderPersistentVolumeSource
  2.9 cephfs CephFSPersistentVolumeSource
  2.10 fc FCVolumeSource
  2.11 flocker FlockerVolumeSource
  2.12 flexVolume FlexPersistentVolumeSource
  2.13 azureFile AzureFilePersistentVolumeSource
  2.14 vsphereVolume VsphereVirtualDiskVolumeSource
  2.15 quobyte QuobyteVolumeSource
  2.16 azureDisk AzureDiskVolumeSource
  2.17 photonPersistentDisk PhotonPersistentDiskVolumeSource
  2.18 portworxVolume PortworxVolumeSource
  2.19 scaleIO ScaleIOPersistentVolumeSource
  2.20 local LocalVolumeSource
  2.21 storageos StorageOSPersistentVolumeSource
  2.22 csi CSIPersistentVolumeSource
  3 accessModes []string list=atomic
  4 claimRef ObjectReference mapType=granular
  5 persistentVolumeReclaimPolicy string =Retain enum(Delete,Recycle,Retain)
  6 storageClassName string
  7 mountOptions []string list=atomic
  8 volumeMode string ptr =Filesystem enum(Block,Filesystem)
  9 nodeAffinity VolumeNodeAffinity
  10 volumeAttributesClassName string ptr
PersistentVolumeStatus
  1 phase string enum(Available,Bound,Failed,Pending,Released)
  2 message string
  3 reason string
  4 lastPhaseTransitionTime Time
PhotonPersistentDiskVolumeSource
  1 pdID! string
  2 fsType string
Pod kind # A group of containers that run together on one node and share network and volumes.
  1 metadata ObjectMeta always
  2 spec PodSpec always # What should run.
  3 status PodStatus always # What is running, as last seen by the kubelet.
PodAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm list=atomic
  2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm list=atomic
PodAffinityTerm
  1 labelSelector LabelSelector
  2 namespaces []string list=atomic
  3 topologyKey! string
  4 namespaceSelector LabelSelector
  5 matchLabelKeys []string list=atomic
  6 mismatchLabelKeys []string list=atomic
PodAntiAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm list=atomic
  2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm list=atomic
PodCertificateProjection
  1 signerName! string
  2 keyType! string
  3 maxExpirationSeconds int32
  4 credentialBundlePath string
  5 keyPath string
  6 certificateChainPath string
  7 userAnnotations map<string>
PodCondition
  1 type! string
  2 status! string
  3 lastProbeTime Time null
  4 lastTransitionTime Time null
  5 reason string
  6 message string
  7 observedGeneration int64 omit
PodDNSConfig
  1 nameservers []string list=atomic
  2 searches []string list=atomic
  3 options []PodDNSConfigOption list=atomic
PodDNSConfigOption
  1 name string
  2 value string ptr
PodExtendedResourceClaimStatus
  1 requestMappings! []ContainerExtendedResourceRequest list=atomic
  2 resourceClaimName! string
PodIP
  1 ip! string
PodList kind
  1 metadata ListMeta
  2 items! []Pod
PodOS
  1 name! string
PodReadinessGate
  1 conditionType! string
PodResourceClaim
  1 name! string
  3 resourceClaimName string
  4 resourceClaimTemplateName string
PodResourceClaimStatus
  1 name! string
  2 resourceClaimName string
PodSchedulingGate
  1 name! string
PodSchedulingGroup union
  1 podGroupName string
PodSecurityContext
  1 seLinuxOptions SELinuxOptions
  2 runAsUser int64
  3 runAsNonRoot bool
  4 supplementalGroups []int64 list=atomic
  5 fsGroup int64
  6 runAsGroup int64
  7 sysctls []Sysctl list=atomic
  8 windowsOptions WindowsSecurityContextOptions
  9 fsGroupChangePolicy string ptr enum(Always,OnRootMismatch)
  10 seccompProfile SeccompProfile
  11 appArmorProfile AppArmorProfile
  12 supplementalGroupsPolicy string ptr enum(Merge,Strict)
  13 seLinuxChangePolicy string ptr
PodSpec # What a pod should run, where, and how.
  1 volumes []Volume list=map(name) patch=merge,retainKeys(name) # Storage that the containers can mount.
  2 containers! []Container list=map(name) patch=merge(name) # Containers that run side by side; at least one, and fixed for the pod's life.
  3 restartPolicy string =Always enum(Always,Never,OnFailure) # Whether containers that ended are started again.
  4 terminationGracePeriodSeconds int64 =30 # Seconds between the polite request to stop and the kill.
  5 activeDeadlineSeconds int64 # Seconds that the pod may run before it is ended as failed.
  6 dnsPolicy string =ClusterFirst enum(ClusterFirst,ClusterFirstWithHostNet,Default,None) # Where names are resolved: by the cluster, as on the node, or as dnsConfig says.
  7 nodeSelector map<string> mapType=atomic # Labels that a node must have to be chosen.
  8 serviceAccountName string # Account whose token the pod gets.
  9 serviceAccount string
  10 nodeName string # Node that the pod is bound to; set by the scheduler.
  11 hostNetwork bool omit # Uses the node's network instead of one of its own.
  12 hostPID bool omit
  13 hostIPC bool omit
  14 securityContext PodSecurityContext ={} # Users, groups and profiles of all containers.
  15 imagePullSecrets []LocalObjectReference list=map(name) patch=merge(name) # Secrets with the credentials of image registries.
  16 hostname string
  17 subdomain string
  18 affinity Affinity # Preferences and demands about nodes and neighbours.
  19 schedulerName string =default-scheduler # Scheduler that places the pod.
  20 initContainers []Container list=map(name) patch=merge(name) # Containers that run to their end one after the other before the others start; with restartPolicy Always they keep running beside them.
  21 automountServiceAccountToken bool
  22 tolerations []Toleration list=atomic # Taints of nodes that do not keep the pod away.
  23 hostAliases []HostAlias list=map(ip) patch=merge(ip)
  24 priorityClassName string # Class that says how important the pod is.
  25 priority int32
  26 dnsConfig PodDNSConfig
  27 shareProcessNamespace bool
  28 readinessGates []PodReadinessGate list=atomic
  29 runtimeClassName string ptr
  30 enableServiceLinks bool
  31 preemptionPolicy string ptr enum(Never,PreemptLowerPriority)
  32 overhead map<Quantity>
  33 topologySpreadConstraints []TopologySpreadConstraint list=map(topologyKey,whenUnsatisfiable) patch=merge(topologyKey) # How evenly pods are spread over zones, nodes and the like.
  34 ephemeralContainers []EphemeralContainer list=map(name) patch=merge(name)
  35 setHostnameAsFQDN bool
  36 os PodOS
  37 hostUsers bool
  38 schedulingGates []PodSchedulingGate list=map(name) patch=merge(name)
  39 resourceClaims []PodResourceClaim list=map(name) patch=merge,retainKeys(name)
  40 resources ResourceRequirements
  41 hostnameOverride string ptr
  43 schedulingGroup PodSchedulingGroup
PodStatus
  1 phase string enum(Failed,Pending,Running,Succeeded,Unknown)
  2 conditions []PodCondition list=map(type) patch=merge(type)
  3 message string
  4 reason string
  5 hostIP string
  6 podIP string
  7 startTime Time
  8 containerStatuses []ContainerStatus list=atomic
  9 qosClass string enum(BestEffort,Burstable,Guaranteed)
  10 initContainerStatuses []ContainerStatus list=atomic
  11 nominatedNodeName string
  12 podIPs []PodIP list=map(ip) patch=merge(ip)
  13 ephemeralContainerStatuses []ContainerStatus list=atomic
  14 resize string
  15 resourceClaimStatuses []PodResourceClaimStatus list=map(name) patch=merge,retainKeys(name)
  16 hostIPs []HostIP list=atomic patch=merge(ip)
  17 observedGeneration int64 omit
  18 extendedResourceClaimStatus PodExtendedResourceClaimStatus
  19 allocatedResources map<Quantity>
  20 resources ResourceRequirements
  21 nodeAllocatableResourceClaimStatuses []NodeAllocatableResourceClaimStatus list=atomic
PodTemplate kind
  1 metadata ObjectMeta always
  2 template PodTemplateSpec always
PodTemplateList kind
  1 metadata ListMeta
  2 items! []PodTemplate
PodTemplateSpec
  1 metadata ObjectMeta always
  2 spec PodSpec always
PortStatus
  1 port! int32
  2 protocol! string
  3 error string ptr
PortworxVolumeSource
  1 volumeID! string
  2 fsType string
  3 readOnly bool omit
PreferredSchedulingTerm
  1 weight! int32
  2 preference! NodeSelectorTerm always
Probe
  1.1 exec ExecAction
  1.2 httpGet HTTPGetAction
  1.3 tcpSocket TCPSocketAction
  1.4 grpc GRPCAction
  2 initialDelaySeconds int32 omit
  3 timeoutSeconds int32 omit =1
  4 periodSeconds int32 omit =10
  5 successThreshold int32 omit =1
  6 failureThreshold int32 omit =3
  7 terminationGracePeriodSeconds int64
ProjectedVolumeSource
  1 sources []VolumeProjection list=atomic
  2 defaultMode int32 =420
QuobyteVolumeSource
  1 registry! string
  2 volume! string
  3 readOnly bool omit
  4 user string
  5 group string
  6 tenant string
RBDPersistentVolumeSource
  1 monitors! []string list=atomic
  2 image! string
  3 fsType string
  4 pool string =rbd
  5 user string =admin
  6 keyring string =/etc/ceph/keyring
  7 secretRef SecretReference
  8 readOnly bool omit
RBDVolumeSource
  1 monitors! []string list=atomic
  2 image! string
  3 fsType string
  4 pool string =rbd
  5 user string =admin
  6 keyring string =/etc/ceph/keyring
  7 secretRef LocalObjectReference
  8 readOnly bool omit
ReplicationController kind
  1 metadata ObjectMeta always
  2 spec ReplicationControllerSpec always
  3 status ReplicationControllerStatus always
ReplicationControllerCondition
  1 type! string
  2 status! string
  3 lastTransitionTime Time null
  4 reason string
  5 message string
ReplicationControllerList kind
  1 metadata ListMeta
  2 items! []ReplicationController
ReplicationControllerSpec
  1 replicas int32 =1
  2 selector map<string> mapType=atomic
  3 template PodTemplateSpec
  4 minReadySeconds int32 omit
ReplicationControllerStatus
  1 replicas! int32
  2 fullyLabeledReplicas int32 omit
  3 observedGeneration int64 omit
  4 readyReplicas int32 omit
  5 availableReplicas int32 omit
  6 conditions []ReplicationControllerCondition list=map(type) patch=merge(type)
ResourceClaim
  1 name! string
  2 request string
ResourceFieldSelector mapType=atomic
  1 containerName string
  2 resource! string
  3 divisor Quantity ="0"
ResourceHealth
  1 resourceID! string
  2 health string
  6 message string
ResourceQuota kind # Limits on what a namespace uses in total.
  1 metadata ObjectMeta always
  2 spec ResourceQuotaSpec always
  3 status ResourceQuotaStatus always
ResourceQuotaList kind
  1 metadata ListMeta
  2 items! []ResourceQuota
ResourceQuotaSpec
  1 hard map<Quantity>
  2 scopes []string list=atomic
  3 scopeSelector ScopeSelector
ResourceQuotaStatus
  1 hard map<Quantity>
  2 used map<Quantity>
ResourceRequirements
  1 limits map<Quantity>
  2 requests map<Quantity>
  3 claims []ResourceClaim list=map(name)
ResourceStatus
  1 name! string
  2 resources []ResourceHealth list=map(resourceID)
SELinuxOptions
  1 user string
  2 role string
  3 type string
  4 level string
ScaleIOPersistentVolumeSource
  1 gateway! string
  2 system! string
  3 secretRef! SecretReference
  4 sslEnabled bool omit
  5 protectionDomain string
  6 storagePool string
  7 storageMode string =ThinProvisioned
  8 volumeName string
  9 fsType string =xfs
  10 readOnly bool omit
ScaleIOVolumeSource
  1 gateway! string
  2 system! string
  3 secretRef! LocalObjectReference
  4 sslEnabled bool omit
  5 protectionDomain string
  6 storagePool string
  7 storageMode string =ThinProvisioned
  8 volumeName string
  9 fsType string =xfs
  10 readOnly bool omit
ScopeSelector mapType=atomic
  1 matchExpressions []ScopedResourceSelectorRequirement list=atomic
ScopedResourceSelectorRequirement
  1 scopeName! string
  2 operator! string enum(DoesNotExist,Exists,In,NotIn)
  3 values []string list=atomic
SeccompProfile union
  1 type! string enum(Localhost,RuntimeDefault,Unconfined)
  2 localhostProfile string ptr
Secret kind # Data to be kept from other eyes.
  1 metadata ObjectMeta always
  2 data map<bytes> # Entries, in base64.
  3 type string =Opaque # What kind of secret it is.
  4 stringData map<string> # Entries as plain text; for writing only.
  5 immutable bool
SecretEnvSource
  1.1 name string
  2 optional bool
SecretKeySelector mapType=atomic
  1.1 name string
  2 key! string
  3 optional bool
SecretList kind
  1 metadata ListMeta
  2 items! []Secret
SecretProjection
  1.1 name string
  2 items []KeyToPath list=atomic
  4 optional bool
SecretReference mapType=atomic
  1 name string
  2 namespace string
SecretVolumeSource
  1 secretName string
  2 items []KeyToPath list=atomic
  3 defaultMode int32 =420
  4 optional bool
SecurityContext
  1 capabilities Capabilities
  2 privileged bool
  3 seLinuxOptions SELinuxOptions
  4 runAsUser int64
  5 runAsNonRoot bool
  6 readOnlyRootFilesystem bool
  7 allowPrivilegeEscalation bool
  8 runAsGroup int64
  9 procMount string ptr enum(Default,Unmasked)
  10 windowsOptions WindowsSecurityContextOptions
  11 seccompProfile SeccompProfile
  12 appArmorProfile AppArmorProfile
Service kind # A stable name and address for a changing set of pods.
  1 metadata ObjectMeta always
  2 spec ServiceSpec always
  3 status ServiceStatus always
ServiceAccount kind # An identity for programs in pods.
  1 metadata ObjectMeta always
  2 secrets []ObjectReference list=map(name) patch=merge(name)
  3 imagePullSecrets []LocalObjectReference list=atomic
  4 automountServiceAccountToken bool
ServiceAccountList kind
  1 metadata ListMeta
  2 items! []ServiceAccount
ServiceAccountTokenProjection
  1 audience string
  2 expirationSeconds int64 =3600
  3 path! string
ServiceList kind
  1 metadata ListMeta
  2 items! []Service
ServicePort
  1 name string
  2 protocol string =TCP enum(SCTP,TCP,UDP)
  3 port! int32
  4 targetPort IntOrString always
  5 nodePort int32 omit
  6 appProtocol string ptr
ServiceSpec
  1 ports []ServicePort list=map(port,protocol) patch=merge(port) # Ports of the service.
  2 selector map<string> mapType=atomic # Labels of the pods that serve.
  3 clusterIP string # Address of the service; None for a headless one.
  4 type string =ClusterIP enum(ClusterIP,ExternalName,LoadBalancer,NodePort) # How the service is reached: inside only, on every node, by a load balancer, or as an alias.
  5 externalIPs []string list=atomic
  7 sessionAffinity string =None enum(ClientIP,None) # Whether a client keeps reaching the same pod.
  8 loadBalancerIP string
  9 loadBalancerSourceRanges []string list=atomic
  10 externalName string # Name that the service stands for when its type is ExternalName.
  11 externalTrafficPolicy string enum(Cluster,Local)
  12 healthCheckNodePort int32 omit
  13 publishNotReadyAddresses bool omit
  14 sessionAffinityConfig SessionAffinityConfig
  17 ipFamilyPolicy string ptr enum(PreferDualStack,RequireDualStack,SingleStack)
  18 clusterIPs []string list=atomic
  19 ipFamilies []string list=atomic
  20 allocateLoadBalancerNodePorts bool
  21 loadBalancerClass string ptr
  22 internalTrafficPolicy string ptr enum(Cluster,Local)
  23 trafficDistribution string ptr
ServiceStatus
  1 loadBalancer LoadBalancerStatus always
  2 conditions []Condition list=map(type) patch=merge(type)
SessionAffinityConfig
  1 clientIP ClientIPConfig
SleepAction
  1 seconds! int64
StorageOSPersistentVolumeSource
  1 volumeName string
  2 volumeNamespace string
  3 fsType string
  4 readOnly bool omit
  5 secretRef ObjectReference
StorageOSVolumeSource
  1 volumeName string
  2 volumeNamespace string
  3 fsType string
  4 readOnly bool omit
  5 secretRef LocalObjectReference
Sysctl
  1 name! string
  2 value! string
TCPSocketAction
  1 port! IntOrString
  2 host string
Taint
  1 key! string
  2 value string
  3 effect! string enum(NoExecute,NoSchedule,PreferNoSchedule)
  4 timeAdded Time
Toleration
  1 key string
  2 operator string enum(Equal,Exists,Gt,Lt)
  3 value string
  4 effect string enum(NoExecute,NoSchedule,PreferNoSchedule)
  5 tolerationSeconds int64
TopologySelectorLabelRequirement
  1 key! string
  2 values! []string list=atomic
TopologySelectorTerm mapType=atomic
  1 matchLabelExpressions []TopologySelectorLabelRequirement list=atomic
TopologySpreadConstraint
  1 maxSkew! int32
  2 topologyKey! string
  3 whenUnsatisfiable! string enum(DoNotSchedule,ScheduleAnyway)
  4 labelSelector LabelSelector
  5 minDomains int32
  6 nodeAffinityPolicy string ptr enum(Honor,Ignore)
  7 nodeTaintsPolicy string ptr enum(Honor,Ignore)
  8 matchLabelKeys []string list=atomic
TypedLocalObjectReference mapType=atomic
  1 apiGroup string ptr zero
  2 kind! string
  3 name! string
TypedObjectReference
  1 apiGroup string ptr zero
  2 kind! string
  3 name! string
  4 namespace string ptr
Volume
  1 name! string
  2.1 hostPath HostPathVolumeSource
  2.2 emptyDir EmptyDirVolumeSource
  2.3 gcePersistentDisk GCEPersistentDiskVolumeSource
  2.4 awsElasticBlockStore AWSElasticBlockStoreVolumeSource
  2.5 gitRepo GitRepoVolumeSource
  2.6 secret SecretVolumeSource
  2.7 nfs NFSVolumeSource
  2.8 iscsi ISCSIVolumeSource
  2.9 glusterfs GlusterfsVolumeSource
  2.10 persistentVolumeClaim PersistentVolumeClaimVolumeSource
  2.11 rbd RBDVolumeSource
  2.12 flexVolume FlexVolumeSource
  2.13 cinder CinderVolumeSource
  2.14 cephfs CephFSVolumeSource
  2.15 flocker FlockerVolumeSource
  2.16 downwardAPI DownwardAPIVolumeSource
  2.17 fc FCVolumeSource
  2.18 azureFile AzureFileVolumeSource
  2.19 configMap ConfigMapVolumeSource
  2.20 vsphereVolume VsphereVirtualDiskVolumeSource
  2.21 quobyte QuobyteVolumeSource
  2.22 azureDisk AzureDiskVolumeSource
  2.23 photonPersistentDisk PhotonPersistentDiskVolumeSource
  2.24 portworxVolume PortworxVolumeSource
  2.25 scaleIO ScaleIOVolumeSource
  2.26 projected ProjectedVolumeSource
  2.27 storageos StorageOSVolumeSource
  2.28 csi CSIVolumeSource
  2.29 ephemeral EphemeralVolumeSource
  2.30 image ImageVolumeSource
VolumeDevice
  1 name! string
  2 devicePath! string
VolumeMount
  1 name! string
  2 readOnly bool omit
  3 mountPath! string
  4 subPath string
  5 mountPropagation string ptr enum(Bidirectional,HostToContainer,None)
  6 subPathExpr string
  7 recursiveReadOnly string ptr enum(Disabled,Enabled,IfPossible)
VolumeMountStatus
  1 name! string
  2 mountPath! string
  3 readOnly bool omit
  4 recursiveReadOnly string
  5 volumeStatus VolumeStatus
VolumeNodeAffinity
  1 required NodeSelector
VolumeProjection
  1 secret SecretProjection
  2 downwardAPI DownwardAPIProjection
  3 configMap ConfigMapProjection
  4 serviceAccountToken ServiceAccountTokenProjection
  5 clusterTrustBundle ClusterTrustBundleProjection
  6 podCertificate PodCertificateProjection
VolumeResourceRequirements
  1 limits map<Quantity>
  2 requests map<Quantity>
VolumeStatus
  1 image ImageVolumeStatus
VsphereVirtualDiskVolumeSource
  1 volumePath! string
  2 fsType string
  3 storagePolicyName string
  4 storagePolicyID string
WeightedPodAffinityTerm
  1 weight! int32
  2 podAffinityTerm! PodAffinityTerm always
WindowsSecurityContextOptions
  1 gmsaCredentialSpecName string
  2 gmsaCredentialSpec string
  3 runAsUserName string
  4 hostProcess bool
NodeProxyOptions kind
  1 path string
PodAttachOptions kind
  1 stdin bool omit
  2 stdout bool omit
  3 stderr bool omit
  4 tty bool omit
  5 container string
PodExecOptions kind
  1 stdin bool omit
  2 stdout bool omit
  3 stderr bool omit
  4 tty bool omit
  5 container string
  6 command []string list=atomic
PodLogOptions kind
  1 container string
  2 follow bool omit
  3 previous bool omit
  4 sinceSeconds int64
  5 sinceTime Time
  6 timestamps bool omit
  7 tailLines int64
  8 limitBytes int64
  9 insecureSkipTLSVerifyBackend bool omit
  10 stream string
PodPortForwardOptions kind
  1 ports []int32 list=atomic
PodProxyOptions kind
  1 path string
RangeAllocation kind
  1 metadata ObjectMeta always
  2 range! string
  3 data! bytes
ServiceProxyOptions kind
  1 path string
`
