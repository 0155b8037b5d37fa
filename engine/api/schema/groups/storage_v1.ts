/** Types of the storage.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CSIDriver kind
  1 metadata ObjectMeta always
  2 spec! CSIDriverSpec always
CSIDriverList kind
  1 metadata ListMeta
  2 items! []CSIDriver
CSIDriverSpec
  1 attachRequired bool =true
  2 podInfoOnMount bool =false
  3 volumeLifecycleModes []string list=set =["Persistent"]
  4 storageCapacity bool =false
  5 fsGroupPolicy string ptr =ReadWriteOnceWithFSType enum(File,None,ReadWriteOnceWithFSType)
  6 tokenRequests []TokenRequest list=atomic
  7 requiresRepublish bool =false
  8 seLinuxMount bool =false
  9 nodeAllocatableUpdatePeriodSeconds int64
  10 serviceAccountTokenInSecrets bool
  11 preventPodSchedulingIfMissing bool
CSINode kind
  1 metadata ObjectMeta always
  2 spec! CSINodeSpec always
CSINodeDriver
  1 name! string
  2 nodeID! string
  3 topologyKeys []string list=atomic
  4 allocatable VolumeNodeResources
CSINodeList kind
  1 metadata ListMeta
  2 items! []CSINode
CSINodeSpec
  1 drivers! []CSINodeDriver list=map(name) patch=merge(name)
CSIStorageCapacity kind
  1 metadata ObjectMeta always
  2 nodeTopology LabelSelector
  3 storageClassName! string
  4 capacity Quantity
  5 maximumVolumeSize Quantity
CSIStorageCapacityList kind
  1 metadata ListMeta
  2 items! []CSIStorageCapacity
StorageClass kind
  1 metadata ObjectMeta always
  2 provisioner! string
  3 parameters map<string>
  4 reclaimPolicy string ptr =Delete enum(Delete,Retain)
  5 mountOptions []string list=atomic
  6 allowVolumeExpansion bool
  7 volumeBindingMode string ptr =Immediate enum(Immediate,WaitForFirstConsumer)
  8 allowedTopologies []core/v1.TopologySelectorTerm list=atomic
StorageClassList kind
  1 metadata ListMeta
  2 items! []StorageClass
TokenRequest
  1 audience! string
  2 expirationSeconds int64
VolumeAttachment kind
  1 metadata ObjectMeta always
  2 spec! VolumeAttachmentSpec always
  3 status VolumeAttachmentStatus always
VolumeAttachmentList kind
  1 metadata ListMeta
  2 items! []VolumeAttachment
VolumeAttachmentSource
  1 persistentVolumeName string ptr
  2 inlineVolumeSpec core/v1.PersistentVolumeSpec
VolumeAttachmentSpec
  1 attacher! string
  2 source! VolumeAttachmentSource always
  3 nodeName! string
VolumeAttachmentStatus
  1 attached! bool
  2 attachmentMetadata map<string>
  3 attachError VolumeError
  4 detachError VolumeError
VolumeAttributesClass kind
  1 metadata ObjectMeta always
  2 driverName! string
  3 parameters map<string>
VolumeAttributesClassList kind
  1 metadata ListMeta
  2 items! []VolumeAttributesClass
VolumeError
  1 time Time
  2 message string
  3 errorCode int32
VolumeNodeResources
  1 count int32
`
