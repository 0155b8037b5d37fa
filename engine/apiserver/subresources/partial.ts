import type { KubeObject } from '../../api/object.ts'
import { badRequest } from '../../api/status.ts'
import { decodeObject, readBody } from '../request/body.ts'
import { writeOptions } from '../request/options.ts'
import { negotiate } from '../request/negotiate.ts'
import { planPatch } from '../registry/patch.ts'
import { callOf, sendOne } from '../rest.ts'
import type { SubresourceHandler } from '../rest.ts'

/** What each subresource may write; everything else stays as it is. */
const TAKES: Record<string, (object: KubeObject, old: KubeObject) => void> = {
  finalize: (object, old) => {
    old.spec = { ...old.spec, finalizers: object.spec?.finalizers ?? [] }
    if (old.spec.finalizers.length === 0) delete old.spec.finalizers
    if (object.metadata.finalizers) old.metadata.finalizers = object.metadata.finalizers
  },
  ephemeralcontainers: (object, old) => {
    const had = new Set(((old.spec.ephemeralContainers ?? []) as { name: string }[]).map(container => container.name))
    const wanted = (object.spec?.ephemeralContainers ?? []) as { name: string }[]
    for (const name of had)
      if (!wanted.some(container => container.name === name))
        throw badRequest('existing ephemeral containers may not be removed')
    old.spec.ephemeralContainers = wanted
  },
  resize: (object, old) => {
    for (const list of ['containers', 'initContainers'])
      for (const container of (old.spec[list] ?? []) as {
        name: string
        resources?: unknown
        resizePolicy?: unknown
      }[]) {
        const wanted = ((object.spec?.[list] ?? []) as (typeof container)[]).find(c => c.name === container.name)
        if (wanted?.resources) container.resources = wanted.resources
      }
  },
  approval: (object, old) => {
    old.status = { ...old.status, ...(object.status?.conditions ? { conditions: object.status.conditions } : {}) }
  },
}

/** GET, PUT and PATCH of subresources that have the object's own kind but write only a part of it. */
export const servePartial: SubresourceHandler = async (backend, ctx, resource) => {
  const { namespace: given, name, subresource, verb } = ctx.info
  const namespace = resource.namespaced ? given : ''
  const form = negotiate(ctx.headers.accept, true)
  if (verb === 'get')
    return sendOne(backend, ctx, resource, 200, await backend.registry.get(resource, namespace, name), form)
  const options = writeOptions(ctx, verb === 'patch' ? 'PatchOptions' : 'UpdateOptions')
  const body = await readBody(ctx, backend.limits.bodyBytes)
  let wanted: (current: KubeObject) => Promise<KubeObject>
  if (verb === 'patch') {
    const plan = planPatch(ctx, resource, body, options, subresource, () => backend.registry.now())
    wanted = async current => plan.transform(current)
  } else {
    const object = await decodeObject(ctx, body, resource, options.fieldValidation)
    wanted = async () => object
  }
  const { stored } = await backend.registry.update(
    resource,
    {
      namespace,
      name,
      subresource,
      raw: true,
      transform: async current => {
        const next = structuredClone(current!)
        const object = await wanted(structuredClone(current!))
        TAKES[subresource]!(object, next)
        if (object.metadata.resourceVersion) next.metadata.resourceVersion = object.metadata.resourceVersion
        if (object.metadata.uid) next.metadata.uid = object.metadata.uid
        if (
          JSON.stringify(next.spec) !== JSON.stringify(current!.spec) &&
          resource.strategy.hasGeneration &&
          current!.metadata.generation
        )
          next.metadata.generation = current!.metadata.generation + 1
        return next
      },
    },
    callOf(ctx, options),
  )
  await sendOne(backend, ctx, resource, 200, stored, form)
}
