// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { NodeSelector } from './core-v1.ts'
import type { Condition } from './meta-v1.ts'

/** State of a device that a claim got. */
export interface AllocatedDeviceStatus {
  /** Driver of the device. */
  driver: string
  /** Pool of the device. */
  pool: string
  /** Name of the device. */
  device: string
  /** What holds of the object, by type. */
  conditions?: Condition[]
  /** Facts of the driver's own. */
  data?: Record<string, unknown>
  /** Facts about a network device. */
  networkData?: NetworkDeviceData
  /** Which share of the device it is. */
  shareID?: string
}

/** What a claim got. */
export interface AllocationResult {
  /** The devices. */
  devices?: DeviceAllocationResult
  /** Nodes that can use them; all if absent. */
  nodeSelector?: NodeSelector
  /** When it got them. */
  allocationTimestamp?: string
}

/** A choice of devices by CEL. */
export interface CELDeviceSelector {
  /** CEL expression that must be true; device is the device. */
  expression: string
}

/** How much of a capacity can be asked for. */
export interface CapacityRequestPolicy {
  /** Amount of a request that names none. */
  default?: string
  /** Amounts that are possible. */
  validValues?: string[]
  /** Range of amounts that are possible. */
  validRange?: CapacityRequestPolicyRange
}

/** A range of amounts. */
export interface CapacityRequestPolicyRange {
  /** Smallest amount. */
  min: string
  /** Largest amount. */
  max?: string
  /** Amounts go up in steps of this. */
  step?: string
}

/** How much of a device is needed. */
export interface CapacityRequirements {
  /** Amounts, by name of the capacity. */
  requests?: Record<string, string>
}

/** A number that devices use up. */
export interface Counter {
  /** How much there is. */
  value: string
}

/** Numbers that several devices share. */
export interface CounterSet {
  /** Name of the set. */
  name: string
  /** The numbers. */
  counters: Record<string, Counter>
}

/** A device that pods can use. */
export interface Device {
  /** Name of the device, unique in its pool. */
  name: string
  /** Facts about the device. */
  attributes?: Record<string, DeviceAttribute>
  /** What the device has, by name. */
  capacity?: Record<string, DeviceCapacity>
  /** Shared numbers that it uses up. */
  consumesCounters?: DeviceCounterConsumption[]
  /** Node that it is on; only with perDeviceNodeSelection. */
  nodeName?: string
  /** Nodes that can use it; only with perDeviceNodeSelection. */
  nodeSelector?: NodeSelector
  /** Whether all nodes can use it; only with perDeviceNodeSelection. */
  allNodes?: boolean
  /** Marks that keep claims away. */
  taints?: DeviceTaint[]
  /** Whether the claim is bound to the node that was chosen. */
  bindsToNode?: boolean
  /** Conditions that must be True before a pod is bound. */
  bindingConditions?: string[]
  /** Conditions that say that binding has failed. */
  bindingFailureConditions?: string[]
  /** Whether several claims can share it. */
  allowMultipleAllocations?: boolean
  /** Resources of the node that it uses up. */
  nodeAllocatableResourceMappings?: Record<string, NodeAllocatableResourceMapping>
}

/** A setting for allocated devices. */
export interface DeviceAllocationConfiguration {
  /** Where it comes from: FromClass or FromClaim. */
  source: string
  /** Requests that it is for; all if empty. */
  requests?: string[]
  /** Setting for a driver. */
  opaque?: OpaqueDeviceConfiguration
}

/** The devices that a claim got. */
export interface DeviceAllocationResult {
  /** The devices, by request. */
  results?: DeviceRequestAllocationResult[]
  /** Settings for them. */
  config?: DeviceAllocationConfiguration[]
}

/** A fact about a device: exactly one field is set. */
export interface DeviceAttribute {
  /** A whole number. */
  int?: number
  /** Yes or no. */
  bool?: boolean
  /** A text. */
  string?: string
  /** A version, as semver. */
  version?: string
  /** Whole numbers. */
  ints?: number[]
  /** Several yes or no. */
  bools?: boolean[]
  /** Texts. */
  strings?: string[]
  /** Versions, as semver. */
  versions?: string[]
}

/** An amount that a device has. */
export interface DeviceCapacity {
  /** How much it has. */
  value: string
  /** How much can be asked for. */
  requestPolicy?: CapacityRequestPolicy
}

/** Devices that are asked for. */
export interface DeviceClaim {
  /** What is asked for. */
  requests?: DeviceRequest[]
  /** What the devices must have in common. */
  constraints?: DeviceConstraint[]
  /** Settings for the devices. */
  config?: DeviceClaimConfiguration[]
}

/** A setting for claimed devices. */
export interface DeviceClaimConfiguration {
  /** Requests that it is for; all if empty. */
  requests?: string[]
  /** Setting for a driver. */
  opaque?: OpaqueDeviceConfiguration
}

/** A class of devices. */
export interface DeviceClass extends KubeObject {
  apiVersion: 'resource.k8s.io/v1'
  kind: 'DeviceClass'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: DeviceClassSpec
}

/** A setting for devices of a class. */
export interface DeviceClassConfiguration {
  /** Setting for a driver. */
  opaque?: OpaqueDeviceConfiguration
}

/** A list of objects of the kind DeviceClass. */
export interface DeviceClassList {
  apiVersion: 'resource.k8s.io/v1'
  kind: 'DeviceClassList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: DeviceClass[] | null
}

/** Which devices belong to a class. */
export interface DeviceClassSpec {
  /** Demands that all have to hold. */
  selectors?: DeviceSelector[]
  /** Settings for the devices. */
  config?: DeviceClassConfiguration[]
  /** Extended resource that the class can stand for. */
  extendedResourceName?: string
}

/** What devices must have in common. */
export interface DeviceConstraint {
  /** Requests that it is for; all if empty. */
  requests?: string[]
  /** Attribute that must be equal. */
  matchAttribute?: string
  /** Attribute that must differ. */
  distinctAttribute?: string
}

/** Shared numbers that a device uses up. */
export interface DeviceCounterConsumption {
  /** Name of the set. */
  counterSet: string
  /** How much it uses up of each. */
  counters: Record<string, Counter>
}

/** Asks for devices. */
export interface DeviceRequest {
  /** Name of the request. */
  name: string
  /** What is asked for. */
  exactly?: ExactDeviceRequest
  /** Alternatives, of which the first that can be had is taken. */
  firstAvailable?: DeviceSubRequest[]
}

/** A device that a request got. */
export interface DeviceRequestAllocationResult {
  /** Name of the request. */
  request: string
  /** Driver of the device. */
  driver: string
  /** Pool of the device. */
  pool: string
  /** Name of the device. */
  device: string
  /** Whether it was given for administration. */
  adminAccess?: boolean
  /** Taints that the request bears. */
  tolerations?: DeviceToleration[]
  /** Conditions that must be True before a pod is bound. */
  bindingConditions?: string[]
  /** Conditions that say that binding has failed. */
  bindingFailureConditions?: string[]
  /** Which share of the device it is. */
  shareID?: string
  /** How much of the device it uses. */
  consumedCapacity?: Record<string, string>
}

/** A choice of devices. */
export interface DeviceSelector {
  /** The choice, by CEL. */
  cel?: CELDeviceSelector
}

/** An alternative of a request. */
export interface DeviceSubRequest {
  /** Name of the alternative. */
  name: string
  /** Class of the devices. */
  deviceClassName: string
  /** Demands that all have to hold. */
  selectors?: DeviceSelector[]
  /** ExactCount, or All. */
  allocationMode?: string
  /** How many devices; 1 by default. */
  count?: number
  /** Taints that are borne. */
  tolerations?: DeviceToleration[]
  /** How much of each device is needed. */
  capacity?: CapacityRequirements
}

/** A mark on a device that keeps claims away. */
export interface DeviceTaint {
  /** Key of the mark. */
  key: string
  /** Value of the mark. */
  value?: string
  /** What happens to claims that do not tolerate it. */
  effect: string
  /** When it was set. */
  timeAdded?: string
}

/** Makes a claim bear a taint. */
export interface DeviceToleration {
  /** Key of the taint; empty with Exists means all. */
  key?: string
  /** How the value is compared: Exists or Equal. */
  operator?: string
  /** Value of the taint. */
  value?: string
  /** Effect of the taint; empty means all. */
  effect?: string
  /** Seconds that it is borne under NoExecute; for ever if absent. */
  tolerationSeconds?: number
}

/** Asks for devices of one class. */
export interface ExactDeviceRequest {
  /** Class of the devices. */
  deviceClassName: string
  /** Demands that all have to hold. */
  selectors?: DeviceSelector[]
  /** ExactCount, or All. */
  allocationMode?: string
  /** How many devices; 1 by default. */
  count?: number
  /** Asks for access for administration, beside other users. */
  adminAccess?: boolean
  /** Taints that are borne. */
  tolerations?: DeviceToleration[]
  /** How much of each device is needed. */
  capacity?: CapacityRequirements
}

/** Facts about a network device. */
export interface NetworkDeviceData {
  /** Name of the interface in the pod. */
  interfaceName?: string
  /** Addresses of the interface, with their ranges. */
  ips?: string[]
  /** Hardware address of the interface. */
  hardwareAddress?: string
}

/** How a device uses up a resource of the node. */
export interface NodeAllocatableResourceMapping {
  /** Capacity of the device that counts. */
  capacityKey?: string
  /** What the amount is multiplied with. */
  allocationMultiplier?: string
}

/** A setting that only a driver understands. */
export interface OpaqueDeviceConfiguration {
  /** Name of the driver. */
  driver: string
  /** The setting. */
  parameters: Record<string, unknown>
}

/** Asks for devices, for pods to use. */
export interface ResourceClaim extends KubeObject {
  apiVersion: 'resource.k8s.io/v1'
  kind: 'ResourceClaim'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: ResourceClaimSpec
  /** What was last observed. */
  status?: ResourceClaimStatus
}

/** Names an object that uses a claim. */
export interface ResourceClaimConsumerReference {
  /** Group of the resource; empty for core. */
  apiGroup?: string
  /** Resource of the object, such as pods. */
  resource: string
  /** Name of the object. */
  name: string
  /** Identity of the object. */
  uid: string
}

/** A list of objects of the kind ResourceClaim. */
export interface ResourceClaimList {
  apiVersion: 'resource.k8s.io/v1'
  kind: 'ResourceClaimList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ResourceClaim[] | null
}

/** What is asked for. */
export interface ResourceClaimSpec {
  /** Devices that are asked for. */
  devices?: DeviceClaim
}

/** What a claim got. */
export interface ResourceClaimStatus {
  /** What it got; absent if nothing yet. */
  allocation?: AllocationResult
  /** Objects that may use it. */
  reservedFor?: ResourceClaimConsumerReference[]
  /** State of each device. */
  devices?: AllocatedDeviceStatus[]
}

/** A template for claims, one for each pod. */
export interface ResourceClaimTemplate extends KubeObject {
  apiVersion: 'resource.k8s.io/v1'
  kind: 'ResourceClaimTemplate'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: ResourceClaimTemplateSpec
}

/** A list of objects of the kind ResourceClaimTemplate. */
export interface ResourceClaimTemplateList {
  apiVersion: 'resource.k8s.io/v1'
  kind: 'ResourceClaimTemplateList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ResourceClaimTemplate[] | null
}

/** What claims made from a template look like. */
export interface ResourceClaimTemplateSpec {
  /** Labels and annotations of the claims. */
  metadata: ObjectMeta
  /** What the claims ask for. */
  spec: ResourceClaimSpec
}

/** Devices that belong together. */
export interface ResourcePool {
  /** Name of the pool. */
  name: string
  /** Counts changes of the pool. */
  generation: number
  /** How many slices the pool has. */
  resourceSliceCount: number
}

/** A part of a pool of devices. */
export interface ResourceSlice extends KubeObject {
  apiVersion: 'resource.k8s.io/v1'
  kind: 'ResourceSlice'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: ResourceSliceSpec
}

/** A list of objects of the kind ResourceSlice. */
export interface ResourceSliceList {
  apiVersion: 'resource.k8s.io/v1'
  kind: 'ResourceSliceList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ResourceSlice[] | null
}

/** Devices and who can use them. */
export interface ResourceSliceSpec {
  /** Driver of the devices; fixed. */
  driver: string
  /** Pool that they belong to. */
  pool: ResourcePool
  /** Node that they are on. */
  nodeName?: string
  /** Nodes that can use them. */
  nodeSelector?: NodeSelector
  /** Whether all nodes can use them. */
  allNodes?: boolean
  /** The devices. */
  devices?: Device[]
  /** Whether each device says which nodes can use it. */
  perDeviceNodeSelection?: boolean
  /** Numbers that the devices share. */
  sharedCounters?: CounterSet[]
}
