import type { FieldError } from '../../strategy.ts'
import { invalid, invalids } from '../../validation/field.ts'
import { isQualifiedName } from '../../validation/names.ts'
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
  validateNew: object =>
    ((object.spec?.finalizers ?? []) as string[]).flatMap(n => finalizerName(n, 'spec.finalizers')),
  validateUpdate(object, _old, context) {
    if (context.subresource === 'finalize')
      return ((object.spec?.finalizers ?? []) as string[]).flatMap((n, i) => finalizerName(n, `spec.finalizers[${i}]`))
    if (context.subresource !== 'status') return []
    const phase: string = object.status?.phase ?? ''
    const deleted = !!object.metadata.deletionTimestamp
    if (phase === (deleted ? 'Terminating' : 'Active')) return []
    return [
      invalid(
        'status.Phase',
        phase,
        deleted
          ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
          : "may only be 'Active' if `deletionTimestamp` is empty",
      ),
    ]
  },
  selectableFields: o => ({ 'status.phase': o.status?.phase ?? '', name: o.metadata.name ?? '' }),
})

const FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion']

function finalizerName(name: string, at: string): FieldError[] {
  const errors = invalids(at, name, isQualifiedName(name))
  if (!name.includes('/') && !FINALIZERS.includes(name))
    errors.push(invalid(at, name, 'name is neither a standard finalizer name nor is it fully qualified'))
  return errors
}
