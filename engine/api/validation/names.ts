import type { FieldError } from '../strategy.ts'
import { invalid, notSupported, required } from './field.ts'

/** Rules for names and values, with the texts of k8s.io/apimachinery/pkg/util/validation. Each returns its complaints. */

export type NameRule = (name: string) => string[]

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const RELABEL = new RegExp(`^${LABEL}$`)
const RESUBDOMAIN = new RegExp(`^${SUBDOMAIN}$`)
const DNS1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const RE1035 = new RegExp(`^${DNS1035}$`)
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const REQUALIFIED = new RegExp(`^${QUALIFIED}$`)
const RELABELVALUE = new RegExp(`^(${QUALIFIED})?$`)
const RECONFIGKEY = /^[-._a-zA-Z0-9]+$/
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"

/** Keys and values of labels are measured in bytes, names in characters; they are ASCII all the same. */
const maxBytes = (max: number) => `must be no more than ${max} bytes`
const maxLength = (max: number) => `must be no more than ${max} characters`
const regexText = (text: string, format: string, ...examples: string[]) =>
  examples.length
    ? `${text} (e.g. ${examples.map(e => `'${e}'`).join(',  or ')}, regex used for validation is '${format}')`
    : `${text} (regex used for validation is '${format}')`

export function isDNS1123Subdomain(value: string): string[] {
  const errors: string[] = []
  if (value.length > 253) errors.push(maxLength(253))
  if (!RESUBDOMAIN.test(value)) errors.push(regexText(SUBDOMAIN_TEXT, SUBDOMAIN, 'example.com'))
  return errors
}

export function isDNS1123Label(value: string): string[] {
  const errors: string[] = []
  if (value.length > 63) errors.push(maxLength(63))
  if (!RELABEL.test(value)) {
    if (RESUBDOMAIN.test(value)) errors.push('must not contain dots')
    else
      errors.push(
        regexText(
          "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
          LABEL,
          'my-name',
          '123-abc',
        ),
      )
  }
  return errors
}

export function isDNS1035Label(value: string): string[] {
  const errors: string[] = []
  if (value.length > 63) errors.push(maxLength(63))
  if (!RE1035.test(value))
    errors.push(
      regexText(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        DNS1035,
        'my-name',
        'abc-123',
      ),
    )
  return errors
}

export function isWildcardDNS1123Subdomain(value: string): string[] {
  const format = `\\*\\.${SUBDOMAIN}`
  const errors: string[] = []
  if (value.length > 253) errors.push(maxLength(253))
  if (!new RegExp(`^${format}$`).test(value))
    errors.push(
      regexText(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        format,
        '*.example.com',
      ),
    )
  return errors
}

export function isQualifiedName(value: string): string[] {
  const errors: string[] = []
  const parts = value.split('/')
  let name = value
  if (parts.length === 2) {
    const prefix = parts[0]!
    name = parts[1]!
    if (!prefix) errors.push('prefix part must be non-empty')
    else
      for (const text of isDNS1123Subdomain(prefix))
        errors.push(`prefix part ${text === maxLength(253) ? maxBytes(253) : text}`)
  } else if (parts.length > 2) {
    return [
      'a valid label key ' +
        regexText(
          "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          QUALIFIED,
          'MyName',
          'my.name',
          '123-abc',
        ) +
        " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ]
  }
  if (!name) errors.push('name part must be non-empty')
  else if (name.length > 63) errors.push(`name part ${maxBytes(63)}`)
  if (!REQUALIFIED.test(name))
    errors.push(
      'name part ' +
        regexText(
          "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          QUALIFIED,
          'MyName',
          'my.name',
          '123-abc',
        ),
    )
  return errors
}

export function isLabelValue(value: string): string[] {
  const errors: string[] = []
  if (value.length > 63) errors.push(maxBytes(63))
  if (!RELABELVALUE.test(value))
    errors.push(
      regexText(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        `(${QUALIFIED})?`,
        'MyValue',
        'my_value',
        '12345',
      ),
    )
  return errors
}

/** Keys of ConfigMaps and Secrets. */
export function isConfigMapKey(value: string): string[] {
  const errors: string[] = []
  if (value.length > 253) errors.push(maxLength(253))
  if (!RECONFIGKEY.test(value))
    errors.push(
      regexText(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        '[-._a-zA-Z0-9]+',
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    )
  if (value === '.') errors.push("must not be '.'")
  if (value === '..') errors.push("must not be '..'")
  else if (value.startsWith('..')) errors.push("must not start with '..'")
  return errors
}

/** A subdomain in which underscores are tolerated, as in the search paths of DNS. */
export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  const label = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
  const format = `${label}(\\.${label})*`
  const errors: string[] = []
  if (value.length > 253) errors.push(maxLength(253))
  if (!new RegExp(`^${format}$`).test(value))
    errors.push(
      regexText(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        format,
        'example.com',
      ),
    )
  return errors
}

/** A name of the form example.com/path-of-unreserved-characters; the complaints are about `field`. */
export function isDomainPrefixedPath(value: string, field: string): FieldError[] {
  if (!value) return [required(field)]
  const slash = value.indexOf('/')
  if (slash <= 0 || slash === value.length - 1)
    return [invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const host = value.slice(0, slash)
  const errors = isDNS1123Subdomain(host).map(text => invalid(field, host, text))
  const path = value.slice(slash + 1)
  const format = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path))
    errors.push(invalid(field, path, regexText('Invalid path', format)))
  return errors
}

/** A domain name of at least two labels; the complaints are about `field`. */
export function isFullyQualifiedDomainName(value: string, field: string): FieldError[] {
  if (!value) return [required(field)]
  const name = value.replace(/\.$/, '')
  const texts = isDNS1123Subdomain(name)
  if (texts.length) return [invalid(field, name, texts.join(','))]
  if (name.split('.').length < 2)
    return [invalid(field, name, 'should be a domain with at least two segments separated by dots')]
  for (const label of name.split('.')) {
    const wrong = isDNS1123Label(label)
    if (wrong.length) return [invalid(field, label, wrong.join(','))]
  }
  return []
}

/** Names that become a segment of a URL path (RBAC objects and the like). */
export function isPathSegment(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`]
  return ['/', '%'].filter(c => value.includes(c)).map(c => `may not contain '${c}'`)
}

export function isPort(value: number): string[] {
  return Number.isInteger(value) && value >= 1 && value <= 65535 ? [] : ['must be between 1 and 65535, inclusive']
}

/** Names of ports (IANA service names). */
export function isPortName(value: string): string[] {
  const errors: string[] = []
  if (value.length > 15) errors.push('must be no more than 15 characters')
  if (!/^[-a-z0-9]+$/.test(value)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)')
  if (value.includes('--')) errors.push('must not contain consecutive hyphens')
  if (value && (value.startsWith('-') || value.endsWith('-'))) errors.push('must not begin or end with a hyphen')
  return errors
}

/** A port by number (1 to 65535) or name. */
export function validatePortNumOrName(value: unknown, field: string): FieldError[] {
  const texts = typeof value === 'string' ? isPortName(value) : isPort(Number(value ?? 0))
  return texts.map(text => invalid(field, value ?? 0, text))
}

export function isEnvVarName(value: string): string[] {
  if (!/^[ -<>-~]+$/.test(value))
    return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
  return []
}

export function isHTTPHeaderName(value: string): string[] {
  return /^[-A-Za-z0-9]+$/.test(value)
    ? []
    : [
        regexText(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          '[-A-Za-z0-9]+',
          'X-Header-Name',
        ),
      ]
}

export function isPercent(value: string): string[] {
  return /^[0-9]+%$/.test(value)
    ? []
    : [regexText("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', '1%', '93%')]
}

export function nonNegative(value: unknown, field: string): FieldError[] {
  return typeof value === 'number' && value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : []
}

export function positive(value: unknown, field: string): FieldError[] {
  return typeof value === 'number' && value <= 0 ? [invalid(field, value, 'must be greater than 0')] : []
}

export function inRange(value: number, low: number, high: number): string[] {
  return value >= low && value <= high ? [] : [`must be between ${low} and ${high}, inclusive`]
}

/** An enumerated string; `supported` in the order of the text. */
export function oneOf(value: unknown, field: string, supported: readonly string[]): FieldError[] {
  return supported.includes(value as string) ? [] : [notSupported(field, value ?? '', supported)]
}

/** A non-negative int or percentage. */
export function nonNegativeIntOrPercent(value: unknown, field: string): FieldError[] {
  if (typeof value === 'string') return isPercent(value).map(text => invalid(field, value, text))
  return nonNegative(value, field)
}

/** Complains of a percentage over 100. */
export function notMoreThan100Percent(value: unknown, field: string): FieldError[] {
  const m = typeof value === 'string' ? /^([0-9]+)%$/.exec(value) : null
  return m && Number(m[1]) > 100 ? [invalid(field, value, 'must not be greater than 100%')] : []
}

/** The beginning of a generated name may end in a dash; Kubernetes lets an "a" stand for the last two characters then. */
export function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name
}
