import { invalid } from '../../validation/field.ts'
import { isExtended } from '../core/pod/resource-names.ts'
import { defineKind } from '../define.ts'
import { validateConfigs, validateSelectors } from './device-rules.ts'

export const strategy = defineKind({
  group: 'resource.k8s.io',
  kind: 'DeviceClass',
  resource: 'deviceclasses',
  namespaced: false,
  hasGeneration: true,
  validate({ spec = {} }) {
    const errors = [
      ...validateSelectors(spec.selectors, 'spec.selectors'),
      ...validateConfigs(spec.config, 'spec.config'),
    ]
    const name = spec.extendedResourceName
    if (name !== undefined && !isExtended(name))
      errors.push(invalid('spec.extendedResourceName', name, 'must be a valid extended resource name'))
    return errors
  },
})
