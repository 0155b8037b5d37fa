import { deepEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, invalids, required } from '../../validation/field.ts'
import { isDNS1123Subdomain } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { validateCSIDriverName } from '../core/volume/sources.ts'
import { validateVolumeSpec } from '../core/volume/volume-spec.ts'
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
  validateNew(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    if (!spec.attacher) errors.push(required('spec.attacher'))
    else errors.push(...validateCSIDriverName(spec.attacher, 'spec.attacher'))
    const { inlineVolumeSpec: inline, persistentVolumeName: name } = spec.source ?? {}
    const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
    if (inline && name !== undefined) errors.push(forbidden('spec.source', one))
    else if (!inline && name === undefined) errors.push(required('spec.source', one))
    else if (inline)
      errors.push(...validateVolumeSpec(inline, 'spec.source.inlineVolumeSpec', { name: '', inline: true }))
    else if (!name)
      errors.push(required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'))
    else errors.push(...invalids('spec.source.persistentVolumeName', name, isDNS1123Subdomain(name)))
    const node: string = spec.nodeName ?? ''
    errors.push(...invalids('spec.nodeName', node, isDNS1123Subdomain(node)))
    return errors
  },
  validateUpdate: (object, old) =>
    deepEqual(object.spec, old.spec) ? [] : [invalid('spec', object.spec, 'field is immutable')],
})
