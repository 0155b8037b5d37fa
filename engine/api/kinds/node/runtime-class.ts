import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, invalids } from '../../validation/field.ts'
import { validateLabels } from '../../validation/metadata.ts'
import { isDNS1123Label } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { deprecatedNodeLabel } from '../core/node-labels.ts'
import { validateTolerations } from '../core/pod/scheduling-rules.ts'
import { validateOverhead } from '../core/pod/spec-rules.ts'
import { defineKind } from '../define.ts'

interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: number
}

export const strategy = defineKind({
  group: 'node.k8s.io',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  namespaced: false,
  columns: [
    nameColumn,
    column('Handler', 'string', 'Runtime that the class stands for.', o => o.handler ?? ''),
    ageColumn,
  ],
  validate: ({ handler = '', overhead, scheduling }) => [
    ...invalids('handler', handler, isDNS1123Label(handler)),
    ...(overhead?.podFixed ? validateOverhead(overhead.podFixed, 'overhead') : []),
    ...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
    ...validateUniqueTolerations(scheduling?.tolerations ?? [], 'scheduling.tolerations'),
  ],
  validateUpdate: (object, old) =>
    object.handler === old.handler ? [] : [invalid('handler', object.handler, 'field is immutable')],
  warnings: object =>
    Object.keys(object.scheduling?.nodeSelector ?? {}).flatMap(key => {
      const text = deprecatedNodeLabel(key)
      return text ? [`scheduling.nodeSelector: ${text}`] : []
    }),
})

/** Tolerations are added to those of pods: each is there once, whatever its seconds. */
function validateUniqueTolerations(tolerations: Toleration[], at: string): FieldError[] {
  const errors = validateTolerations(tolerations, at)
  const seen = new Set<string>()
  tolerations.forEach(({ key = '', operator = '', value = '', effect = '', tolerationSeconds = null }, i) => {
    const id = JSON.stringify([key, operator, value, effect])
    const shown = { Key: key, Operator: operator, Value: value, Effect: effect, TolerationSeconds: tolerationSeconds }
    if (seen.has(id)) errors.push(duplicate(`${at}[${i}]`, shown))
    seen.add(id)
  })
  return errors
}
