import { deepEqual } from '../../equality.ts'
import { invalid } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'VolumeAttachment',
  resource: 'volumeattachments',
  namespaced: false,
  hasStatus: true,
  columns: [
    nameColumn,
    { ...column('Attacher', 'string', 'Driver that attaches it.', o => o.spec?.attacher ?? ''), format: 'name' },
    column('PV', 'string', 'Volume to attach.', o => o.spec?.source?.persistentVolumeName ?? ''),
    column('Node', 'string', 'Node to attach it to.', o => o.spec?.nodeName ?? ''),
    column('Attached', 'boolean', 'Whether it is attached.', o => o.status?.attached ?? false),
    ageColumn,
  ],
  validateUpdate: (object, old) =>
    deepEqual(object.spec, old.spec) ? [] : [invalid('spec', object.spec, 'field is immutable')],
})
