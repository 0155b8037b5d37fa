/** Types of the events.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Event kind
  1 metadata ObjectMeta always
  2 eventTime! MicroTime null
  3 series EventSeries
  4 reportingController string
  5 reportingInstance string
  6 action string
  7 reason string
  8 regarding core/v1.ObjectReference always
  9 related core/v1.ObjectReference
  10 note string
  11 type string
  12 deprecatedSource core/v1.EventSource always
  13 deprecatedFirstTimestamp Time null
  14 deprecatedLastTimestamp Time null
  15 deprecatedCount int32 omit
EventList kind
  1 metadata ListMeta
  2 items! []Event
EventSeries
  1 count! int32
  2 lastObservedTime! MicroTime
`
