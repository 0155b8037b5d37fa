import type { KubeObject } from '../../api/object.ts'
import { setDefaults } from '../../api/defaulting.ts'
import { badRequest } from '../../api/status.ts'
import { planPatch } from '../registry/patch.ts'
import { decodeObject, readBody } from '../request/body.ts'
import { negotiate } from '../request/negotiate.ts'
import { writeOptions } from '../request/options.ts'
import { callOf, sendOne } from '../rest.ts'
import type { SubresourceHandler } from '../rest.ts'

/**
 * GET, PUT and PATCH of subresources that have the object's own kind but write only a part of it. What the part is, and what
 * may be written there, the kind's strategy says; defaults, validation and admission are those of every write.
 */
export const servePartial: SubresourceHandler = async (backend, ctx, resource) => {
  const { namespace: given, name, subresource, verb } = ctx.info
  const namespace = resource.namespaced ? given : ''
  const form = negotiate(ctx.headers.accept, true)
  if (verb === 'get')
    return sendOne(backend, ctx, resource, 200, await backend.registry.get(resource, namespace, name), form)
  const options = writeOptions(ctx, verb === 'patch' ? 'PatchOptions' : 'UpdateOptions')
  const body = await readBody(ctx, backend.limits.bodyBytes)
  let tracked = false
  let wanted: (current: KubeObject | undefined) => KubeObject | Promise<KubeObject>
  if (verb === 'patch') {
    const plan = planPatch(ctx, resource, body, options, subresource, () => backend.registry.now())
    tracked = plan.apply
    wanted = plan.transform
  } else {
    const object = await decodeObject(ctx, body, resource, options.fieldValidation)
    setDefaults(resource.strategy, object)
    wanted = () => structuredClone(object)
  }
  const transform = async (current: KubeObject | undefined) => {
    const object = await wanted(current)
    mustBeMeant(object, namespace, name)
    return object
  }
  const { stored } = await backend.registry.update(
    resource,
    { namespace, name, subresource, transform, tracked },
    callOf(ctx, options),
  )
  await sendOne(backend, ctx, resource, 200, stored, form)
}

/** The object in the body has to be the one that the address names. @throws ApiError 400 */
function mustBeMeant({ metadata }: KubeObject, namespace: string, name: string): void {
  if (namespace && metadata.namespace && metadata.namespace !== namespace)
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request (${metadata.namespace} != ${namespace})`,
    )
  metadata.name ||= name
  if (metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
}
