import { setOwn } from '../../base/own.ts'
import { isRecord } from '../equality.ts'
import { typeMeta } from './published.ts'
import type { GroupVersionKind, Json } from './published.ts'

/**
 * The published definition of a custom resource: its author's schema, with apiVersion, kind and metadata as every object
 * has them. For version 2 all that Swagger cannot say is left out, as k8s.io/apiextensions-apiserver does.
 */
export function customDefinition(
  schema: Json | undefined,
  gvk: GroupVersionKind,
  objectMeta: Json,
  openapi: 2 | 3,
): Json {
  const body = openapi === 2 ? forVersion2(schema ?? {}) : clone(schema ?? {})
  if (openapi === 3 && !schema) body['x-kubernetes-preserve-unknown-fields'] = true
  const metadata = { description: 'Name, namespace, labels and the like of the object.' }
  body.type = 'object'
  const open = body['x-kubernetes-preserve-unknown-fields'] === true && !isRecord(body.properties)
  if (openapi === 3 || !open)
    body.properties = {
      ...(body.properties as Json | undefined),
      ...typeMeta(),
      metadata: openapi === 3 ? { ...metadata, allOf: [objectMeta] } : { ...metadata, ...objectMeta },
    }
  body['x-kubernetes-group-version-kind'] = [{ ...gvk }]
  return body
}

/** Keys whose values are schemas by name, lists of schemas, or a schema each. */
const BY_NAME = ['properties', 'patternProperties', 'definitions']
const EACH = ['items', 'additionalProperties', 'not']
const LISTS = ['allOf', 'anyOf', 'oneOf']

function clone(schema: Json): Json {
  return walk(schema, clone)
}

/** A copy, with `visit` applied to every schema inside. */
function walk(schema: Json, visit: (schema: Json) => Json): Json {
  const out: Json = {}
  for (const [key, value] of Object.entries(schema)) {
    if (BY_NAME.includes(key) && isRecord(value))
      setOwn(out, key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, visit(part as Json)])))
    else if (EACH.includes(key) && isRecord(value)) out[key] = visit(value)
    else if (LISTS.includes(key) && Array.isArray(value)) out[key] = value.map(part => visit(part as Json))
    else out[key] = value
  }
  return out
}

/** What Swagger has no word for. `nullable` values and those of two types lose their type, and what depends on it. */
function forVersion2(schema: Json): Json {
  const rest = Object.fromEntries(Object.entries(schema).filter(([key]) => !LISTS.includes(key) && key !== 'not'))
  delete rest.default
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) {
    delete rest.items
    delete rest.properties
    delete rest.additionalProperties
  }
  if (schema.nullable === true) {
    for (const key of ['type', 'nullable', 'items', 'properties', 'additionalProperties', 'required']) delete rest[key]
  }
  if (schema['x-kubernetes-int-or-string'] === true) delete rest.type
  return walk(rest, forVersion2)
}
