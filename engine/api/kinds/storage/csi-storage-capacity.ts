import { invalid, required } from '../../validation/field.ts'
import { isDNS1123Subdomain } from '../../validation/names.ts'
import { createdColumn, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'CSIStorageCapacity',
  resource: 'csistoragecapacities',
  namespaced: true,
  columns: [nameColumn, createdColumn],
  validate: object =>
    object.storageClassName
      ? isDNS1123Subdomain(object.storageClassName).map(text =>
          invalid('storageClassName', object.storageClassName, text),
        )
      : [required('storageClassName')],
})
