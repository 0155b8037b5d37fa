import { invalid } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validateSlice } from './slice-rules.ts'

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
  validate: object => validateSlice(object.spec ?? {}),
  validateUpdate: ({ spec = {} }, { spec: old = {} }) =>
    (
      [
        ['pool.name', spec.pool?.name, old.pool?.name],
        ['driver', spec.driver, old.driver],
        ['nodeName', spec.nodeName, old.nodeName],
      ] as const
    ).flatMap(([key, now, was]) => (now === was ? [] : [invalid(`spec.${key}`, now ?? null, 'field is immutable')])),
  selectableFields: o => ({ 'spec.nodeName': o.spec?.nodeName ?? '', 'spec.driver': o.spec?.driver ?? '' }),
})
