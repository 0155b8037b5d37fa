import type { KubeObject } from '../../api/object.ts'
import { scheme } from '../../api/scheme.ts'
import type { Backend } from '../backend.ts'
import { decodeObject, readBody } from '../request/body.ts'
import type { RequestContext } from '../request/context.ts'
import { writeOptions } from '../request/options.ts'
import type { WriteOptions } from '../request/options.ts'

/** Reads the body of a subresource whose kind is not its resource's. */
export async function readKind(
  backend: Backend,
  ctx: RequestContext,
  kind: { group: string; version: string; kind: string; sameVersions?: string[] },
  optionsKind = 'CreateOptions',
): Promise<{ object: KubeObject; options: WriteOptions }> {
  const options = writeOptions(ctx, optionsKind)
  const body = await readBody(ctx, backend.limits.bodyBytes)
  const schema = scheme.schemaOf(kind.group, kind.version, kind.kind)
  return { object: await decodeObject(ctx, body, { ...kind, schema }, options.fieldValidation), options }
}
