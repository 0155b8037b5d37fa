/** Types of the events.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Event kind # A report of something that happened to an object.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 eventTime! MicroTime null # When it was first seen.
  3 series EventSeries # Data of an event that goes on.
  4 reportingController string # Name of the controller that reports.
  5 reportingInstance string # Which instance of the controller reports.
  6 action string # What was done or failed.
  7 reason string # Why it was done, as one word.
  8 regarding core/v1.ObjectReference always # Object that the event is about.
  9 related core/v1.ObjectReference # A second object that has part in it.
  10 note string # What happened, for people.
  11 type string # Normal or Warning.
  12 deprecatedSource core/v1.EventSource always # Source, as in core/v1.
  13 deprecatedFirstTimestamp Time null # When it was first seen, as in core/v1.
  14 deprecatedLastTimestamp Time null # When it was last seen, as in core/v1.
  15 deprecatedCount int32 omit # How often it was seen, as in core/v1.
EventList kind # A list of objects of the kind Event.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Event # The objects.
EventSeries # How often an event has come again.
  1 count! int32 # How often so far.
  2 lastObservedTime! MicroTime # When it was last seen.
`
