import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validateConditions } from './flow-rules.ts'
import { validatePriorityLevel } from './level-rules.ts'

export const strategy = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  kind: 'PriorityLevelConfiguration',
  resource: 'prioritylevelconfigurations',
  namespaced: false,
  hasStatus: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Type', 'string', 'Limited or exempt.', o => o.spec?.type ?? ''),
    column(
      'NominalConcurrencyShares',
      'string',
      'Share of the seats.',
      o => o.spec?.limited?.nominalConcurrencyShares ?? '<none>',
    ),
    column('Queues', 'string', 'Number of queues.', o => o.spec?.limited?.limitResponse?.queuing?.queues ?? '<none>'),
    column(
      'HandSize',
      'string',
      'Queues that a flow may use.',
      o => o.spec?.limited?.limitResponse?.queuing?.handSize ?? '<none>',
    ),
    column(
      'QueueLengthLimit',
      'string',
      'Most requests that wait in a queue.',
      o => o.spec?.limited?.limitResponse?.queuing?.queueLengthLimit ?? '<none>',
    ),
    ageColumn,
  ],
  setDefaults(object) {
    const spec = object.spec
    if (spec?.limited) {
      spec.limited.nominalConcurrencyShares ??= 30
      spec.limited.lendablePercent ??= 0
      const queuing = spec.limited.limitResponse?.queuing
      if (queuing) {
        queuing.queues ??= 64
        queuing.handSize ??= 8
        queuing.queueLengthLimit ??= 50
      }
    }
    if (spec?.exempt) {
      spec.exempt.nominalConcurrencyShares ??= 0
      spec.exempt.lendablePercent ??= 0
    }
  },
  validate: object => validatePriorityLevel(object.spec ?? {}, object.metadata.name ?? ''),
  validateUpdate: (object, _old, context) =>
    context.subresource === 'status' ? validateConditions(object.status?.conditions) : [],
})
