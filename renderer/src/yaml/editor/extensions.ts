import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language'
import { linter, lintGutter, lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { Said } from '../../text/define.ts'
import type { yamlTexts } from '../text.ts'
import { assist } from './assist.ts'
import { findProblems } from './problems.ts'

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--code-number)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.separator, tags.punctuation], color: 'var(--text-3)' },
])

const looks = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--surface)', color: 'var(--text)', fontSize: '12.5px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-gutters': {
    backgroundColor: 'var(--surface-2)',
    color: 'var(--text-3)',
    border: 'none',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 8%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--surface-3)',
    border: 'none',
    color: 'var(--text-2)',
    padding: '0 6px',
  },
  '.cm-panels': { backgroundColor: 'var(--surface-2)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panels button, .cm-panels input': {
    backgroundImage: 'none',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--mark)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--mark-now)' },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in srgb, var(--mark) 45%, transparent)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16em' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--text)',
  },
  '.cm-completionDetail': { color: 'var(--text-3)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent-strong)', fontWeight: '600' },
  '.cm-completionInfo, .cm-schema': { maxWidth: '380px', padding: '8px 10px', fontFamily: 'var(--font)' },
  '.cm-schema p, .cm-completionInfo p': { marginTop: '4px', color: 'var(--text-2)' },
  '.cm-schema code': { color: 'var(--text-3)' },
  '.cm-diagnostic': { fontFamily: 'var(--font)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', border: '1px solid var(--line)', color: 'var(--text)' },
})

/** Longer texts are checked when one pauses, so that typing in them is never held up. */
const LONG = 40_000
const SOON_MS = 300
const LATER_MS = 900

/** What both editors share: YAML, with help from the schemas of the cluster and mistakes underlined while one types. */
export function yamlExtensions(options: {
  readOnly: boolean
  autofocus: boolean
  label: string
  texts: Said<typeof yamlTexts.en>
  /** Of the text at first, in characters. */
  length: number
  onChange(text: string): void
  onApply(): void
}): Extension {
  return [
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of('  '),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    yaml(),
    syntaxHighlighting(colours),
    looks,
    options.readOnly ? [] : assist(options.texts),
    lintGutter(),
    linter(view => findProblems(view.state.doc.toString(), options.texts), {
      delay: options.length > LONG ? LATER_MS : SOON_MS,
    }),
    keymap.of([
      { key: 'Mod-Enter', run: () => (options.onApply(), true) },
      // Escape, then Tab leaves the editor, for those who have no mouse.
      ...[indentWithTab, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap],
    ]),
    // A dialog gives the focus to what has this attribute, whoever had it before.
    EditorView.contentAttributes.of({
      ...{ 'aria-label': options.label, tabindex: '0' },
      ...(options.autofocus && { autofocus: '' }),
    }),
    EditorState.readOnly.of(options.readOnly),
    EditorView.updateListener.of(update => {
      if (update.docChanged) options.onChange(update.state.doc.toString())
    }),
  ]
}
