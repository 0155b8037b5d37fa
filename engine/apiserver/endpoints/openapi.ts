import type { Published } from '../../api/openapi/published.ts'
import { resourceNotFound } from '../../api/status.ts'
import type { Clock } from '../../base/clock.ts'
import type { RequestContext } from '../request/context.ts'
import { notAcceptable, parseAccept } from '../request/negotiate.ts'
import { commonHeaders } from '../request/respond.ts'
import type { Documents } from './documents.ts'

/** The type asked for has an @, which no Content-Type may have: the answer's type is spelled with a dot. */
const PROTOBUF_V2 = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
const YEAR_MS = 365 * 24 * 3_600_000

const JSON_TYPES = /^(application\/json|application\/\*|\*\/\*)$/

/** `/openapi/v2`: JSON, or protobuf for clients that ask for nothing else. */
export async function serveOpenAPIV2(ctx: RequestContext, documents: Documents, served: Published): Promise<void> {
  const build = async () => {
    const { openapiV2 } = await import('../../api/openapi/v2.ts')
    return openapiV2(served)
  }
  for (const { type } of parseAccept(ctx.headers.accept ?? 'application/json')) {
    if (JSON_TYPES.test(type)) return documents.send(ctx, 'openapi v2', 'application/json', build)
    if (type === 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' || type === PROTOBUF_V2)
      return documents.send(ctx, 'openapi v2 protobuf', PROTOBUF_V2, async () => {
        const { encodeOpenapiV2 } = await import('../../api/openapi/v2-protobuf.ts')
        return encodeOpenapiV2(await build())
      })
  }
  throw notAcceptable(false)
}

/**
 * `/openapi/v3` (`path` is empty) and the documents below it. An address with the document's hash may be kept for ever;
 * one with another hash leads to the right one, as in k8s.io/kube-openapi's handler3.
 */
export async function serveOpenAPIV3(
  ctx: RequestContext,
  documents: Documents,
  served: Published,
  path: string,
  clock: Clock,
): Promise<void> {
  const { documentPaths, openapiV3, openapiV3Hash, openapiV3Index } = await import('../../api/openapi/v3.ts')
  const wanted = parseAccept(ctx.headers.accept ?? 'application/json')
  if (!wanted.some(({ type }) => JSON_TYPES.test(type))) throw notAcceptable(false)
  if (path === '') return documents.send(ctx, 'openapi v3', 'application/json', async () => openapiV3Index(served))
  if (!documentPaths(served).includes(path)) throw resourceNotFound()
  const given = ctx.query.get('hash')
  if (given) {
    const hash = openapiV3Hash(served, path)
    if (given !== hash) {
      commonHeaders(ctx)
      ctx.response.statusCode = 301
      ctx.response.setHeader('Location', `/openapi/v3/${path}?hash=${hash}`)
      return void ctx.response.end()
    }
    ctx.response.setHeader('Cache-Control', 'public, immutable')
    ctx.response.setHeader('Expires', new Date(clock.now() + YEAR_MS).toUTCString())
  }
  await documents.send(ctx, `openapi v3 ${path}`, 'application/json', async () => openapiV3(served, path))
}
