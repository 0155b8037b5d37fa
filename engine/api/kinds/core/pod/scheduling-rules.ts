import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, invalids, notSupported, required } from '../../../validation/field.ts'
import { validateLabelSelector } from '../../../validation/metadata.ts'
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** Tolerations of taints. */
export function validateTolerations(tolerations: any[] | undefined, at: string): FieldError[] {
  return (tolerations ?? []).flatMap((t, i) => {
    const path = `${at}[${i}]`
    const errors: FieldError[] = []
    if (t.key) errors.push(...invalids(`${path}.key`, t.key, isQualifiedName(t.key)))
    else if (t.operator !== 'Exists')
      errors.push(
        invalid(
          `${path}.operator`,
          t.operator ?? '',
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      )
    if (t.tolerationSeconds !== undefined && t.effect !== 'NoExecute')
      errors.push(
        invalid(`${path}.effect`, t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      )
    switch (t.operator) {
      case undefined:
      case '':
      case 'Equal': {
        const texts = isLabelValue(t.value ?? '')
        if (texts.length) errors.push(invalid(`${path}.operator`, t.value, texts.join(';')))
        break
      }
      case 'Exists':
        if (t.value)
          errors.push(invalid(`${path}.operator`, t.value, "value must be empty when `operator` is 'Exists'"))
        break
      case 'Gt':
      case 'Lt':
        if (!/^(0|-?[1-9]\d*)$/.test(t.value ?? ''))
          errors.push(
            invalid(`${path}.value`, t.value ?? '', "value must be a valid integer when `operator` is 'Lt' or 'Gt'"),
          )
        break
      default:
        errors.push(notSupported(`${path}.operator`, t.operator, ['Equal', 'Exists', 'Lt', 'Gt']))
    }
    if (t.effect && !EFFECTS.includes(t.effect)) errors.push(notSupported(`${path}.effect`, t.effect, EFFECTS))
    return errors
  })
}

/** Taints of a node. */
export function validateTaints(taints: any[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;(taints ?? []).forEach((taint, i) => {
    const path = `${at}[${i}]`
    const [key, value, effect] = [taint.key ?? '', taint.value ?? '', taint.effect ?? '']
    errors.push(...invalids(`${path}.key`, key, isQualifiedName(key)))
    const texts = isLabelValue(value)
    if (texts.length) errors.push(invalid(`${path}.value`, value, texts.join(';')))
    if (!effect) errors.push(required(`${path}.effect`))
    else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, EFFECTS))
    if (seen.has(`${effect}/${key}`))
      errors.push(
        duplicate(
          path,
          { Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null },
          'taints must be unique by key and effect pair',
        ),
      )
    seen.add(`${effect}/${key}`)
  })
  return errors
}

export function validateAffinity(affinity: any, at: string): FieldError[] {
  if (!affinity) return []
  const errors: FieldError[] = []
  const node = affinity.nodeAffinity
  if (node?.[REQUIRED]) errors.push(...validateNodeSelector(node[REQUIRED], `${at}.nodeAffinity.${REQUIRED}`))
  ;(node?.[PREFERRED] ?? []).forEach((term: any, i: number) => {
    const path = `${at}.nodeAffinity.${PREFERRED}[${i}]`
    errors.push(...validateWeight(term, path))
    // What is only preferred may have values that no label can have.
    errors.push(...validateNodeTerm(term.preference ?? {}, `${path}.preference`, false))
  })
  for (const key of ['podAffinity', 'podAntiAffinity']) {
    ;(affinity[key]?.[REQUIRED] ?? []).forEach((term: any, i: number) =>
      errors.push(...validatePodTerm(term, `${at}.${key}.${REQUIRED}[${i}]`)),
    )
    ;(affinity[key]?.[PREFERRED] ?? []).forEach((term: any, i: number) => {
      const path = `${at}.${key}.${PREFERRED}[${i}]`
      errors.push(...validateWeight(term, path))
      errors.push(...validatePodTerm(term.podAffinityTerm ?? {}, `${path}.podAffinityTerm`))
    })
  }
  return errors
}

const validateWeight = (term: any, at: string): FieldError[] =>
  term.weight >= 1 && term.weight <= 100
    ? []
    : [invalid(`${at}.weight`, term.weight ?? 0, 'must be in the range 1-100')]

/** A choice of nodes, of pods or of volumes. */
export function validateNodeSelector(selector: any, at: string): FieldError[] {
  const terms: any[] = selector.nodeSelectorTerms ?? []
  if (!terms.length) return [required(`${at}.nodeSelectorTerms`, 'must have at least one node selector term')]
  return terms.flatMap((term, i) => validateNodeTerm(term, `${at}.nodeSelectorTerms[${i}]`, true))
}

function validateNodeTerm(term: any, at: string, strictValues: boolean): FieldError[] {
  const errors: FieldError[] = []
  ;(term.matchExpressions ?? []).forEach((e: any, i: number) =>
    errors.push(...validateNodeRequirement(e, `${at}.matchExpressions[${i}]`, strictValues)),
  )
  ;(term.matchFields ?? []).forEach((e: any, i: number) => {
    const path = `${at}.matchFields[${i}]`
    if (e.operator === 'In' || e.operator === 'NotIn') {
      if (e.values?.length !== 1)
        errors.push(
          required(
            `${path}.values`,
            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
          ),
        )
    } else errors.push(invalid(`${path}.operator`, e.operator ?? '', 'not a valid selector operator'))
    if (e.key !== 'metadata.name') errors.push(invalid(`${path}.key`, e.key ?? '', 'not a valid field selector key'))
    else
      (e.values ?? []).forEach((value: string, j: number) =>
        errors.push(...invalids(`${path}.values[${j}]`, value, isDNS1123Subdomain(value))),
      )
  })
  return errors
}

function validateNodeRequirement(e: any, at: string, strictValues: boolean): FieldError[] {
  const errors: FieldError[] = []
  const values: string[] = e.values ?? []
  switch (e.operator) {
    case 'In':
    case 'NotIn':
      if (!values.length) errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length)
        errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1)
        errors.push(required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
      break
    default:
      errors.push(invalid(`${at}.operator`, e.operator ?? '', 'not a valid selector operator'))
  }
  errors.push(...invalids(`${at}.key`, e.key ?? '', isQualifiedName(e.key ?? '')))
  if (strictValues)
    values.forEach((value, i) => errors.push(...invalids(`${at}.values[${i}]`, value, isLabelValue(value))))
  return errors
}

function validatePodTerm(term: any, at: string): FieldError[] {
  const errors = [
    ...validateLabelSelector(term.labelSelector, `${at}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${at}.namespaceSelector`),
  ]
  for (const name of term.namespaces ?? []) errors.push(...invalids(`${at}.namespace`, name, isDNS1123Label(name)))
  errors.push(...validateLabelKeys(term, at))
  if (!term.topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'))
  return [...errors, ...invalids(`${at}.topologyKey`, term.topologyKey ?? '', isQualifiedName(term.topologyKey ?? ''))]
}

/** Keys whose values are taken from the incoming pod. */
function validateLabelKeys(term: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const [match, mismatch]: [string[], string[]] = [term.matchLabelKeys ?? [], term.mismatchLabelKeys ?? []]
  for (const [member, keys] of [
    ['matchLabelKeys', match],
    ['mismatchLabelKeys', mismatch],
  ] as const) {
    if (!keys.length) continue
    if (!term.labelSelector)
      errors.push(forbidden(`${at}.${member}`, 'must not be specified when labelSelector is not set'))
    else keys.forEach((key, i) => errors.push(...invalids(`${at}.${member}[${i}]`, key, isQualifiedName(key))))
  }
  const seen = new Set(Object.keys(term.labelSelector?.matchLabels ?? {}))
  for (const { key } of term.labelSelector?.matchExpressions ?? []) {
    // The server itself adds one expression for every key; a second one is the user's.
    if (match.includes(key) && seen.has(key))
      errors.push(invalid(`${at}[${match.lastIndexOf(key)}]`, key, 'exists in both matchLabelKeys and labelSelector'))
    seen.add(key)
  }
  match.forEach((key, i) => {
    if (mismatch.includes(key))
      errors.push(invalid(`${at}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'))
  })
  return errors
}

/** How evenly pods are spread. */
export function validateSpread(constraints: any[] | undefined, at: string): FieldError[] {
  const list = constraints ?? []
  return list.flatMap((c, i) => {
    const path = `${at}[${i}]`
    const errors: FieldError[] = []
    if (!(c.maxSkew > 0)) errors.push(invalid(`${path}.maxSkew`, c.maxSkew ?? 0, 'must be greater than zero'))
    if (!c.topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'))
    const actions = ['DoNotSchedule', 'ScheduleAnyway']
    if (!actions.includes(c.whenUnsatisfiable))
      errors.push(notSupported(`${path}.whenUnsatisfiable`, c.whenUnsatisfiable ?? '', actions))
    const pair = (x: any) => `{${x.topologyKey ?? ''}, ${x.whenUnsatisfiable ?? ''}}`
    if (list.slice(i + 1).some(other => pair(other) === pair(c)))
      errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair(c)))
    if (c.minDomains !== undefined) {
      if (c.minDomains <= 0) errors.push(invalid(`${path}.minDomains`, c.minDomains, 'must be greater than zero'))
      if (c.whenUnsatisfiable !== 'DoNotSchedule')
        errors.push(
          invalid(
            `${path}.minDomains`,
            c.minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${c.whenUnsatisfiable ?? ''}`,
          ),
        )
    }
    for (const key of ['nodeAffinityPolicy', 'nodeTaintsPolicy'])
      if (c[key] !== undefined && !['Honor', 'Ignore'].includes(c[key]))
        errors.push(notSupported(`${path}.${key}`, c[key], ['Honor', 'Ignore']))
    errors.push(...validateLabelKeys(c, path))
    return [...errors, ...validateLabelSelector(c.labelSelector, `${path}.labelSelector`)]
  })
}
