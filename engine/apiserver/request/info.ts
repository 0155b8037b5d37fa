/** What a request is about, read from its method and path (k8s.io/apiserver/pkg/endpoints/request). */
export interface RequestInfo {
  isResource: boolean
  path: string
  /** API verb for resources, the lower-case method otherwise. */
  verb: string
  /** "api" or "apis" for resources. */
  prefix: string
  group: string
  version: string
  namespace: string
  resource: string
  subresource: string
  name: string
  /** Of a list or watch: the one name that its field selector lets through, which counts for authorization. */
  selectedName: string
  /** Path segments after the subresource (proxies). */
  rest: string
}

const METHOD_VERBS: Record<string, string> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize'])

/** Reads a request's subject. Paths outside of /api and /apis/G/V/R are no resource requests. */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const info: RequestInfo = {
    isResource: false,
    path,
    verb: method.toLowerCase(),
    prefix: '',
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    selectedName: '',
    rest: '',
  }
  let parts = path.split('/').filter(part => part !== '')
  const prefix = parts[0]
  if (prefix === 'api') {
    if (parts.length < 3) return info
    info.version = parts[1]!
    parts = parts.slice(2)
  } else if (prefix === 'apis') {
    if (parts.length < 4) return info
    info.group = parts[1]!
    info.version = parts[2]!
    parts = parts.slice(3)
  } else return info
  info.prefix = prefix
  info.isResource = true
  info.verb = METHOD_VERBS[method] ?? ''
  let legacyWatch = false
  if (parts[0] === 'watch' && parts.length > 1) {
    legacyWatch = true
    parts = parts.slice(1)
  }
  parts = parts.map(decodeSegment)
  if (parts[0] === 'namespaces') {
    if (parts.length > 1) {
      info.namespace = parts[1]!
      if (parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2]!)) parts = parts.slice(2)
    }
  }
  info.resource = parts[0] ?? ''
  info.name = parts[1] ?? ''
  info.subresource = parts[2] ?? ''
  info.rest = parts.slice(3).join('/')
  if (info.verb === 'get' && info.name === '') info.verb = isTrue(query.get('watch')) ? 'watch' : 'list'
  else if (info.verb === 'delete' && info.name === '') info.verb = 'deletecollection'
  if (legacyWatch && (info.verb === 'get' || info.verb === 'list')) info.verb = 'watch'
  if (info.verb === 'get' && info.subresource === '' && info.name !== '' && isTrue(query.get('watch')))
    info.verb = 'watch'
  if (info.name === '' && (info.verb === 'list' || info.verb === 'watch'))
    info.selectedName = nameIn(query.get('fieldSelector') ?? '')
  return info
}

/** The value of `metadata.name=` in a field selector. What cannot be a segment of a path cannot be a name. */
function nameIn(selector: string): string {
  const found = /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/.exec(selector)
  return found && !/[/%]/.test(found[1]) && found[1] !== '.' && found[1] !== '..' ? found[1] : ''
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment // a stray percent sign: no resource has such a name, so the request ends in 404
  }
}

/** How Go's query decoding reads booleans: an empty value means true. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0'
}
