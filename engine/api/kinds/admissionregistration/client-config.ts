import type { FieldError } from '../../strategy.ts'
import { invalid, required } from '../../validation/field.ts'
import { isDNS1123Subdomain, isPort } from '../../validation/names.ts'

const FORM = '; desired format: https://host[/path]'

export interface WebhookClientConfig {
  url?: string
  service?: { name?: string; namespace?: string; path?: string; port?: number }
}

/** Where a webhook is called: an address or a service of the cluster, and not both. */
export function validateClientConfig(config: WebhookClientConfig, at: string): FieldError[] {
  const { url, service } = config
  if ((url === undefined) === (service === undefined))
    return [required(at, 'exactly one of url or service is required')]
  return url === undefined ? validateService(service!, `${at}.service`) : validateURL(url, `${at}.url`)
}

/** An address has a scheme, a host and perhaps a path, and nothing that would say more. */
function validateURL(text: string, at: string): FieldError[] {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*:)?(\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text)
  // eslint-disable-next-line no-control-regex -- these are what Go's parser refuses
  if (!parts || /[\u0000-\u001f\u007f]/.test(text))
    return [required(at, `url must be a valid URL: parse ${JSON.stringify(text)}: net/url: invalid URL${FORM}`)]
  const [, protocol = '', authority = '', , query = '', fragment = ''] = parts
  const [scheme, host] = [protocol.slice(0, -1).toLowerCase(), authority.slice(2)]
  const user = host.includes('@') ? host.slice(0, host.lastIndexOf('@')) : undefined
  const errors: FieldError[] = []
  if (scheme !== 'https') errors.push(invalid(at, scheme, `'https' is the only allowed URL scheme${FORM}`))
  if (!host.slice(host.lastIndexOf('@') + 1)) errors.push(invalid(at, '', `host must be specified${FORM}`))
  if (user !== undefined) errors.push(invalid(at, user, 'user information is not permitted in the URL'))
  if (fragment.length > 1) errors.push(invalid(at, fragment.slice(1), 'fragments are not permitted in the URL'))
  if (query.length > 1) errors.push(invalid(at, query.slice(1), 'query parameters are not permitted in the URL'))
  return errors
}

function validateService(service: NonNullable<WebhookClientConfig['service']>, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!service.name) errors.push(required(`${at}.name`))
  if (!service.namespace) errors.push(required(`${at}.namespace`))
  const texts = isPort(service.port ?? 443)
  if (texts.length) errors.push(invalid(`${at}.port`, service.port, `port is not valid: ${texts.join(', ')}`))
  return [...errors, ...validatePath(service.path ?? '', `${at}.path`)]
}

function validatePath(path: string, at: string): FieldError[] {
  if (path === '' || path === '/') return []
  if (path === '//') return [invalid(at, path, 'segment[0] may not be empty')]
  const errors = path.startsWith('/') ? [] : [invalid(at, path, "must start with a '/'")]
  const steps = path.slice(1).replace(/\/$/, '').split('/')
  steps.forEach((step, i) => {
    if (!step) errors.push(invalid(at, path, `segment[${i}] may not be empty`))
    else for (const text of isDNS1123Subdomain(step)) errors.push(invalid(at, path, `segment[${i}]: ${text}`))
  })
  return errors
}
