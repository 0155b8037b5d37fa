import { notSupported } from '../../validation/field.ts'
import { isQualifiedName } from '../../validation/names.ts'
import { invalid } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind, subresource } from '../define.ts'

export const strategy = defineKind({
  group: '',
  kind: 'Namespace',
  resource: 'namespaces',
  namespaced: false,
  shortNames: ['ns'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  hasStatus: true,
  subresources: [subresource('finalize', 'Namespace', ['update'])],
  columns: [nameColumn, column('Status', 'string', 'Phase of the namespace.', o => o.status?.phase ?? ''), ageColumn],
  setDefaults(object) {
    object.status ??= {}
    object.status.phase ??= 'Active'
    const labels = (object.metadata.labels ??= {})
    if (object.metadata.name) labels['kubernetes.io/metadata.name'] = object.metadata.name
    if (!Object.keys(labels).length) delete object.metadata.labels
  },
  prepareForCreate(object) {
    object.status = { phase: 'Active' }
    const finalizers: string[] = (object.spec ??= {}).finalizers ?? []
    if (!finalizers.includes('kubernetes')) object.spec.finalizers = [...finalizers, 'kubernetes']
  },
  prepareForUpdate(object, old, context) {
    // The list of finalizers changes through the finalize subresource alone.
    if (context.subresource !== 'finalize')
      object.spec = { ...object.spec, ...(old.spec?.finalizers ? { finalizers: old.spec.finalizers } : {}) }
    if (context.subresource === 'finalize') object.status = old.status
  },
  validate(object) {
    return ((object.spec?.finalizers ?? []) as string[]).flatMap((name, i) => {
      const texts = isQualifiedName(name)
      if (texts.length) return texts.map(text => invalid(`spec.finalizers[${i}]`, name, text))
      return name.includes('/') || name === 'kubernetes'
        ? []
        : [
            invalid(
              `spec.finalizers[${i}]`,
              name,
              'name is neither a standard finalizer name nor is it fully qualified',
            ),
          ]
    })
  },
  validateUpdate(object, _old, context) {
    if (context.subresource !== 'status') return []
    const phase = object.status?.phase
    if (object.metadata.deletionTimestamp)
      return phase === 'Terminating'
        ? []
        : [invalid('status.phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")]
    return phase === 'Active'
      ? []
      : phase === 'Terminating'
        ? [invalid('status.phase', phase, "may only be 'Active' if `deletionTimestamp` is empty")]
        : [notSupported('status.phase', phase, ['Active', 'Terminating'])]
  },
  selectableFields: o => ({ 'status.phase': o.status?.phase ?? '', name: o.metadata.name ?? '' }),
})
