/** Types of the core group, version v1. The notation is explained in ../parser.ts. */
export const source = `
AWSElasticBlockStoreVolumeSource # A disk of AWS EBS.
  1 volumeID! string # Identity of the disk at AWS.
  2 fsType string # File system of the volume, such as ext4 or xfs.
  3 partition int32 omit # Number of the partition to mount; 0 is the whole disk.
  4 readOnly bool omit # Forbids writing.
Affinity # Rules about which nodes and neighbours a pod wants.
  1 nodeAffinity NodeAffinity # Which nodes suit the pod.
  2 podAffinity PodAffinity # Pods that this one wants to be near.
  3 podAntiAffinity PodAntiAffinity # Pods that this one wants to keep away from.
AppArmorProfile union # Which AppArmor profile confines a container.
  1 type! string enum(Localhost,RuntimeDefault,Unconfined) # Where the profile comes from: the runtime, the node, or nowhere.
  2 localhostProfile string ptr # Name of a profile loaded on the node; only with type Localhost.
AttachedVolume # A volume that is attached to a node.
  1 name! string # Name of the volume.
  2 devicePath! string # Path of the device on the node.
AzureDiskVolumeSource # A data disk of Azure.
  1 diskName! string # Name of the disk in the blob storage.
  2 diskURI! string # Address of the disk.
  3 cachingMode string =ReadWrite values(None,ReadOnly,ReadWrite) # How the host caches the disk: None, ReadOnly or ReadWrite.
  4 fsType string ptr =ext4 # File system of the volume, such as ext4 or xfs.
  5 readOnly bool =false # Forbids writing.
  6 kind string =Shared values(Dedicated,Managed,Shared) # How the disk is kept: Shared, Dedicated or Managed.
AzureFilePersistentVolumeSource # A file share of Azure, for persistent volumes.
  1 secretName! string # Secret with the storage account's name and key.
  2 shareName! string # Name of the share.
  3 readOnly bool omit # Forbids writing.
  4 secretNamespace string # Namespace of the secret; the claim's by default.
AzureFileVolumeSource # A file share of Azure.
  1 secretName! string # Secret with the storage account's name and key.
  2 shareName! string # Name of the share.
  3 readOnly bool omit # Forbids writing.
Binding kind # Assigns a pod to a node.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 target! ObjectReference always # The node, as a reference.
CSIPersistentVolumeSource # Storage that a CSI driver provides, for persistent volumes.
  1 driver! string # Name of the CSI driver.
  2 volumeHandle! string # Name by which the driver knows the volume; fixed.
  3 readOnly bool omit # Forbids writing.
  4 fsType string # File system of the volume, such as ext4 or xfs.
  5 volumeAttributes map<string> # Further facts about the volume, for the driver.
  6 controllerPublishSecretRef SecretReference # Secret that the driver gets when it attaches or detaches.
  7 nodeStageSecretRef SecretReference # Secret that the driver gets when it prepares the volume on a node.
  8 nodePublishSecretRef SecretReference # Secret that the driver gets when it mounts the volume for a pod.
  9 controllerExpandSecretRef SecretReference # Secret that the driver's controller gets when the volume grows.
  10 nodeExpandSecretRef SecretReference # Secret that the driver gets when the file system grows on a node.
CSIVolumeSource # Storage of a CSI driver that lives as long as the pod.
  1 driver! string # Name of the CSI driver.
  2 readOnly bool # Forbids writing.
  3 fsType string # File system of the volume, such as ext4 or xfs.
  4 volumeAttributes map<string> # Settings for the driver.
  5 nodePublishSecretRef LocalObjectReference # Secret that the driver gets when it mounts the volume.
Capabilities # POSIX capabilities that a container gains or loses.
  1 add []string list=atomic # Capabilities to add.
  2 drop []string list=atomic # Capabilities to take away; ALL for all.
CephFSPersistentVolumeSource # A file system of Ceph, for persistent volumes.
  1 monitors! []string list=atomic # Addresses of the Ceph monitors.
  2 path string # Folder that is mounted as the root; / by default.
  3 user string # Name of the Ceph user; admin by default.
  4 secretFile string # File on the node with the user's key.
  5 secretRef SecretReference # Secret with the credentials.
  6 readOnly bool omit # Forbids writing.
CephFSVolumeSource # A file system of Ceph.
  1 monitors! []string list=atomic # Addresses of the Ceph monitors.
  2 path string # Folder that is mounted as the root; / by default.
  3 user string # Name of the Ceph user; admin by default.
  4 secretFile string # File on the node with the user's key.
  5 secretRef LocalObjectReference # Secret with the credentials.
  6 readOnly bool omit # Forbids writing.
CinderPersistentVolumeSource # A block volume of OpenStack, for persistent volumes.
  1 volumeID! string # Identity of the volume in Cinder.
  2 fsType string # File system of the volume, such as ext4 or xfs.
  3 readOnly bool omit # Forbids writing.
  4 secretRef SecretReference # Secret with the credentials.
CinderVolumeSource # A block volume of OpenStack.
  1 volumeID! string # Identity of the volume in Cinder.
  2 fsType string # File system of the volume, such as ext4 or xfs.
  3 readOnly bool omit # Forbids writing.
  4 secretRef LocalObjectReference # Secret with the credentials.
ClientIPConfig # How long a client's address stays with one pod.
  1 timeoutSeconds int32 =10800 # Seconds that the bond lasts; more than 0, at most a day.
ClusterTrustBundleProjection # Writes trust anchors of the cluster into a file.
  1 name string # Name of one bundle; not together with signerName.
  2 signerName string # Takes all bundles of this signer that labelSelector matches.
  3 labelSelector LabelSelector # Which of the signer's bundles are taken.
  4 path! string # File below the mount to write to.
  5 optional bool # Whether the pod may start without the bundle.
ComponentCondition # What is known about the health of a component.
  1 type! string # Kind of the condition; only Healthy exists.
  2 status! string # Whether it holds: True, False or Unknown.
  3 message string # What the component said.
  4 error string # Code of the error, if there was one.
ComponentStatus kind # Health of a component of the control plane; superseded by /readyz.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 conditions []ComponentCondition list=map(type) patch=merge(type) # What was found.
ComponentStatusList kind # A list of objects of the kind ComponentStatus.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ComponentStatus # The objects.
ConfigMap kind # Settings as text, for pods to read.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 data map<string> # Entries as text.
  3 binaryData map<bytes> # Entries that are not valid text, in base64.
  4 immutable bool # Forbids changes of the data for good.
ConfigMapEnvSource # Turns every entry of a config map into a variable.
  1.1 name string # Name of the config map.
  2 optional bool # Whether the config map may be missing.
ConfigMapKeySelector mapType=atomic # One entry of a config map.
  1.1 name string # Name of the config map.
  2 key! string # Key of the entry.
  3 optional bool # Whether the config map or its key may be missing.
ConfigMapList kind # A list of objects of the kind ConfigMap.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ConfigMap # The objects.
ConfigMapNodeConfigSource # Where a node once took its kubelet's configuration from; unused.
  1 namespace! string # Namespace of the config map.
  2 name! string # Name of the config map.
  3 uid string # Identity of the config map; only in a node's status.
  4 resourceVersion string # Version of the config map; only in a node's status.
  5 kubeletConfigKey! string # Entry that holds the configuration.
ConfigMapProjection # Entries of a config map as files of a projected volume.
  1.1 name string # Name of the config map.
  2 items []KeyToPath list=atomic # Entries to take and their paths; all of them if empty.
  4 optional bool # Whether the config map or its keys may be missing.
ConfigMapVolumeSource # Entries of a config map as files.
  1.1 name string # Name of the config map.
  2 items []KeyToPath list=atomic # Entries to take and their paths; all of them if empty.
  3 defaultMode int32 =420 # Permission bits of the files; 0644 by default.
  4 optional bool # Whether the config map or its keys may be missing.
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
  13 terminationMessagePath string =/dev/termination-log # File in which the program may leave its last words.
  14 imagePullPolicy string enum(Always,IfNotPresent,Never) # When the image is fetched.
  15 securityContext SecurityContext # User, rights and profiles of this container.
  16 stdin bool omit # Keeps the standard input open, so that one can attach to it.
  17 stdinOnce bool omit # Closes the standard input after the first client has detached.
  18 tty bool omit # Gives the program a terminal; needs stdin.
  19 envFrom []EnvFromSource list=atomic # Config maps and secrets whose entries become variables.
  20 terminationMessagePolicy string =File enum(FallbackToLogsOnError,File) # Where last words come from: the file alone, or after an error the end of the log.
  21 volumeDevices []VolumeDevice list=map(devicePath) patch=merge(devicePath) # Block devices and the paths at which the program finds them.
  22 startupProbe Probe # Check that holds the other probes back until it succeeds.
  23 resizePolicy []ContainerResizePolicy list=atomic # What a change of each resource means for the running container.
  24 restartPolicy string ptr # Whether this container is started again, whatever the pod says.
  25 restartPolicyRules []ContainerRestartRule list=atomic # Exceptions from the restart policy, by exit code; the first match counts.
ContainerExtendedResourceRequest # Links an extended resource of a container with a request of a claim.
  1 containerName! string # Name of the container.
  2 resourceName! string # Name of the extended resource.
  3 requestName! string # Name of the request in the claim.
ContainerImage # An image that a node has.
  1 names []string list=atomic # Names by which the image is known.
  2 sizeBytes int64 omit # Size of the image in bytes.
ContainerPort # A port that a container listens on.
  1 name string # Name of the port, for services and probes to use.
  2 hostPort int32 omit # Port of the node that leads here; rarely needed.
  3 containerPort! int32 # Number of the port.
  4 protocol string =TCP enum(SCTP,TCP,UDP) # UDP, TCP or SCTP.
  5 hostIP string # Address of the node on which hostPort is opened.
ContainerResizePolicy # What changing a resource means for a running container.
  1 resourceName! string # The resource: cpu or memory.
  2 restartPolicy! string # Whether the container has to restart: NotRequired or RestartContainer.
ContainerRestartRule # What happens when a container ends in a certain way.
  1 action! string # What to do when the rule matches: Restart or RestartAllContainers.
  2 exitCodes ContainerRestartRuleOnExitCodes # Exit codes for which the rule is.
ContainerRestartRuleOnExitCodes # A set of exit codes.
  1 operator! string # In, or NotIn.
  2 values []int32 list=set # The exit codes; at most 255.
ContainerState # Whether a container waits, runs or has ended: exactly one is set.
  1 waiting ContainerStateWaiting # The container has yet to start.
  2 running ContainerStateRunning # The container runs.
  3 terminated ContainerStateTerminated # The container has ended.
ContainerStateRunning # A container that runs.
  1 startedAt Time null # When it was last started.
ContainerStateTerminated # A container that has ended.
  1 exitCode! int32 # Exit status of the program.
  2 signal int32 omit # Signal that ended the program.
  3 reason string # Why it ended, as one word.
  4 message string # Last words of the container.
  5 startedAt Time null # When this run began.
  6 finishedAt Time null # When it ended.
  7 containerID string # Identity of the container at its runtime.
ContainerStateWaiting # A container that has yet to start.
  1 reason string # Why it waits, as one word.
  2 message string # Why it waits, in detail.
ContainerStatus # What is known about a container.
  1 name! string # Name of the container in the spec.
  2 state ContainerState always # What the container does now.
  3 lastState ContainerState always # How its previous run ended.
  4 ready! bool # Whether it passes its readiness probe.
  5 restartCount! int32 # How often it was started again.
  6 image! string # Image that runs.
  7 imageID! string # Identity of the image that runs.
  8 containerID string # Identity of the container at its runtime, as type://id.
  9 started bool # Whether it has started and passed its startup probe.
  10 allocatedResources map<Quantity> # What the node has set aside for it.
  11 resources ResourceRequirements # Requests and limits that are in force.
  12 volumeMounts []VolumeMountStatus list=map(mountPath) patch=merge(mountPath) # State of the mounts.
  13 user ContainerUser # Users and groups under which its first process runs.
  14 allocatedResourcesStatus []ResourceStatus list=map(name) patch=merge(name) # Health of the devices that it was given.
  15 stopSignal string # Signal by which it is asked to stop.
ContainerUser # Who a container runs as.
  1 linux LinuxContainerUser # Users and groups on Linux.
DaemonEndpoint # A port of a node's daemon.
  1 Port! int32 # Number of the port.
DownwardAPIProjection # Facts about the pod as files of a projected volume.
  1 items []DownwardAPIVolumeFile list=atomic # The files.
DownwardAPIVolumeFile # A file that holds a fact about the pod.
  1 path! string # Path of the file, below the mount.
  2 fieldRef ObjectFieldSelector # Field of the pod whose value is written.
  3 resourceFieldRef ResourceFieldSelector # Request or limit of a container that is written.
  4 mode int32 # Permission bits of this file.
DownwardAPIVolumeSource # Facts about the pod as files.
  1 items []DownwardAPIVolumeFile list=atomic # The files.
  2 defaultMode int32 =420 # Permission bits of the files; 0644 by default.
EmptyDirVolumeSource # A folder that is empty at first and goes with the pod.
  1 medium string # Where it is kept: on disk (empty) or in memory (Memory).
  2 sizeLimit Quantity # How much it may hold before the pod is evicted.
EndpointAddress mapType=atomic # An address of a service's backend.
  1 ip! string # The address.
  2 targetRef ObjectReference # Object behind the address, mostly a pod.
  3 hostname string # Host name of the backend, for its DNS record.
  4 nodeName string ptr # Node on which the backend runs.
EndpointPort mapType=atomic # A port of a service's backends.
  1 name string # Name of the port, as in the service.
  2 port! int32 # Number of the port.
  3 protocol string =TCP values(SCTP,TCP,UDP) # UDP, TCP or SCTP.
  4 appProtocol string ptr # Protocol of the application, for proxies.
EndpointSubset # Addresses that all serve the same ports.
  1 addresses []EndpointAddress list=atomic # Addresses of backends that are ready.
  2 notReadyAddresses []EndpointAddress list=atomic # Addresses of backends that are not ready.
  3 ports []EndpointPort list=atomic # Ports on those addresses.
Endpoints kind # Addresses behind a service; superseded by EndpointSlice.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 subsets []EndpointSubset list=atomic # Addresses, grouped by the ports that they serve.
EndpointsList kind # A list of objects of the kind Endpoints.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Endpoints # The objects.
EnvFromSource # Variables from all entries of an object.
  1 prefix string # Text put before each name.
  2 configMapRef ConfigMapEnvSource # Config map to take.
  3 secretRef SecretEnvSource # Secret to take.
EnvVar # A variable of a container's environment.
  1 name! string # Name of the variable.
  2 value string # Value; $(NAME) stands for an earlier variable.
  3 valueFrom EnvVarSource # Where the value comes from; not together with value.
EnvVarSource # Where the value of a variable comes from.
  1 fieldRef ObjectFieldSelector # A field of the pod.
  2 resourceFieldRef ResourceFieldSelector # A request or limit of a container.
  3 configMapKeyRef ConfigMapKeySelector # An entry of a config map.
  4 secretKeyRef SecretKeySelector # An entry of a secret.
  5 fileKeyRef FileKeySelector # An entry of a file in a volume.
EphemeralContainer # A container added to a running pod, for looking into it.
  1.1 name! string # Name of the container, unique in the pod.
  1.2 image string # Image to run.
  1.3 command []string list=atomic # Program to run instead of the image's entry point.
  1.4 args []string list=atomic # Arguments of the program, instead of the image's.
  1.5 workingDir string # Folder in which the program starts.
  1.6 ports []ContainerPort list=map(containerPort,protocol) patch=merge(containerPort) # Ports that the program listens on; for information and for names.
  1.7 env []EnvVar list=map(name) patch=merge(name) # Variables of the environment.
  1.8 resources ResourceRequirements always # What the container is promised, and what it may use at most.
  1.9 volumeMounts []VolumeMount list=map(mountPath) patch=merge(mountPath) # Volumes and the paths at which the program finds them.
  1.10 livenessProbe Probe # Check that restarts the container when it fails.
  1.11 readinessProbe Probe # Check that takes the pod out of its services while it fails.
  1.12 lifecycle Lifecycle # Actions after the start and before the stop.
  1.13 terminationMessagePath string =/dev/termination-log # File in which the program may leave its last words.
  1.14 imagePullPolicy string enum(Always,IfNotPresent,Never) # When the image is fetched.
  1.15 securityContext SecurityContext # User, rights and profiles of this container.
  1.16 stdin bool omit # Keeps the standard input open, so that one can attach to it.
  1.17 stdinOnce bool omit # Closes the standard input after the first client has detached.
  1.18 tty bool omit # Gives the program a terminal; needs stdin.
  1.19 envFrom []EnvFromSource list=atomic # Config maps and secrets whose entries become variables.
  1.20 terminationMessagePolicy string =File enum(FallbackToLogsOnError,File) # Where last words come from: the file alone, or after an error the end of the log.
  1.21 volumeDevices []VolumeDevice list=map(devicePath) patch=merge(devicePath) # Block devices and the paths at which the program finds them.
  1.22 startupProbe Probe # Check that holds the other probes back until it succeeds.
  1.23 resizePolicy []ContainerResizePolicy list=atomic # What a change of each resource means for the running container.
  1.24 restartPolicy string ptr # Whether this container is started again, whatever the pod says.
  1.25 restartPolicyRules []ContainerRestartRule list=atomic # Exceptions from the restart policy, by exit code; the first match counts.
  2 targetContainerName string # Container whose processes it can see.
EphemeralVolumeSource # A claim that is made for the pod and goes with it.
  1 volumeClaimTemplate PersistentVolumeClaimTemplate # What the claim looks like.
Event kind # A report of something that happened to an object.
  1 metadata! ObjectMeta always # Name, namespace, labels and the like of the object.
  2 involvedObject! ObjectReference always # Object that the event is about.
  3 reason string # Why it was reported, as one word.
  4 message string # What happened, for people.
  5 source EventSource always # Component that reports.
  6 firstTimestamp Time null # When it was first seen.
  7 lastTimestamp Time null # When it was last seen.
  8 count int32 omit # How often it was seen.
  9 type string # Normal or Warning.
  10 eventTime MicroTime null # When it was first seen, to the microsecond.
  11 series EventSeries # Data of an event that goes on.
  12 action string # What was done or failed.
  13 related ObjectReference # A second object that has part in it.
  14 reportingComponent string zero # Name of the controller that reports.
  15 reportingInstance string zero # Which instance of the controller reports.
EventList kind # A list of objects of the kind Event.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Event # The objects.
EventSeries # How often an event has come again.
  1 count int32 omit # How often so far.
  2 lastObservedTime MicroTime # When it was last seen.
EventSource # Who reports an event.
  1 component string # Name of the component.
  2 host string # Name of the node.
ExecAction # Runs a command in the container.
  1 command []string list=atomic # Program and arguments; no shell is involved.
FCVolumeSource # A disk on Fibre Channel.
  1 targetWWNs []string list=atomic # World wide names of the targets.
  2 lun int32 # Number of the logical unit.
  3 fsType string # File system of the volume, such as ext4 or xfs.
  4 readOnly bool omit # Forbids writing.
  5 wwids []string list=atomic # World wide identifiers, instead of targets and unit.
FileKeySelector mapType=atomic # An entry of a file in a volume.
  1 volumeName! string # Volume that holds the file.
  2 path! string # Path of the file in the volume.
  3 key! string # Name of the entry.
  4 optional bool # Whether the file or the entry may be missing.
FlexPersistentVolumeSource # Storage of a plug-in program, for persistent volumes; deprecated.
  1 driver! string # Name of the plug-in.
  2 fsType string # File system of the volume, such as ext4 or xfs.
  3 secretRef SecretReference # Secret with the credentials.
  4 readOnly bool omit # Forbids writing.
  5 options map<string> # Settings for the plug-in.
FlexVolumeSource # Storage of a plug-in program; deprecated.
  1 driver! string # Name of the plug-in.
  2 fsType string # File system of the volume, such as ext4 or xfs.
  3 secretRef LocalObjectReference # Secret with the credentials.
  4 readOnly bool omit # Forbids writing.
  5 options map<string> # Settings for the plug-in.
FlockerVolumeSource # A dataset of Flocker; no longer supported.
  1 datasetName string # Name of the dataset.
  2 datasetUUID string # Identity of the dataset.
GCEPersistentDiskVolumeSource # A disk of Google Compute Engine.
  1 pdName! string # Name of the disk.
  2 fsType string # File system of the volume, such as ext4 or xfs.
  3 partition int32 omit # Number of the partition to mount; 0 is the whole disk.
  4 readOnly bool omit # Forbids writing.
GRPCAction # Asks a gRPC health service.
  1 port! int32 # Number of the port.
  2 service string ptr ="" # Name of the service that is asked about.
GitRepoVolumeSource # A git repository that is cloned into the volume; deprecated.
  1 repository! string # Address of the repository.
  2 revision string # Commit to check out.
  3 directory string # Folder to clone into.
GlusterfsPersistentVolumeSource # A volume of Gluster, for persistent volumes.
  1 endpoints! string # Name of the endpoints that list the servers.
  2 path! string # Name of the volume.
  3 readOnly bool omit # Forbids writing.
  4 endpointsNamespace string # Namespace of the endpoints.
GlusterfsVolumeSource # A volume of Gluster.
  1 endpoints! string # Name of the endpoints that list the servers.
  2 path! string # Name of the volume.
  3 readOnly bool omit # Forbids writing.
HTTPGetAction # Makes an HTTP request; 200 to 399 is success.
  1 path string =/ # Path of the request.
  2 port! IntOrString # Number or name of the port.
  3 host string # Host to ask instead of the pod's own address.
  4 scheme string =HTTP enum(HTTP,HTTPS) # HTTP or HTTPS; certificates are not checked.
  5 httpHeaders []HTTPHeader list=atomic # Headers of the request.
HTTPHeader # A header of a request.
  1 name! string # Name of the header.
  2 value! string # Value of the header.
HostAlias # A line for the pod's hosts file.
  1 ip! string # The address.
  2 hostnames []string list=atomic # Names of the address.
HostIP # An address of a node.
  1 ip! string # The address.
HostPathVolumeSource # A file or folder of the node itself.
  1 path! string # Path on the node.
  2 type string ptr ="" values(,BlockDevice,CharDevice,Directory,DirectoryOrCreate,File,FileOrCreate,Socket) # What has to be there, such as DirectoryOrCreate; empty checks nothing.
ISCSIPersistentVolumeSource # A disk over iSCSI, for persistent volumes.
  1 targetPortal! string # Address of the target, with the port if it is not 3260.
  2 iqn! string # Qualified name of the target.
  3 lun! int32 # Number of the logical unit.
  4 iscsiInterface string =default # Name of the interface to use.
  5 fsType string # File system of the volume, such as ext4 or xfs.
  6 readOnly bool omit # Forbids writing.
  7 portals []string list=atomic # Further addresses of the target.
  8 chapAuthDiscovery bool omit # Whether discovery uses CHAP.
  10 secretRef SecretReference # Secret with the credentials.
  11 chapAuthSession bool omit # Whether the session uses CHAP.
  12 initiatorName string ptr # Own name at the target.
ISCSIVolumeSource # A disk over iSCSI.
  1 targetPortal! string # Address of the target, with the port if it is not 3260.
  2 iqn! string # Qualified name of the target.
  3 lun! int32 # Number of the logical unit.
  4 iscsiInterface string =default # Name of the interface to use.
  5 fsType string # File system of the volume, such as ext4 or xfs.
  6 readOnly bool omit # Forbids writing.
  7 portals []string list=atomic # Further addresses of the target.
  8 chapAuthDiscovery bool omit # Whether discovery uses CHAP.
  10 secretRef LocalObjectReference # Secret with the credentials.
  11 chapAuthSession bool omit # Whether the session uses CHAP.
  12 initiatorName string ptr # Own name at the target.
ImageVolumeSource # The files of an image, read-only.
  1 reference string # Name of the image.
  2 pullPolicy string values(Always,IfNotPresent,Never) # When the image is fetched: Always, IfNotPresent or Never.
ImageVolumeStatus # Which image a volume holds.
  1 imageRef! string # Digest of the image.
KeyToPath # Gives an entry a path.
  1 key! string # Key of the entry.
  2 path! string # Path of the file, below the mount.
  3 mode int32 # Permission bits of this file.
Lifecycle # Actions at the start and end of a container.
  1 postStart LifecycleHandler # Runs right after the start; its failure ends the container.
  2 preStop LifecycleHandler # Runs before the container is asked to stop.
  3 stopSignal string # Signal by which the container is asked to stop.
LifecycleHandler # An action: exactly one of its fields is set.
  1 exec ExecAction # Runs a command in the container.
  2 httpGet HTTPGetAction # Makes an HTTP request.
  3 tcpSocket TCPSocketAction # Opens a connection; kept for old clients.
  4 sleep SleepAction # Waits.
LimitRange kind # Limits and defaults for single objects of a namespace.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec LimitRangeSpec always # What is wanted.
LimitRangeItem # Limits for one type of object.
  1 type! string # Pod, Container or PersistentVolumeClaim.
  2 max map<Quantity> # Most of each resource.
  3 min map<Quantity> # Least of each resource.
  4 default map<Quantity> # Limit of a container that names none.
  5 defaultRequest map<Quantity> # Request of a container that names none.
  6 maxLimitRequestRatio map<Quantity> # How many times its request a limit may be.
LimitRangeList kind # A list of objects of the kind LimitRange.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []LimitRange # The objects.
LimitRangeSpec # Limits for the objects of a namespace.
  1 limits! []LimitRangeItem list=atomic # The limits, by type of object.
LinuxContainerUser # Users and groups of a process on Linux.
  1 uid! int64 # User of the process.
  2 gid! int64 # Main group of the process.
  3 supplementalGroups []int64 list=atomic # Further groups of the process.
LoadBalancerIngress # A way in through a load balancer.
  1 ip string # Address of the way in.
  2 hostname string # Name of the way in.
  3 ipMode string ptr enum(Proxy,VIP) # Whether the address is delivered to the node (VIP) or ends at a proxy (Proxy).
  4 ports []PortStatus list=atomic # State of the ports.
LoadBalancerStatus # State of a load balancer.
  1 ingress []LoadBalancerIngress list=atomic # Addresses at which it takes traffic.
LocalObjectReference mapType=atomic # Names an object of the same namespace.
  1 name string # Name of the object.
LocalVolumeSource # A disk or folder of a node.
  1 path! string # Path on the node.
  2 fsType string # File system of the volume, such as ext4 or xfs.
ModifyVolumeStatus # How far a change of the volume's attributes has come.
  1 targetVolumeAttributesClassName string # Class that the volume is being changed to.
  2 status! string values(InProgress,Infeasible,Pending) # Pending, InProgress or Infeasible.
NFSVolumeSource # A folder of an NFS server.
  1 server! string # Name or address of the server.
  2 path! string # Folder on the server.
  3 readOnly bool omit # Forbids writing.
Namespace kind # A room for names, quotas and rights.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec NamespaceSpec always # What is wanted.
  3 status NamespaceStatus always # What was last observed.
NamespaceCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  4 lastTransitionTime Time null # When the status last changed.
  5 reason string # Why it is so, as one word.
  6 message string # Why it is so, for people.
NamespaceList kind # A list of objects of the kind Namespace.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Namespace # The objects.
NamespaceSpec # What has to be cleaned up before a namespace goes.
  1 finalizers []string list=atomic # Who has to agree before the namespace can go.
NamespaceStatus # State of a namespace.
  1 phase string enum(Active,Terminating) # Active or Terminating.
  2 conditions []NamespaceCondition list=map(type) patch=merge(type) # What holds of the object, by type.
Node kind # A machine that runs pods.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec NodeSpec always # What is wanted.
  3 status NodeStatus always # What was last observed.
NodeAddress # An address of a node.
  1 type! string # Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.
  2 address! string # The address.
NodeAffinity # Which nodes suit a pod.
  1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector # What a node must fulfil; one of the terms is enough.
  2 preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm list=atomic # What makes a node better, with weights.
NodeAllocatableResourceClaimStatus # Resources of the node that a claim took for a pod.
  1 resourceClaimName! string # Name of the claim.
  2 containers []string list=set # Containers that use it.
  3 resources! map<Quantity> # How much of each resource it took.
NodeCondition # What is known about the health of a node.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastHeartbeatTime Time null # When the condition was last confirmed.
  4 lastTransitionTime Time null # When the status last changed.
  5 reason string # Why it is so, as one word.
  6 message string # Why it is so, for people.
NodeConfigSource # Where a node once took its kubelet's configuration from; unused.
  2 configMap ConfigMapNodeConfigSource # Config map with the configuration.
NodeConfigStatus # State of the kubelet's configuration; unused.
  1 assigned NodeConfigSource # What the node was told to use.
  2 active NodeConfigSource # What the node uses.
  3 lastKnownGood NodeConfigSource # What the node falls back to.
  4 error string # What was wrong with the assigned one.
NodeDaemonEndpoints # Ports of a node's daemons.
  1 kubeletEndpoint DaemonEndpoint always # Port of the kubelet.
NodeFeatures # What a node's runtime can do.
  1 supplementalGroupsPolicy bool # Whether the policy for further groups is honoured.
NodeList kind # A list of objects of the kind Node.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Node # The objects.
NodeRuntimeHandler # A handler of a node's runtime.
  1 name string # Name of the handler; empty for the default.
  2 features NodeRuntimeHandlerFeatures # What the handler can do.
NodeRuntimeHandlerFeatures # What a runtime's handler can do.
  1 recursiveReadOnlyMounts bool # Whether mounts can be read-only all the way down.
  2 userNamespaces bool # Whether it can run pods with users of their own.
NodeSelector mapType=atomic # A choice of nodes.
  1 nodeSelectorTerms! []NodeSelectorTerm list=atomic # Terms of which one has to match.
NodeSelectorRequirement # A demand on a label or field of a node.
  1 key! string # Label or field.
  2 operator! string enum(DoesNotExist,Exists,Gt,In,Lt,NotIn) # How the value is compared.
  3 values []string list=atomic # Values to compare with; one whole number for Gt and Lt, none for Exists.
NodeSelectorTerm mapType=atomic # Demands that all have to hold.
  1 matchExpressions []NodeSelectorRequirement list=atomic # Demands on labels.
  2 matchFields []NodeSelectorRequirement list=atomic # Demands on fields.
NodeSpec # How a node should behave.
  1 podCIDR string # Range of addresses for its pods.
  2 externalID string # Identity outside of the cluster; deprecated.
  3 providerID string # Identity at the cloud provider.
  4 unschedulable bool omit # Keeps new pods away.
  5 taints []Taint list=atomic # Marks that keep pods away that do not tolerate them.
  6 configSource NodeConfigSource # Where the kubelet's configuration comes from; unused.
  7 podCIDRs []string list=set patch=merge # Ranges of addresses for its pods, at most one of each family.
NodeStatus # State of a node.
  1 capacity map<Quantity> # All resources of the node.
  2 allocatable map<Quantity> # What pods may use of them.
  3 phase string values(Pending,Running,Terminated) # Unused.
  4 conditions []NodeCondition list=map(type) patch=merge(type) # What holds of the object, by type.
  5 addresses []NodeAddress list=map(type) patch=merge(type) # How the node is reached.
  6 daemonEndpoints NodeDaemonEndpoints always # Ports of its daemons.
  7 nodeInfo NodeSystemInfo always # Versions and identities of the node.
  8 images []ContainerImage list=atomic # Images that the node has.
  9 volumesInUse []string list=atomic # Attachable volumes that pods on it use.
  10 volumesAttached []AttachedVolume list=atomic # Volumes that are attached to it.
  11 config NodeConfigStatus # State of the kubelet's configuration.
  12 runtimeHandlers []NodeRuntimeHandler list=atomic # What its runtime can run.
  13 features NodeFeatures # What its runtime can do.
  14 declaredFeatures []string list=atomic # Features of Kubernetes that the node declares.
NodeSwapStatus # Swap space of a node.
  1 capacity int64 # Size of the swap space in bytes.
NodeSystemInfo # Versions and identities of a node.
  1 machineID! string # Identity that the operating system has.
  2 systemUUID! string # Identity that the hardware has.
  3 bootID! string # Identity of this run since the last boot.
  4 kernelVersion! string # Version of the kernel.
  5 osImage! string # Name and version of the operating system.
  6 containerRuntimeVersion! string # Name and version of the runtime.
  7 kubeletVersion! string # Version of the kubelet.
  8 kubeProxyVersion! string # Version of the proxy; no longer filled in.
  9 operatingSystem! string # The operating system: linux or windows.
  10 architecture! string # The processor's architecture.
  11 swap NodeSwapStatus # Swap space.
ObjectFieldSelector mapType=atomic # A field of the pod.
  1 apiVersion string =v1 # Version in which the path is meant.
  2 fieldPath! string # Path of the field, such as metadata.name.
ObjectReference mapType=atomic # Names an object, anywhere.
  1 kind string # Kind of the object.
  2 namespace string # Namespace of the object.
  3 name string # Name of the object.
  4 uid string # Identity of the object.
  5 apiVersion string # API version of the object.
  6 resourceVersion string # Version of the object's state that is meant.
  7 fieldPath string # Part of the object, such as spec.containers{name}.
PersistentVolume kind # A piece of storage of the cluster.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec PersistentVolumeSpec always # What is wanted.
  3 status PersistentVolumeStatus always # What was last observed.
PersistentVolumeClaim kind # A wish for storage.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec PersistentVolumeClaimSpec always # What is wanted.
  3 status PersistentVolumeClaimStatus always # What was last observed.
PersistentVolumeClaimCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastProbeTime Time # When the condition was last checked.
  4 lastTransitionTime Time null # When the status last changed.
  5 reason string # Why it is so, as one word.
  6 message string # Why it is so, for people.
PersistentVolumeClaimList kind # A list of objects of the kind PersistentVolumeClaim.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []PersistentVolumeClaim # The objects.
PersistentVolumeClaimSpec # What storage is wished for.
  1 accessModes []string list=atomic values(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod) # How the volume is to be mounted, such as ReadWriteOnce.
  2 resources VolumeResourceRequirements always # How much storage is wished for.
  3 volumeName string # Volume that the claim is bound to.
  4 selector LabelSelector # Labels that the volume must have.
  5 storageClassName string ptr # Class of storage; empty means none, absent the default.
  6 volumeMode string ptr =Filesystem enum(Block,Filesystem) # Whether a file system or a bare device is wanted.
  7 dataSource TypedLocalObjectReference # Object whose contents the volume starts with.
  8 dataSourceRef TypedObjectReference # The same, also for other kinds and namespaces.
  9 volumeAttributesClassName string ptr # Class of attributes that can change while the volume is in use.
PersistentVolumeClaimStatus # State of a claim.
  1 phase string enum(Bound,Lost,Pending) # Pending, Bound or Lost.
  2 accessModes []string list=atomic values(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod) # How the bound volume can be mounted.
  3 capacity map<Quantity> # How large the bound volume is.
  4 conditions []PersistentVolumeClaimCondition list=map(type) patch=merge(type) # What holds of the object, by type.
  5 allocatedResources map<Quantity> # Size that is being made ready.
  7 allocatedResourceStatuses map<string> mapType=granular # How far each change of size has come.
  8 currentVolumeAttributesClassName string # Class of attributes that the volume has.
  9 modifyVolumeStatus ModifyVolumeStatus # How far a change of attributes has come.
PersistentVolumeClaimTemplate # A claim to be made for a pod.
  1 metadata ObjectMeta always # Labels and annotations of the claim.
  2 spec! PersistentVolumeClaimSpec always # What the claim wishes for.
PersistentVolumeClaimVolumeSource # The volume that a claim is bound to.
  1 claimName! string # Name of the claim, in the pod's namespace.
  2 readOnly bool omit # Forbids writing.
PersistentVolumeList kind # A list of objects of the kind PersistentVolume.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []PersistentVolume # The objects.
PersistentVolumeSpec # What a volume is and who may use it.
  1 capacity map<Quantity> # How large it is.
  2.1 gcePersistentDisk GCEPersistentDiskVolumeSource # A disk of Google Compute Engine.
  2.2 awsElasticBlockStore AWSElasticBlockStoreVolumeSource # A disk of AWS EBS.
  2.3 hostPath HostPathVolumeSource # A folder of the node; for trying things out only.
  2.4 glusterfs GlusterfsPersistentVolumeSource # A volume of Gluster.
  2.5 nfs NFSVolumeSource # A folder of an NFS server.
  2.6 rbd RBDPersistentVolumeSource # A block device of Ceph.
  2.7 iscsi ISCSIPersistentVolumeSource # A disk over iSCSI.
  2.8 cinder CinderPersistentVolumeSource # A block volume of OpenStack.
  2.9 cephfs CephFSPersistentVolumeSource # A file system of Ceph.
  2.10 fc FCVolumeSource # A disk on Fibre Channel.
  2.11 flocker FlockerVolumeSource # A dataset of Flocker; no longer supported.
  2.12 flexVolume FlexPersistentVolumeSource # Storage of a plug-in program; deprecated.
  2.13 azureFile AzureFilePersistentVolumeSource # A file share of Azure.
  2.14 vsphereVolume VsphereVirtualDiskVolumeSource # A disk of vSphere.
  2.15 quobyte QuobyteVolumeSource # A volume of Quobyte; no longer supported.
  2.16 azureDisk AzureDiskVolumeSource # A data disk of Azure.
  2.17 photonPersistentDisk PhotonPersistentDiskVolumeSource # A disk of Photon; no longer supported.
  2.18 portworxVolume PortworxVolumeSource # A volume of Portworx.
  2.19 scaleIO ScaleIOPersistentVolumeSource # A volume of ScaleIO; no longer supported.
  2.20 local LocalVolumeSource # A disk or folder of a node.
  2.21 storageos StorageOSPersistentVolumeSource # A volume of StorageOS; no longer supported.
  2.22 csi CSIPersistentVolumeSource # Storage that a CSI driver provides.
  3 accessModes []string list=atomic values(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod) # How it can be mounted.
  4 claimRef ObjectReference mapType=granular # Claim that it is bound to.
  5 persistentVolumeReclaimPolicy string =Retain enum(Delete,Recycle,Retain) # What becomes of it when its claim goes.
  6 storageClassName string # Class of storage that it belongs to.
  7 mountOptions []string list=atomic # Options for mounting, such as ro or soft.
  8 volumeMode string ptr =Filesystem enum(Block,Filesystem) # Whether it has a file system or is a bare device.
  9 nodeAffinity VolumeNodeAffinity # Nodes that can reach it.
  10 volumeAttributesClassName string ptr # Class of attributes that it has.
PersistentVolumeStatus # State of a volume.
  1 phase string enum(Available,Bound,Failed,Pending,Released) # Available, Bound, Released, Failed or Pending.
  2 message string # Why it is in this phase, for people.
  3 reason string # Why it failed, as one word.
  4 lastPhaseTransitionTime Time # When it came into this phase.
PhotonPersistentDiskVolumeSource # A disk of Photon; no longer supported.
  1 pdID! string # Identity of the disk.
  2 fsType string # File system of the volume, such as ext4 or xfs.
Pod kind # A group of containers that run together on one node and share network and volumes.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec PodSpec always # What should run.
  3 status PodStatus always # What is running, as last seen by the kubelet.
PodAffinity # Pods that a pod wants to be near.
  1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm list=atomic # Terms that all must hold for a node to be chosen.
  2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm list=atomic # Terms that make a node better, with weights.
PodAffinityTerm # A set of pods, and what counts as the same place.
  1 labelSelector LabelSelector # Which pods are meant; absent matches none.
  2 namespaces []string list=atomic # Namespaces of those pods; the pod's own if nothing is said.
  3 topologyKey! string # Label of nodes whose equal value means the same place.
  4 namespaceSelector LabelSelector # Namespaces by label; {} means all.
  5 matchLabelKeys []string list=atomic # Labels of the pod that those pods must share.
  6 mismatchLabelKeys []string list=atomic # Labels of the pod that those pods must not share.
PodAntiAffinity # Pods that a pod wants to keep away from.
  1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm list=atomic # Terms of which none may hold for a node to be chosen.
  2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm list=atomic # Terms that make a node worse, with weights.
PodCertificateProjection # A key and certificate that the kubelet requests for the pod.
  1 signerName! string # Signer that is asked.
  2 keyType! string # Type of the key, such as ED25519 or ECDSAP256.
  3 maxExpirationSeconds int32 # Longest life of the certificate in seconds.
  4 credentialBundlePath string # File for the key and the chain together.
  5 keyPath string # File for the key.
  6 certificateChainPath string # File for the certificate chain.
  7 userAnnotations map<string> # Notes for the signer.
PodCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastProbeTime Time null # When the condition was last checked.
  4 lastTransitionTime Time null # When the status last changed.
  5 reason string # Why it is so, as one word.
  6 message string # Why it is so, for people.
  7 observedGeneration int64 omit # Generation of the spec that the condition speaks of.
PodDNSConfig # Additions to the pod's resolver.
  1 nameservers []string list=atomic # Addresses of further name servers.
  2 searches []string list=atomic # Further search domains.
  3 options []PodDNSConfigOption list=atomic # Options of the resolver.
PodDNSConfigOption # An option of the resolver.
  1 name string # Name of the option, such as ndots.
  2 value string ptr # Value of the option.
PodExtendedResourceClaimStatus # Claim that was made for the extended resources of a pod.
  1 requestMappings! []ContainerExtendedResourceRequest list=atomic # Which container and resource each request is for.
  2 resourceClaimName! string # Name of the claim.
PodIP # An address of a pod.
  1 ip! string # The address.
PodList kind # A list of objects of the kind Pod.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Pod # The objects.
PodOS # Operating system that a pod is for.
  1 name! string # linux or windows.
PodReadinessGate # A further condition of readiness.
  1 conditionType! string # Type of the pod's condition that must be True.
PodResourceClaim # A claim for devices that a pod uses.
  1 name! string # Name by which containers refer to it.
  3 resourceClaimName string # Claim to use; not together with a template.
  4 resourceClaimTemplateName string # Template from which a claim is made for the pod.
PodResourceClaimStatus # Claim that was made from a template.
  1 name! string # Name in the pod's spec.
  2 resourceClaimName string # Name of the claim that was made; absent if none was needed.
PodSchedulingGate # Something that holds scheduling back.
  1 name! string # Name of the gate.
PodSchedulingGroup union # The group with which a pod is scheduled.
  1 podGroupName string # Name of the pod group.
PodSecurityContext # Users, groups and profiles of all containers of a pod.
  1 seLinuxOptions SELinuxOptions # SELinux context of all containers.
  2 runAsUser int64 # User that the programs run as.
  3 runAsNonRoot bool # Refuses to run programs as root.
  4 supplementalGroups []int64 list=atomic # Further groups of the programs.
  5 fsGroup int64 # Group that owns the volumes.
  6 runAsGroup int64 # Main group that the programs run as.
  7 sysctls []Sysctl list=atomic # Kernel settings of the pod's namespaces.
  8 windowsOptions WindowsSecurityContextOptions # Settings for Windows.
  9 fsGroupChangePolicy string ptr enum(Always,OnRootMismatch) # Whether a volume's owners are changed always or only when the root differs.
  10 seccompProfile SeccompProfile # Which system calls are allowed.
  11 appArmorProfile AppArmorProfile # AppArmor profile of all containers.
  12 supplementalGroupsPolicy string ptr enum(Merge,Strict) # Whether groups of the image count too (Merge) or not (Strict).
  13 seLinuxChangePolicy string ptr # How volumes get their SELinux label: MountOption or Recursive.
PodSpec # What a pod should run, where, and how.
  1 volumes []Volume list=map(name) patch=merge,retainKeys(name) # Storage that the containers can mount.
  2 containers! []Container list=map(name) patch=merge(name) # Containers that run side by side; at least one, and fixed for the pod's life.
  3 restartPolicy string =Always enum(Always,Never,OnFailure) # Whether containers that ended are started again.
  4 terminationGracePeriodSeconds int64 =30 # Seconds between the polite request to stop and the kill.
  5 activeDeadlineSeconds int64 # Seconds that the pod may run before it is ended as failed.
  6 dnsPolicy string =ClusterFirst enum(ClusterFirst,ClusterFirstWithHostNet,Default,None) # Where names are resolved: by the cluster, as on the node, or as dnsConfig says.
  7 nodeSelector map<string> mapType=atomic # Labels that a node must have to be chosen.
  8 serviceAccountName string # Account whose token the pod gets.
  9 serviceAccount string # Old name of serviceAccountName.
  10 nodeName string # Node that the pod is bound to; set by the scheduler.
  11 hostNetwork bool omit # Uses the node's network instead of one of its own.
  12 hostPID bool omit # Uses the node's process table.
  13 hostIPC bool omit # Uses the node's IPC namespace.
  14 securityContext PodSecurityContext ={} # Users, groups and profiles of all containers.
  15 imagePullSecrets []LocalObjectReference list=map(name) patch=merge(name) # Secrets with the credentials of image registries.
  16 hostname string # Host name of the pod; its name by default.
  17 subdomain string # Puts the pod at hostname.subdomain.namespace.svc of the cluster's domain.
  18 affinity Affinity # Preferences and demands about nodes and neighbours.
  19 schedulerName string =default-scheduler # Scheduler that places the pod.
  20 initContainers []Container list=map(name) patch=merge(name) # Containers that run one after the other first; with restartPolicy Always they stay.
  21 automountServiceAccountToken bool # Whether the account's token is mounted by itself.
  22 tolerations []Toleration list=atomic # Taints of nodes that do not keep the pod away.
  23 hostAliases []HostAlias list=map(ip) patch=merge(ip) # Lines for the pod's hosts file.
  24 priorityClassName string # Class that says how important the pod is.
  25 priority int32 # Number that the priority class stands for.
  26 dnsConfig PodDNSConfig # Additions to the resolver that dnsPolicy gives.
  27 shareProcessNamespace bool # Lets all containers see each other's processes.
  28 readinessGates []PodReadinessGate list=atomic # Further conditions that must be True for the pod to be ready.
  29 runtimeClassName string ptr # Runtime class with which the pod is run.
  30 enableServiceLinks bool # Whether services of the namespace are told through variables.
  31 preemptionPolicy string ptr enum(Never,PreemptLowerPriority) # Whether the pod may push out less important ones.
  32 overhead map<Quantity> # What running the pod costs beside its containers.
  33 topologySpreadConstraints []TopologySpreadConstraint list=map(topologyKey,whenUnsatisfiable) patch=merge(topologyKey) # How evenly pods are spread over zones, nodes and the like.
  34 ephemeralContainers []EphemeralContainer list=map(name) patch=merge(name) # Containers added later, for looking into the pod.
  35 setHostnameAsFQDN bool # Makes the full domain name the host name.
  36 os PodOS # Operating system that the pod is for.
  37 hostUsers bool # False gives the pod users of its own, apart from the node's.
  38 schedulingGates []PodSchedulingGate list=map(name) patch=merge(name) # Holds scheduling back until the list is empty.
  39 resourceClaims []PodResourceClaim list=map(name) patch=merge,retainKeys(name) # Claims for devices that containers can use.
  40 resources ResourceRequirements # Requests and limits of the pod as a whole.
  41 hostnameOverride string ptr # Host name of the pod, whatever else would decide it.
  43 schedulingGroup PodSchedulingGroup # Group with which the pod is scheduled.
PodStatus # What is known about a pod.
  1 phase string enum(Failed,Pending,Running,Succeeded,Unknown) # Where the pod is in its life, in one word.
  2 conditions []PodCondition list=map(type) patch=merge(type) # What holds of the object, by type.
  3 message string # Why it is in this state, for people.
  4 reason string # Why it is in this state, as one word.
  5 hostIP string # Address of its node.
  6 podIP string # Address of the pod.
  7 startTime Time # When the kubelet took it up.
  8 containerStatuses []ContainerStatus list=atomic # State of its containers.
  9 qosClass string enum(BestEffort,Burstable,Guaranteed) # Class of service that follows from requests and limits.
  10 initContainerStatuses []ContainerStatus list=atomic # State of its init containers.
  11 nominatedNodeName string # Node on which room is being made for it.
  12 podIPs []PodIP list=map(ip) patch=merge(ip) # Addresses of the pod, at most one of each family.
  13 ephemeralContainerStatuses []ContainerStatus list=atomic # State of its ephemeral containers.
  14 resize string # State of a resize; superseded by conditions.
  15 resourceClaimStatuses []PodResourceClaimStatus list=map(name) patch=merge,retainKeys(name) # Claims that were made for it from templates.
  16 hostIPs []HostIP list=atomic patch=merge(ip) # Addresses of its node.
  17 observedGeneration int64 omit # Generation of the spec that the status speaks of.
  18 extendedResourceClaimStatus PodExtendedResourceClaimStatus # Claim that was made for its extended resources.
  19 allocatedResources map<Quantity> # What the node has set aside for the pod as a whole.
  20 resources ResourceRequirements # Requests and limits in force for the pod as a whole.
  21 nodeAllocatableResourceClaimStatuses []NodeAllocatableResourceClaimStatus list=atomic # Resources of the node that claims took for it.
PodTemplate kind # A template for pods, stored by itself.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 template PodTemplateSpec always # The template.
PodTemplateList kind # A list of objects of the kind PodTemplate.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []PodTemplate # The objects.
PodTemplateSpec # What pods made from a template look like.
  1 metadata ObjectMeta always # Labels and annotations of the pods.
  2 spec PodSpec always # What the pods run.
PortStatus # State of a port of a load balancer.
  1 port! int32 # Number of the port.
  2 protocol! string values(SCTP,TCP,UDP) # UDP, TCP or SCTP.
  3 error string ptr # What went wrong, as CamelCase or domain/CamelCase.
PortworxVolumeSource # A volume of Portworx.
  1 volumeID! string # Identity of the volume.
  2 fsType string # File system of the volume, such as ext4 or xfs.
  3 readOnly bool omit # Forbids writing.
PreferredSchedulingTerm # A preference for nodes.
  1 weight! int32 # How much it counts, from 1 to 100.
  2 preference! NodeSelectorTerm always # Nodes that are preferred.
Probe # A check of a container that is made again and again.
  1.1 exec ExecAction # Runs a command; exit status 0 is success.
  1.2 httpGet HTTPGetAction # Makes an HTTP request.
  1.3 tcpSocket TCPSocketAction # Opens a connection.
  1.4 grpc GRPCAction # Asks a gRPC health service.
  2 initialDelaySeconds int32 omit # Seconds from the start to the first check.
  3 timeoutSeconds int32 omit =1 # Seconds after which a check has failed.
  4 periodSeconds int32 omit =10 # Seconds from one check to the next.
  5 successThreshold int32 omit =1 # Successes in a row after a failure that count as healthy.
  6 failureThreshold int32 omit =3 # Failures in a row that count as failed.
  7 terminationGracePeriodSeconds int64 # Seconds to stop in when this probe fails, instead of the pod's.
ProjectedVolumeSource # Several sources in one folder.
  1 sources []VolumeProjection list=atomic # The sources.
  2 defaultMode int32 =420 # Permission bits of the files; 0644 by default.
QuobyteVolumeSource # A volume of Quobyte; no longer supported.
  1 registry! string # Addresses of the registries, as host:port.
  2 volume! string # Name of the volume.
  3 readOnly bool omit # Forbids writing.
  4 user string # User to mount as.
  5 group string # Group to mount as.
  6 tenant string # Tenant that owns the volume.
RBDPersistentVolumeSource # A block device of Ceph, for persistent volumes.
  1 monitors! []string list=atomic # Addresses of the Ceph monitors.
  2 image! string # Name of the image.
  3 fsType string # File system of the volume, such as ext4 or xfs.
  4 pool string =rbd # Pool that the image is in.
  5 user string =admin # Name of the Ceph user.
  6 keyring string =/etc/ceph/keyring # File on the node with the keys.
  7 secretRef SecretReference # Secret with the credentials.
  8 readOnly bool omit # Forbids writing.
RBDVolumeSource # A block device of Ceph.
  1 monitors! []string list=atomic # Addresses of the Ceph monitors.
  2 image! string # Name of the image.
  3 fsType string # File system of the volume, such as ext4 or xfs.
  4 pool string =rbd # Pool that the image is in.
  5 user string =admin # Name of the Ceph user.
  6 keyring string =/etc/ceph/keyring # File on the node with the keys.
  7 secretRef LocalObjectReference # Secret with the credentials.
  8 readOnly bool omit # Forbids writing.
ReplicationController kind # Keeps a number of equal pods running; superseded by ReplicaSet.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec ReplicationControllerSpec always # What is wanted.
  3 status ReplicationControllerStatus always # What was last observed.
ReplicationControllerCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastTransitionTime Time null # When the status last changed.
  4 reason string # Why it is so, as one word.
  5 message string # Why it is so, for people.
ReplicationControllerList kind # A list of objects of the kind ReplicationController.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ReplicationController # The objects.
ReplicationControllerSpec # How many pods there should be, and what they look like.
  1 replicas int32 =1 # How many pods there should be.
  2 selector map<string> mapType=atomic # Labels by which the pods are recognised.
  3 template PodTemplateSpec # What the pods look like.
  4 minReadySeconds int32 omit # Seconds that a pod has to be ready before it counts as available.
ReplicationControllerStatus # How many pods there are.
  1 replicas! int32 # How many pods there are.
  2 fullyLabeledReplicas int32 omit # How many of them have all labels of the template.
  3 observedGeneration int64 omit # Generation of the spec that the status speaks of.
  4 readyReplicas int32 omit # How many of them are ready.
  5 availableReplicas int32 omit # How many of them have been ready for long enough.
  6 conditions []ReplicationControllerCondition list=map(type) patch=merge(type) # What holds of the object, by type.
ResourceClaim # A claim of the pod that a container uses.
  1 name! string # Name of the claim in the pod's resourceClaims.
  2 request string # One request of the claim; all of them by default.
ResourceFieldSelector mapType=atomic # A request or limit of a container.
  1 containerName string # Name of the container; needed in volumes.
  2 resource! string # Which one, such as limits.cpu.
  3 divisor Quantity ="0" # Unit in which the value is given.
ResourceHealth # Health of a device.
  1 resourceID! string # Identity of the device.
  2 health string # Healthy, Unhealthy or Unknown.
  6 message string # What is wrong, for people.
ResourceQuota kind # Limits on what a namespace uses in total.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec ResourceQuotaSpec always # What is wanted.
  3 status ResourceQuotaStatus always # What was last observed.
ResourceQuotaList kind # A list of objects of the kind ResourceQuota.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ResourceQuota # The objects.
ResourceQuotaSpec # What may be used in total.
  1 hard map<Quantity> # Most of each resource that may be used.
  2 scopes []string list=atomic values(BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating,VolumeAttributesClass) # Properties that objects must have to count.
  3 scopeSelector ScopeSelector # The same, with operators.
ResourceQuotaStatus # What is used in total.
  1 hard map<Quantity> # Limits that are in force.
  2 used map<Quantity> # How much of each resource is used.
ResourceRequirements # What is promised, and what may be used at most.
  1 limits map<Quantity> # Most of each resource that may be used.
  2 requests map<Quantity> # What is set aside of each resource; the limit by default.
  3 claims []ResourceClaim list=map(name) # Claims of the pod that are used.
ResourceStatus # Health of the devices of one resource.
  1 name! string # Name of the resource.
  2 resources []ResourceHealth list=map(resourceID) # Its devices.
SELinuxOptions # An SELinux context.
  1 user string # User label.
  2 role string # Role label.
  3 type string # Type label.
  4 level string # Level label.
ScaleIOPersistentVolumeSource # A volume of ScaleIO, for persistent volumes; no longer supported.
  1 gateway! string # Address of the API gateway.
  2 system! string # Name of the storage system.
  3 secretRef! SecretReference # Secret with the credentials.
  4 sslEnabled bool omit # Whether the gateway is spoken to over TLS.
  5 protectionDomain string # Name of the protection domain.
  6 storagePool string # Name of the storage pool.
  7 storageMode string =ThinProvisioned # ThickProvisioned or ThinProvisioned.
  8 volumeName string # Name of the volume.
  9 fsType string =xfs # File system of the volume, such as ext4 or xfs.
  10 readOnly bool omit # Forbids writing.
ScaleIOVolumeSource # A volume of ScaleIO; no longer supported.
  1 gateway! string # Address of the API gateway.
  2 system! string # Name of the storage system.
  3 secretRef! LocalObjectReference # Secret with the credentials.
  4 sslEnabled bool omit # Whether the gateway is spoken to over TLS.
  5 protectionDomain string # Name of the protection domain.
  6 storagePool string # Name of the storage pool.
  7 storageMode string =ThinProvisioned # ThickProvisioned or ThinProvisioned.
  8 volumeName string # Name of the volume.
  9 fsType string =xfs # File system of the volume, such as ext4 or xfs.
  10 readOnly bool omit # Forbids writing.
ScopeSelector mapType=atomic # A choice of objects by their properties.
  1 matchExpressions []ScopedResourceSelectorRequirement list=atomic # Demands that all have to hold.
ScopedResourceSelectorRequirement # A demand on a property of an object.
  1 scopeName! string values(BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating,VolumeAttributesClass) # Name of the property, such as PriorityClass.
  2 operator! string enum(DoesNotExist,Exists,In,NotIn) # How the value is compared.
  3 values []string list=atomic # Values to compare with.
SeccompProfile union # Which system calls a container may make.
  1 type! string enum(Localhost,RuntimeDefault,Unconfined) # Where the profile comes from: the runtime, a file of the node, or nowhere.
  2 localhostProfile string ptr # File below the kubelet's seccomp folder; only with type Localhost.
Secret kind # Data to be kept from other eyes.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 data map<bytes> # Entries, in base64.
  3 type string =Opaque # What kind of secret it is.
  4 stringData map<string> # Entries as plain text; for writing only.
  5 immutable bool # Forbids changes of the data for good.
SecretEnvSource # Turns every entry of a secret into a variable.
  1.1 name string # Name of the secret.
  2 optional bool # Whether the secret may be missing.
SecretKeySelector mapType=atomic # One entry of a secret.
  1.1 name string # Name of the secret.
  2 key! string # Key of the entry.
  3 optional bool # Whether the secret or its key may be missing.
SecretList kind # A list of objects of the kind Secret.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Secret # The objects.
SecretProjection # Entries of a secret as files of a projected volume.
  1.1 name string # Name of the secret.
  2 items []KeyToPath list=atomic # Entries to take and their paths; all of them if empty.
  4 optional bool # Whether the secret or its keys may be missing.
SecretReference mapType=atomic # Names a secret, in any namespace.
  1 name string # Name of the secret.
  2 namespace string # Namespace of the secret.
SecretVolumeSource # Entries of a secret as files.
  1 secretName string # Name of the secret.
  2 items []KeyToPath list=atomic # Entries to take and their paths; all of them if empty.
  3 defaultMode int32 =420 # Permission bits of the files; 0644 by default.
  4 optional bool # Whether the secret or its keys may be missing.
SecurityContext # User, rights and profiles of one container.
  1 capabilities Capabilities # Capabilities that are added or taken away.
  2 privileged bool # Gives the container all rights of the node.
  3 seLinuxOptions SELinuxOptions # SELinux context of the container.
  4 runAsUser int64 # User that the program runs as.
  5 runAsNonRoot bool # Refuses to run the program as root.
  6 readOnlyRootFilesystem bool # Makes the root folder read-only.
  7 allowPrivilegeEscalation bool # Whether the program may gain more rights than its parent.
  8 runAsGroup int64 # Main group that the program runs as.
  9 procMount string ptr enum(Default,Unmasked) # How /proc is mounted: with parts hidden, or whole.
  10 windowsOptions WindowsSecurityContextOptions # Settings for Windows.
  11 seccompProfile SeccompProfile # Which system calls are allowed.
  12 appArmorProfile AppArmorProfile # AppArmor profile of the container.
Service kind # A stable name and address for a changing set of pods.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec ServiceSpec always # What is wanted.
  3 status ServiceStatus always # What was last observed.
ServiceAccount kind # An identity for programs in pods.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 secrets []ObjectReference list=map(name) patch=merge(name) # Secrets that its pods may use; superseded by token requests.
  3 imagePullSecrets []LocalObjectReference list=atomic # Secrets that its pods get for image registries.
  4 automountServiceAccountToken bool # Whether pods get its token by themselves.
ServiceAccountList kind # A list of objects of the kind ServiceAccount.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ServiceAccount # The objects.
ServiceAccountTokenProjection # A token of the pod's account as a file.
  1 audience string # Who the token is meant for; the API server by default.
  2 expirationSeconds int64 =3600 # Seconds that the token is valid; it is renewed in time.
  3 path! string # File below the mount to write to.
ServiceList kind # A list of objects of the kind Service.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Service # The objects.
ServicePort # A port of a service.
  1 name string # Name of the port; needed if there are several.
  2 protocol string =TCP enum(SCTP,TCP,UDP) # UDP, TCP or SCTP.
  3 port! int32 # Number at which the service is reached.
  4 targetPort IntOrString always # Number or name of the pods' port; the service's own number by default.
  5 nodePort int32 omit # Number at which every node takes traffic; given out if absent.
  6 appProtocol string ptr # Protocol of the application, for proxies.
ServiceSpec # How a service is reached and who serves.
  1 ports []ServicePort list=map(port,protocol) patch=merge(port) # Ports of the service.
  2 selector map<string> mapType=atomic # Labels of the pods that serve.
  3 clusterIP string # Address of the service; None for a headless one.
  4 type string =ClusterIP enum(ClusterIP,ExternalName,LoadBalancer,NodePort) # How the service is reached: inside only, on every node, by a load balancer, or as an alias.
  5 externalIPs []string list=atomic # Further addresses at which nodes take traffic for it.
  7 sessionAffinity string =None enum(ClientIP,None) # Whether a client keeps reaching the same pod.
  8 loadBalancerIP string # Address asked of the load balancer; deprecated.
  9 loadBalancerSourceRanges []string list=atomic # Ranges from which the load balancer takes clients.
  10 externalName string # Name that the service stands for when its type is ExternalName.
  11 externalTrafficPolicy string enum(Cluster,Local) # Whether traffic from outside goes to pods of all nodes or of the same one.
  12 healthCheckNodePort int32 omit # Port at which a node tells the load balancer whether it has pods.
  13 publishNotReadyAddresses bool omit # Counts pods as serving before they are ready.
  14 sessionAffinityConfig SessionAffinityConfig # Settings of the affinity.
  17 ipFamilyPolicy string ptr enum(PreferDualStack,RequireDualStack,SingleStack) # Whether it wants one address family, or two.
  18 clusterIPs []string list=atomic # Addresses of the service, at most one of each family.
  19 ipFamilies []string list=atomic values(,IPv4,IPv6) # Address families in their order: IPv4, IPv6.
  20 allocateLoadBalancerNodePorts bool # Whether a load balancer's service gets node ports.
  21 loadBalancerClass string ptr # Class of load balancer; the default one if absent.
  22 internalTrafficPolicy string ptr enum(Cluster,Local) # Whether traffic from inside goes to pods of all nodes or of the same one.
  23 trafficDistribution string ptr # Preference about where traffic goes, such as PreferSameZone.
ServiceStatus # State of a service.
  1 loadBalancer LoadBalancerStatus always # State of its load balancer.
  2 conditions []Condition list=map(type) patch=merge(type) # What holds of the object, by type.
SessionAffinityConfig # Settings of session affinity.
  1 clientIP ClientIPConfig # Settings of affinity by the client's address.
SleepAction # Waits.
  1 seconds! int64 # Seconds to wait.
StorageOSPersistentVolumeSource # A volume of StorageOS, for persistent volumes; no longer supported.
  1 volumeName string # Name of the volume.
  2 volumeNamespace string # Namespace of the volume in StorageOS.
  3 fsType string # File system of the volume, such as ext4 or xfs.
  4 readOnly bool omit # Forbids writing.
  5 secretRef ObjectReference # Secret with the credentials.
StorageOSVolumeSource # A volume of StorageOS; no longer supported.
  1 volumeName string # Name of the volume.
  2 volumeNamespace string # Namespace of the volume in StorageOS.
  3 fsType string # File system of the volume, such as ext4 or xfs.
  4 readOnly bool omit # Forbids writing.
  5 secretRef LocalObjectReference # Secret with the credentials.
Sysctl # A kernel setting.
  1 name! string # Name of the setting.
  2 value! string # Value of the setting.
TCPSocketAction # Opens a TCP connection.
  1 port! IntOrString # Number or name of the port.
  2 host string # Host to connect to instead of the pod's own address.
Taint # A mark on a node that keeps pods away.
  1 key! string # Key of the mark.
  2 value string # Value of the mark.
  3 effect! string enum(NoExecute,NoSchedule,PreferNoSchedule) # What happens to pods that do not tolerate it.
  4 timeAdded Time # When it was set.
Toleration # Makes a pod bear a taint.
  1 key string # Key of the taint; empty with Exists means all.
  2 operator string enum(Equal,Exists,Gt,Lt) # How the value is compared; Equal by default.
  3 value string # Value of the taint.
  4 effect string enum(NoExecute,NoSchedule,PreferNoSchedule) # Effect of the taint; empty means all.
  5 tolerationSeconds int64 # Seconds that the pod stays under NoExecute; for ever if absent.
TopologySelectorLabelRequirement # A label and its possible values.
  1 key! string # The label.
  2 values! []string list=atomic # Values of which one has to match.
TopologySelectorTerm mapType=atomic # Demands on the place where storage is made.
  1 matchLabelExpressions []TopologySelectorLabelRequirement list=atomic # Demands that all have to hold.
TopologySpreadConstraint # How evenly pods are spread over places.
  1 maxSkew! int32 # How much the numbers of pods in two places may differ.
  2 topologyKey! string # Label of nodes whose equal value means the same place.
  3 whenUnsatisfiable! string enum(DoNotSchedule,ScheduleAnyway) # What to do when it cannot hold: leave the pod unscheduled, or prefer the better node.
  4 labelSelector LabelSelector # Which pods are counted.
  5 minDomains int32 # How many places there have to be before the least number is taken seriously.
  6 nodeAffinityPolicy string ptr enum(Honor,Ignore) # Whether nodes that the pod rules out count.
  7 nodeTaintsPolicy string ptr enum(Honor,Ignore) # Whether nodes with taints that the pod does not bear count.
  8 matchLabelKeys []string list=atomic # Labels of the pod that counted pods must share.
TypedLocalObjectReference mapType=atomic # Names an object of some kind in the same namespace.
  1 apiGroup string ptr null # Group of the kind; empty for core.
  2 kind! string # Kind of the object.
  3 name! string # Name of the object.
TypedObjectReference # Names an object of some kind.
  1 apiGroup string ptr null # Group of the kind; empty for core.
  2 kind! string # Kind of the object.
  3 name! string # Name of the object.
  4 namespace string ptr # Namespace of the object.
Volume # Storage that containers of the pod can mount: a name and one source.
  1 name! string # Name of the volume, unique in the pod.
  2.1 hostPath HostPathVolumeSource # A file or folder of the node itself.
  2.2 emptyDir EmptyDirVolumeSource # A folder that is empty at first and goes with the pod.
  2.3 gcePersistentDisk GCEPersistentDiskVolumeSource # A disk of Google Compute Engine.
  2.4 awsElasticBlockStore AWSElasticBlockStoreVolumeSource # A disk of AWS EBS.
  2.5 gitRepo GitRepoVolumeSource # A git repository that is cloned; deprecated.
  2.6 secret SecretVolumeSource # Entries of a secret as files.
  2.7 nfs NFSVolumeSource # A folder of an NFS server.
  2.8 iscsi ISCSIVolumeSource # A disk over iSCSI.
  2.9 glusterfs GlusterfsVolumeSource # A volume of Gluster.
  2.10 persistentVolumeClaim PersistentVolumeClaimVolumeSource # The volume that a claim is bound to.
  2.11 rbd RBDVolumeSource # A block device of Ceph.
  2.12 flexVolume FlexVolumeSource # Storage of a plug-in program; deprecated.
  2.13 cinder CinderVolumeSource # A block volume of OpenStack.
  2.14 cephfs CephFSVolumeSource # A file system of Ceph.
  2.15 flocker FlockerVolumeSource # A dataset of Flocker; no longer supported.
  2.16 downwardAPI DownwardAPIVolumeSource # Facts about the pod as files.
  2.17 fc FCVolumeSource # A disk on Fibre Channel.
  2.18 azureFile AzureFileVolumeSource # A file share of Azure.
  2.19 configMap ConfigMapVolumeSource # Entries of a config map as files.
  2.20 vsphereVolume VsphereVirtualDiskVolumeSource # A disk of vSphere.
  2.21 quobyte QuobyteVolumeSource # A volume of Quobyte; no longer supported.
  2.22 azureDisk AzureDiskVolumeSource # A data disk of Azure.
  2.23 photonPersistentDisk PhotonPersistentDiskVolumeSource # A disk of Photon; no longer supported.
  2.24 portworxVolume PortworxVolumeSource # A volume of Portworx.
  2.25 scaleIO ScaleIOVolumeSource # A volume of ScaleIO; no longer supported.
  2.26 projected ProjectedVolumeSource # Several sources in one folder.
  2.27 storageos StorageOSVolumeSource # A volume of StorageOS; no longer supported.
  2.28 csi CSIVolumeSource # Storage of a CSI driver that lives as long as the pod.
  2.29 ephemeral EphemeralVolumeSource # A claim that is made for the pod and goes with it.
  2.30 image ImageVolumeSource # The files of an image, read-only.
VolumeDevice # Puts a block device into a container.
  1 name! string # Name of the volume, whose claim must be of mode Block.
  2 devicePath! string # Path of the device in the container.
VolumeMount # Puts a volume into a container.
  1 name! string # Name of the volume.
  2 readOnly bool omit # Forbids writing.
  3 mountPath! string # Path at which the container finds it.
  4 subPath string # Path inside of the volume that is mounted; its root by default.
  5 mountPropagation string ptr enum(Bidirectional,HostToContainer,None) # Whether mounts made later are passed between node and container.
  6 subPathExpr string # The same as subPath, with $(NAME) for variables.
  7 recursiveReadOnly string ptr enum(Disabled,Enabled,IfPossible) # Whether mounts below are read-only too.
VolumeMountStatus # State of a mount.
  1 name! string # Name of the volume.
  2 mountPath! string # Path at which the container finds it.
  3 readOnly bool omit # Whether writing is forbidden.
  4 recursiveReadOnly string # Whether mounts below are read-only too.
  5 volumeStatus VolumeStatus # What is special about the volume.
VolumeNodeAffinity # Nodes that can reach a volume.
  1 required NodeSelector # What a node must fulfil.
VolumeProjection # One source of a projected volume.
  1 secret SecretProjection # Entries of a secret.
  2 downwardAPI DownwardAPIProjection # Facts about the pod.
  3 configMap ConfigMapProjection # Entries of a config map.
  4 serviceAccountToken ServiceAccountTokenProjection # A token of the pod's account.
  5 clusterTrustBundle ClusterTrustBundleProjection # Trust anchors of the cluster.
  6 podCertificate PodCertificateProjection # A key and certificate for the pod.
VolumeResourceRequirements # How much storage is wished for.
  1 limits map<Quantity> # Most that the volume may hold.
  2 requests map<Quantity> # Least that the volume must hold.
VolumeStatus # What is special about a mounted volume.
  1 image ImageVolumeStatus # The image that it holds.
VsphereVirtualDiskVolumeSource # A disk of vSphere.
  1 volumePath! string # Path of the disk.
  2 fsType string # File system of the volume, such as ext4 or xfs.
  3 storagePolicyName string # Name of the storage policy.
  4 storagePolicyID string # Identity of the storage policy.
WeightedPodAffinityTerm # A preference about neighbours.
  1 weight! int32 # How much it counts, from 1 to 100.
  2 podAffinityTerm! PodAffinityTerm always # The pods, and what counts as the same place.
WindowsSecurityContextOptions # Settings for containers on Windows.
  1 gmsaCredentialSpecName string # Name of the GMSA credential spec.
  2 gmsaCredentialSpec string # The GMSA credential spec itself.
  3 runAsUserName string # User that the program runs as.
  4 hostProcess bool # Runs the container directly on the host.
NodeProxyOptions kind # Where a request to a node is passed on to.
  1 path string # Path of the request at the kubelet.
PodAttachOptions kind # How to attach to a container.
  1 stdin bool omit # Sends the standard input.
  2 stdout bool omit # Receives the standard output.
  3 stderr bool omit # Receives the standard error.
  4 tty bool omit # Uses a terminal.
  5 container string # Name of the container; needed if there are several.
PodExecOptions kind # What to run in a container.
  1 stdin bool omit # Sends the standard input.
  2 stdout bool omit # Receives the standard output.
  3 stderr bool omit # Receives the standard error.
  4 tty bool omit # Uses a terminal.
  5 container string # Name of the container; needed if there are several.
  6 command []string list=atomic # Program and arguments.
PodLogOptions kind # What to read of a container's log.
  1 container string # Name of the container; needed if there are several.
  2 follow bool omit # Goes on with new lines as they come.
  3 previous bool omit # Reads the log of the run before the last restart.
  4 sinceSeconds int64 # Only lines of the last so many seconds.
  5 sinceTime Time # Only lines since this time.
  6 timestamps bool omit # Puts the time before each line.
  7 tailLines int64 # Only the last so many lines.
  8 limitBytes int64 # Ends after so many bytes.
  9 insecureSkipTLSVerifyBackend bool omit # Does not check the kubelet's certificate.
  10 stream string # Which stream: All, Stdout or Stderr.
PodPortForwardOptions kind # Ports to forward.
  1 ports []int32 list=atomic # The ports.
PodProxyOptions kind # Where a request to a pod is passed on to.
  1 path string # Path of the request at the pod.
PodStatusResult kind # The status of a pod by itself.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 status PodStatus always # What was last observed.
RangeAllocation kind # What is taken of a range; for the server's own use.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 range! string # The range, as text.
  3 data! bytes # One bit for each number that is taken.
SerializedReference kind # A reference as an annotation carries it.
  1 reference ObjectReference always # The object that is meant.
ServiceProxyOptions kind # Where a request to a service is passed on to.
  1 path string # Path of the request at the service, with its parameters.
`
