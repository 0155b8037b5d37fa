import { methodNotAllowed } from '../../api/status.ts'
import type { Backend } from '../backend.ts'
import type { RequestContext } from '../request/context.ts'
import { notAcceptable, parseAccept } from '../request/negotiate.ts'
import { sendBytes, sendText } from '../request/respond.ts'
import { Documents } from './documents.ts'
import type { Health } from './health.ts'
import { Metrics } from './metrics.ts'
import { serveOpenAPIV2, serveOpenAPIV3 } from './openapi.ts'
import { ServedKinds } from './served.ts'
import type { Published } from '../../api/openapi/published.ts'

export const GIT_VERSION = 'v1.36.2'

/** Everything outside of resources: discovery, OpenAPI, health, version, metrics and the index. */
export class Endpoints {
  readonly metrics: Metrics
  readonly #backend: Backend
  readonly #health: Health
  readonly #served: ServedKinds
  /** What the documents tell of. */
  #published: Published | undefined
  readonly #documents = new Documents()

  constructor(backend: Backend, health: Health) {
    this.metrics = new Metrics(backend)
    this.#backend = backend
    this.#health = health
    this.#served = new ServedKinds(backend.resources)
  }

  /** What is served now; when that has changed, the documents are made anew. */
  #current(): Published {
    const published = this.#served.current()
    if (published !== this.#published) this.#documents.clear()
    return (this.#published = published)
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
        return this.metrics.serve(ctx)
      case '/api':
      case '/apis':
        return this.#discovery(ctx, trimmed.slice(1) as 'api' | 'apis')
      case '/openapi/v2':
        return serveOpenAPIV2(ctx, this.#documents, this.#current())
      case '/.well-known/openid-configuration':
        return this.#json(ctx, this.#openID())
      case '/openid/v1/jwks':
        return this.#documents.send(ctx, trimmed, 'application/jwk-set+json', async () =>
          this.#backend.tokens.verifier.jwks(),
        )
    }
    if (trimmed === '/openapi/v3' || trimmed.startsWith('/openapi/v3/'))
      return serveOpenAPIV3(
        ctx,
        this.#documents,
        this.#current(),
        trimmed.slice('/openapi/v3'.length + 1),
        this.#backend.clock,
      )
    const group = /^\/api\/([^/]+)$|^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(trimmed)
    if (group) return this.#legacy(ctx, group[1] ? '' : group[2]!, group[1] ?? group[3])
    await sendText(ctx, 404, '404 page not found\n')
  }

  async #discovery(ctx: RequestContext, root: 'api' | 'apis') {
    const served = this.#current()
    const { aggregatedDiscovery, apiGroupList, apiVersions } = await import('../../api/discovery.ts')
    for (const range of parseAccept(ctx.headers.accept ?? 'application/json')) {
      const { as, g, v } = range.params
      if (as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && (v === 'v2' || v === 'v2beta1')) {
        const type = `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`
        return this.#documents.send(ctx, `${root} ${v}`, type, async () => aggregatedDiscovery(served, root, v))
      }
      if (!as && /^(application\/json|application\/\*|\*\/\*)$/.test(range.type))
        return this.#documents.send(ctx, root, 'application/json', async () =>
          root === 'api' ? apiVersions(this.#backend.config.advertise) : apiGroupList(served),
        )
    }
    throw notAcceptable(false)
  }

  async #legacy(ctx: RequestContext, group: string, version: string | undefined) {
    const served = this.#current()
    const { apiGroup, apiResourceList } = await import('../../api/discovery.ts')
    const known = served.strategies.some(
      s => s.group === group && (version === undefined || s.versions.includes(version)),
    )
    if (!known) return sendText(ctx, 404, '404 page not found\n')
    await this.#documents.send(ctx, `legacy ${group}/${version ?? ''}`, 'application/json', async () =>
      version === undefined ? apiGroup(served, group) : apiResourceList(served, group, version),
    )
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
    for (const { group, versions } of this.#current().strategies) {
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
