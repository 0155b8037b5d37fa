import {
  autocompletion,
  completionKeymap,
  insertCompletionText,
  startCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import { hoverTooltip, keymap, type EditorView, type Tooltip } from '@codemirror/view'
import { parseApiVersion } from '../../../../engine/api/object.ts'
import type { Said } from '../../text/define.ts'
import type { Schema, SchemaTree } from '../schema/openapi.ts'
import { pathAt, placeAt, type Place } from '../schema/place.ts'
import { schemas } from '../schema/schemas.ts'
import { suggest, type Suggestion } from '../schema/suggest.ts'
import type { yamlTexts } from '../text.ts'

type T = Said<typeof yamlTexts.en>

/** Fields and values while one types, and what a field means under the pointer, from the schemas that the cluster serves. */
export function assist(t: T): Extension {
  return [
    autocompletion({ override: [context => complete(context, t)], icons: false }),
    keymap.of(completionKeymap),
    hoverTooltip((view, offset) => explain(view, offset, t)),
  ]
}

const REQUIRED_FIRST = 10

async function complete(context: CompletionContext, t: T): Promise<CompletionResult | null> {
  const place = placeAt(context.state.doc.toString(), context.pos)
  if (!place || (!context.explicit && !place.word && place.what === 'key')) return null
  const options = await optionsFor(place, t)
  return options.length ? { from: place.from, options, validFor: /^[\w./-]*$/ } : null
}

async function optionsFor(place: Place, t: T): Promise<Completion[]> {
  const [first] = place.path
  const plain = (labels: string[]) => labels.map(label => ({ label }))
  if (place.what === 'value' && first === 'apiVersion') return plain(await schemas.groupVersions())
  const groupVersion = parseApiVersion(place.apiVersion)
  const tree = place.apiVersion ? await schemas.tree(place.apiVersion) : undefined
  if (place.what === 'value' && first === 'kind' && place.path.length === 1)
    return plain(tree?.kinds(groupVersion) ?? [])
  const root = tree?.root({ ...groupVersion, kind: place.kind })
  if (tree && root) return suggest(tree, root, place).map(suggestion => completionOf(suggestion, t))
  // Before they say what they are, all objects begin alike.
  const begin = place.what === 'key' && place.path.length === 0
  return begin ? ['apiVersion', 'kind', 'metadata'].map(label => ({ label, apply: `${label}: ` })) : []
}

function completionOf({ label, text, detail, description, required }: Suggestion, t: T): Completion {
  return {
    ...{ label, detail: required ? `${detail} · ${t.required}` : detail, boost: required ? REQUIRED_FIRST : 0 },
    ...(description && { info: () => paragraphs([description]) }),
    apply: (view: EditorView, _, from: number, to: number) => {
      view.dispatch(insertCompletionText(view.state, text, from, to))
      if (text.endsWith(' ') && text !== label) startCompletion(view)
    },
  }
}

async function explain(view: EditorView, offset: number, t: T): Promise<Tooltip | null> {
  const place = pathAt(view.state.doc.toString(), offset)
  const tree = place?.apiVersion ? await schemas.tree(place.apiVersion) : undefined
  const root = place && tree?.root({ ...parseApiVersion(place.apiVersion), kind: place.kind })
  const schema = root && tree!.at(root, place.path)
  if (!schema) return null
  const { from, to, path } = place
  return { pos: from, end: to, above: true, create: () => ({ dom: describe(String(path.at(-1)), schema, tree!, t) }) }
}

function describe(name: string, schema: Schema, tree: SchemaTree, t: T): HTMLElement {
  const dom = document.createElement('div')
  dom.className = 'cm-schema'
  const title = document.createElement('strong')
  title.textContent = name
  const type = document.createElement('code')
  type.textContent = ` ${tree.typeText(schema)}`
  dom.append(title, type)
  dom.append(
    paragraphs([
      schema.description ?? '',
      schema.enum ? t.oneOf(schema.enum.join(', ')) : '',
      schema.default === undefined ? '' : t.defaultIs(JSON.stringify(schema.default)),
    ]),
  )
  return dom
}

function paragraphs(texts: readonly string[]): HTMLElement {
  const dom = document.createElement('div')
  for (const text of texts.filter(Boolean)) {
    const paragraph = document.createElement('p')
    paragraph.textContent = text
    dom.append(paragraph)
  }
  return dom
}
