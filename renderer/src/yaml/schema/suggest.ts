import type { Field, Schema, SchemaTree } from './openapi.ts'
import type { Place } from './place.ts'

/** Something that may be written at a place. */
export interface Suggestion {
  label: string
  /** What is written instead of the word. */
  text: string
  /** Its type. */
  detail: string
  description: string
  required: boolean
}

/** What may be written at a place of an object whose schema is known. */
export function suggest(tree: SchemaTree, root: Schema, place: Place): Suggestion[] {
  const schema = tree.at(root, place.path)
  if (!schema) return []
  if (place.what === 'value') return values(tree, schema)
  const fields = tree.fields(schema).filter(f => !place.siblings.includes(f.name))
  return fields.length ? fields.map(field => fieldSuggestion(tree, field, place.column)) : values(tree, schema)
}

/** What a line with the field begins like: what is nested in it goes on the next line. */
function fieldSuggestion(tree: SchemaTree, { name, schema, required }: Field, column: number): Suggestion {
  const types = tree.types(schema)
  const inner = `\n${' '.repeat(column + 2)}`
  const after = types[0] === 'array' ? `${inner}- ` : types[0] === 'object' ? inner : ' '
  const detail = tree.typeText(schema)
  return { label: name, text: `${name}:${after}`, detail, description: schema.description ?? '', required }
}

function values(tree: SchemaTree, schema: Schema): Suggestion[] {
  const isBoolean = tree.types(schema).includes('boolean')
  const all = schema.enum ?? (isBoolean ? [true, false] : schema.default === undefined ? [] : [schema.default])
  const simple = all.filter(value => typeof value !== 'object').map(String)
  return simple.map(label => ({
    ...{ label, text: label, detail: tree.typeText(schema), description: '', required: false },
  }))
}
