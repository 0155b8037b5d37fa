import { jsonPatch } from '../../api/patch/json-patch.ts'
import { mergePatch } from '../../api/patch/merge-patch.ts'
import type { KubeObject } from '../../api/object.ts'
import { scheme } from '../../api/scheme.ts'
import { selectorToString } from '../../api/selector.ts'
import { invalid } from '../../api/status.ts'
import { failure } from '../errors.ts'
import { checkObject, mediaTypeOf, parse, readBody } from '../request/body.ts'
import { writeOptions } from '../request/options.ts'
import { sendObject } from '../request/respond.ts'
import type { Resource } from '../registry/resources.ts'
import { callOf } from '../rest.ts'
import type { SubresourceHandler } from '../rest.ts'
import { readKind } from './body.ts'

const KIND = { group: 'autoscaling', version: 'v1', kind: 'Scale' }

/** GET, PUT and PATCH of …/scale: the number of replicas of anything that has some. */
export const serveScale: SubresourceHandler = async (backend, ctx, resource) => {
  const { namespace, name, verb } = ctx.info
  if (verb === 'get') {
    const { object } = await backend.registry.get(resource, namespace, name)
    return sendObject(ctx, 200, scaleOf(resource, object))
  }
  let change: (current: KubeObject) => KubeObject
  let options
  if (verb === 'update') {
    const read = await readKind(backend, ctx, KIND, 'UpdateOptions')
    options = read.options
    change = () => read.object
  } else {
    const written = (options = writeOptions(ctx, 'PatchOptions'))
    const body = await readBody(ctx, backend.limits.bodyBytes)
    const type = mediaTypeOf(ctx)
    const patch = parse(body, false, 'Scale').value
    const schema = scheme.schemaOf(KIND.group, KIND.version, KIND.kind)
    // A Scale has no lists with merge keys: a strategic merge is a plain merge.
    const apply =
      type === 'application/json-patch+json'
        ? (current: KubeObject) => jsonPatch(current, patch as never)
        : type === 'application/merge-patch+json' || type === 'application/strategic-merge-patch+json'
          ? (current: KubeObject) => mergePatch(current, patch as never)
          : undefined
    if (!apply) throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
    change = current => checkObject(ctx, apply(current) as KubeObject, { ...KIND, schema }, written.fieldValidation)
  }
  const { stored } = await backend.registry.update(
    resource,
    {
      namespace,
      name,
      subresource: 'scale',
      transform: current => {
        const object = current!
        const before = scaleOf(resource, object)
        const scale = change(structuredClone(before))
        const replicas = scale.spec?.replicas ?? 0
        if (replicas < 0)
          throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [
            {
              reason: 'FieldValueInvalid',
              field: 'spec.replicas',
              message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
            },
          ])
        if (verb === 'update') {
          if (scale.metadata.resourceVersion) object.metadata.resourceVersion = scale.metadata.resourceVersion
          else delete object.metadata.resourceVersion
        } else if (scale.metadata.resourceVersion !== before.metadata.resourceVersion)
          object.metadata.resourceVersion = scale.metadata.resourceVersion!
        object.spec.replicas = replicas
        return object
      },
    },
    callOf(ctx, options),
  )
  await sendObject(ctx, 200, scaleOf(resource, stored.object))
}

function scaleOf(resource: Resource, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const scale = resource.strategy.scale
  const read = (path: string | undefined, otherwise: string) =>
    (path ?? otherwise)
      .split('.')
      .filter(Boolean)
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)
  const selector = read(scale?.selector, '.spec.selector')
  const text =
    typeof selector === 'string'
      ? selector
      : resource.resource === 'replicationcontrollers'
        ? selectorToString({ matchLabels: (selector ?? {}) as Record<string, string> })
        : selectorToString(selector as never)
  const replicas = (read(scale?.specReplicas, '.spec.replicas') as number | undefined) ?? 0
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: name!,
      namespace: namespace!,
      uid: uid!,
      resourceVersion: resourceVersion!,
      creationTimestamp: creationTimestamp!,
    },
    spec: replicas ? { replicas } : {},
    status: {
      replicas: (read(scale?.statusReplicas, '.status.replicas') as number | undefined) ?? 0,
      ...(text ? { selector: text } : {}),
    },
  }
}
