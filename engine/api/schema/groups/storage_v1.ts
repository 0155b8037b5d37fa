/** Types of the storage.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CSIDriver kind # A storage driver and what Kubernetes has to do for it.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! CSIDriverSpec always # What is wanted.
CSIDriverList kind # A list of objects of the kind CSIDriver.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []CSIDriver # The objects.
CSIDriverSpec # What Kubernetes has to do for a driver.
  1 attachRequired bool =true # Whether volumes have to be attached before they are mounted.
  2 podInfoOnMount bool =false # Whether the driver is told about the pod.
  3 volumeLifecycleModes []string list=set =["Persistent"] values(Ephemeral,Persistent) # Whether volumes outlive pods (Persistent) or not (Ephemeral).
  4 storageCapacity bool =false # Whether the scheduler looks at the capacity that the driver reports.
  5 fsGroupPolicy string ptr =ReadWriteOnceWithFSType enum(File,None,ReadWriteOnceWithFSType) # Whether owners of a volume are changed to the pod's fsGroup.
  6 tokenRequests []TokenRequest list=atomic # Tokens of the pod's account that the driver gets.
  7 requiresRepublish bool =false # Whether the driver is called again and again while a volume is mounted.
  8 seLinuxMount bool =false # Whether volumes can be mounted with an SELinux label.
  9 nodeAllocatableUpdatePeriodSeconds int64 # Seconds between updates of how many volumes a node can take.
  10 serviceAccountTokenInSecrets bool # Hands tokens over as secrets instead of attributes.
  11 preventPodSchedulingIfMissing bool # Keeps pods away from nodes that lack the driver.
CSINode kind # Storage drivers of a node.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! CSINodeSpec always # What is wanted.
CSINodeDriver # A storage driver on a node.
  1 name! string # Name of the driver.
  2 nodeID! string # Identity of the node for the driver.
  3 topologyKeys []string list=atomic # Labels of the node that tell where its volumes can be reached.
  4 allocatable VolumeNodeResources # How many volumes the node can take.
CSINodeList kind # A list of objects of the kind CSINode.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []CSINode # The objects.
CSINodeSpec # Storage drivers of a node.
  1 drivers! []CSINodeDriver list=map(name) patch=merge(name) # The drivers.
CSIStorageCapacity kind # How much storage a driver has left in a place.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 nodeTopology LabelSelector # Nodes that can reach the storage.
  3 storageClassName! string # Class of the storage.
  4 capacity Quantity # How much is left.
  5 maximumVolumeSize Quantity # Largest volume that can be made.
CSIStorageCapacityList kind # A list of objects of the kind CSIStorageCapacity.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []CSIStorageCapacity # The objects.
StorageClass kind # A class of storage and how volumes of it are made.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 provisioner! string # Who makes the volumes.
  3 parameters map<string> # Settings for the provisioner; fixed.
  4 reclaimPolicy string ptr =Delete enum(Delete,Retain) # What becomes of a volume when its claim goes.
  5 mountOptions []string list=atomic # Options for mounting, such as ro or soft.
  6 allowVolumeExpansion bool # Whether volumes can grow.
  7 volumeBindingMode string ptr =Immediate enum(Immediate,WaitForFirstConsumer) # Whether volumes are made at once, or when a pod needs them.
  8 allowedTopologies []core/v1.TopologySelectorTerm list=atomic # Places in which volumes may be made.
StorageClassList kind # A list of objects of the kind StorageClass.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []StorageClass # The objects.
TokenRequest # A token that a driver gets.
  1 audience! string # Who the token is meant for.
  2 expirationSeconds int64 # Seconds that the token is valid.
VolumeAttachment kind # Asks for a volume to be attached to a node.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! VolumeAttachmentSpec always # What is wanted.
  3 status VolumeAttachmentStatus always # What was last observed.
VolumeAttachmentList kind # A list of objects of the kind VolumeAttachment.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []VolumeAttachment # The objects.
VolumeAttachmentSource # The volume.
  1 persistentVolumeName string ptr # Name of the volume.
  2 inlineVolumeSpec core/v1.PersistentVolumeSpec # A volume without an object of its own; for migration.
VolumeAttachmentSpec # What is attached, where, and by whom.
  1 attacher! string # Name of the driver that attaches.
  2 source! VolumeAttachmentSource always # The volume.
  3 nodeName! string # Node to attach to.
VolumeAttachmentStatus # Whether a volume is attached.
  1 attached! bool # Whether it is attached.
  2 attachmentMetadata map<string> # Facts for later steps, by the driver.
  3 attachError VolumeError # Last error of attaching.
  4 detachError VolumeError # Last error of detaching.
VolumeAttributesClass kind # Attributes of volumes that can change while they are in use.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 driverName! string # Name of the driver that the class is for; fixed.
  3 parameters map<string> # Attributes, for the driver; fixed.
VolumeAttributesClassList kind # A list of objects of the kind VolumeAttributesClass.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []VolumeAttributesClass # The objects.
VolumeError # An error with a volume.
  1 time Time # When it happened.
  2 message string # What happened; never with secrets.
  3 errorCode int32 # Code of the gRPC error.
VolumeNodeResources # How many volumes a node can take.
  1 count int32 # Most volumes of the driver.
`
