import { deepClone, semanticEqual } from '../../../equality.ts'
import type { KubeObject } from '../../../object.ts'
import type { FieldError, StrategyContext } from '../../../strategy.ts'
import { NIL, forbidden, invalid, invalids, required } from '../../../validation/field.ts'
import { inRange } from '../../../validation/names.ts'
import { MIRROR, validatePodAnnotationUpdate } from './annotation-rules.ts'
import { validateImagePadding } from './container-rules.ts'
import { validatePodResize } from './resize.ts'
import { validateTolerations } from './scheduling-rules.ts'
import { validatePodStatusUpdate } from './status-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const IMMUTABLE_TEXT =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const MAX_INT32 = 2147483647

/** What of a pod may change, through the pod itself and through each of its subresources. */
export function validatePodUpdate(object: KubeObject, old: KubeObject, context: StrategyContext): FieldError[] {
  const annotations = validatePodAnnotationUpdate(
    object.metadata.annotations,
    old.metadata.annotations,
    'metadata.annotations',
  )
  switch (context.subresource) {
    case 'binding':
      return []
    case 'status':
      return [...annotations, ...validatePodStatusUpdate(object, old)]
    case 'ephemeralcontainers':
      return [...annotations, ...validateEphemeralUpdate(object, old)]
    case 'resize':
      return validatePodResize(object, old)
    default:
      return [...annotations, ...validateSpecUpdate(object.spec ?? {}, old.spec ?? {})]
  }
}

/** Images, a deadline that comes nearer, further tolerations, scheduling while the pod is gated. */
function validateSpecUpdate(now: any, was: any): FieldError[] {
  const errors: FieldError[] = []
  for (const list of ['containers', 'initContainers']) {
    const path = `spec.${list}`
    if ((now[list] ?? []).length !== (was[list] ?? []).length)
      return [...errors, forbidden(path, 'pod updates may not add or remove containers')]
    ;(now[list] ?? []).forEach((container: any, i: number) => {
      if (!container.image) errors.push(required(`${path}[${i}].image`))
      errors.push(...validateImagePadding(container, `${path}[${i}]`))
    })
  }
  const [deadline, before] = [now.activeDeadlineSeconds, was.activeDeadlineSeconds]
  if (deadline !== undefined) {
    const texts = inRange(deadline, 0, MAX_INT32)
    if (texts.length) return [...errors, ...invalids('spec.activeDeadlineSeconds', deadline, texts)]
    if (before < deadline)
      return [
        ...errors,
        invalid('spec.activeDeadlineSeconds', deadline, 'must be less than or equal to previous value'),
      ]
  } else if (before !== undefined)
    errors.push(invalid('spec.activeDeadlineSeconds', NIL, 'must not update from a positive integer to nil value'))
  errors.push(...validateAddedTolerations(now.tolerations, was.tolerations))
  errors.push(...validateDeletedGates(now.schedulingGates, was.schedulingGates))
  if (semanticEqual(now, was)) return errors
  const rest = deepClone(now) as any
  for (const list of ['containers', 'initContainers'])
    rest[list]?.forEach((container: any, i: number) => restore(container, was[list][i], 'image'))
  for (const key of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations']) restore(rest, was, key)
  if (was.terminationGracePeriodSeconds < 0 && rest.terminationGracePeriodSeconds === 1)
    restore(rest, was, 'terminationGracePeriodSeconds')
  if (was.schedulingGates?.length) errors.push(...validateGatedUpdate(rest, was))
  if (!semanticEqual(rest, was)) errors.push(forbidden('spec', IMMUTABLE_TEXT))
  return errors
}

function validateAddedTolerations(now: any[] | undefined, was: any[] | undefined): FieldError[] {
  const plain = (t: any) => ({ ...t, tolerationSeconds: 0 })
  const kept = (was ?? []).every(t => (now ?? []).some(n => semanticEqual(plain(n), plain(t))))
  return kept
    ? validateTolerations(now, 'spec.tolerations')
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
}

function validateDeletedGates(now: any[] | undefined, was: any[] | undefined): FieldError[] {
  const known = new Set((was ?? []).map(g => g.name))
  return (now ?? []).flatMap((gate, i) =>
    known.has(gate.name)
      ? []
      : [
          forbidden(
            `spec.schedulingGates[${i}].name`,
            `only deletion is allowed, but found new scheduling gate '${gate.name}'`,
          ),
        ],
  )
}

/** While a pod is gated, the choice of its nodes may still be narrowed. What was dealt with is put back in `rest`. */
function validateGatedUpdate(rest: any, was: any): FieldError[] {
  const errors: FieldError[] = []
  if (!semanticEqual(rest.nodeSelector, was.nodeSelector)) {
    const kept = Object.entries(was.nodeSelector ?? {}).every(([k, v]) => rest.nodeSelector?.[k] === v)
    if (!kept)
      errors.push(
        invalid(
          'spec.nodeSelector',
          rest.nodeSelector ?? null,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      )
    restore(rest, was, 'nodeSelector')
  }
  const [now, before] = [rest.affinity?.nodeAffinity, was.affinity?.nodeAffinity]
  if (semanticEqual(now, before)) return errors
  errors.push(...validateNarrowedAffinity(now, before))
  if (!rest.affinity) {
    if (before) rest.affinity = { nodeAffinity: before }
  } else if (!was.affinity && !rest.affinity.podAffinity && !rest.affinity.podAntiAffinity) delete rest.affinity
  else restore(rest.affinity, was.affinity ?? {}, 'nodeAffinity')
  return errors
}

function validateNarrowedAffinity(now: any, was: any): FieldError[] {
  const key = 'requiredDuringSchedulingIgnoredDuringExecution'
  const path = `spec.affinity.nodeAffinity.${key}.nodeSelectorTerms`
  if (!was?.[key]) return []
  const [terms, before]: [any[], any[]] = [now?.[key]?.nodeSelectorTerms ?? [], was[key].nodeSelectorTerms ?? []]
  if (before.length && terms.length !== before.length)
    return [
      invalid(
        path,
        terms.length ? internalTerms(terms) : null,
        'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
      ),
    ]
  const onlyMore = (term: any, old: any): boolean => {
    const lists = ['matchExpressions', 'matchFields']
    const empty = (t: any) => lists.every(list => !t[list]?.length)
    if (empty(old) && !empty(term)) return false
    return lists.every(list => {
      const had: any[] = old[list] ?? []
      return !had.length || semanticEqual((term[list] ?? []).slice(0, had.length), had)
    })
  }
  return before.flatMap((old, i) =>
    onlyMore(terms[i], old)
      ? []
      : [
          invalid(
            `${path}[${i}]`,
            internalTerms([terms[i]])[0],
            'only additions are allowed (no mutations or deletions)',
          ),
        ],
  )
}

/** Messages show terms as the internal type marshals. */
function internalTerms(terms: any[]): unknown[] {
  const list = (requirements: any[] | undefined) =>
    requirements?.map(r => ({ Key: r.key ?? '', Operator: r.operator ?? '', Values: r.values ?? null })) ?? null
  return terms.map(t => ({ MatchExpressions: list(t.matchExpressions), MatchFields: list(t.matchFields) }))
}

/** Containers can join a pod, but those that did stay as they are. */
function validateEphemeralUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined)
    return [forbidden('', 'static pods do not support ephemeral containers')]
  const list: any[] = object.spec?.ephemeralContainers ?? []
  return (old.spec?.ephemeralContainers ?? []).flatMap((container: any) => {
    const same = list.find(c => c.name === container.name)
    const name = JSON.stringify(container.name)
    if (!same)
      return [forbidden('spec.ephemeralContainers', `existing ephemeral containers ${name} may not be removed\n`)]
    return semanticEqual(same, container)
      ? []
      : [forbidden('spec.ephemeralContainers', `existing ephemeral containers ${name} may not be changed\n`)]
  })
}

function restore(now: any, was: any, key: string): void {
  if (was?.[key] === undefined) delete now[key]
  else now[key] = was[key]
}
