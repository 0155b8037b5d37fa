/** Types of the resource.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
AllocatedDeviceStatus # State of a device that a claim got.
  1 driver! string # Driver of the device.
  2 pool! string # Pool of the device.
  3 device! string # Name of the device.
  4 conditions []Condition list=map(type) # What holds of the object, by type.
  5 data RawExtension # Facts of the driver's own.
  6 networkData NetworkDeviceData # Facts about a network device.
  7 shareID string # Which share of the device it is.
AllocationResult # What a claim got.
  1 devices DeviceAllocationResult # The devices.
  3 nodeSelector core/v1.NodeSelector # Nodes that can use them; all if absent.
  5 allocationTimestamp Time # When it got them.
CELDeviceSelector # A choice of devices by CEL.
  1 expression! string # CEL expression that must be true; device is the device.
CapacityRequestPolicy # How much of a capacity can be asked for.
  1 default Quantity # Amount of a request that names none.
  3 validValues []Quantity list=atomic # Amounts that are possible.
  4 validRange CapacityRequestPolicyRange # Range of amounts that are possible.
CapacityRequestPolicyRange # A range of amounts.
  1 min! Quantity # Smallest amount.
  2 max Quantity # Largest amount.
  3 step Quantity # Amounts go up in steps of this.
CapacityRequirements # How much of a device is needed.
  1 requests map<Quantity> # Amounts, by name of the capacity.
Counter # A number that devices use up.
  1 value! Quantity # How much there is.
CounterSet # Numbers that several devices share.
  1 name! string # Name of the set.
  2 counters! map<Counter> # The numbers.
Device # A device that pods can use.
  1 name! string # Name of the device, unique in its pool.
  2 attributes map<DeviceAttribute> # Facts about the device.
  3 capacity map<DeviceCapacity> # What the device has, by name.
  4 consumesCounters []DeviceCounterConsumption list=atomic # Shared numbers that it uses up.
  5 nodeName string # Node that it is on; only with perDeviceNodeSelection.
  6 nodeSelector core/v1.NodeSelector # Nodes that can use it; only with perDeviceNodeSelection.
  7 allNodes bool # Whether all nodes can use it; only with perDeviceNodeSelection.
  8 taints []DeviceTaint list=atomic # Marks that keep claims away.
  9 bindsToNode bool # Whether the claim is bound to the node that was chosen.
  10 bindingConditions []string list=atomic # Conditions that must be True before a pod is bound.
  11 bindingFailureConditions []string list=atomic # Conditions that say that binding has failed.
  12 allowMultipleAllocations bool # Whether several claims can share it.
  13 nodeAllocatableResourceMappings map<NodeAllocatableResourceMapping> # Resources of the node that it uses up.
DeviceAllocationConfiguration # A setting for allocated devices.
  1 source! string # Where it comes from: FromClass or FromClaim.
  2 requests []string list=atomic # Requests that it is for; all if empty.
  3.1 opaque OpaqueDeviceConfiguration # Setting for a driver.
DeviceAllocationResult # The devices that a claim got.
  1 results []DeviceRequestAllocationResult list=atomic # The devices, by request.
  2 config []DeviceAllocationConfiguration list=atomic # Settings for them.
DeviceAttribute # A fact about a device: exactly one field is set.
  2 int int64 # A whole number.
  3 bool bool # Yes or no.
  4 string string # A text.
  5 version string # A version, as semver.
  6 ints []int64 list=atomic # Whole numbers.
  7 bools []bool list=atomic # Several yes or no.
  8 strings []string list=atomic # Texts.
  9 versions []string list=atomic # Versions, as semver.
DeviceCapacity # An amount that a device has.
  1 value! Quantity # How much it has.
  2 requestPolicy CapacityRequestPolicy # How much can be asked for.
DeviceClaim # Devices that are asked for.
  1 requests []DeviceRequest list=atomic # What is asked for.
  2 constraints []DeviceConstraint list=atomic # What the devices must have in common.
  3 config []DeviceClaimConfiguration list=atomic # Settings for the devices.
DeviceClaimConfiguration # A setting for claimed devices.
  1 requests []string list=atomic # Requests that it is for; all if empty.
  2.1 opaque OpaqueDeviceConfiguration # Setting for a driver.
DeviceClass kind # A class of devices.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! DeviceClassSpec always # What is wanted.
DeviceClassConfiguration # A setting for devices of a class.
  1.1 opaque OpaqueDeviceConfiguration # Setting for a driver.
DeviceClassList kind # A list of objects of the kind DeviceClass.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []DeviceClass # The objects.
DeviceClassSpec # Which devices belong to a class.
  1 selectors []DeviceSelector list=atomic # Demands that all have to hold.
  2 config []DeviceClassConfiguration list=atomic # Settings for the devices.
  4 extendedResourceName string # Extended resource that the class can stand for.
DeviceConstraint # What devices must have in common.
  1 requests []string list=atomic # Requests that it is for; all if empty.
  2 matchAttribute string # Attribute that must be equal.
  3 distinctAttribute string # Attribute that must differ.
DeviceCounterConsumption # Shared numbers that a device uses up.
  1 counterSet! string # Name of the set.
  2 counters! map<Counter> # How much it uses up of each.
DeviceRequest # Asks for devices.
  1 name! string # Name of the request.
  2 exactly ExactDeviceRequest # What is asked for.
  3 firstAvailable []DeviceSubRequest list=atomic # Alternatives, of which the first that can be had is taken.
DeviceRequestAllocationResult # A device that a request got.
  1 request! string # Name of the request.
  2 driver! string # Driver of the device.
  3 pool! string # Pool of the device.
  4 device! string # Name of the device.
  5 adminAccess bool # Whether it was given for administration.
  6 tolerations []DeviceToleration list=atomic # Taints that the request bears.
  7 bindingConditions []string list=atomic # Conditions that must be True before a pod is bound.
  8 bindingFailureConditions []string list=atomic # Conditions that say that binding has failed.
  9 shareID string # Which share of the device it is.
  10 consumedCapacity map<Quantity> # How much of the device it uses.
DeviceSelector # A choice of devices.
  1 cel CELDeviceSelector # The choice, by CEL.
DeviceSubRequest # An alternative of a request.
  1 name! string # Name of the alternative.
  2 deviceClassName! string # Class of the devices.
  3 selectors []DeviceSelector list=atomic # Demands that all have to hold.
  4 allocationMode string # ExactCount, or All.
  5 count int64 # How many devices; 1 by default.
  6 tolerations []DeviceToleration list=atomic # Taints that are borne.
  7 capacity CapacityRequirements # How much of each device is needed.
DeviceTaint # A mark on a device that keeps claims away.
  1 key! string # Key of the mark.
  2 value string # Value of the mark.
  3 effect! string # What happens to claims that do not tolerate it.
  4 timeAdded Time # When it was set.
DeviceToleration # Makes a claim bear a taint.
  1 key string # Key of the taint; empty with Exists means all.
  2 operator string # How the value is compared: Exists or Equal.
  3 value string # Value of the taint.
  4 effect string # Effect of the taint; empty means all.
  5 tolerationSeconds int64 # Seconds that it is borne under NoExecute; for ever if absent.
ExactDeviceRequest # Asks for devices of one class.
  1 deviceClassName! string # Class of the devices.
  2 selectors []DeviceSelector list=atomic # Demands that all have to hold.
  3 allocationMode string # ExactCount, or All.
  4 count int64 # How many devices; 1 by default.
  5 adminAccess bool # Asks for access for administration, beside other users.
  6 tolerations []DeviceToleration list=atomic # Taints that are borne.
  7 capacity CapacityRequirements # How much of each device is needed.
NetworkDeviceData # Facts about a network device.
  1 interfaceName string # Name of the interface in the pod.
  2 ips []string list=atomic # Addresses of the interface, with their ranges.
  3 hardwareAddress string # Hardware address of the interface.
NodeAllocatableResourceMapping # How a device uses up a resource of the node.
  1 capacityKey string # Capacity of the device that counts.
  2 allocationMultiplier Quantity # What the amount is multiplied with.
OpaqueDeviceConfiguration # A setting that only a driver understands.
  1 driver! string # Name of the driver.
  2 parameters! RawExtension # The setting.
ResourceClaim kind # Asks for devices, for pods to use.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! ResourceClaimSpec always # What is wanted.
  3 status ResourceClaimStatus always # What was last observed.
ResourceClaimConsumerReference # Names an object that uses a claim.
  1 apiGroup string # Group of the resource; empty for core.
  3 resource! string # Resource of the object, such as pods.
  4 name! string # Name of the object.
  5 uid! string # Identity of the object.
ResourceClaimList kind # A list of objects of the kind ResourceClaim.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ResourceClaim # The objects.
ResourceClaimSpec # What is asked for.
  1 devices DeviceClaim # Devices that are asked for.
ResourceClaimStatus # What a claim got.
  1 allocation AllocationResult # What it got; absent if nothing yet.
  2 reservedFor []ResourceClaimConsumerReference list=map(uid) patch=merge(uid) # Objects that may use it.
  4 devices []AllocatedDeviceStatus list=map(driver,device,pool,shareID) # State of each device.
ResourceClaimTemplate kind # A template for claims, one for each pod.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! ResourceClaimTemplateSpec always # What is wanted.
ResourceClaimTemplateList kind # A list of objects of the kind ResourceClaimTemplate.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ResourceClaimTemplate # The objects.
ResourceClaimTemplateSpec # What claims made from a template look like.
  1 metadata ObjectMeta # Labels and annotations of the claims.
  2 spec! ResourceClaimSpec # What the claims ask for.
ResourcePool # Devices that belong together.
  1 name! string # Name of the pool.
  2 generation! int64 # Counts changes of the pool.
  3 resourceSliceCount! int64 # How many slices the pool has.
ResourceSlice kind # A part of a pool of devices.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! ResourceSliceSpec always # What is wanted.
ResourceSliceList kind # A list of objects of the kind ResourceSlice.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ResourceSlice # The objects.
ResourceSliceSpec # Devices and who can use them.
  1 driver! string # Driver of the devices; fixed.
  2 pool! ResourcePool # Pool that they belong to.
  3 nodeName string # Node that they are on.
  4 nodeSelector core/v1.NodeSelector # Nodes that can use them.
  5 allNodes bool # Whether all nodes can use them.
  6 devices []Device list=atomic # The devices.
  7 perDeviceNodeSelection bool # Whether each device says which nodes can use it.
  8 sharedCounters []CounterSet list=atomic # Numbers that the devices share.
`
