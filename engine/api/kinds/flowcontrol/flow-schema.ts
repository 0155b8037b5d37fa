import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validateConditions, validateFlowSchema } from './flow-rules.ts'

export const strategy = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  kind: 'FlowSchema',
  resource: 'flowschemas',
  namespaced: false,
  hasStatus: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column(
      'PriorityLevel',
      'string',
      'Level that handles the requests.',
      o => o.spec?.priorityLevelConfiguration?.name ?? '',
    ),
    column('MatchingPrecedence', 'string', 'Lower ones are tried first.', o => o.spec?.matchingPrecedence ?? 0),
    column(
      'DistinguisherMethod',
      'string',
      'What tells flows apart.',
      o => o.spec?.distinguisherMethod?.type ?? '<none>',
    ),
    ageColumn,
    column('MissingPL', 'string', 'Whether the level does not exist.', o => {
      const dangling = (o.status?.conditions ?? []).find((c: { type: string }) => c.type === 'Dangling')
      return dangling ? dangling.status : '?'
    }),
  ],
  validate: object => validateFlowSchema(object.spec ?? {}, object.metadata.name ?? ''),
  validateUpdate: (object, _old, context) =>
    context.subresource === 'status' ? validateConditions(object.status?.conditions) : [],
})
