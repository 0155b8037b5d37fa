/** Types of the resource.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
AllocatedDeviceStatus
  1 driver! string
  2 pool! string
  3 device! string
  4 conditions []Condition list=map(type)
  5 data RawExtension
  6 networkData NetworkDeviceData
  7 shareID string
AllocationResult
  1 devices DeviceAllocationResult
  3 nodeSelector core/v1.NodeSelector
  5 allocationTimestamp Time
CELDeviceSelector
  1 expression! string
CapacityRequestPolicy
  1 default Quantity
  3 validValues []Quantity list=atomic
  4 validRange CapacityRequestPolicyRange
CapacityRequestPolicyRange
  1 min! Quantity
  2 max Quantity
  3 step Quantity
CapacityRequirements
  1 requests map<Quantity>
Counter
  1 value! Quantity
CounterSet
  1 name! string
  2 counters! map<Counter>
Device
  1 name! string
  2 attributes map<DeviceAttribute>
  3 capacity map<DeviceCapacity>
  4 consumesCounters []DeviceCounterConsumption list=atomic
  5 nodeName string
  6 nodeSelector core/v1.NodeSelector
  7 allNodes bool
  8 taints []DeviceTaint list=atomic
  9 bindsToNode bool
  10 bindingConditions []string list=atomic
  11 bindingFailureConditions []string list=atomic
  12 allowMultipleAllocations bool
  13 nodeAllocatableResourceMappings map<NodeAllocatableResourceMapping>
DeviceAllocationConfiguration
  1 source! string
  2 requests []string list=atomic
  3.1 opaque OpaqueDeviceConfiguration
DeviceAllocationResult
  1 results []DeviceRequestAllocationResult list=atomic
  2 config []DeviceAllocationConfiguration list=atomic
DeviceAttribute
  2 int int64
  3 bool bool
  4 string string
  5 version string
  6 ints []int64 list=atomic
  7 bools []bool list=atomic
  8 strings []string list=atomic
  9 versions []string list=atomic
DeviceCapacity
  1 value! Quantity
  2 requestPolicy CapacityRequestPolicy
DeviceClaim
  1 requests []DeviceRequest list=atomic
  2 constraints []DeviceConstraint list=atomic
  3 config []DeviceClaimConfiguration list=atomic
DeviceClaimConfiguration
  1 requests []string list=atomic
  2.1 opaque OpaqueDeviceConfiguration
DeviceClass kind
  1 metadata ObjectMeta always
  2 spec! DeviceClassSpec always
DeviceClassConfiguration
  1.1 opaque OpaqueDeviceConfiguration
DeviceClassList kind
  1 metadata ListMeta
  2 items! []DeviceClass
DeviceClassSpec
  1 selectors []DeviceSelector list=atomic
  2 config []DeviceClassConfiguration list=atomic
  4 extendedResourceName string
DeviceConstraint
  1 requests []string list=atomic
  2 matchAttribute string
  3 distinctAttribute string
DeviceCounterConsumption
  1 counterSet! string
  2 counters! map<Counter>
DeviceRequest
  1 name! string
  2 exactly ExactDeviceRequest
  3 firstAvailable []DeviceSubRequest list=atomic
DeviceRequestAllocationResult
  1 request! string
  2 driver! string
  3 pool! string
  4 device! string
  5 adminAccess bool
  6 tolerations []DeviceToleration list=atomic
  7 bindingConditions []string list=atomic
  8 bindingFailureConditions []string list=atomic
  9 shareID string
  10 consumedCapacity map<Quantity>
DeviceSelector
  1 cel CELDeviceSelector
DeviceSubRequest
  1 name! string
  2 deviceClassName! string
  3 selectors []DeviceSelector list=atomic
  4 allocationMode string
  5 count int64
  6 tolerations []DeviceToleration list=atomic
  7 capacity CapacityRequirements
DeviceTaint
  1 key! string
  2 value string
  3 effect! string
  4 timeAdded Time
DeviceToleration
  1 key string
  2 operator string
  3 value string
  4 effect string
  5 tolerationSeconds int64
ExactDeviceRequest
  1 deviceClassName! string
  2 selectors []DeviceSelector list=atomic
  3 allocationMode string
  4 count int64
  5 adminAccess bool
  6 tolerations []DeviceToleration list=atomic
  7 capacity CapacityRequirements
NetworkDeviceData
  1 interfaceName string
  2 ips []string list=atomic
  3 hardwareAddress string
NodeAllocatableResourceMapping
  1 capacityKey string
  2 allocationMultiplier Quantity
OpaqueDeviceConfiguration
  1 driver! string
  2 parameters! RawExtension
ResourceClaim kind
  1 metadata ObjectMeta always
  2 spec! ResourceClaimSpec always
  3 status ResourceClaimStatus always
ResourceClaimConsumerReference
  1 apiGroup string
  3 resource! string
  4 name! string
  5 uid! string
ResourceClaimList kind
  1 metadata ListMeta
  2 items! []ResourceClaim
ResourceClaimSpec
  1 devices DeviceClaim
ResourceClaimStatus
  1 allocation AllocationResult
  2 reservedFor []ResourceClaimConsumerReference list=map(uid) patch=merge(uid)
  4 devices []AllocatedDeviceStatus list=map(driver,device,pool,shareID)
ResourceClaimTemplate kind
  1 metadata ObjectMeta always
  2 spec! ResourceClaimTemplateSpec always
ResourceClaimTemplateList kind
  1 metadata ListMeta
  2 items! []ResourceClaimTemplate
ResourceClaimTemplateSpec
  1 metadata ObjectMeta
  2 spec! ResourceClaimSpec
ResourcePool
  1 name! string
  2 generation! int64
  3 resourceSliceCount! int64
ResourceSlice kind
  1 metadata ObjectMeta always
  2 spec! ResourceSliceSpec always
ResourceSliceList kind
  1 metadata ListMeta
  2 items! []ResourceSlice
ResourceSliceSpec
  1 driver! string
  2 pool! ResourcePool
  3 nodeName string
  4 nodeSelector core/v1.NodeSelector
  5 allNodes bool
  6 devices []Device list=atomic
  7 perDeviceNodeSelection bool
  8 sharedCounters []CounterSet list=atomic
`
