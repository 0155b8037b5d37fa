import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validateWebhooks } from './webhooks.ts'

export const strategy = defineKind({
  group: 'admissionregistration.k8s.io',
  kind: 'MutatingWebhookConfiguration',
  resource: 'mutatingwebhookconfigurations',
  namespaced: false,
  categories: ['api-extensions'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Webhooks', 'integer', 'Number of webhooks.', o => (o.webhooks ?? []).length),
    ageColumn,
  ],
  validate: object => validateWebhooks(object.webhooks),
})
