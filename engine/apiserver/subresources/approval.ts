import type { KubeObject } from '../../api/object.ts'
import { setDefaults } from '../../api/defaulting.ts'
import { badRequest, forbidden } from '../../api/status.ts'
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
      ...{ namespace: '', name, subresource: 'approval', tracked: wanted.tracked },
      transform: async current => {
        const old = current!
        await mustBeAllowed(backend, ctx, resource, old)
        const given = await wanted.change(structuredClone(old))
        const { name: own } = given.metadata
        if (own && own !== name)
          throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`)
        return withConditions(old, given, wanted.tracked)
      },
    },
    callOf(ctx, options),
  )
  await sendOne(backend, ctx, resource, 200, stored, form)
}

interface Wanted {
  /** What the client wants the request to be, given what it is. */
  change(current: KubeObject): Promise<KubeObject>
  /** Whether that comes with the books on who owns which field. */
  tracked: boolean
}

async function reader(
  backend: Backend,
  ctx: RequestContext,
  resource: Resource,
  body: Buffer,
  options: ReturnType<typeof writeOptions>,
): Promise<Wanted> {
  if (ctx.info.verb === 'patch') {
    const plan = planPatch(ctx, resource, body, options, 'approval', () => backend.registry.now())
    return { change: async current => plan.transform(current), tracked: plan.apply }
  }
  const object = await decodeObject(ctx, body, resource, options.fieldValidation)
  setDefaults(resource.strategy, object)
  return { change: async () => structuredClone(object), tracked: false }
}

/** The old request with the new conditions, of the version that the writer knows. */
function withConditions(old: KubeObject, given: KubeObject, tracked: boolean): KubeObject {
  const { conditions } = (given.status ?? {}) as { conditions?: unknown[] }
  const { conditions: _conditions, ...status } = (old.status ?? {}) as { conditions?: unknown }
  const { resourceVersion, uid, managedFields } = given.metadata
  const metadata = {
    ...old.metadata,
    ...(resourceVersion && { resourceVersion }),
    ...(uid && { uid }),
    ...(tracked && managedFields && { managedFields }),
  }
  return { ...structuredClone(old), metadata, status: { ...status, ...(conditions?.length && { conditions }) } }
}

async function mustBeAllowed(backend: Backend, ctx: RequestContext, resource: Resource, request: KubeObject) {
  const signer = (request.spec?.signerName ?? '') as string
  if (await mayUseSigner(backend, ctx.user, 'approve', signer)) return
  const why = `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`
  throw forbidden({ group: resource.group, resource: resource.resource, name: ctx.info.name }, why)
}
