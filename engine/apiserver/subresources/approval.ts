import type { KubeObject } from '../../api/object.ts'
import { forbidden, invalid } from '../../api/status.ts'
import { validateUpdate } from '../../api/validation/validate.ts'
import { mayUseSigner } from '../admission/certificates.ts'
import type { Backend } from '../backend.ts'
import { planPatch } from '../registry/patch.ts'
import type { Resource } from '../registry/resources.ts'
import { decodeObject, readBody } from '../request/body.ts'
import type { RequestContext } from '../request/context.ts'
import { negotiate } from '../request/negotiate.ts'
import { writeOptions } from '../request/options.ts'
import { callOf, sendOne } from '../rest.ts'
import type { SubresourceHandler } from '../rest.ts'

interface Condition {
  type: string
  status?: string
  lastUpdateTime?: string | null
  lastTransitionTime?: string | null
}

/**
 * GET, PUT and PATCH of a certificate request's approval: its conditions and nothing else. Writing it needs the right to
 * `approve` for the signer, beside the right to write the subresource.
 */
export const serveApproval: SubresourceHandler = async (backend, ctx, resource) => {
  const { name, verb } = ctx.info
  const form = negotiate(ctx.headers.accept, true)
  if (verb === 'get') return sendOne(backend, ctx, resource, 200, await backend.registry.get(resource, '', name), form)
  const options = writeOptions(ctx, verb === 'patch' ? 'PatchOptions' : 'UpdateOptions')
  const body = await readBody(ctx, backend.limits.bodyBytes)
  const wanted = await reader(backend, ctx, resource, body, options)
  const { stored } = await backend.registry.update(
    resource,
    {
      ...{ namespace: '', name, subresource: 'approval', raw: true },
      transform: async current => {
        const old = current!
        await mustBeAllowed(backend, ctx, resource, old)
        const given = await wanted(structuredClone(old))
        const next = withConditions(old, given, backend.registry.now())
        const { apiVersion, strategy } = resource
        const context = { user: ctx.user, subresource: 'approval', now: backend.registry.now(), apiVersion }
        const errors = validateUpdate(strategy, next, old, context)
        if (errors.length) throw invalid({ group: resource.group, kind: resource.kind }, name, errors)
        return next
      },
    },
    callOf(ctx, options),
  )
  await sendOne(backend, ctx, resource, 200, stored, form)
}

/** What the client wants the request to be, given what it is. */
async function reader(
  backend: Backend,
  ctx: RequestContext,
  resource: Resource,
  body: Buffer,
  options: ReturnType<typeof writeOptions>,
): Promise<(current: KubeObject) => Promise<KubeObject>> {
  if (ctx.info.verb === 'patch') {
    const plan = planPatch(ctx, resource, body, options, 'approval', () => backend.registry.now())
    return async current => plan.transform(current)
  }
  const object = await decodeObject(ctx, body, resource, options.fieldValidation)
  return async () => object
}

/** The old request with the new conditions; those that say no time get the present one. */
function withConditions(old: KubeObject, given: KubeObject, now: string): KubeObject {
  const before = new Map(((old.status?.conditions ?? []) as Condition[]).map(c => [c.type, c]))
  const conditions = ((given.status?.conditions ?? []) as Condition[]).map(condition => {
    const known = before.get(condition.type)
    const same = known?.status === (condition.status || 'True')
    return {
      ...condition,
      status: condition.status || 'True',
      lastUpdateTime: condition.lastUpdateTime || now,
      lastTransitionTime: condition.lastTransitionTime || (same && known.lastTransitionTime) || now,
    }
  })
  const { conditions: _conditions, ...status } = (old.status ?? {}) as { conditions?: unknown }
  const metadata = { ...old.metadata }
  if (given.metadata.resourceVersion) metadata.resourceVersion = given.metadata.resourceVersion
  if (given.metadata.uid) metadata.uid = given.metadata.uid
  return { ...structuredClone(old), metadata, status: { ...status, ...(conditions.length ? { conditions } : {}) } }
}

async function mustBeAllowed(backend: Backend, ctx: RequestContext, resource: Resource, request: KubeObject) {
  const signer = (request.spec?.signerName ?? '') as string
  if (await mayUseSigner(backend, ctx.user, 'approve', signer)) return
  const why = `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`
  throw forbidden({ group: resource.group, resource: resource.resource, name: ctx.info.name }, why)
}
