import type { FieldError } from '../../strategy.ts'
import { invalid, required, tooLong } from '../../validation/field.ts'
import { isDNS1123Label, isDNS1123Subdomain } from '../../validation/names.ts'

const MAX_DOMAIN = 253
/** Room for `<namespace>.<name>` behind the domain. */
const MAX_PATH = 253 + 63 + 1

/** The name of a signer: a domain of at least two labels, a slash, and a name or two. */
export function validateSignerName(name: string, at: string): FieldError[] {
  if (!name) return [required(at)]
  const segments = name.split('/')
  if (segments.length !== 2)
    return [invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")]
  const [domain, path] = segments as [string, string]
  const errors: FieldError[] = []
  if (domain.length > MAX_DOMAIN) errors.push(tooLong(at, MAX_DOMAIN))
  errors.push(...firstBroken(domain, isDNS1123Label, at))
  if (!domain.includes('.'))
    errors.push(invalid(at, domain, 'should be a domain with at least two segments separated by dots'))
  errors.push(...firstBroken(path, isDNS1123Subdomain, at))
  if (name.length > MAX_DOMAIN + MAX_PATH + 1) errors.push(tooLong(at, MAX_DOMAIN + MAX_PATH + 1))
  return errors
}

/** Complaints about the first label that breaks the rule; more would not tell apart which one is meant. */
function firstBroken(text: string, rule: (label: string) => string[], at: string): FieldError[] {
  for (const label of text.split('.')) {
    const texts = rule(label)
    if (texts.length)
      return texts.map(detail => invalid(at, text, `validating label ${JSON.stringify(label)}: ${detail}`))
  }
  return []
}
