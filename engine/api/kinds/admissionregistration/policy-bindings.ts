import type { FieldError } from '../../strategy.ts'
import { forbidden, invalids, notSupported, required } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { isDNS1123Subdomain, isPathSegment } from '../../validation/names.ts'
import { validateMatchResources } from './match-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** What both kinds of binding have in common: a policy, perhaps parameters for it, and where it is in force. */
export function validatePolicyBinding(spec: any): FieldError[] {
  const errors: FieldError[] = spec.policyName
    ? invalids('spec.policyName', spec.policyName, isDNS1123Subdomain(spec.policyName))
    : [required('spec.policyName')]
  if (spec.paramRef) errors.push(...validateParamRef(spec.paramRef, 'spec.paramRef'))
  if (spec.matchResources) errors.push(...validateMatchResources(spec.matchResources, 'spec.matchResources'))
  return errors
}

function validateParamRef(ref: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const exclusive = 'name and selector are mutually exclusive'
  if (ref.name) {
    errors.push(...invalids(`${at}.name`, ref.name, isPathSegment(ref.name)))
    if (ref.selector) errors.push(forbidden(`${at}.name`, exclusive))
  }
  if (ref.selector) {
    errors.push(...validateLabelSelector(ref.selector, `${at}.selector`))
    if (ref.name) errors.push(forbidden(`${at}.selector`, exclusive))
  }
  if (!ref.name && !ref.selector) errors.push(required(at, 'one of name or selector must be specified'))
  const action: string = ref.parameterNotFoundAction ?? ''
  if (!action) errors.push(required(`${at}.parameterNotFoundAction`))
  else if (action !== 'Deny' && action !== 'Allow')
    errors.push(notSupported(`${at}.parameterNotFoundAction`, action, ['Deny', 'Allow']))
  return errors
}
