import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'resource.k8s.io',
  kind: 'ResourceSlice',
  resource: 'resourceslices',
  namespaced: false,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Node', 'string', 'Node that has the devices.', o => o.spec?.nodeName ?? '<unset>'),
    column('Driver', 'string', 'Driver of the devices.', o => o.spec?.driver ?? ''),
    column('Pool', 'string', 'Pool that the slice is part of.', o => o.spec?.pool?.name ?? ''),
    ageColumn,
  ],
  selectableFields: o => ({ 'spec.nodeName': o.spec?.nodeName ?? '', 'spec.driver': o.spec?.driver ?? '' }),
})
