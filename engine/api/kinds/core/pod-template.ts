import { column, nameColumn, selectorText } from '../columns.ts'
import { defineKind } from '../define.ts'
import { defaultPodSpec } from './pod/defaults.ts'
import { validatePodTemplateSpec } from './pod/template.ts'
import { templateWarnings } from './pod/warnings.ts'

export const strategy = defineKind({
  group: '',
  kind: 'PodTemplate',
  resource: 'podtemplates',
  namespaced: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Containers', 'string', 'Names of the containers.', o =>
      (o.template?.spec?.containers ?? []).map((c: { name: string }) => c.name).join(','),
    ),
    column('Images', 'string', 'Images of the containers.', o =>
      (o.template?.spec?.containers ?? []).map((c: { image: string }) => c.image).join(','),
    ),
    column('Pod Labels', 'string', 'Labels of the pods.', o => selectorText(o.template?.metadata?.labels)),
  ],
  setDefaults: object => defaultPodSpec(object.template?.spec),
  validate: object => validatePodTemplateSpec(object.template, 'template'),
  warnings: (object, old) =>
    old && old.metadata.generation === object.metadata.generation ? [] : templateWarnings(object.template, 'template'),
})
