import { serverSideApply } from '../../api/apply/apply.ts'
import { isRecord } from '../../api/equality.ts'
import { parseApiVersion, type KubeObject } from '../../api/object.ts'
import { jsonPatch } from '../../api/patch/json-patch.ts'
import { mergePatch } from '../../api/patch/merge-patch.ts'
import { goText, remainderOfPatch, strategicMergePatch } from '../../api/patch/strategic.ts'
import { badRequest, invalid, unclassified } from '../../api/status.ts'
import type { ApiError } from '../../api/status.ts'
import { setDefaults } from '../../api/defaulting.ts'
import { failure, invalidOptions } from '../errors.ts'
import { checkObject, mediaTypeOf, parse } from '../request/body.ts'
import type { RequestContext } from '../request/context.ts'
import type { WriteOptions } from '../request/options.ts'
import type { Transform } from './registry.ts'
import type { Resource } from './resources.ts'

const MAX_OPERATIONS = 10_000

export interface PatchPlan {
  transform: Transform
  /** Server-side apply keeps the books on fields itself and may create. */
  apply: boolean
}

/**
 * Reads a patch and gives the function that applies it. For subresources with a body of another kind (scale),
 * `view` names that kind's schema.
 */
export function planPatch(
  ctx: RequestContext,
  resource: Resource,
  body: Buffer,
  options: WriteOptions,
  subresource: string,
  now: () => string,
): PatchPlan {
  const type = mediaTypeOf(ctx)
  const expected = { group: resource.group, version: resource.version, kind: resource.kind, schema: resource.schema }
  const checked = (object: unknown, refuse?: (cause: string) => ApiError) => {
    if (!isRecord(object)) throw (refuse ?? badRequest)('the patch does not lead to an object')
    const result = checkObject(ctx, object as KubeObject, expected, options.fieldValidation, { refuse })
    setDefaults(resource.strategy, result)
    return result
  }
  const must = (current: KubeObject | undefined): KubeObject => {
    if (!current) throw unclassified('a patch needs an object to apply to')
    return current
  }
  switch (type) {
    case 'application/json-patch+json': {
      const operations = value(body)
      if (!Array.isArray(operations))
        throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch')
      if (operations.length > MAX_OPERATIONS)
        throw failure(
          413,
          'RequestEntityTooLarge',
          `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`,
          {},
        )
      const patched = (current: KubeObject | undefined) => jsonPatch(must(current), operations) as KubeObject
      return {
        apply: false,
        transform: current => checked(patched(current), cause => unusable(JSON.stringify(patched(current)), cause)),
      }
    }
    case 'application/merge-patch+json': {
      // Parsed anew each time: the result takes parts of the patch over, and the checks change the result.
      const patched = (current: KubeObject | undefined) => mergePatch(must(current), objectValue(body)) as KubeObject
      return {
        apply: false,
        transform: current => checked(patched(current), cause => unusable(JSON.stringify(patched(current)), cause)),
      }
    }
    case 'application/strategic-merge-patch+json': {
      if (resource.custom || !resource.schema) throw unsupported()
      const patch = objectValue(body)
      const schema = resource.schema
      return {
        apply: false,
        transform: current =>
          checked(strategicMergePatch(schema, must(current), patch as KubeObject) as KubeObject, cause =>
            unusable(goText(remainderOfPatch(patch)), cause),
          ),
      }
    }
    case 'application/apply-patch+yaml':
    case 'application/apply-patch+yml': {
      if (!ctx.query.get('fieldManager'))
        throw invalidOptions(
          'PatchOptions',
          'fieldManager',
          'FieldValueRequired',
          'Required value: is required for apply patch',
        )
      const applied = appliedObject(parse(body, true, resource.kind).value)
      if (applied.apiVersion !== resource.apiVersion || applied.kind !== resource.kind) {
        const { group, version } = parseApiVersion(applied.apiVersion)
        throw badRequest(`invalid object type: ${group}/${version}, Kind=${applied.kind}`)
      }
      if (applied.metadata.managedFields) throw badRequest('metadata.managedFields must be nil')
      applied.metadata.name ??= ctx.info.name
      if (resource.namespaced) applied.metadata.namespace ??= ctx.info.namespace
      return {
        apply: true,
        transform: current => {
          const { resourceVersion } = applied.metadata
          const result = serverSideApply({
            schema: resource.schema!,
            live: current,
            applied: structuredClone(applied),
            manager: options.fieldManager,
            apiVersion: resource.apiVersion,
            subresource,
            force: options.force ?? false,
            now: now(),
          })
          if (current) result.metadata.resourceVersion = resourceVersion ?? current.metadata.resourceVersion!
          return checked(result)
        },
      }
    }
    default:
      throw unsupported()
  }
}

/** The patch leads to something that the kind cannot hold. Kubernetes names no kind here. */
function unusable(shown: string, cause: string): ApiError {
  return invalid({ group: '', kind: '' }, '', [
    { reason: 'FieldValueInvalid', field: 'patch', message: `Invalid value: ${JSON.stringify(shown)}: ${cause}` },
  ])
}

function unsupported() {
  return failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
}

/** What is applied must at least say what it is; the schema looks at the rest. */
function appliedObject(parsed: unknown): KubeObject {
  if (!isRecord(parsed)) throw badRequest('error decoding YAML: the applied configuration is not an object')
  const { apiVersion = '', kind = '', metadata = {} } = parsed
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isRecord(metadata))
    throw badRequest('error decoding YAML: apiVersion and kind must be strings, metadata an object')
  return { ...parsed, apiVersion, kind, metadata }
}

function value(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`)
  }
}

function objectValue(body: Buffer): Record<string, unknown> {
  const parsed = value(body)
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
    throw badRequest('error decoding patch: the patch must be a JSON object')
  return parsed as Record<string, unknown>
}
