import { createHash } from 'node:crypto'
import { methodNotAllowed, resourceNotFound } from '../../api/status.ts'
import type { Backend } from '../backend.ts'
import type { RequestContext } from '../request/context.ts'
import { notAcceptable, parseAccept } from '../request/negotiate.ts'
import { sendBytes, sendText } from '../request/respond.ts'
import type { Health } from './health.ts'

/** The type asked for has an @, which no Content-Type may have: the answer's type is spelled with a dot. */
const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

export const GIT_VERSION = 'v1.36.2'

interface Document {
  body: Buffer
  type: string
  etag: string
}

/** Everything outside of resources: discovery, OpenAPI, health, version, metrics and the index. */
export class Endpoints {
  readonly #backend: Backend
  readonly #health: Health
  /** Documents that only change with the set of served resources. */
  readonly #documents = new Map<string, Document>()
  readonly #requests = new Map<string, number>()

  constructor(backend: Backend, health: Health) {
    this.#backend = backend
    this.#health = health
  }

  /** Forgets the documents: the set of served resources has changed. */
  invalidate(): void {
    this.#documents.clear()
  }

  /** Counts a finished request for /metrics. */
  count(verb: string, resource: string, code: number): void {
    const key = `code="${code}",resource="${resource}",verb="${verb.toUpperCase()}"`
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1)
  }

  async serve(ctx: RequestContext): Promise<void> {
    const { path } = ctx
    const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
    const health = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(trimmed)
    if (health) return this.#health.serve(ctx, health[1]!, health[2])
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw methodNotAllowed()
    switch (trimmed) {
      case '/':
        return this.#json(ctx, { paths: this.#paths() })
      case '/version':
        return this.#json(ctx, versionInfo())
      case '/metrics':
        return this.#metrics(ctx)
      case '/api':
      case '/apis':
        return this.#discovery(ctx, trimmed.slice(1) as 'api' | 'apis')
      case '/openapi/v2':
        return this.#openapiV2(ctx)
      case '/.well-known/openid-configuration':
        return this.#json(ctx, this.#openID())
      case '/openid/v1/jwks':
        return this.#document(ctx, trimmed, 'application/jwk-set+json', async () =>
          this.#backend.tokens.verifier.jwks(),
        )
    }
    if (trimmed === '/openapi/v3' || trimmed.startsWith('/openapi/v3/'))
      return this.#openapiV3(ctx, trimmed.slice('/openapi/v3'.length + 1))
    const group = /^\/api\/([^/]+)$|^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(trimmed)
    if (group) return this.#legacy(ctx, group[1] ? '' : group[2]!, group[1] ?? group[3])
    await sendText(ctx, 404, '404 page not found\n')
  }

  async #discovery(ctx: RequestContext, root: 'api' | 'apis') {
    const { scheme } = await import('../../api/scheme.ts')
    const { aggregatedDiscovery, apiGroupList, apiVersions } = await import('../../api/discovery.ts')
    for (const range of parseAccept(ctx.headers.accept ?? 'application/json')) {
      const { as, g, v } = range.params
      if (as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && (v === 'v2' || v === 'v2beta1')) {
        const type = `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`
        return this.#document(ctx, `${root} ${v}`, type, async () =>
          this.#withDynamic(aggregatedDiscovery(scheme, root, v), root),
        )
      }
      if (!as && /^(application\/json|application\/\*|\*\/\*)$/.test(range.type))
        return this.#document(ctx, root, 'application/json', async () =>
          root === 'api' ? apiVersions(this.#backend.config.advertise) : apiGroupList(scheme),
        )
    }
    throw notAcceptable(false)
  }

  /** Custom resources join the built-in ones. */
  #withDynamic(list: object, root: 'api' | 'apis'): object {
    if (root === 'api') return list
    const result = list as {
      items: { metadata: { name: string }; versions: { version: string; resources: object[]; freshness: string }[] }[]
    }
    for (const r of this.#backend.resources.dynamic()) {
      let group = result.items.find(item => item.metadata.name === r.group)
      if (!group) result.items.push((group = { metadata: { name: r.group }, versions: [] }))
      let version = group.versions.find(v => v.version === r.version)
      if (!version) group.versions.push((version = { version: r.version, resources: [], freshness: 'Current' }))
      const kind = { group: r.group, version: r.version, kind: r.kind }
      version.resources.push({
        resource: r.resource,
        responseKind: kind,
        scope: r.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: r.strategy.singular,
        verbs: r.strategy.verbs,
        ...(r.strategy.shortNames?.length ? { shortNames: r.strategy.shortNames } : {}),
        ...(r.strategy.categories?.length ? { categories: r.strategy.categories } : {}),
        ...(r.strategy.subresources?.length
          ? {
              subresources: r.strategy.subresources.map(s => ({
                subresource: s.name,
                responseKind: { ...kind, kind: s.kind },
                verbs: s.verbs,
              })),
            }
          : {}),
      })
    }
    return result
  }

  async #legacy(ctx: RequestContext, group: string, version: string | undefined) {
    const { scheme } = await import('../../api/scheme.ts')
    const { apiGroup, apiResourceList } = await import('../../api/discovery.ts')
    const known = scheme.strategies.some(
      s => s.group === group && (version === undefined || s.versions.includes(version)),
    )
    if (!known) return sendText(ctx, 404, '404 page not found\n')
    await this.#document(ctx, `legacy ${group}/${version ?? ''}`, 'application/json', async () =>
      version === undefined ? apiGroup(scheme, group) : apiResourceList(scheme, group, version),
    )
  }

  async #openapiV2(ctx: RequestContext) {
    const wanted = parseAccept(ctx.headers.accept ?? 'application/json')
    const build = async () => {
      const { scheme } = await import('../../api/scheme.ts')
      const { openapiV2 } = await import('../../api/openapi/v2.ts')
      return openapiV2(scheme)
    }
    // kubectl asks for protobuf alone, for kinds that are not in v3.
    if (!wanted.every(range => range.type.includes('protobuf')))
      return this.#document(ctx, 'openapi v2', 'application/json', build)
    await this.#document(ctx, 'openapi v2 protobuf', OPENAPI_V2_PROTOBUF, async () => {
      const { encodeOpenapiV2 } = await import('../../api/openapi/v2-protobuf.ts')
      return encodeOpenapiV2((await build()) as Record<string, unknown>)
    })
  }

  async #openapiV3(ctx: RequestContext, groupVersion: string) {
    const { scheme } = await import('../../api/scheme.ts')
    const { openapiV3, openapiV3Index } = await import('../../api/openapi/v3.ts')
    if (groupVersion === '')
      return this.#document(ctx, 'openapi v3', 'application/json', async () => openapiV3Index(scheme))
    const index = openapiV3Index(scheme) as { paths: Record<string, unknown> }
    if (!(groupVersion in index.paths)) throw resourceNotFound()
    // The address carries the content's hash, so the answer never changes.
    if (ctx.query.has('hash')) ctx.response.setHeader('Cache-Control', 'public, immutable')
    await this.#document(ctx, `openapi v3 ${groupVersion}`, 'application/json', async () =>
      openapiV3(scheme, groupVersion),
    )
  }

  async #document(ctx: RequestContext, id: string, type: string, build: () => Promise<object>) {
    let document = this.#documents.get(id)
    if (!document) {
      const built = await build()
      const body = Buffer.isBuffer(built) ? built : Buffer.from(JSON.stringify(built))
      const etag = `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"`
      this.#documents.set(id, (document = { body, type, etag }))
    }
    ctx.response.setHeader('ETag', document.etag)
    ctx.response.setHeader('Vary', 'Accept')
    if (ctx.headers['if-none-match'] === document.etag) {
      ctx.response.statusCode = 304
      return void ctx.response.end()
    }
    await sendBytes(ctx, 200, document.body, document.type)
  }

  #json(ctx: RequestContext, value: object) {
    return sendBytes(ctx, 200, Buffer.from(JSON.stringify(value, null, 2)), 'application/json')
  }

  #openID() {
    const { issuer } = this.#backend.config.serviceAccount
    const base = /^https?:/.test(this.#backend.config.advertise)
      ? this.#backend.config.advertise
      : `https://${this.#backend.config.advertise}`
    return {
      issuer,
      jwks_uri: `${base}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: this.#backend.tokens.verifier.algorithms(),
    }
  }

  #paths(): string[] {
    const paths = new Set<string>()
    for (const { group, versions } of this.#backend.resources.strategies()) {
      if (group) paths.add('/apis').add(`/apis/${group}`)
      else paths.add('/api')
      for (const version of versions) paths.add(group ? `/apis/${group}/${version}` : `/api/${version}`)
    }
    for (const path of [
      '/.well-known/openid-configuration',
      '/healthz',
      '/livez',
      '/readyz',
      '/metrics',
      '/openapi/v2',
      '/openapi/v3',
      '/openid/v1/jwks',
      '/version',
    ])
      paths.add(path)
    for (const check of this.#health.names())
      paths.add(`/healthz/${check}`).add(`/livez/${check}`).add(`/readyz/${check}`)
    return [...paths].sort()
  }

  #metrics(ctx: RequestContext) {
    const lines = [
      '# HELP apiserver_request_total [STABLE] Requests by verb, resource and HTTP code.',
      '# TYPE apiserver_request_total counter',
    ]
    for (const [labels, value] of this.#requests) lines.push(`apiserver_request_total{${labels}} ${value}`)
    const memory = process.memoryUsage()
    lines.push(
      '# HELP process_resident_memory_bytes Resident memory size in bytes.',
      '# TYPE process_resident_memory_bytes gauge',
    )
    lines.push(`process_resident_memory_bytes ${memory.rss}`)
    lines.push(
      '# HELP apiserver_storage_revision Revision up to which the watch caches are filled.',
      '# TYPE apiserver_storage_revision gauge',
    )
    lines.push(`apiserver_storage_revision ${this.#backend.feed.revision}`)
    return sendBytes(
      ctx,
      200,
      Buffer.from(lines.join('\n') + '\n'),
      'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
    )
  }
}

function versionInfo() {
  return {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: GIT_VERSION,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: process.version,
    compiler: 'node',
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  }
}
