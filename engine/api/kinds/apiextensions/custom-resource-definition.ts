import { createdColumn, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { defaultDefinition, validateDefinition, validateDefinitionUpdate } from './definition-rules.ts'

export const strategy = defineKind({
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  hasStatus: true,
  hasGeneration: true,
  columns: [nameColumn, createdColumn],
  setDefaults: defaultDefinition,
  prepareForCreate(object) {
    object.status = { conditions: null, storedVersions: [], acceptedNames: { plural: '', kind: '' } }
    for (const version of object.spec?.versions ?? [])
      if (version.storage) object.status.storedVersions.push(version.name)
  },
  prepareForUpdate(object, _old, context) {
    if (context.subresource === 'status') return
    const stored: string[] = [...(object.status?.storedVersions ?? [])]
    for (const version of object.spec?.versions ?? [])
      if (version.storage && !stored.includes(version.name)) stored.push(version.name)
    object.status = { ...object.status, storedVersions: stored }
  },
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
})
