import type { KubeObject } from '../../object.ts'
import type { Column, FieldError } from '../../strategy.ts'
import { duplicate, invalid, notSupported, required } from '../../validation/field.ts'
import { isDNS1035Label, isDNS1123Subdomain } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { enumerated, validateMatchConditions, validateMatchResources } from './match-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** Operations of which there is an object that a policy could change. */
export const MUTABLE_OPERATIONS = ['CREATE', 'UPDATE']

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

export const paramKindText = (o: KubeObject): string => {
  const p = o.spec?.paramKind
  return p ? `${p.apiVersion}/${p.kind}` : '<unset>'
}

export const policyBindingColumns: Column[] = [
  nameColumn,
  column('PolicyName', 'string', 'Policy that is bound.', o => o.spec?.policyName ?? ''),
  column('ParamRef', 'string', 'Parameters of the policy.', o => {
    const p = o.spec?.paramRef
    if (!p) return '<unset>'
    return p.name ? (p.namespace ? `${p.namespace}/${p.name}` : `*/${p.name}`) : '*/*'
  }),
  ageColumn,
]

/** What both kinds of policy have in common. `operations` are those that the policy can be for; absent, all are. */
export function validatePolicy(spec: any, operations?: string[]): FieldError[] {
  const errors: FieldError[] =
    spec.failurePolicy === undefined
      ? [required('spec.failurePolicy')]
      : enumerated(spec.failurePolicy, 'spec.failurePolicy', ['Fail', 'Ignore'])
  if (spec.paramKind) errors.push(...validateParamKind(spec.paramKind, 'spec.paramKind'))
  const match = spec.matchConstraints
  if (!match) errors.push(required('spec.matchConstraints'))
  else {
    errors.push(...validateMatchResources(match, 'spec.matchConstraints'))
    if (!match.resourceRules?.length) errors.push(required('spec.matchConstraints.resourceRules'))
    if (operations) errors.push(...validateOperations(match, operations, 'spec.matchConstraints'))
  }
  errors.push(...validateMatchConditions(spec.matchConditions, 'spec.matchConditions'))
  ;(spec.variables ?? []).forEach((variable: any, i: number) =>
    errors.push(...validateVariable(variable, `spec.variables[${i}]`)),
  )
  return errors
}

/** Complaints leave out which of the rules names the operation. */
export function validateOperations(match: any, supported: string[], at: string): FieldError[] {
  return (match.resourceRules ?? []).flatMap((rule: any) =>
    (rule.operations ?? []).flatMap((op: string) => enumerated(op, `${at}.resourceRules.operations`, supported)),
  )
}

function validateVariable(variable: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const name: string = variable.name ?? ''
  if (!name.trim()) errors.push(required(`${at}.name`, 'name is not specified'))
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || RESERVED.has(name))
    errors.push(invalid(`${at}.name`, name, 'name is not a valid CEL identifier'))
  if (!variable.expression?.trim()) errors.push(required(`${at}.expression`, 'expression is not specified'))
  return errors
}

function validateParamKind(kind: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const apiVersion: string = kind.apiVersion ?? ''
  const parts = apiVersion.split('/')
  if (!apiVersion) errors.push(required(`${at}.apiVersion`))
  else if (parts.length > 2)
    errors.push(invalid(`${at}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
  else {
    const [group, version] = parts.length === 2 ? [parts[0]!, parts[1]!] : ['', apiVersion]
    const groupTexts = group ? isDNS1123Subdomain(group) : []
    if (groupTexts.length) errors.push(invalid(`${at}.apiVersion`, group, groupTexts.join(',')))
    const texts = isDNS1035Label(version)
    if (!version) errors.push(invalid(`${at}.apiVersion`, apiVersion, 'version must be specified'))
    else if (texts.length) errors.push(invalid(`${at}.apiVersion`, version, texts.join(',')))
  }
  if (!kind.kind) return [...errors, required(`${at}.kind`)]
  const texts = isDNS1035Label(kind.kind.toLowerCase())
  if (texts.length)
    errors.push(invalid(`${at}.kind`, kind.kind, `may have mixed case, but should otherwise match: ${texts.join(',')}`))
  return errors
}

const ACTIONS = ['Audit', 'Deny', 'Warn']

/** What a violation leads to. */
export function validateActions(actions: string[], at: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  actions.forEach((action, i) => {
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${at}[${i}]`, action, ACTIONS))
    if (seen.has(action)) errors.push(duplicate(`${at}[${i}]`, action))
    seen.add(action)
  })
  if (seen.has('Deny') && seen.has('Warn'))
    errors.push(
      invalid(
        at,
        actions,
        'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ),
    )
  if (!seen.size) errors.push(required(at, 'at least one validation action is required'))
  return errors
}
