// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { Condition, LabelSelector } from './meta-v1.ts'

/** A disk of AWS EBS. */
export interface AWSElasticBlockStoreVolumeSource {
  /** Identity of the disk at AWS. */
  volumeID: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Number of the partition to mount; 0 is the whole disk. */
  partition?: number
  /** Forbids writing. */
  readOnly?: boolean
}

/** Rules about which nodes and neighbours a pod wants. */
export interface Affinity {
  /** Which nodes suit the pod. */
  nodeAffinity?: NodeAffinity
  /** Pods that this one wants to be near. */
  podAffinity?: PodAffinity
  /** Pods that this one wants to keep away from. */
  podAntiAffinity?: PodAntiAffinity
}

/** Which AppArmor profile confines a container. */
export interface AppArmorProfile {
  /** Where the profile comes from: the runtime, the node, or nowhere. */
  type: string
  /** Name of a profile loaded on the node; only with type Localhost. */
  localhostProfile?: string
}

/** A volume that is attached to a node. */
export interface AttachedVolume {
  /** Name of the volume. */
  name: string
  /** Path of the device on the node. */
  devicePath: string
}

/** A data disk of Azure. */
export interface AzureDiskVolumeSource {
  /** Name of the disk in the blob storage. */
  diskName: string
  /** Address of the disk. */
  diskURI: string
  /** How the host caches the disk: None, ReadOnly or ReadWrite. */
  cachingMode?: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
  /** How the disk is kept: Shared, Dedicated or Managed. */
  kind?: string
}

/** A file share of Azure, for persistent volumes. */
export interface AzureFilePersistentVolumeSource {
  /** Secret with the storage account's name and key. */
  secretName: string
  /** Name of the share. */
  shareName: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Namespace of the secret; the claim's by default. */
  secretNamespace?: string
}

/** A file share of Azure. */
export interface AzureFileVolumeSource {
  /** Secret with the storage account's name and key. */
  secretName: string
  /** Name of the share. */
  shareName: string
  /** Forbids writing. */
  readOnly?: boolean
}

/** Assigns a pod to a node. */
export interface Binding extends KubeObject {
  apiVersion: 'v1'
  kind: 'Binding'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** The node, as a reference. */
  target: ObjectReference
}

/** Storage that a CSI driver provides, for persistent volumes. */
export interface CSIPersistentVolumeSource {
  /** Name of the CSI driver. */
  driver: string
  /** Name by which the driver knows the volume; fixed. */
  volumeHandle: string
  /** Forbids writing. */
  readOnly?: boolean
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Further facts about the volume, for the driver. */
  volumeAttributes?: Record<string, string>
  /** Secret that the driver gets when it attaches or detaches. */
  controllerPublishSecretRef?: SecretReference
  /** Secret that the driver gets when it prepares the volume on a node. */
  nodeStageSecretRef?: SecretReference
  /** Secret that the driver gets when it mounts the volume for a pod. */
  nodePublishSecretRef?: SecretReference
  /** Secret that the driver's controller gets when the volume grows. */
  controllerExpandSecretRef?: SecretReference
  /** Secret that the driver gets when the file system grows on a node. */
  nodeExpandSecretRef?: SecretReference
}

/** Storage of a CSI driver that lives as long as the pod. */
export interface CSIVolumeSource {
  /** Name of the CSI driver. */
  driver: string
  /** Forbids writing. */
  readOnly?: boolean
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Settings for the driver. */
  volumeAttributes?: Record<string, string>
  /** Secret that the driver gets when it mounts the volume. */
  nodePublishSecretRef?: LocalObjectReference
}

/** POSIX capabilities that a container gains or loses. */
export interface Capabilities {
  /** Capabilities to add. */
  add?: string[]
  /** Capabilities to take away; ALL for all. */
  drop?: string[]
}

/** A file system of Ceph, for persistent volumes. */
export interface CephFSPersistentVolumeSource {
  /** Addresses of the Ceph monitors. */
  monitors: string[] | null
  /** Folder that is mounted as the root; / by default. */
  path?: string
  /** Name of the Ceph user; admin by default. */
  user?: string
  /** File on the node with the user's key. */
  secretFile?: string
  /** Secret with the credentials. */
  secretRef?: SecretReference
  /** Forbids writing. */
  readOnly?: boolean
}

/** A file system of Ceph. */
export interface CephFSVolumeSource {
  /** Addresses of the Ceph monitors. */
  monitors: string[] | null
  /** Folder that is mounted as the root; / by default. */
  path?: string
  /** Name of the Ceph user; admin by default. */
  user?: string
  /** File on the node with the user's key. */
  secretFile?: string
  /** Secret with the credentials. */
  secretRef?: LocalObjectReference
  /** Forbids writing. */
  readOnly?: boolean
}

/** A block volume of OpenStack, for persistent volumes. */
export interface CinderPersistentVolumeSource {
  /** Identity of the volume in Cinder. */
  volumeID: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Secret with the credentials. */
  secretRef?: SecretReference
}

/** A block volume of OpenStack. */
export interface CinderVolumeSource {
  /** Identity of the volume in Cinder. */
  volumeID: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Secret with the credentials. */
  secretRef?: LocalObjectReference
}

/** How long a client's address stays with one pod. */
export interface ClientIPConfig {
  /** Seconds that the bond lasts; more than 0, at most a day. */
  timeoutSeconds?: number
}

/** Writes trust anchors of the cluster into a file. */
export interface ClusterTrustBundleProjection {
  /** Name of one bundle; not together with signerName. */
  name?: string
  /** Takes all bundles of this signer that labelSelector matches. */
  signerName?: string
  /** Which of the signer's bundles are taken. */
  labelSelector?: LabelSelector
  /** File below the mount to write to. */
  path: string
  /** Whether the pod may start without the bundle. */
  optional?: boolean
}

/** What is known about the health of a component. */
export interface ComponentCondition {
  /** Kind of the condition; only Healthy exists. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** What the component said. */
  message?: string
  /** Code of the error, if there was one. */
  error?: string
}

/** Health of a component of the control plane; superseded by /readyz. */
export interface ComponentStatus extends KubeObject {
  apiVersion: 'v1'
  kind: 'ComponentStatus'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What was found. */
  conditions?: ComponentCondition[]
}

/** A list of objects of the kind ComponentStatus. */
export interface ComponentStatusList {
  apiVersion: 'v1'
  kind: 'ComponentStatusList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ComponentStatus[] | null
}

/** Settings as text, for pods to read. */
export interface ConfigMap extends KubeObject {
  apiVersion: 'v1'
  kind: 'ConfigMap'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Entries as text. */
  data?: Record<string, string>
  /** Entries that are not valid text, in base64. */
  binaryData?: Record<string, string>
  /** Forbids changes of the data for good. */
  immutable?: boolean
}

/** Turns every entry of a config map into a variable. */
export interface ConfigMapEnvSource {
  /** Name of the config map. */
  name?: string
  /** Whether the config map may be missing. */
  optional?: boolean
}

/** One entry of a config map. */
export interface ConfigMapKeySelector {
  /** Name of the config map. */
  name?: string
  /** Key of the entry. */
  key: string
  /** Whether the config map or its key may be missing. */
  optional?: boolean
}

/** A list of objects of the kind ConfigMap. */
export interface ConfigMapList {
  apiVersion: 'v1'
  kind: 'ConfigMapList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ConfigMap[] | null
}

/** Where a node once took its kubelet's configuration from; unused. */
export interface ConfigMapNodeConfigSource {
  /** Namespace of the config map. */
  namespace: string
  /** Name of the config map. */
  name: string
  /** Identity of the config map; only in a node's status. */
  uid?: string
  /** Version of the config map; only in a node's status. */
  resourceVersion?: string
  /** Entry that holds the configuration. */
  kubeletConfigKey: string
}

/** Entries of a config map as files of a projected volume. */
export interface ConfigMapProjection {
  /** Name of the config map. */
  name?: string
  /** Entries to take and their paths; all of them if empty. */
  items?: KeyToPath[]
  /** Whether the config map or its keys may be missing. */
  optional?: boolean
}

/** Entries of a config map as files. */
export interface ConfigMapVolumeSource {
  /** Name of the config map. */
  name?: string
  /** Entries to take and their paths; all of them if empty. */
  items?: KeyToPath[]
  /** Permission bits of the files; 0644 by default. */
  defaultMode?: number
  /** Whether the config map or its keys may be missing. */
  optional?: boolean
}

/** One program of a pod. */
export interface Container {
  /** Name of the container, unique in the pod. */
  name: string
  /** Image to run. */
  image?: string
  /** Program to run instead of the image's entry point. */
  command?: string[]
  /** Arguments of the program, instead of the image's. */
  args?: string[]
  /** Folder in which the program starts. */
  workingDir?: string
  /** Ports that the program listens on; for information and for names. */
  ports?: ContainerPort[]
  /** Variables of the environment. */
  env?: EnvVar[]
  /** What the container is promised, and what it may use at most. */
  resources?: ResourceRequirements
  /** Volumes and the paths at which the program finds them. */
  volumeMounts?: VolumeMount[]
  /** Check that restarts the container when it fails. */
  livenessProbe?: Probe
  /** Check that takes the pod out of its services while it fails. */
  readinessProbe?: Probe
  /** Actions after the start and before the stop. */
  lifecycle?: Lifecycle
  /** File in which the program may leave its last words. */
  terminationMessagePath?: string
  /** When the image is fetched. */
  imagePullPolicy?: string
  /** User, rights and profiles of this container. */
  securityContext?: SecurityContext
  /** Keeps the standard input open, so that one can attach to it. */
  stdin?: boolean
  /** Closes the standard input after the first client has detached. */
  stdinOnce?: boolean
  /** Gives the program a terminal; needs stdin. */
  tty?: boolean
  /** Config maps and secrets whose entries become variables. */
  envFrom?: EnvFromSource[]
  /** Where last words come from: the file alone, or after an error the end of the log. */
  terminationMessagePolicy?: string
  /** Block devices and the paths at which the program finds them. */
  volumeDevices?: VolumeDevice[]
  /** Check that holds the other probes back until it succeeds. */
  startupProbe?: Probe
  /** What a change of each resource means for the running container. */
  resizePolicy?: ContainerResizePolicy[]
  /** Whether this container is started again, whatever the pod says. */
  restartPolicy?: string
  /** Exceptions from the restart policy, by exit code; the first match counts. */
  restartPolicyRules?: ContainerRestartRule[]
}

/** Links an extended resource of a container with a request of a claim. */
export interface ContainerExtendedResourceRequest {
  /** Name of the container. */
  containerName: string
  /** Name of the extended resource. */
  resourceName: string
  /** Name of the request in the claim. */
  requestName: string
}

/** An image that a node has. */
export interface ContainerImage {
  /** Names by which the image is known. */
  names?: string[]
  /** Size of the image in bytes. */
  sizeBytes?: number
}

/** A port that a container listens on. */
export interface ContainerPort {
  /** Name of the port, for services and probes to use. */
  name?: string
  /** Port of the node that leads here; rarely needed. */
  hostPort?: number
  /** Number of the port. */
  containerPort: number
  /** UDP, TCP or SCTP. */
  protocol?: string
  /** Address of the node on which hostPort is opened. */
  hostIP?: string
}

/** What changing a resource means for a running container. */
export interface ContainerResizePolicy {
  /** The resource: cpu or memory. */
  resourceName: string
  /** Whether the container has to restart: NotRequired or RestartContainer. */
  restartPolicy: string
}

/** What happens when a container ends in a certain way. */
export interface ContainerRestartRule {
  /** What to do when the rule matches: Restart or RestartAllContainers. */
  action: string
  /** Exit codes for which the rule is. */
  exitCodes?: ContainerRestartRuleOnExitCodes
}

/** A set of exit codes. */
export interface ContainerRestartRuleOnExitCodes {
  /** In, or NotIn. */
  operator: string
  /** The exit codes; at most 255. */
  values?: number[]
}

/** Whether a container waits, runs or has ended: exactly one is set. */
export interface ContainerState {
  /** The container has yet to start. */
  waiting?: ContainerStateWaiting
  /** The container runs. */
  running?: ContainerStateRunning
  /** The container has ended. */
  terminated?: ContainerStateTerminated
}

/** A container that runs. */
export interface ContainerStateRunning {
  /** When it was last started. */
  startedAt?: string | null
}

/** A container that has ended. */
export interface ContainerStateTerminated {
  /** Exit status of the program. */
  exitCode: number
  /** Signal that ended the program. */
  signal?: number
  /** Why it ended, as one word. */
  reason?: string
  /** Last words of the container. */
  message?: string
  /** When this run began. */
  startedAt?: string | null
  /** When it ended. */
  finishedAt?: string | null
  /** Identity of the container at its runtime. */
  containerID?: string
}

/** A container that has yet to start. */
export interface ContainerStateWaiting {
  /** Why it waits, as one word. */
  reason?: string
  /** Why it waits, in detail. */
  message?: string
}

/** What is known about a container. */
export interface ContainerStatus {
  /** Name of the container in the spec. */
  name: string
  /** What the container does now. */
  state?: ContainerState
  /** How its previous run ended. */
  lastState?: ContainerState
  /** Whether it passes its readiness probe. */
  ready: boolean
  /** How often it was started again. */
  restartCount: number
  /** Image that runs. */
  image: string
  /** Identity of the image that runs. */
  imageID: string
  /** Identity of the container at its runtime, as type://id. */
  containerID?: string
  /** Whether it has started and passed its startup probe. */
  started?: boolean
  /** What the node has set aside for it. */
  allocatedResources?: Record<string, string>
  /** Requests and limits that are in force. */
  resources?: ResourceRequirements
  /** State of the mounts. */
  volumeMounts?: VolumeMountStatus[]
  /** Users and groups under which its first process runs. */
  user?: ContainerUser
  /** Health of the devices that it was given. */
  allocatedResourcesStatus?: ResourceStatus[]
  /** Signal by which it is asked to stop. */
  stopSignal?: string
}

/** Who a container runs as. */
export interface ContainerUser {
  /** Users and groups on Linux. */
  linux?: LinuxContainerUser
}

/** A port of a node's daemon. */
export interface DaemonEndpoint {
  /** Number of the port. */
  Port: number
}

/** Facts about the pod as files of a projected volume. */
export interface DownwardAPIProjection {
  /** The files. */
  items?: DownwardAPIVolumeFile[]
}

/** A file that holds a fact about the pod. */
export interface DownwardAPIVolumeFile {
  /** Path of the file, below the mount. */
  path: string
  /** Field of the pod whose value is written. */
  fieldRef?: ObjectFieldSelector
  /** Request or limit of a container that is written. */
  resourceFieldRef?: ResourceFieldSelector
  /** Permission bits of this file. */
  mode?: number
}

/** Facts about the pod as files. */
export interface DownwardAPIVolumeSource {
  /** The files. */
  items?: DownwardAPIVolumeFile[]
  /** Permission bits of the files; 0644 by default. */
  defaultMode?: number
}

/** A folder that is empty at first and goes with the pod. */
export interface EmptyDirVolumeSource {
  /** Where it is kept: on disk (empty) or in memory (Memory). */
  medium?: string
  /** How much it may hold before the pod is evicted. */
  sizeLimit?: string
}

/** An address of a service's backend. */
export interface EndpointAddress {
  /** The address. */
  ip: string
  /** Object behind the address, mostly a pod. */
  targetRef?: ObjectReference
  /** Host name of the backend, for its DNS record. */
  hostname?: string
  /** Node on which the backend runs. */
  nodeName?: string
}

/** A port of a service's backends. */
export interface EndpointPort {
  /** Name of the port, as in the service. */
  name?: string
  /** Number of the port. */
  port: number
  /** UDP, TCP or SCTP. */
  protocol?: string
  /** Protocol of the application, for proxies. */
  appProtocol?: string
}

/** Addresses that all serve the same ports. */
export interface EndpointSubset {
  /** Addresses of backends that are ready. */
  addresses?: EndpointAddress[]
  /** Addresses of backends that are not ready. */
  notReadyAddresses?: EndpointAddress[]
  /** Ports on those addresses. */
  ports?: EndpointPort[]
}

/** Addresses behind a service; superseded by EndpointSlice. */
export interface Endpoints extends KubeObject {
  apiVersion: 'v1'
  kind: 'Endpoints'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Addresses, grouped by the ports that they serve. */
  subsets?: EndpointSubset[]
}

/** A list of objects of the kind Endpoints. */
export interface EndpointsList {
  apiVersion: 'v1'
  kind: 'EndpointsList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Endpoints[] | null
}

/** Variables from all entries of an object. */
export interface EnvFromSource {
  /** Text put before each name. */
  prefix?: string
  /** Config map to take. */
  configMapRef?: ConfigMapEnvSource
  /** Secret to take. */
  secretRef?: SecretEnvSource
}

/** A variable of a container's environment. */
export interface EnvVar {
  /** Name of the variable. */
  name: string
  /** Value; $(NAME) stands for an earlier variable. */
  value?: string
  /** Where the value comes from; not together with value. */
  valueFrom?: EnvVarSource
}

/** Where the value of a variable comes from. */
export interface EnvVarSource {
  /** A field of the pod. */
  fieldRef?: ObjectFieldSelector
  /** A request or limit of a container. */
  resourceFieldRef?: ResourceFieldSelector
  /** An entry of a config map. */
  configMapKeyRef?: ConfigMapKeySelector
  /** An entry of a secret. */
  secretKeyRef?: SecretKeySelector
  /** An entry of a file in a volume. */
  fileKeyRef?: FileKeySelector
}

/** A container added to a running pod, for looking into it. */
export interface EphemeralContainer {
  /** Name of the container, unique in the pod. */
  name: string
  /** Image to run. */
  image?: string
  /** Program to run instead of the image's entry point. */
  command?: string[]
  /** Arguments of the program, instead of the image's. */
  args?: string[]
  /** Folder in which the program starts. */
  workingDir?: string
  /** Ports that the program listens on; for information and for names. */
  ports?: ContainerPort[]
  /** Variables of the environment. */
  env?: EnvVar[]
  /** What the container is promised, and what it may use at most. */
  resources?: ResourceRequirements
  /** Volumes and the paths at which the program finds them. */
  volumeMounts?: VolumeMount[]
  /** Check that restarts the container when it fails. */
  livenessProbe?: Probe
  /** Check that takes the pod out of its services while it fails. */
  readinessProbe?: Probe
  /** Actions after the start and before the stop. */
  lifecycle?: Lifecycle
  /** File in which the program may leave its last words. */
  terminationMessagePath?: string
  /** When the image is fetched. */
  imagePullPolicy?: string
  /** User, rights and profiles of this container. */
  securityContext?: SecurityContext
  /** Keeps the standard input open, so that one can attach to it. */
  stdin?: boolean
  /** Closes the standard input after the first client has detached. */
  stdinOnce?: boolean
  /** Gives the program a terminal; needs stdin. */
  tty?: boolean
  /** Config maps and secrets whose entries become variables. */
  envFrom?: EnvFromSource[]
  /** Where last words come from: the file alone, or after an error the end of the log. */
  terminationMessagePolicy?: string
  /** Block devices and the paths at which the program finds them. */
  volumeDevices?: VolumeDevice[]
  /** Check that holds the other probes back until it succeeds. */
  startupProbe?: Probe
  /** What a change of each resource means for the running container. */
  resizePolicy?: ContainerResizePolicy[]
  /** Whether this container is started again, whatever the pod says. */
  restartPolicy?: string
  /** Exceptions from the restart policy, by exit code; the first match counts. */
  restartPolicyRules?: ContainerRestartRule[]
  /** Container whose processes it can see. */
  targetContainerName?: string
}

/** A claim that is made for the pod and goes with it. */
export interface EphemeralVolumeSource {
  /** What the claim looks like. */
  volumeClaimTemplate?: PersistentVolumeClaimTemplate
}

/** A report of something that happened to an object. */
export interface Event extends KubeObject {
  apiVersion: 'v1'
  kind: 'Event'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Object that the event is about. */
  involvedObject: ObjectReference
  /** Why it was reported, as one word. */
  reason?: string
  /** What happened, for people. */
  message?: string
  /** Component that reports. */
  source?: EventSource
  /** When it was first seen. */
  firstTimestamp?: string | null
  /** When it was last seen. */
  lastTimestamp?: string | null
  /** How often it was seen. */
  count?: number
  /** Normal or Warning. */
  type?: string
  /** When it was first seen, to the microsecond. */
  eventTime?: string | null
  /** Data of an event that goes on. */
  series?: EventSeries
  /** What was done or failed. */
  action?: string
  /** A second object that has part in it. */
  related?: ObjectReference
  /** Name of the controller that reports. */
  reportingComponent?: string
  /** Which instance of the controller reports. */
  reportingInstance?: string
}

/** A list of objects of the kind Event. */
export interface EventList {
  apiVersion: 'v1'
  kind: 'EventList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Event[] | null
}

/** How often an event has come again. */
export interface EventSeries {
  /** How often so far. */
  count?: number
  /** When it was last seen. */
  lastObservedTime?: string
}

/** Who reports an event. */
export interface EventSource {
  /** Name of the component. */
  component?: string
  /** Name of the node. */
  host?: string
}

/** Runs a command in the container. */
export interface ExecAction {
  /** Program and arguments; no shell is involved. */
  command?: string[]
}

/** A disk on Fibre Channel. */
export interface FCVolumeSource {
  /** World wide names of the targets. */
  targetWWNs?: string[]
  /** Number of the logical unit. */
  lun?: number
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
  /** World wide identifiers, instead of targets and unit. */
  wwids?: string[]
}

/** An entry of a file in a volume. */
export interface FileKeySelector {
  /** Volume that holds the file. */
  volumeName: string
  /** Path of the file in the volume. */
  path: string
  /** Name of the entry. */
  key: string
  /** Whether the file or the entry may be missing. */
  optional?: boolean
}

/** Storage of a plug-in program, for persistent volumes; deprecated. */
export interface FlexPersistentVolumeSource {
  /** Name of the plug-in. */
  driver: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Secret with the credentials. */
  secretRef?: SecretReference
  /** Forbids writing. */
  readOnly?: boolean
  /** Settings for the plug-in. */
  options?: Record<string, string>
}

/** Storage of a plug-in program; deprecated. */
export interface FlexVolumeSource {
  /** Name of the plug-in. */
  driver: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Secret with the credentials. */
  secretRef?: LocalObjectReference
  /** Forbids writing. */
  readOnly?: boolean
  /** Settings for the plug-in. */
  options?: Record<string, string>
}

/** A dataset of Flocker; no longer supported. */
export interface FlockerVolumeSource {
  /** Name of the dataset. */
  datasetName?: string
  /** Identity of the dataset. */
  datasetUUID?: string
}

/** A disk of Google Compute Engine. */
export interface GCEPersistentDiskVolumeSource {
  /** Name of the disk. */
  pdName: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Number of the partition to mount; 0 is the whole disk. */
  partition?: number
  /** Forbids writing. */
  readOnly?: boolean
}

/** Asks a gRPC health service. */
export interface GRPCAction {
  /** Number of the port. */
  port: number
  /** Name of the service that is asked about. */
  service?: string
}

/** A git repository that is cloned into the volume; deprecated. */
export interface GitRepoVolumeSource {
  /** Address of the repository. */
  repository: string
  /** Commit to check out. */
  revision?: string
  /** Folder to clone into. */
  directory?: string
}

/** A volume of Gluster, for persistent volumes. */
export interface GlusterfsPersistentVolumeSource {
  /** Name of the endpoints that list the servers. */
  endpoints: string
  /** Name of the volume. */
  path: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Namespace of the endpoints. */
  endpointsNamespace?: string
}

/** A volume of Gluster. */
export interface GlusterfsVolumeSource {
  /** Name of the endpoints that list the servers. */
  endpoints: string
  /** Name of the volume. */
  path: string
  /** Forbids writing. */
  readOnly?: boolean
}

/** Makes an HTTP request; 200 to 399 is success. */
export interface HTTPGetAction {
  /** Path of the request. */
  path?: string
  /** Number or name of the port. */
  port: number | string
  /** Host to ask instead of the pod's own address. */
  host?: string
  /** HTTP or HTTPS; certificates are not checked. */
  scheme?: string
  /** Headers of the request. */
  httpHeaders?: HTTPHeader[]
}

/** A header of a request. */
export interface HTTPHeader {
  /** Name of the header. */
  name: string
  /** Value of the header. */
  value: string
}

/** A line for the pod's hosts file. */
export interface HostAlias {
  /** The address. */
  ip: string
  /** Names of the address. */
  hostnames?: string[]
}

/** An address of a node. */
export interface HostIP {
  /** The address. */
  ip: string
}

/** A file or folder of the node itself. */
export interface HostPathVolumeSource {
  /** Path on the node. */
  path: string
  /** What has to be there, such as DirectoryOrCreate; empty checks nothing. */
  type?: string
}

/** A disk over iSCSI, for persistent volumes. */
export interface ISCSIPersistentVolumeSource {
  /** Address of the target, with the port if it is not 3260. */
  targetPortal: string
  /** Qualified name of the target. */
  iqn: string
  /** Number of the logical unit. */
  lun: number
  /** Name of the interface to use. */
  iscsiInterface?: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Further addresses of the target. */
  portals?: string[]
  /** Whether discovery uses CHAP. */
  chapAuthDiscovery?: boolean
  /** Secret with the credentials. */
  secretRef?: SecretReference
  /** Whether the session uses CHAP. */
  chapAuthSession?: boolean
  /** Own name at the target. */
  initiatorName?: string
}

/** A disk over iSCSI. */
export interface ISCSIVolumeSource {
  /** Address of the target, with the port if it is not 3260. */
  targetPortal: string
  /** Qualified name of the target. */
  iqn: string
  /** Number of the logical unit. */
  lun: number
  /** Name of the interface to use. */
  iscsiInterface?: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Further addresses of the target. */
  portals?: string[]
  /** Whether discovery uses CHAP. */
  chapAuthDiscovery?: boolean
  /** Secret with the credentials. */
  secretRef?: LocalObjectReference
  /** Whether the session uses CHAP. */
  chapAuthSession?: boolean
  /** Own name at the target. */
  initiatorName?: string
}

/** The files of an image, read-only. */
export interface ImageVolumeSource {
  /** Name of the image. */
  reference?: string
  /** When the image is fetched: Always, IfNotPresent or Never. */
  pullPolicy?: string
}

/** Which image a volume holds. */
export interface ImageVolumeStatus {
  /** Digest of the image. */
  imageRef: string
}

/** Gives an entry a path. */
export interface KeyToPath {
  /** Key of the entry. */
  key: string
  /** Path of the file, below the mount. */
  path: string
  /** Permission bits of this file. */
  mode?: number
}

/** Actions at the start and end of a container. */
export interface Lifecycle {
  /** Runs right after the start; its failure ends the container. */
  postStart?: LifecycleHandler
  /** Runs before the container is asked to stop. */
  preStop?: LifecycleHandler
  /** Signal by which the container is asked to stop. */
  stopSignal?: string
}

/** An action: exactly one of its fields is set. */
export interface LifecycleHandler {
  /** Runs a command in the container. */
  exec?: ExecAction
  /** Makes an HTTP request. */
  httpGet?: HTTPGetAction
  /** Opens a connection; kept for old clients. */
  tcpSocket?: TCPSocketAction
  /** Waits. */
  sleep?: SleepAction
}

/** Limits and defaults for single objects of a namespace. */
export interface LimitRange extends KubeObject {
  apiVersion: 'v1'
  kind: 'LimitRange'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: LimitRangeSpec
}

/** Limits for one type of object. */
export interface LimitRangeItem {
  /** Pod, Container or PersistentVolumeClaim. */
  type: string
  /** Most of each resource. */
  max?: Record<string, string>
  /** Least of each resource. */
  min?: Record<string, string>
  /** Limit of a container that names none. */
  default?: Record<string, string>
  /** Request of a container that names none. */
  defaultRequest?: Record<string, string>
  /** How many times its request a limit may be. */
  maxLimitRequestRatio?: Record<string, string>
}

/** A list of objects of the kind LimitRange. */
export interface LimitRangeList {
  apiVersion: 'v1'
  kind: 'LimitRangeList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: LimitRange[] | null
}

/** Limits for the objects of a namespace. */
export interface LimitRangeSpec {
  /** The limits, by type of object. */
  limits: LimitRangeItem[] | null
}

/** Users and groups of a process on Linux. */
export interface LinuxContainerUser {
  /** User of the process. */
  uid: number
  /** Main group of the process. */
  gid: number
  /** Further groups of the process. */
  supplementalGroups?: number[]
}

/** A way in through a load balancer. */
export interface LoadBalancerIngress {
  /** Address of the way in. */
  ip?: string
  /** Name of the way in. */
  hostname?: string
  /** Whether the address is delivered to the node (VIP) or ends at a proxy (Proxy). */
  ipMode?: string
  /** State of the ports. */
  ports?: PortStatus[]
}

/** State of a load balancer. */
export interface LoadBalancerStatus {
  /** Addresses at which it takes traffic. */
  ingress?: LoadBalancerIngress[]
}

/** Names an object of the same namespace. */
export interface LocalObjectReference {
  /** Name of the object. */
  name?: string
}

/** A disk or folder of a node. */
export interface LocalVolumeSource {
  /** Path on the node. */
  path: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
}

/** How far a change of the volume's attributes has come. */
export interface ModifyVolumeStatus {
  /** Class that the volume is being changed to. */
  targetVolumeAttributesClassName?: string
  /** Pending, InProgress or Infeasible. */
  status: string
}

/** A folder of an NFS server. */
export interface NFSVolumeSource {
  /** Name or address of the server. */
  server: string
  /** Folder on the server. */
  path: string
  /** Forbids writing. */
  readOnly?: boolean
}

/** A room for names, quotas and rights. */
export interface Namespace extends KubeObject {
  apiVersion: 'v1'
  kind: 'Namespace'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: NamespaceSpec
  /** What was last observed. */
  status?: NamespaceStatus
}

/** Something that holds, or does not. */
export interface NamespaceCondition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
}

/** A list of objects of the kind Namespace. */
export interface NamespaceList {
  apiVersion: 'v1'
  kind: 'NamespaceList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Namespace[] | null
}

/** What has to be cleaned up before a namespace goes. */
export interface NamespaceSpec {
  /** Who has to agree before the namespace can go. */
  finalizers?: string[]
}

/** State of a namespace. */
export interface NamespaceStatus {
  /** Active or Terminating. */
  phase?: string
  /** What holds of the object, by type. */
  conditions?: NamespaceCondition[]
}

/** A machine that runs pods. */
export interface Node extends KubeObject {
  apiVersion: 'v1'
  kind: 'Node'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: NodeSpec
  /** What was last observed. */
  status?: NodeStatus
}

/** An address of a node. */
export interface NodeAddress {
  /** Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS. */
  type: string
  /** The address. */
  address: string
}

/** Which nodes suit a pod. */
export interface NodeAffinity {
  /** What a node must fulfil; one of the terms is enough. */
  requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector
  /** What makes a node better, with weights. */
  preferredDuringSchedulingIgnoredDuringExecution?: PreferredSchedulingTerm[]
}

/** Resources of the node that a claim took for a pod. */
export interface NodeAllocatableResourceClaimStatus {
  /** Name of the claim. */
  resourceClaimName: string
  /** Containers that use it. */
  containers?: string[]
  /** How much of each resource it took. */
  resources: Record<string, string>
}

/** What is known about the health of a node. */
export interface NodeCondition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** When the condition was last confirmed. */
  lastHeartbeatTime?: string | null
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
}

/** Where a node once took its kubelet's configuration from; unused. */
export interface NodeConfigSource {
  /** Config map with the configuration. */
  configMap?: ConfigMapNodeConfigSource
}

/** State of the kubelet's configuration; unused. */
export interface NodeConfigStatus {
  /** What the node was told to use. */
  assigned?: NodeConfigSource
  /** What the node uses. */
  active?: NodeConfigSource
  /** What the node falls back to. */
  lastKnownGood?: NodeConfigSource
  /** What was wrong with the assigned one. */
  error?: string
}

/** Ports of a node's daemons. */
export interface NodeDaemonEndpoints {
  /** Port of the kubelet. */
  kubeletEndpoint?: DaemonEndpoint
}

/** What a node's runtime can do. */
export interface NodeFeatures {
  /** Whether the policy for further groups is honoured. */
  supplementalGroupsPolicy?: boolean
}

/** A list of objects of the kind Node. */
export interface NodeList {
  apiVersion: 'v1'
  kind: 'NodeList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Node[] | null
}

/** A handler of a node's runtime. */
export interface NodeRuntimeHandler {
  /** Name of the handler; empty for the default. */
  name?: string
  /** What the handler can do. */
  features?: NodeRuntimeHandlerFeatures
}

/** What a runtime's handler can do. */
export interface NodeRuntimeHandlerFeatures {
  /** Whether mounts can be read-only all the way down. */
  recursiveReadOnlyMounts?: boolean
  /** Whether it can run pods with users of their own. */
  userNamespaces?: boolean
}

/** A choice of nodes. */
export interface NodeSelector {
  /** Terms of which one has to match. */
  nodeSelectorTerms: NodeSelectorTerm[] | null
}

/** A demand on a label or field of a node. */
export interface NodeSelectorRequirement {
  /** Label or field. */
  key: string
  /** How the value is compared. */
  operator: string
  /** Values to compare with; one whole number for Gt and Lt, none for Exists. */
  values?: string[]
}

/** Demands that all have to hold. */
export interface NodeSelectorTerm {
  /** Demands on labels. */
  matchExpressions?: NodeSelectorRequirement[]
  /** Demands on fields. */
  matchFields?: NodeSelectorRequirement[]
}

/** How a node should behave. */
export interface NodeSpec {
  /** Range of addresses for its pods. */
  podCIDR?: string
  /** Identity outside of the cluster; deprecated. */
  externalID?: string
  /** Identity at the cloud provider. */
  providerID?: string
  /** Keeps new pods away. */
  unschedulable?: boolean
  /** Marks that keep pods away that do not tolerate them. */
  taints?: Taint[]
  /** Where the kubelet's configuration comes from; unused. */
  configSource?: NodeConfigSource
  /** Ranges of addresses for its pods, at most one of each family. */
  podCIDRs?: string[]
}

/** State of a node. */
export interface NodeStatus {
  /** All resources of the node. */
  capacity?: Record<string, string>
  /** What pods may use of them. */
  allocatable?: Record<string, string>
  /** Unused. */
  phase?: string
  /** What holds of the object, by type. */
  conditions?: NodeCondition[]
  /** How the node is reached. */
  addresses?: NodeAddress[]
  /** Ports of its daemons. */
  daemonEndpoints?: NodeDaemonEndpoints
  /** Versions and identities of the node. */
  nodeInfo?: NodeSystemInfo
  /** Images that the node has. */
  images?: ContainerImage[]
  /** Attachable volumes that pods on it use. */
  volumesInUse?: string[]
  /** Volumes that are attached to it. */
  volumesAttached?: AttachedVolume[]
  /** State of the kubelet's configuration. */
  config?: NodeConfigStatus
  /** What its runtime can run. */
  runtimeHandlers?: NodeRuntimeHandler[]
  /** What its runtime can do. */
  features?: NodeFeatures
  /** Features of Kubernetes that the node declares. */
  declaredFeatures?: string[]
}

/** Swap space of a node. */
export interface NodeSwapStatus {
  /** Size of the swap space in bytes. */
  capacity?: number
}

/** Versions and identities of a node. */
export interface NodeSystemInfo {
  /** Identity that the operating system has. */
  machineID: string
  /** Identity that the hardware has. */
  systemUUID: string
  /** Identity of this run since the last boot. */
  bootID: string
  /** Version of the kernel. */
  kernelVersion: string
  /** Name and version of the operating system. */
  osImage: string
  /** Name and version of the runtime. */
  containerRuntimeVersion: string
  /** Version of the kubelet. */
  kubeletVersion: string
  /** Version of the proxy; no longer filled in. */
  kubeProxyVersion: string
  /** The operating system: linux or windows. */
  operatingSystem: string
  /** The processor's architecture. */
  architecture: string
  /** Swap space. */
  swap?: NodeSwapStatus
}

/** A field of the pod. */
export interface ObjectFieldSelector {
  /** Version in which the path is meant. */
  apiVersion?: string
  /** Path of the field, such as metadata.name. */
  fieldPath: string
}

/** Names an object, anywhere. */
export interface ObjectReference {
  /** Kind of the object. */
  kind?: string
  /** Namespace of the object. */
  namespace?: string
  /** Name of the object. */
  name?: string
  /** Identity of the object. */
  uid?: string
  /** API version of the object. */
  apiVersion?: string
  /** Version of the object's state that is meant. */
  resourceVersion?: string
  /** Part of the object, such as spec.containers{name}. */
  fieldPath?: string
}

/** A piece of storage of the cluster. */
export interface PersistentVolume extends KubeObject {
  apiVersion: 'v1'
  kind: 'PersistentVolume'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: PersistentVolumeSpec
  /** What was last observed. */
  status?: PersistentVolumeStatus
}

/** A wish for storage. */
export interface PersistentVolumeClaim extends KubeObject {
  apiVersion: 'v1'
  kind: 'PersistentVolumeClaim'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: PersistentVolumeClaimSpec
  /** What was last observed. */
  status?: PersistentVolumeClaimStatus
}

/** Something that holds, or does not. */
export interface PersistentVolumeClaimCondition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** When the condition was last checked. */
  lastProbeTime?: string
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
}

/** A list of objects of the kind PersistentVolumeClaim. */
export interface PersistentVolumeClaimList {
  apiVersion: 'v1'
  kind: 'PersistentVolumeClaimList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: PersistentVolumeClaim[] | null
}

/** What storage is wished for. */
export interface PersistentVolumeClaimSpec {
  /** How the volume is to be mounted, such as ReadWriteOnce. */
  accessModes?: string[]
  /** How much storage is wished for. */
  resources?: VolumeResourceRequirements
  /** Volume that the claim is bound to. */
  volumeName?: string
  /** Labels that the volume must have. */
  selector?: LabelSelector
  /** Class of storage; empty means none, absent the default. */
  storageClassName?: string
  /** Whether a file system or a bare device is wanted. */
  volumeMode?: string
  /** Object whose contents the volume starts with. */
  dataSource?: TypedLocalObjectReference
  /** The same, also for other kinds and namespaces. */
  dataSourceRef?: TypedObjectReference
  /** Class of attributes that can change while the volume is in use. */
  volumeAttributesClassName?: string
}

/** State of a claim. */
export interface PersistentVolumeClaimStatus {
  /** Pending, Bound or Lost. */
  phase?: string
  /** How the bound volume can be mounted. */
  accessModes?: string[]
  /** How large the bound volume is. */
  capacity?: Record<string, string>
  /** What holds of the object, by type. */
  conditions?: PersistentVolumeClaimCondition[]
  /** Size that is being made ready. */
  allocatedResources?: Record<string, string>
  /** How far each change of size has come. */
  allocatedResourceStatuses?: Record<string, string>
  /** Class of attributes that the volume has. */
  currentVolumeAttributesClassName?: string
  /** How far a change of attributes has come. */
  modifyVolumeStatus?: ModifyVolumeStatus
}

/** A claim to be made for a pod. */
export interface PersistentVolumeClaimTemplate {
  /** Labels and annotations of the claim. */
  metadata: ObjectMeta
  /** What the claim wishes for. */
  spec: PersistentVolumeClaimSpec
}

/** The volume that a claim is bound to. */
export interface PersistentVolumeClaimVolumeSource {
  /** Name of the claim, in the pod's namespace. */
  claimName: string
  /** Forbids writing. */
  readOnly?: boolean
}

/** A list of objects of the kind PersistentVolume. */
export interface PersistentVolumeList {
  apiVersion: 'v1'
  kind: 'PersistentVolumeList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: PersistentVolume[] | null
}

/** What a volume is and who may use it. */
export interface PersistentVolumeSpec {
  /** How large it is. */
  capacity?: Record<string, string>
  /** A disk of Google Compute Engine. */
  gcePersistentDisk?: GCEPersistentDiskVolumeSource
  /** A disk of AWS EBS. */
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource
  /** A folder of the node; for trying things out only. */
  hostPath?: HostPathVolumeSource
  /** A volume of Gluster. */
  glusterfs?: GlusterfsPersistentVolumeSource
  /** A folder of an NFS server. */
  nfs?: NFSVolumeSource
  /** A block device of Ceph. */
  rbd?: RBDPersistentVolumeSource
  /** A disk over iSCSI. */
  iscsi?: ISCSIPersistentVolumeSource
  /** A block volume of OpenStack. */
  cinder?: CinderPersistentVolumeSource
  /** A file system of Ceph. */
  cephfs?: CephFSPersistentVolumeSource
  /** A disk on Fibre Channel. */
  fc?: FCVolumeSource
  /** A dataset of Flocker; no longer supported. */
  flocker?: FlockerVolumeSource
  /** Storage of a plug-in program; deprecated. */
  flexVolume?: FlexPersistentVolumeSource
  /** A file share of Azure. */
  azureFile?: AzureFilePersistentVolumeSource
  /** A disk of vSphere. */
  vsphereVolume?: VsphereVirtualDiskVolumeSource
  /** A volume of Quobyte; no longer supported. */
  quobyte?: QuobyteVolumeSource
  /** A data disk of Azure. */
  azureDisk?: AzureDiskVolumeSource
  /** A disk of Photon; no longer supported. */
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource
  /** A volume of Portworx. */
  portworxVolume?: PortworxVolumeSource
  /** A volume of ScaleIO; no longer supported. */
  scaleIO?: ScaleIOPersistentVolumeSource
  /** A disk or folder of a node. */
  local?: LocalVolumeSource
  /** A volume of StorageOS; no longer supported. */
  storageos?: StorageOSPersistentVolumeSource
  /** Storage that a CSI driver provides. */
  csi?: CSIPersistentVolumeSource
  /** How it can be mounted. */
  accessModes?: string[]
  /** Claim that it is bound to. */
  claimRef?: ObjectReference
  /** What becomes of it when its claim goes. */
  persistentVolumeReclaimPolicy?: string
  /** Class of storage that it belongs to. */
  storageClassName?: string
  /** Options for mounting, such as ro or soft. */
  mountOptions?: string[]
  /** Whether it has a file system or is a bare device. */
  volumeMode?: string
  /** Nodes that can reach it. */
  nodeAffinity?: VolumeNodeAffinity
  /** Class of attributes that it has. */
  volumeAttributesClassName?: string
}

/** State of a volume. */
export interface PersistentVolumeStatus {
  /** Available, Bound, Released, Failed or Pending. */
  phase?: string
  /** Why it is in this phase, for people. */
  message?: string
  /** Why it failed, as one word. */
  reason?: string
  /** When it came into this phase. */
  lastPhaseTransitionTime?: string
}

/** A disk of Photon; no longer supported. */
export interface PhotonPersistentDiskVolumeSource {
  /** Identity of the disk. */
  pdID: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
}

/** A group of containers that run together on one node and share network and volumes. */
export interface Pod extends KubeObject {
  apiVersion: 'v1'
  kind: 'Pod'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What should run. */
  spec?: PodSpec
  /** What is running, as last seen by the kubelet. */
  status?: PodStatus
}

/** Pods that a pod wants to be near. */
export interface PodAffinity {
  /** Terms that all must hold for a node to be chosen. */
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[]
  /** Terms that make a node better, with weights. */
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[]
}

/** A set of pods, and what counts as the same place. */
export interface PodAffinityTerm {
  /** Which pods are meant; absent matches none. */
  labelSelector?: LabelSelector
  /** Namespaces of those pods; the pod's own if nothing is said. */
  namespaces?: string[]
  /** Label of nodes whose equal value means the same place. */
  topologyKey: string
  /** Namespaces by label; {} means all. */
  namespaceSelector?: LabelSelector
  /** Labels of the pod that those pods must share. */
  matchLabelKeys?: string[]
  /** Labels of the pod that those pods must not share. */
  mismatchLabelKeys?: string[]
}

/** Pods that a pod wants to keep away from. */
export interface PodAntiAffinity {
  /** Terms of which none may hold for a node to be chosen. */
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[]
  /** Terms that make a node worse, with weights. */
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[]
}

/** A key and certificate that the kubelet requests for the pod. */
export interface PodCertificateProjection {
  /** Signer that is asked. */
  signerName: string
  /** Type of the key, such as ED25519 or ECDSAP256. */
  keyType: string
  /** Longest life of the certificate in seconds. */
  maxExpirationSeconds?: number
  /** File for the key and the chain together. */
  credentialBundlePath?: string
  /** File for the key. */
  keyPath?: string
  /** File for the certificate chain. */
  certificateChainPath?: string
  /** Notes for the signer. */
  userAnnotations?: Record<string, string>
}

/** Something that holds, or does not. */
export interface PodCondition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** When the condition was last checked. */
  lastProbeTime?: string | null
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
  /** Generation of the spec that the condition speaks of. */
  observedGeneration?: number
}

/** Additions to the pod's resolver. */
export interface PodDNSConfig {
  /** Addresses of further name servers. */
  nameservers?: string[]
  /** Further search domains. */
  searches?: string[]
  /** Options of the resolver. */
  options?: PodDNSConfigOption[]
}

/** An option of the resolver. */
export interface PodDNSConfigOption {
  /** Name of the option, such as ndots. */
  name?: string
  /** Value of the option. */
  value?: string
}

/** Claim that was made for the extended resources of a pod. */
export interface PodExtendedResourceClaimStatus {
  /** Which container and resource each request is for. */
  requestMappings: ContainerExtendedResourceRequest[] | null
  /** Name of the claim. */
  resourceClaimName: string
}

/** An address of a pod. */
export interface PodIP {
  /** The address. */
  ip: string
}

/** A list of objects of the kind Pod. */
export interface PodList {
  apiVersion: 'v1'
  kind: 'PodList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Pod[] | null
}

/** Operating system that a pod is for. */
export interface PodOS {
  /** linux or windows. */
  name: string
}

/** A further condition of readiness. */
export interface PodReadinessGate {
  /** Type of the pod's condition that must be True. */
  conditionType: string
}

/** A claim for devices that a pod uses. */
export interface PodResourceClaim {
  /** Name by which containers refer to it. */
  name: string
  /** Claim to use; not together with a template. */
  resourceClaimName?: string
  /** Template from which a claim is made for the pod. */
  resourceClaimTemplateName?: string
}

/** Claim that was made from a template. */
export interface PodResourceClaimStatus {
  /** Name in the pod's spec. */
  name: string
  /** Name of the claim that was made; absent if none was needed. */
  resourceClaimName?: string
}

/** Something that holds scheduling back. */
export interface PodSchedulingGate {
  /** Name of the gate. */
  name: string
}

/** The group with which a pod is scheduled. */
export interface PodSchedulingGroup {
  /** Name of the pod group. */
  podGroupName?: string
}

/** Users, groups and profiles of all containers of a pod. */
export interface PodSecurityContext {
  /** SELinux context of all containers. */
  seLinuxOptions?: SELinuxOptions
  /** User that the programs run as. */
  runAsUser?: number
  /** Refuses to run programs as root. */
  runAsNonRoot?: boolean
  /** Further groups of the programs. */
  supplementalGroups?: number[]
  /** Group that owns the volumes. */
  fsGroup?: number
  /** Main group that the programs run as. */
  runAsGroup?: number
  /** Kernel settings of the pod's namespaces. */
  sysctls?: Sysctl[]
  /** Settings for Windows. */
  windowsOptions?: WindowsSecurityContextOptions
  /** Whether a volume's owners are changed always or only when the root differs. */
  fsGroupChangePolicy?: string
  /** Which system calls are allowed. */
  seccompProfile?: SeccompProfile
  /** AppArmor profile of all containers. */
  appArmorProfile?: AppArmorProfile
  /** Whether groups of the image count too (Merge) or not (Strict). */
  supplementalGroupsPolicy?: string
  /** How volumes get their SELinux label: MountOption or Recursive. */
  seLinuxChangePolicy?: string
}

/** What a pod should run, where, and how. */
export interface PodSpec {
  /** Storage that the containers can mount. */
  volumes?: Volume[]
  /** Containers that run side by side; at least one, and fixed for the pod's life. */
  containers: Container[] | null
  /** Whether containers that ended are started again. */
  restartPolicy?: string
  /** Seconds between the polite request to stop and the kill. */
  terminationGracePeriodSeconds?: number
  /** Seconds that the pod may run before it is ended as failed. */
  activeDeadlineSeconds?: number
  /** Where names are resolved: by the cluster, as on the node, or as dnsConfig says. */
  dnsPolicy?: string
  /** Labels that a node must have to be chosen. */
  nodeSelector?: Record<string, string>
  /** Account whose token the pod gets. */
  serviceAccountName?: string
  /** Old name of serviceAccountName. */
  serviceAccount?: string
  /** Node that the pod is bound to; set by the scheduler. */
  nodeName?: string
  /** Uses the node's network instead of one of its own. */
  hostNetwork?: boolean
  /** Uses the node's process table. */
  hostPID?: boolean
  /** Uses the node's IPC namespace. */
  hostIPC?: boolean
  /** Users, groups and profiles of all containers. */
  securityContext?: PodSecurityContext
  /** Secrets with the credentials of image registries. */
  imagePullSecrets?: LocalObjectReference[]
  /** Host name of the pod; its name by default. */
  hostname?: string
  /** Puts the pod at hostname.subdomain.namespace.svc of the cluster's domain. */
  subdomain?: string
  /** Preferences and demands about nodes and neighbours. */
  affinity?: Affinity
  /** Scheduler that places the pod. */
  schedulerName?: string
  /** Containers that run one after the other first; with restartPolicy Always they stay. */
  initContainers?: Container[]
  /** Whether the account's token is mounted by itself. */
  automountServiceAccountToken?: boolean
  /** Taints of nodes that do not keep the pod away. */
  tolerations?: Toleration[]
  /** Lines for the pod's hosts file. */
  hostAliases?: HostAlias[]
  /** Class that says how important the pod is. */
  priorityClassName?: string
  /** Number that the priority class stands for. */
  priority?: number
  /** Additions to the resolver that dnsPolicy gives. */
  dnsConfig?: PodDNSConfig
  /** Lets all containers see each other's processes. */
  shareProcessNamespace?: boolean
  /** Further conditions that must be True for the pod to be ready. */
  readinessGates?: PodReadinessGate[]
  /** Runtime class with which the pod is run. */
  runtimeClassName?: string
  /** Whether services of the namespace are told through variables. */
  enableServiceLinks?: boolean
  /** Whether the pod may push out less important ones. */
  preemptionPolicy?: string
  /** What running the pod costs beside its containers. */
  overhead?: Record<string, string>
  /** How evenly pods are spread over zones, nodes and the like. */
  topologySpreadConstraints?: TopologySpreadConstraint[]
  /** Containers added later, for looking into the pod. */
  ephemeralContainers?: EphemeralContainer[]
  /** Makes the full domain name the host name. */
  setHostnameAsFQDN?: boolean
  /** Operating system that the pod is for. */
  os?: PodOS
  /** False gives the pod users of its own, apart from the node's. */
  hostUsers?: boolean
  /** Holds scheduling back until the list is empty. */
  schedulingGates?: PodSchedulingGate[]
  /** Claims for devices that containers can use. */
  resourceClaims?: PodResourceClaim[]
  /** Requests and limits of the pod as a whole. */
  resources?: ResourceRequirements
  /** Host name of the pod, whatever else would decide it. */
  hostnameOverride?: string
  /** Group with which the pod is scheduled. */
  schedulingGroup?: PodSchedulingGroup
}

/** What is known about a pod. */
export interface PodStatus {
  /** Where the pod is in its life, in one word. */
  phase?: string
  /** What holds of the object, by type. */
  conditions?: PodCondition[]
  /** Why it is in this state, for people. */
  message?: string
  /** Why it is in this state, as one word. */
  reason?: string
  /** Address of its node. */
  hostIP?: string
  /** Address of the pod. */
  podIP?: string
  /** When the kubelet took it up. */
  startTime?: string
  /** State of its containers. */
  containerStatuses?: ContainerStatus[]
  /** Class of service that follows from requests and limits. */
  qosClass?: string
  /** State of its init containers. */
  initContainerStatuses?: ContainerStatus[]
  /** Node on which room is being made for it. */
  nominatedNodeName?: string
  /** Addresses of the pod, at most one of each family. */
  podIPs?: PodIP[]
  /** State of its ephemeral containers. */
  ephemeralContainerStatuses?: ContainerStatus[]
  /** State of a resize; superseded by conditions. */
  resize?: string
  /** Claims that were made for it from templates. */
  resourceClaimStatuses?: PodResourceClaimStatus[]
  /** Addresses of its node. */
  hostIPs?: HostIP[]
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** Claim that was made for its extended resources. */
  extendedResourceClaimStatus?: PodExtendedResourceClaimStatus
  /** What the node has set aside for the pod as a whole. */
  allocatedResources?: Record<string, string>
  /** Requests and limits in force for the pod as a whole. */
  resources?: ResourceRequirements
  /** Resources of the node that claims took for it. */
  nodeAllocatableResourceClaimStatuses?: NodeAllocatableResourceClaimStatus[]
}

/** A template for pods, stored by itself. */
export interface PodTemplate extends KubeObject {
  apiVersion: 'v1'
  kind: 'PodTemplate'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** The template. */
  template?: PodTemplateSpec
}

/** A list of objects of the kind PodTemplate. */
export interface PodTemplateList {
  apiVersion: 'v1'
  kind: 'PodTemplateList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: PodTemplate[] | null
}

/** What pods made from a template look like. */
export interface PodTemplateSpec {
  /** Labels and annotations of the pods. */
  metadata: ObjectMeta
  /** What the pods run. */
  spec?: PodSpec
}

/** State of a port of a load balancer. */
export interface PortStatus {
  /** Number of the port. */
  port: number
  /** UDP, TCP or SCTP. */
  protocol: string
  /** What went wrong, as CamelCase or domain/CamelCase. */
  error?: string
}

/** A volume of Portworx. */
export interface PortworxVolumeSource {
  /** Identity of the volume. */
  volumeID: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
}

/** A preference for nodes. */
export interface PreferredSchedulingTerm {
  /** How much it counts, from 1 to 100. */
  weight: number
  /** Nodes that are preferred. */
  preference: NodeSelectorTerm
}

/** A check of a container that is made again and again. */
export interface Probe {
  /** Runs a command; exit status 0 is success. */
  exec?: ExecAction
  /** Makes an HTTP request. */
  httpGet?: HTTPGetAction
  /** Opens a connection. */
  tcpSocket?: TCPSocketAction
  /** Asks a gRPC health service. */
  grpc?: GRPCAction
  /** Seconds from the start to the first check. */
  initialDelaySeconds?: number
  /** Seconds after which a check has failed. */
  timeoutSeconds?: number
  /** Seconds from one check to the next. */
  periodSeconds?: number
  /** Successes in a row after a failure that count as healthy. */
  successThreshold?: number
  /** Failures in a row that count as failed. */
  failureThreshold?: number
  /** Seconds to stop in when this probe fails, instead of the pod's. */
  terminationGracePeriodSeconds?: number
}

/** Several sources in one folder. */
export interface ProjectedVolumeSource {
  /** The sources. */
  sources?: VolumeProjection[]
  /** Permission bits of the files; 0644 by default. */
  defaultMode?: number
}

/** A volume of Quobyte; no longer supported. */
export interface QuobyteVolumeSource {
  /** Addresses of the registries, as host:port. */
  registry: string
  /** Name of the volume. */
  volume: string
  /** Forbids writing. */
  readOnly?: boolean
  /** User to mount as. */
  user?: string
  /** Group to mount as. */
  group?: string
  /** Tenant that owns the volume. */
  tenant?: string
}

/** A block device of Ceph, for persistent volumes. */
export interface RBDPersistentVolumeSource {
  /** Addresses of the Ceph monitors. */
  monitors: string[] | null
  /** Name of the image. */
  image: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Pool that the image is in. */
  pool?: string
  /** Name of the Ceph user. */
  user?: string
  /** File on the node with the keys. */
  keyring?: string
  /** Secret with the credentials. */
  secretRef?: SecretReference
  /** Forbids writing. */
  readOnly?: boolean
}

/** A block device of Ceph. */
export interface RBDVolumeSource {
  /** Addresses of the Ceph monitors. */
  monitors: string[] | null
  /** Name of the image. */
  image: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Pool that the image is in. */
  pool?: string
  /** Name of the Ceph user. */
  user?: string
  /** File on the node with the keys. */
  keyring?: string
  /** Secret with the credentials. */
  secretRef?: LocalObjectReference
  /** Forbids writing. */
  readOnly?: boolean
}

/** Keeps a number of equal pods running; superseded by ReplicaSet. */
export interface ReplicationController extends KubeObject {
  apiVersion: 'v1'
  kind: 'ReplicationController'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: ReplicationControllerSpec
  /** What was last observed. */
  status?: ReplicationControllerStatus
}

/** Something that holds, or does not. */
export interface ReplicationControllerCondition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
}

/** A list of objects of the kind ReplicationController. */
export interface ReplicationControllerList {
  apiVersion: 'v1'
  kind: 'ReplicationControllerList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ReplicationController[] | null
}

/** How many pods there should be, and what they look like. */
export interface ReplicationControllerSpec {
  /** How many pods there should be. */
  replicas?: number
  /** Labels by which the pods are recognised. */
  selector?: Record<string, string>
  /** What the pods look like. */
  template?: PodTemplateSpec
  /** Seconds that a pod has to be ready before it counts as available. */
  minReadySeconds?: number
}

/** How many pods there are. */
export interface ReplicationControllerStatus {
  /** How many pods there are. */
  replicas: number
  /** How many of them have all labels of the template. */
  fullyLabeledReplicas?: number
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** How many of them are ready. */
  readyReplicas?: number
  /** How many of them have been ready for long enough. */
  availableReplicas?: number
  /** What holds of the object, by type. */
  conditions?: ReplicationControllerCondition[]
}

/** A claim of the pod that a container uses. */
export interface ResourceClaim {
  /** Name of the claim in the pod's resourceClaims. */
  name: string
  /** One request of the claim; all of them by default. */
  request?: string
}

/** A request or limit of a container. */
export interface ResourceFieldSelector {
  /** Name of the container; needed in volumes. */
  containerName?: string
  /** Which one, such as limits.cpu. */
  resource: string
  /** Unit in which the value is given. */
  divisor?: string
}

/** Health of a device. */
export interface ResourceHealth {
  /** Identity of the device. */
  resourceID: string
  /** Healthy, Unhealthy or Unknown. */
  health?: string
  /** What is wrong, for people. */
  message?: string
}

/** Limits on what a namespace uses in total. */
export interface ResourceQuota extends KubeObject {
  apiVersion: 'v1'
  kind: 'ResourceQuota'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: ResourceQuotaSpec
  /** What was last observed. */
  status?: ResourceQuotaStatus
}

/** A list of objects of the kind ResourceQuota. */
export interface ResourceQuotaList {
  apiVersion: 'v1'
  kind: 'ResourceQuotaList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ResourceQuota[] | null
}

/** What may be used in total. */
export interface ResourceQuotaSpec {
  /** Most of each resource that may be used. */
  hard?: Record<string, string>
  /** Properties that objects must have to count. */
  scopes?: string[]
  /** The same, with operators. */
  scopeSelector?: ScopeSelector
}

/** What is used in total. */
export interface ResourceQuotaStatus {
  /** Limits that are in force. */
  hard?: Record<string, string>
  /** How much of each resource is used. */
  used?: Record<string, string>
}

/** What is promised, and what may be used at most. */
export interface ResourceRequirements {
  /** Most of each resource that may be used. */
  limits?: Record<string, string>
  /** What is set aside of each resource; the limit by default. */
  requests?: Record<string, string>
  /** Claims of the pod that are used. */
  claims?: ResourceClaim[]
}

/** Health of the devices of one resource. */
export interface ResourceStatus {
  /** Name of the resource. */
  name: string
  /** Its devices. */
  resources?: ResourceHealth[]
}

/** An SELinux context. */
export interface SELinuxOptions {
  /** User label. */
  user?: string
  /** Role label. */
  role?: string
  /** Type label. */
  type?: string
  /** Level label. */
  level?: string
}

/** A volume of ScaleIO, for persistent volumes; no longer supported. */
export interface ScaleIOPersistentVolumeSource {
  /** Address of the API gateway. */
  gateway: string
  /** Name of the storage system. */
  system: string
  /** Secret with the credentials. */
  secretRef: SecretReference
  /** Whether the gateway is spoken to over TLS. */
  sslEnabled?: boolean
  /** Name of the protection domain. */
  protectionDomain?: string
  /** Name of the storage pool. */
  storagePool?: string
  /** ThickProvisioned or ThinProvisioned. */
  storageMode?: string
  /** Name of the volume. */
  volumeName?: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
}

/** A volume of ScaleIO; no longer supported. */
export interface ScaleIOVolumeSource {
  /** Address of the API gateway. */
  gateway: string
  /** Name of the storage system. */
  system: string
  /** Secret with the credentials. */
  secretRef: LocalObjectReference
  /** Whether the gateway is spoken to over TLS. */
  sslEnabled?: boolean
  /** Name of the protection domain. */
  protectionDomain?: string
  /** Name of the storage pool. */
  storagePool?: string
  /** ThickProvisioned or ThinProvisioned. */
  storageMode?: string
  /** Name of the volume. */
  volumeName?: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
}

/** A choice of objects by their properties. */
export interface ScopeSelector {
  /** Demands that all have to hold. */
  matchExpressions?: ScopedResourceSelectorRequirement[]
}

/** A demand on a property of an object. */
export interface ScopedResourceSelectorRequirement {
  /** Name of the property, such as PriorityClass. */
  scopeName: string
  /** How the value is compared. */
  operator: string
  /** Values to compare with. */
  values?: string[]
}

/** Which system calls a container may make. */
export interface SeccompProfile {
  /** Where the profile comes from: the runtime, a file of the node, or nowhere. */
  type: string
  /** File below the kubelet's seccomp folder; only with type Localhost. */
  localhostProfile?: string
}

/** Data to be kept from other eyes. */
export interface Secret extends KubeObject {
  apiVersion: 'v1'
  kind: 'Secret'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Entries, in base64. */
  data?: Record<string, string>
  /** What kind of secret it is. */
  type?: string
  /** Entries as plain text; for writing only. */
  stringData?: Record<string, string>
  /** Forbids changes of the data for good. */
  immutable?: boolean
}

/** Turns every entry of a secret into a variable. */
export interface SecretEnvSource {
  /** Name of the secret. */
  name?: string
  /** Whether the secret may be missing. */
  optional?: boolean
}

/** One entry of a secret. */
export interface SecretKeySelector {
  /** Name of the secret. */
  name?: string
  /** Key of the entry. */
  key: string
  /** Whether the secret or its key may be missing. */
  optional?: boolean
}

/** A list of objects of the kind Secret. */
export interface SecretList {
  apiVersion: 'v1'
  kind: 'SecretList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Secret[] | null
}

/** Entries of a secret as files of a projected volume. */
export interface SecretProjection {
  /** Name of the secret. */
  name?: string
  /** Entries to take and their paths; all of them if empty. */
  items?: KeyToPath[]
  /** Whether the secret or its keys may be missing. */
  optional?: boolean
}

/** Names a secret, in any namespace. */
export interface SecretReference {
  /** Name of the secret. */
  name?: string
  /** Namespace of the secret. */
  namespace?: string
}

/** Entries of a secret as files. */
export interface SecretVolumeSource {
  /** Name of the secret. */
  secretName?: string
  /** Entries to take and their paths; all of them if empty. */
  items?: KeyToPath[]
  /** Permission bits of the files; 0644 by default. */
  defaultMode?: number
  /** Whether the secret or its keys may be missing. */
  optional?: boolean
}

/** User, rights and profiles of one container. */
export interface SecurityContext {
  /** Capabilities that are added or taken away. */
  capabilities?: Capabilities
  /** Gives the container all rights of the node. */
  privileged?: boolean
  /** SELinux context of the container. */
  seLinuxOptions?: SELinuxOptions
  /** User that the program runs as. */
  runAsUser?: number
  /** Refuses to run the program as root. */
  runAsNonRoot?: boolean
  /** Makes the root folder read-only. */
  readOnlyRootFilesystem?: boolean
  /** Whether the program may gain more rights than its parent. */
  allowPrivilegeEscalation?: boolean
  /** Main group that the program runs as. */
  runAsGroup?: number
  /** How /proc is mounted: with parts hidden, or whole. */
  procMount?: string
  /** Settings for Windows. */
  windowsOptions?: WindowsSecurityContextOptions
  /** Which system calls are allowed. */
  seccompProfile?: SeccompProfile
  /** AppArmor profile of the container. */
  appArmorProfile?: AppArmorProfile
}

/** A stable name and address for a changing set of pods. */
export interface Service extends KubeObject {
  apiVersion: 'v1'
  kind: 'Service'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: ServiceSpec
  /** What was last observed. */
  status?: ServiceStatus
}

/** An identity for programs in pods. */
export interface ServiceAccount extends KubeObject {
  apiVersion: 'v1'
  kind: 'ServiceAccount'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Secrets that its pods may use; superseded by token requests. */
  secrets?: ObjectReference[]
  /** Secrets that its pods get for image registries. */
  imagePullSecrets?: LocalObjectReference[]
  /** Whether pods get its token by themselves. */
  automountServiceAccountToken?: boolean
}

/** A list of objects of the kind ServiceAccount. */
export interface ServiceAccountList {
  apiVersion: 'v1'
  kind: 'ServiceAccountList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ServiceAccount[] | null
}

/** A token of the pod's account as a file. */
export interface ServiceAccountTokenProjection {
  /** Who the token is meant for; the API server by default. */
  audience?: string
  /** Seconds that the token is valid; it is renewed in time. */
  expirationSeconds?: number
  /** File below the mount to write to. */
  path: string
}

/** A list of objects of the kind Service. */
export interface ServiceList {
  apiVersion: 'v1'
  kind: 'ServiceList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Service[] | null
}

/** A port of a service. */
export interface ServicePort {
  /** Name of the port; needed if there are several. */
  name?: string
  /** UDP, TCP or SCTP. */
  protocol?: string
  /** Number at which the service is reached. */
  port: number
  /** Number or name of the pods' port; the service's own number by default. */
  targetPort?: number | string
  /** Number at which every node takes traffic; given out if absent. */
  nodePort?: number
  /** Protocol of the application, for proxies. */
  appProtocol?: string
}

/** How a service is reached and who serves. */
export interface ServiceSpec {
  /** Ports of the service. */
  ports?: ServicePort[]
  /** Labels of the pods that serve. */
  selector?: Record<string, string>
  /** Address of the service; None for a headless one. */
  clusterIP?: string
  /** How the service is reached: inside only, on every node, by a load balancer, or as an alias. */
  type?: string
  /** Further addresses at which nodes take traffic for it. */
  externalIPs?: string[]
  /** Whether a client keeps reaching the same pod. */
  sessionAffinity?: string
  /** Address asked of the load balancer; deprecated. */
  loadBalancerIP?: string
  /** Ranges from which the load balancer takes clients. */
  loadBalancerSourceRanges?: string[]
  /** Name that the service stands for when its type is ExternalName. */
  externalName?: string
  /** Whether traffic from outside goes to pods of all nodes or of the same one. */
  externalTrafficPolicy?: string
  /** Port at which a node tells the load balancer whether it has pods. */
  healthCheckNodePort?: number
  /** Counts pods as serving before they are ready. */
  publishNotReadyAddresses?: boolean
  /** Settings of the affinity. */
  sessionAffinityConfig?: SessionAffinityConfig
  /** Whether it wants one address family, or two. */
  ipFamilyPolicy?: string
  /** Addresses of the service, at most one of each family. */
  clusterIPs?: string[]
  /** Address families in their order: IPv4, IPv6. */
  ipFamilies?: string[]
  /** Whether a load balancer's service gets node ports. */
  allocateLoadBalancerNodePorts?: boolean
  /** Class of load balancer; the default one if absent. */
  loadBalancerClass?: string
  /** Whether traffic from inside goes to pods of all nodes or of the same one. */
  internalTrafficPolicy?: string
  /** Preference about where traffic goes, such as PreferSameZone. */
  trafficDistribution?: string
}

/** State of a service. */
export interface ServiceStatus {
  /** State of its load balancer. */
  loadBalancer?: LoadBalancerStatus
  /** What holds of the object, by type. */
  conditions?: Condition[]
}

/** Settings of session affinity. */
export interface SessionAffinityConfig {
  /** Settings of affinity by the client's address. */
  clientIP?: ClientIPConfig
}

/** Waits. */
export interface SleepAction {
  /** Seconds to wait. */
  seconds: number
}

/** A volume of StorageOS, for persistent volumes; no longer supported. */
export interface StorageOSPersistentVolumeSource {
  /** Name of the volume. */
  volumeName?: string
  /** Namespace of the volume in StorageOS. */
  volumeNamespace?: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Secret with the credentials. */
  secretRef?: ObjectReference
}

/** A volume of StorageOS; no longer supported. */
export interface StorageOSVolumeSource {
  /** Name of the volume. */
  volumeName?: string
  /** Namespace of the volume in StorageOS. */
  volumeNamespace?: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Secret with the credentials. */
  secretRef?: LocalObjectReference
}

/** A kernel setting. */
export interface Sysctl {
  /** Name of the setting. */
  name: string
  /** Value of the setting. */
  value: string
}

/** Opens a TCP connection. */
export interface TCPSocketAction {
  /** Number or name of the port. */
  port: number | string
  /** Host to connect to instead of the pod's own address. */
  host?: string
}

/** A mark on a node that keeps pods away. */
export interface Taint {
  /** Key of the mark. */
  key: string
  /** Value of the mark. */
  value?: string
  /** What happens to pods that do not tolerate it. */
  effect: string
  /** When it was set. */
  timeAdded?: string
}

/** Makes a pod bear a taint. */
export interface Toleration {
  /** Key of the taint; empty with Exists means all. */
  key?: string
  /** How the value is compared; Equal by default. */
  operator?: string
  /** Value of the taint. */
  value?: string
  /** Effect of the taint; empty means all. */
  effect?: string
  /** Seconds that the pod stays under NoExecute; for ever if absent. */
  tolerationSeconds?: number
}

/** A label and its possible values. */
export interface TopologySelectorLabelRequirement {
  /** The label. */
  key: string
  /** Values of which one has to match. */
  values: string[] | null
}

/** Demands on the place where storage is made. */
export interface TopologySelectorTerm {
  /** Demands that all have to hold. */
  matchLabelExpressions?: TopologySelectorLabelRequirement[]
}

/** How evenly pods are spread over places. */
export interface TopologySpreadConstraint {
  /** How much the numbers of pods in two places may differ. */
  maxSkew: number
  /** Label of nodes whose equal value means the same place. */
  topologyKey: string
  /** What to do when it cannot hold: leave the pod unscheduled, or prefer the better node. */
  whenUnsatisfiable: string
  /** Which pods are counted. */
  labelSelector?: LabelSelector
  /** How many places there have to be before the least number is taken seriously. */
  minDomains?: number
  /** Whether nodes that the pod rules out count. */
  nodeAffinityPolicy?: string
  /** Whether nodes with taints that the pod does not bear count. */
  nodeTaintsPolicy?: string
  /** Labels of the pod that counted pods must share. */
  matchLabelKeys?: string[]
}

/** Names an object of some kind in the same namespace. */
export interface TypedLocalObjectReference {
  /** Group of the kind; empty for core. */
  apiGroup?: string | null
  /** Kind of the object. */
  kind: string
  /** Name of the object. */
  name: string
}

/** Names an object of some kind. */
export interface TypedObjectReference {
  /** Group of the kind; empty for core. */
  apiGroup?: string | null
  /** Kind of the object. */
  kind: string
  /** Name of the object. */
  name: string
  /** Namespace of the object. */
  namespace?: string
}

/** Storage that containers of the pod can mount: a name and one source. */
export interface Volume {
  /** Name of the volume, unique in the pod. */
  name: string
  /** A file or folder of the node itself. */
  hostPath?: HostPathVolumeSource
  /** A folder that is empty at first and goes with the pod. */
  emptyDir?: EmptyDirVolumeSource
  /** A disk of Google Compute Engine. */
  gcePersistentDisk?: GCEPersistentDiskVolumeSource
  /** A disk of AWS EBS. */
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource
  /** A git repository that is cloned; deprecated. */
  gitRepo?: GitRepoVolumeSource
  /** Entries of a secret as files. */
  secret?: SecretVolumeSource
  /** A folder of an NFS server. */
  nfs?: NFSVolumeSource
  /** A disk over iSCSI. */
  iscsi?: ISCSIVolumeSource
  /** A volume of Gluster. */
  glusterfs?: GlusterfsVolumeSource
  /** The volume that a claim is bound to. */
  persistentVolumeClaim?: PersistentVolumeClaimVolumeSource
  /** A block device of Ceph. */
  rbd?: RBDVolumeSource
  /** Storage of a plug-in program; deprecated. */
  flexVolume?: FlexVolumeSource
  /** A block volume of OpenStack. */
  cinder?: CinderVolumeSource
  /** A file system of Ceph. */
  cephfs?: CephFSVolumeSource
  /** A dataset of Flocker; no longer supported. */
  flocker?: FlockerVolumeSource
  /** Facts about the pod as files. */
  downwardAPI?: DownwardAPIVolumeSource
  /** A disk on Fibre Channel. */
  fc?: FCVolumeSource
  /** A file share of Azure. */
  azureFile?: AzureFileVolumeSource
  /** Entries of a config map as files. */
  configMap?: ConfigMapVolumeSource
  /** A disk of vSphere. */
  vsphereVolume?: VsphereVirtualDiskVolumeSource
  /** A volume of Quobyte; no longer supported. */
  quobyte?: QuobyteVolumeSource
  /** A data disk of Azure. */
  azureDisk?: AzureDiskVolumeSource
  /** A disk of Photon; no longer supported. */
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource
  /** A volume of Portworx. */
  portworxVolume?: PortworxVolumeSource
  /** A volume of ScaleIO; no longer supported. */
  scaleIO?: ScaleIOVolumeSource
  /** Several sources in one folder. */
  projected?: ProjectedVolumeSource
  /** A volume of StorageOS; no longer supported. */
  storageos?: StorageOSVolumeSource
  /** Storage of a CSI driver that lives as long as the pod. */
  csi?: CSIVolumeSource
  /** A claim that is made for the pod and goes with it. */
  ephemeral?: EphemeralVolumeSource
  /** The files of an image, read-only. */
  image?: ImageVolumeSource
}

/** Puts a block device into a container. */
export interface VolumeDevice {
  /** Name of the volume, whose claim must be of mode Block. */
  name: string
  /** Path of the device in the container. */
  devicePath: string
}

/** Puts a volume into a container. */
export interface VolumeMount {
  /** Name of the volume. */
  name: string
  /** Forbids writing. */
  readOnly?: boolean
  /** Path at which the container finds it. */
  mountPath: string
  /** Path inside of the volume that is mounted; its root by default. */
  subPath?: string
  /** Whether mounts made later are passed between node and container. */
  mountPropagation?: string
  /** The same as subPath, with $(NAME) for variables. */
  subPathExpr?: string
  /** Whether mounts below are read-only too. */
  recursiveReadOnly?: string
}

/** State of a mount. */
export interface VolumeMountStatus {
  /** Name of the volume. */
  name: string
  /** Path at which the container finds it. */
  mountPath: string
  /** Whether writing is forbidden. */
  readOnly?: boolean
  /** Whether mounts below are read-only too. */
  recursiveReadOnly?: string
  /** What is special about the volume. */
  volumeStatus?: VolumeStatus
}

/** Nodes that can reach a volume. */
export interface VolumeNodeAffinity {
  /** What a node must fulfil. */
  required?: NodeSelector
}

/** One source of a projected volume. */
export interface VolumeProjection {
  /** Entries of a secret. */
  secret?: SecretProjection
  /** Facts about the pod. */
  downwardAPI?: DownwardAPIProjection
  /** Entries of a config map. */
  configMap?: ConfigMapProjection
  /** A token of the pod's account. */
  serviceAccountToken?: ServiceAccountTokenProjection
  /** Trust anchors of the cluster. */
  clusterTrustBundle?: ClusterTrustBundleProjection
  /** A key and certificate for the pod. */
  podCertificate?: PodCertificateProjection
}

/** How much storage is wished for. */
export interface VolumeResourceRequirements {
  /** Most that the volume may hold. */
  limits?: Record<string, string>
  /** Least that the volume must hold. */
  requests?: Record<string, string>
}

/** What is special about a mounted volume. */
export interface VolumeStatus {
  /** The image that it holds. */
  image?: ImageVolumeStatus
}

/** A disk of vSphere. */
export interface VsphereVirtualDiskVolumeSource {
  /** Path of the disk. */
  volumePath: string
  /** File system of the volume, such as ext4 or xfs. */
  fsType?: string
  /** Name of the storage policy. */
  storagePolicyName?: string
  /** Identity of the storage policy. */
  storagePolicyID?: string
}

/** A preference about neighbours. */
export interface WeightedPodAffinityTerm {
  /** How much it counts, from 1 to 100. */
  weight: number
  /** The pods, and what counts as the same place. */
  podAffinityTerm: PodAffinityTerm
}

/** Settings for containers on Windows. */
export interface WindowsSecurityContextOptions {
  /** Name of the GMSA credential spec. */
  gmsaCredentialSpecName?: string
  /** The GMSA credential spec itself. */
  gmsaCredentialSpec?: string
  /** User that the program runs as. */
  runAsUserName?: string
  /** Runs the container directly on the host. */
  hostProcess?: boolean
}

/** Where a request to a node is passed on to. */
export interface NodeProxyOptions {
  apiVersion: 'v1'
  kind: 'NodeProxyOptions'
  /** Path of the request at the kubelet. */
  path?: string
}

/** How to attach to a container. */
export interface PodAttachOptions {
  apiVersion: 'v1'
  kind: 'PodAttachOptions'
  /** Sends the standard input. */
  stdin?: boolean
  /** Receives the standard output. */
  stdout?: boolean
  /** Receives the standard error. */
  stderr?: boolean
  /** Uses a terminal. */
  tty?: boolean
  /** Name of the container; needed if there are several. */
  container?: string
}

/** What to run in a container. */
export interface PodExecOptions {
  apiVersion: 'v1'
  kind: 'PodExecOptions'
  /** Sends the standard input. */
  stdin?: boolean
  /** Receives the standard output. */
  stdout?: boolean
  /** Receives the standard error. */
  stderr?: boolean
  /** Uses a terminal. */
  tty?: boolean
  /** Name of the container; needed if there are several. */
  container?: string
  /** Program and arguments. */
  command?: string[]
}

/** What to read of a container's log. */
export interface PodLogOptions {
  apiVersion: 'v1'
  kind: 'PodLogOptions'
  /** Name of the container; needed if there are several. */
  container?: string
  /** Goes on with new lines as they come. */
  follow?: boolean
  /** Reads the log of the run before the last restart. */
  previous?: boolean
  /** Only lines of the last so many seconds. */
  sinceSeconds?: number
  /** Only lines since this time. */
  sinceTime?: string
  /** Puts the time before each line. */
  timestamps?: boolean
  /** Only the last so many lines. */
  tailLines?: number
  /** Ends after so many bytes. */
  limitBytes?: number
  /** Does not check the kubelet's certificate. */
  insecureSkipTLSVerifyBackend?: boolean
  /** Which stream: All, Stdout or Stderr. */
  stream?: string
}

/** Ports to forward. */
export interface PodPortForwardOptions {
  apiVersion: 'v1'
  kind: 'PodPortForwardOptions'
  /** The ports. */
  ports?: number[]
}

/** Where a request to a pod is passed on to. */
export interface PodProxyOptions {
  apiVersion: 'v1'
  kind: 'PodProxyOptions'
  /** Path of the request at the pod. */
  path?: string
}

/** The status of a pod by itself. */
export interface PodStatusResult extends KubeObject {
  apiVersion: 'v1'
  kind: 'PodStatusResult'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What was last observed. */
  status?: PodStatus
}

/** What is taken of a range; for the server's own use. */
export interface RangeAllocation extends KubeObject {
  apiVersion: 'v1'
  kind: 'RangeAllocation'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** The range, as text. */
  range: string
  /** One bit for each number that is taken. */
  data: string
}

/** A reference as an annotation carries it. */
export interface SerializedReference {
  apiVersion: 'v1'
  kind: 'SerializedReference'
  /** The object that is meant. */
  reference?: ObjectReference
}

/** Where a request to a service is passed on to. */
export interface ServiceProxyOptions {
  apiVersion: 'v1'
  kind: 'ServiceProxyOptions'
  /** Path of the request at the service, with its parameters. */
  path?: string
}
