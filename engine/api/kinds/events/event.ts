import {
  coreEventColumns,
  coreEventFields,
  toCoreEvent,
  validateCreatedEvent,
  validateEventUpdate,
  validateNewEvent,
} from './event-rules.ts'
import { defineKind } from '../define.ts'

/** The newer face of events: the same objects as core events, stored once (see `toCoreEvent`). */
export const strategy = defineKind({
  group: 'events.k8s.io',
  kind: 'Event',
  resource: 'events',
  namespaced: true,
  shortNames: ['ev'],
  columns: coreEventColumns.map(c => ({ ...c, cell: (o, now) => c.cell(toCoreEvent(o), now) })),
  allowCreateOnUpdate: true,
  selectableFields: o => coreEventFields(toCoreEvent(o)),
  validate: o => validateNewEvent(toCoreEvent(o)),
  validateNew: o => validateCreatedEvent(toCoreEvent(o)),
  validateUpdate: (o, old) => validateEventUpdate(toCoreEvent(o), toCoreEvent(old)),
})
