import { parseQuantity } from '../../../base/quantity.ts'
import { semanticEqual } from '../../equality.ts'
import { invalid, invalids } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { isDNS1123Subdomain } from '../../validation/names.ts'
import { createdColumn, nameColumn } from '../columns.ts'
import { nodeLabelSelectorWarnings } from '../core/node-labels.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'CSIStorageCapacity',
  resource: 'csistoragecapacities',
  namespaced: true,
  columns: [nameColumn, createdColumn],
  validate(object) {
    const name: string = object.storageClassName ?? ''
    const errors = validateLabelSelector(object.nodeTopology, 'nodeTopology')
    errors.push(...invalids('storageClassName', name, isDNS1123Subdomain(name)))
    for (const key of ['capacity', 'maximumVolumeSize'])
      if (object[key] !== undefined && parseQuantity(object[key]).sign() < 0)
        errors.push(invalid(key, parseQuantity(object[key]).toString(), 'must be greater than or equal to 0'))
    return errors
  },
  validateUpdate: (object, old) =>
    ['nodeTopology', 'storageClassName']
      .filter(key => !semanticEqual(object[key], old[key]))
      .map(key => invalid(key, object[key] ?? null, 'field is immutable')),
  warnings: object => nodeLabelSelectorWarnings(object.nodeTopology, 'nodeTopology'),
})
