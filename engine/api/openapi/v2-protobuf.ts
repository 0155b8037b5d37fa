/**
 * The OpenAPI v2 document in protobuf, as clients ask for it under `application/com.github.proto-openapi.spec.v2@v1.0+protobuf`.
 * Field numbers are those of gnostic's openapiv2/OpenAPIv2.proto (Apache-2.0). Paths are left out: no client of
 * Kubernetes reads them in this form.
 */

type Json = Record<string, unknown>

const SCHEMA_FIELDS = { $ref: 1, format: 2, title: 3, description: 4, pattern: 13 } as const

/** Encodes a document as `openapiV2` makes it. */
export function encodeOpenapiV2(document: Json): Buffer {
  const info = document.info as { title: string; version: string }
  const definitions = Object.entries(document.definitions as Record<string, Json>)
  return Buffer.concat([
    text(1, String(document.swagger)),
    message(2, [text(1, info.title), text(2, info.version)]),
    message(8, []),
    message(
      9,
      definitions.map(([name, schema]) => namedSchema(1, name, schema)),
    ),
  ])
}

function namedSchema(field: number, name: string, schema: Json): Buffer {
  return message(field, [text(1, name), message(2, schemaFields(schema))])
}

function schemaFields(schema: Json): Buffer[] {
  const out: Buffer[] = []
  for (const [key, number] of Object.entries(SCHEMA_FIELDS))
    if (typeof schema[key] === 'string') out.push(text(number, schema[key]))
  if ('default' in schema) out.push(any(5, schema.default))
  for (const name of (schema.required as string[] | undefined) ?? []) out.push(text(19, name))
  for (const value of (schema.enum as unknown[] | undefined) ?? []) out.push(any(20, value))
  const additional = schema.additionalProperties
  if (additional && typeof additional === 'object')
    out.push(message(21, [message(1, schemaFields(additional as Json))]))
  else if (additional === true) out.push(message(21, [Buffer.from([2 << 3, 1])]))
  if (schema.type)
    out.push(
      message(
        22,
        [schema.type].flat().map(type => text(1, String(type))),
      ),
    )
  if (schema.items) out.push(message(23, [message(1, schemaFields(schema.items as Json))]))
  for (const part of (schema.allOf as Json[] | undefined) ?? []) out.push(message(24, schemaFields(part)))
  const properties = Object.entries((schema.properties as Record<string, Json> | undefined) ?? {})
  if (properties.length)
    out.push(
      message(
        25,
        properties.map(([name, value]) => namedSchema(1, name, value)),
      ),
    )
  for (const [key, value] of Object.entries(schema))
    if (key.startsWith('x-')) out.push(message(31, [text(1, key), any(2, value)]))
  return out
}

/** gnostic's Any: the value as YAML, of which JSON is a part. */
function any(field: number, value: unknown): Buffer {
  return message(field, [text(2, JSON.stringify(value))])
}

function text(field: number, value: string): Buffer {
  return delimited(field, Buffer.from(value))
}

function message(field: number, parts: Buffer[]): Buffer {
  return delimited(field, Buffer.concat(parts))
}

/** Wire type 2: length, then bytes. */
function delimited(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  bytes.push(value)
  return Buffer.from(bytes)
}
