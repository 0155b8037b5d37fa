import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'CSIDriver',
  resource: 'csidrivers',
  namespaced: false,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('AttachRequired', 'boolean', 'Whether volumes have to be attached.', o => o.spec?.attachRequired ?? true),
    column(
      'PodInfoOnMount',
      'boolean',
      'Whether the driver is told about the pod.',
      o => o.spec?.podInfoOnMount ?? false,
    ),
    column(
      'StorageCapacity',
      'boolean',
      'Whether the driver reports its capacity.',
      o => o.spec?.storageCapacity ?? false,
    ),
    column(
      'TokenRequests',
      'string',
      'Audiences of the tokens it wants.',
      o => ((o.spec?.tokenRequests ?? []) as { audience: string }[]).map(t => t.audience).join(',') || '<unset>',
    ),
    column(
      'RequiresRepublish',
      'boolean',
      'Whether it wants to be called again and again.',
      o => o.spec?.requiresRepublish ?? false,
    ),
    column('Modes', 'string', 'Kinds of volumes.', o => (o.spec?.volumeLifecycleModes ?? []).join(',') || '<none>'),
    ageColumn,
  ],
})
