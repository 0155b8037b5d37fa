// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { PersistentVolumeSpec, TopologySelectorTerm } from './core-v1.ts'
import type { LabelSelector } from './meta-v1.ts'

/** A storage driver and what Kubernetes has to do for it. */
export interface CSIDriver extends KubeObject {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'CSIDriver'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: CSIDriverSpec
}

/** A list of objects of the kind CSIDriver. */
export interface CSIDriverList {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'CSIDriverList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: CSIDriver[] | null
}

/** What Kubernetes has to do for a driver. */
export interface CSIDriverSpec {
  /** Whether volumes have to be attached before they are mounted. */
  attachRequired?: boolean
  /** Whether the driver is told about the pod. */
  podInfoOnMount?: boolean
  /** Whether volumes outlive pods (Persistent) or not (Ephemeral). */
  volumeLifecycleModes?: string[]
  /** Whether the scheduler looks at the capacity that the driver reports. */
  storageCapacity?: boolean
  /** Whether owners of a volume are changed to the pod's fsGroup. */
  fsGroupPolicy?: string
  /** Tokens of the pod's account that the driver gets. */
  tokenRequests?: TokenRequest[]
  /** Whether the driver is called again and again while a volume is mounted. */
  requiresRepublish?: boolean
  /** Whether volumes can be mounted with an SELinux label. */
  seLinuxMount?: boolean
  /** Seconds between updates of how many volumes a node can take. */
  nodeAllocatableUpdatePeriodSeconds?: number
  /** Hands tokens over as secrets instead of attributes. */
  serviceAccountTokenInSecrets?: boolean
  /** Keeps pods away from nodes that lack the driver. */
  preventPodSchedulingIfMissing?: boolean
}

/** Storage drivers of a node. */
export interface CSINode extends KubeObject {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'CSINode'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: CSINodeSpec
}

/** A storage driver on a node. */
export interface CSINodeDriver {
  /** Name of the driver. */
  name: string
  /** Identity of the node for the driver. */
  nodeID: string
  /** Labels of the node that tell where its volumes can be reached. */
  topologyKeys?: string[]
  /** How many volumes the node can take. */
  allocatable?: VolumeNodeResources
}

/** A list of objects of the kind CSINode. */
export interface CSINodeList {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'CSINodeList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: CSINode[] | null
}

/** Storage drivers of a node. */
export interface CSINodeSpec {
  /** The drivers. */
  drivers: CSINodeDriver[] | null
}

/** How much storage a driver has left in a place. */
export interface CSIStorageCapacity extends KubeObject {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'CSIStorageCapacity'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Nodes that can reach the storage. */
  nodeTopology?: LabelSelector
  /** Class of the storage. */
  storageClassName: string
  /** How much is left. */
  capacity?: string
  /** Largest volume that can be made. */
  maximumVolumeSize?: string
}

/** A list of objects of the kind CSIStorageCapacity. */
export interface CSIStorageCapacityList {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'CSIStorageCapacityList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: CSIStorageCapacity[] | null
}

/** A class of storage and how volumes of it are made. */
export interface StorageClass extends KubeObject {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'StorageClass'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Who makes the volumes. */
  provisioner: string
  /** Settings for the provisioner; fixed. */
  parameters?: Record<string, string>
  /** What becomes of a volume when its claim goes. */
  reclaimPolicy?: string
  /** Options for mounting, such as ro or soft. */
  mountOptions?: string[]
  /** Whether volumes can grow. */
  allowVolumeExpansion?: boolean
  /** Whether volumes are made at once, or when a pod needs them. */
  volumeBindingMode?: string
  /** Places in which volumes may be made. */
  allowedTopologies?: TopologySelectorTerm[]
}

/** A list of objects of the kind StorageClass. */
export interface StorageClassList {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'StorageClassList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: StorageClass[] | null
}

/** A token that a driver gets. */
export interface TokenRequest {
  /** Who the token is meant for. */
  audience: string
  /** Seconds that the token is valid. */
  expirationSeconds?: number
}

/** Asks for a volume to be attached to a node. */
export interface VolumeAttachment extends KubeObject {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'VolumeAttachment'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: VolumeAttachmentSpec
  /** What was last observed. */
  status?: VolumeAttachmentStatus
}

/** A list of objects of the kind VolumeAttachment. */
export interface VolumeAttachmentList {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'VolumeAttachmentList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: VolumeAttachment[] | null
}

/** The volume. */
export interface VolumeAttachmentSource {
  /** Name of the volume. */
  persistentVolumeName?: string
  /** A volume without an object of its own; for migration. */
  inlineVolumeSpec?: PersistentVolumeSpec
}

/** What is attached, where, and by whom. */
export interface VolumeAttachmentSpec {
  /** Name of the driver that attaches. */
  attacher: string
  /** The volume. */
  source: VolumeAttachmentSource
  /** Node to attach to. */
  nodeName: string
}

/** Whether a volume is attached. */
export interface VolumeAttachmentStatus {
  /** Whether it is attached. */
  attached: boolean
  /** Facts for later steps, by the driver. */
  attachmentMetadata?: Record<string, string>
  /** Last error of attaching. */
  attachError?: VolumeError
  /** Last error of detaching. */
  detachError?: VolumeError
}

/** Attributes of volumes that can change while they are in use. */
export interface VolumeAttributesClass extends KubeObject {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'VolumeAttributesClass'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Name of the driver that the class is for; fixed. */
  driverName: string
  /** Attributes, for the driver; fixed. */
  parameters?: Record<string, string>
}

/** A list of objects of the kind VolumeAttributesClass. */
export interface VolumeAttributesClassList {
  apiVersion: 'storage.k8s.io/v1'
  kind: 'VolumeAttributesClassList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: VolumeAttributesClass[] | null
}

/** An error with a volume. */
export interface VolumeError {
  /** When it happened. */
  time?: string
  /** What happened; never with secrets. */
  message?: string
  /** Code of the gRPC error. */
  errorCode?: number
}

/** How many volumes a node can take. */
export interface VolumeNodeResources {
  /** Most volumes of the driver. */
  count?: number
}
