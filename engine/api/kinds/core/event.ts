import { coreEventColumns, coreEventFields, validateCoreEvent } from '../events/event-rules.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: '',
  kind: 'Event',
  resource: 'events',
  namespaced: true,
  shortNames: ['ev'],
  columns: coreEventColumns,
  allowCreateOnUpdate: true,
  selectableFields: coreEventFields,
  validate: validateCoreEvent,
})
