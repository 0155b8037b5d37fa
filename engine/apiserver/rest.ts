import { setDefaults } from '../api/defaulting.ts'
import type { KubeObject } from '../api/object.ts'
import { ApiError, badRequest, methodNotAllowed, resourceNotFound, statusSuccess } from '../api/status.ts'
import { partialMetadata, toTable } from '../api/table.ts'
import type { Verb } from '../api/strategy.ts'
import type { Backend } from './backend.ts'
import { decodeObject, parse, readBody } from './request/body.ts'
import { listBytes } from './request/collect.ts'
import type { RequestContext } from './request/context.ts'
import { negotiate } from './request/negotiate.ts'
import type { Representation } from './request/negotiate.ts'
import { deleteOptions, listOptions, parseVersion, writeOptions } from './request/options.ts'
import { sendBytes, sendObject } from './request/respond.ts'
import { deleteObject } from './registry/delete.ts'
import { list } from './registry/list.ts'
import { planPatch } from './registry/patch.ts'
import type { WriteCall } from './registry/registry.ts'
import type { Resource } from './registry/resources.ts'
import { watch } from './registry/watch.ts'
import type { Stored } from './storage/codec.ts'

/** Serves a part of an object, or a resource that is not stored. */
export type SubresourceHandler = (backend: Backend, ctx: RequestContext, resource: Resource) => Promise<void>

/** Serves the verbs on resources. `special` has handlers under "group/resource" or "group/resource/subresource". */
export async function serveResource(
  backend: Backend,
  special: (id: string) => Promise<SubresourceHandler | undefined>,
  ctx: RequestContext,
): Promise<void> {
  const { info } = ctx
  const resource = backend.resources.find(info.group, info.version, info.resource)
  if (!resource) throw resourceNotFound()
  if (info.namespace && !resource.namespaced && info.resource !== 'namespaces') throw resourceNotFound()
  const handler = await special(`${info.group}/${info.resource}${info.subresource ? '/' + info.subresource : ''}`)
  if (info.subresource) {
    const served = resource.strategy.subresources?.find(s => s.name === info.subresource)
    if (!served) throw resourceNotFound()
    if (!served.verbs.includes(info.verb as Verb) && info.subresource !== 'proxy') throw methodNotAllowed()
    if (handler) return handler(backend, ctx, resource)
    // What has the object's own kind is written like the object: which part may change, the strategy says.
    if (served.kind !== resource.kind)
      throw new ApiError(501, 'NotImplemented', `${info.resource}/${info.subresource} is not served here`)
  } else {
    if (!resource.strategy.verbs.includes(info.verb as Verb)) throw methodNotAllowed()
    if (handler) return handler(backend, ctx, resource)
  }
  const namespace = resource.namespaced ? info.namespace : ''
  const byName = info.name !== ''
  switch (info.verb) {
    case 'get':
      return getOne(backend, ctx, resource, namespace)
    case 'list':
      return getMany(backend, ctx, resource, namespace)
    case 'watch':
      return watchMany(backend, ctx, resource, namespace)
    case 'create':
      if (byName || (resource.namespaced && !namespace)) throw methodNotAllowed()
      return createOne(backend, ctx, resource, namespace)
    case 'update':
      if (!byName) throw methodNotAllowed()
      return updateOne(backend, ctx, resource, namespace)
    case 'patch':
      if (!byName) throw methodNotAllowed()
      return patchOne(backend, ctx, resource, namespace)
    case 'delete':
      return deleteOne(backend, ctx, resource, namespace)
    case 'deletecollection':
      return deleteMany(backend, ctx, resource, namespace)
    default:
      throw methodNotAllowed()
  }
}

async function getOne(backend: Backend, ctx: RequestContext, resource: Resource, namespace: string) {
  const form = negotiate(ctx.headers.accept, true)
  parseVersion(ctx.query.get('resourceVersion') ?? '')
  const stored = await backend.registry.get(resource, namespace, ctx.info.name)
  await sendOne(backend, ctx, resource, 200, stored, form)
}

/** Sends an object in the form that the client asked for. */
export async function sendOne(
  backend: Backend,
  ctx: RequestContext,
  resource: Resource,
  code: number,
  stored: Stored,
  form: Representation,
) {
  if (form.as === 'Table')
    return sendObject(ctx, code, tableOf(backend, ctx, resource, [stored], {}, form), form.format)
  if (form.as)
    return sendObject(
      ctx,
      code,
      { ...partialMetadata(stored.object), apiVersion: `meta.k8s.io/${form.version}` },
      form.format,
    )
  if (form.format === 'yaml' || ctx.query.has('pretty')) return sendObject(ctx, code, stored.object, form.format)
  await sendBytes(ctx, code, stored.bytes, 'application/json')
}

function tableOf(
  backend: Backend,
  ctx: RequestContext,
  resource: Resource,
  items: Stored[],
  listMeta: object,
  form: Representation,
) {
  const table = toTable(
    resource.strategy,
    items.map(item => item.object),
    {
      now: backend.clock.now(),
      includeObject: (ctx.query.get('includeObject') as 'None' | 'Metadata' | 'Object' | null) ?? 'Metadata',
      listMeta,
    },
  )
  if (form.version === 'v1beta1') table.apiVersion = 'meta.k8s.io/v1beta1'
  return table
}

async function getMany(backend: Backend, ctx: RequestContext, resource: Resource, namespace: string) {
  const form = negotiate(ctx.headers.accept, true, true)
  const page = await list(backend, resource, namespace, listOptions(ctx, false))
  await backend.turns.take(page.items.length)
  if (form.as === 'Table')
    return sendObject(ctx, 200, tableOf(backend, ctx, resource, page.items, page.meta, form), form.format)
  if (form.as) {
    const items = page.items.map(item => ({
      ...partialMetadata(item.object),
      apiVersion: `meta.k8s.io/${form.version}`,
    }))
    const answer = {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${form.version}`,
      metadata: page.meta,
      items,
    }
    return sendObject(ctx, 200, answer, form.format)
  }
  const chunks = listBytes(`${resource.kind}List`, resource.apiVersion, page.meta, page.items, resource.custom)
  if (form.format === 'yaml' || ctx.query.has('pretty'))
    return sendObject(ctx, 200, JSON.parse(Buffer.concat(chunks).toString()) as object, form.format)
  await sendBytes(ctx, 200, chunks, 'application/json')
}

async function watchMany(backend: Backend, ctx: RequestContext, resource: Resource, namespace: string) {
  const form = negotiate(ctx.headers.accept, true, true)
  const options = listOptions(ctx, true)
  if (ctx.info.name) options.fieldSelector = `metadata.name=${ctx.info.name}`
  let render: ((stored: Stored) => Buffer) | undefined
  if (form.as === 'Table') {
    let first = true
    render = stored => {
      const table = tableOf(
        backend,
        ctx,
        resource,
        [stored],
        { resourceVersion: stored.object.metadata.resourceVersion },
        form,
      )
      // Column definitions go out once; the client remembers them.
      const frame = first ? table : { ...table, columnDefinitions: null }
      first = false
      return Buffer.from(JSON.stringify(frame))
    }
  } else if (form.as)
    render = stored =>
      Buffer.from(JSON.stringify({ ...partialMetadata(stored.object), apiVersion: `meta.k8s.io/${form.version}` }))
  if (!ctx.upgrade) return watch(backend.watchDeps, ctx, resource, namespace, options, render)
  const { watchOverWebSocket } = await import('./request/watch-websocket.ts')
  await watch(backend.watchDeps, await watchOverWebSocket(ctx), resource, namespace, options, render)
}

async function createOne(backend: Backend, ctx: RequestContext, resource: Resource, namespace: string) {
  const form = negotiate(ctx.headers.accept, true)
  const options = writeOptions(ctx, 'CreateOptions')
  const body = await readBody(ctx, backend.limits.bodyBytes)
  const object = await decodeObject(ctx, body, resource, options.fieldValidation)
  checkNamespace(resource, object, namespace)
  setDefaults(resource.strategy, object)
  const stored = await backend.registry.create(resource, namespace, object, callOf(ctx, options))
  await sendOne(backend, ctx, resource, 201, stored, form)
}

async function updateOne(backend: Backend, ctx: RequestContext, resource: Resource, namespace: string) {
  const form = negotiate(ctx.headers.accept, true)
  const options = writeOptions(ctx, 'UpdateOptions')
  const { name, subresource } = ctx.info
  const body = await readBody(ctx, backend.limits.bodyBytes)
  const object = await decodeObject(ctx, body, resource, options.fieldValidation)
  checkNamespace(resource, object, namespace)
  checkName(object, name)
  setDefaults(resource.strategy, object)
  const { stored, created } = await backend.registry.update(
    resource,
    {
      namespace,
      name,
      subresource,
      transform: () => structuredClone(object),
      create: resource.strategy.allowCreateOnUpdate === true && subresource === '',
    },
    callOf(ctx, options),
  )
  await sendOne(backend, ctx, resource, created ? 201 : 200, stored, form)
}

async function patchOne(backend: Backend, ctx: RequestContext, resource: Resource, namespace: string) {
  const form = negotiate(ctx.headers.accept, true)
  const options = writeOptions(ctx, 'PatchOptions')
  const { name, subresource } = ctx.info
  const body = await readBody(ctx, backend.limits.bodyBytes)
  const plan = planPatch(ctx, resource, body, options, subresource, () => backend.registry.now())
  const transform = async (current: KubeObject | undefined) => {
    const object = await plan.transform(current)
    checkNamespace(resource, object, namespace)
    checkName(object, name)
    return object
  }
  const { stored, created } = await backend.registry.update(
    resource,
    { namespace, name, subresource, transform, tracked: plan.apply, create: plan.apply && subresource === '' },
    callOf(ctx, options),
  )
  await sendOne(backend, ctx, resource, created ? 201 : 200, stored, form)
}

async function deleteOne(backend: Backend, ctx: RequestContext, resource: Resource, namespace: string) {
  const form = negotiate(ctx.headers.accept, true)
  const options = await readDeleteOptions(backend, ctx)
  const { name } = ctx.info
  const call: WriteCall = callOf(ctx, { dryRun: options.dryRun, fieldManager: '' })
  const { removed, stored } = await deleteObject(
    backend.registry,
    resource,
    namespace,
    name,
    options,
    call,
    backend.clock.now(),
  )
  if (!removed || RETURNS_DELETED.has(resource.resource)) return sendOne(backend, ctx, resource, 200, stored, form)
  const { uid } = stored.object.metadata
  const details = {
    name,
    ...(resource.group ? { group: resource.group } : {}),
    kind: resource.resource,
    ...(uid ? { uid } : {}),
  }
  await sendObject(ctx, 200, statusSuccess(details), form.format)
}

/** Core resources whose deletion answers with the object that went. */
const RETURNS_DELETED = new Set([
  'pods',
  'services',
  'serviceaccounts',
  'persistentvolumeclaims',
  'persistentvolumes',
  'podtemplates',
  'resourcequotas',
])

async function deleteMany(backend: Backend, ctx: RequestContext, resource: Resource, namespace: string) {
  const form = negotiate(ctx.headers.accept, true, true)
  const options = await readDeleteOptions(backend, ctx)
  const page = await list(backend, resource, namespace, listOptions(ctx, false))
  const call: WriteCall = callOf(ctx, { dryRun: options.dryRun, fieldManager: '' })
  const deleted: Stored[] = []
  for (const item of page.items) {
    const { name, namespace: own = '' } = item.object.metadata
    try {
      deleted.push(
        (await deleteObject(backend.registry, resource, own, name!, options, call, backend.clock.now())).stored,
      )
    } catch (error) {
      // Somebody else was faster: it is gone, which is what was asked for.
      if (!(error instanceof Error && 'code' in error && error.code === 404)) throw error
    }
  }
  const chunks = listBytes(`${resource.kind}List`, resource.apiVersion, page.meta, deleted, resource.custom)
  if (form.format === 'yaml')
    return sendObject(ctx, 200, JSON.parse(Buffer.concat(chunks).toString()) as object, 'yaml')
  await sendBytes(ctx, 200, chunks, 'application/json')
}

async function readDeleteOptions(backend: Backend, ctx: RequestContext) {
  const body = await readBody(ctx, backend.limits.bodyBytes)
  if (body.length === 0) return deleteOptions(ctx, undefined)
  const type = String(ctx.headers['content-type'] ?? '')
  let value: unknown
  if (type.startsWith('application/vnd.kubernetes.protobuf')) {
    const { decodeProtobuf } = await import('../api/protobuf.ts')
    value = decodeProtobuf(body)
  } else value = parse(body, type.includes('yaml'), 'DeleteOptions').value
  return deleteOptions(ctx, (value ?? {}) as Record<string, unknown>)
}

export function callOf(ctx: RequestContext, options: { dryRun: boolean; fieldManager: string }): WriteCall {
  const { user, warnings, auditID } = ctx
  return { user, warnings, auditID, dryRun: options.dryRun, fieldManager: options.fieldManager }
}

function checkNamespace(resource: Resource, object: KubeObject, namespace: string) {
  const given = object.metadata.namespace
  if (!resource.namespaced || !given || given === namespace) return
  throw badRequest(
    `the namespace of the provided object does not match the namespace sent on the request (${given} != ${namespace})`,
  )
}

function checkName(object: KubeObject, name: string) {
  const given = object.metadata.name
  if (!given) {
    object.metadata.name = name
    return
  }
  if (given !== name) throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`)
}
