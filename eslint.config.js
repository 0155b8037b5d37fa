import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'

/**
 * The floors of the house: what each room may import, beside itself. Dependencies point down, never up and never
 * sideways unless named here. Rooms are folders; a room that is not listed as allowed is refused.
 */
const ROOMS = {
  'engine/base': [],
  'engine/raft': ['engine/base'],
  'engine/store': ['engine/base', 'engine/raft'],
  'engine/api': ['engine/base'],
  'engine/apiserver': ['engine/base', 'engine/api', 'engine/store'],
  'engine/client': ['engine/base', 'engine/api'],
  'engine/scheduler': ['engine/base', 'engine/api', 'engine/client'],
  'engine/controllers': ['engine/base', 'engine/api', 'engine/client'],
  'engine/kubelet': ['engine/base', 'engine/api', 'engine/client'],
  'engine/network': ['engine/base', 'engine/api', 'engine/client', 'engine/kubelet/pod-network.ts'],
  'engine/lab': ['engine'],
  app: ['engine'],
  renderer: ['engine/api', 'engine/lab/contract.ts', 'engine/base/quantity.ts', 'engine/base/sentences.ts'],
}
const ALL = [
  'base',
  'raft',
  'store',
  'api',
  'apiserver',
  'client',
  'scheduler',
  'controllers',
  'kubelet',
  'network',
  'lab',
].map(room => `engine/${room}`)

/** Import paths are relative: inside the engine a room is named by itself, from outside by its whole path. */
function boundary(room, allowed) {
  const files = [`${room}/**/*.{ts,svelte}`]
  const inEngine = room.startsWith('engine/')
  const others = ['app', 'renderer'].filter(other => other !== room && !allowed.includes(other))
  if (allowed.includes('engine')) return { files, rules: restrict(others, [], inEngine) }
  const refused = ALL.filter(other => other !== room && !allowed.some(a => a === other || a.startsWith(`${other}/`)))
  const single = allowed.filter(a => a.endsWith('.ts'))
  return { files, rules: restrict([...refused, ...others], single, inEngine) }
}

/** Refuses imports from `rooms`, and of all files but the `single` ones from the rooms of those. */
function restrict(rooms, single, inEngine) {
  const message = 'This import points against the arrows of the house; see CONTRIBUTING.md.'
  const prefix = inEngine ? '^(\\.\\./)+(engine/)?' : '^(\\.\\./)+engine/'
  const patterns = rooms.map(room => {
    const name = room.replace('engine/', '')
    return { regex: name === room ? `^(\\.\\./)+${room}/` : `${prefix}${name}/`, message }
  })
  const folderOf = file => file.split('/')[1]
  for (const [folder, files] of Map.groupBy(single, folderOf)) {
    const names = files.map(file => file.slice(`engine/${folder}/`.length).replaceAll('.', '\\.'))
    patterns.push({ regex: `${prefix}${folder}/(?!(${names.join('|')})$)`, message })
  }
  return { 'no-restricted-imports': ['error', { patterns }] }
}

export default ts.config(
  { ignores: ['node_modules', 'dist', 'release', 'test-results', 'engine/api/types'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] },
      globals: { ...globals.browser },
    },
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-console': 'off',
      // State is replaced, not mutated: plain collections inside are never shown as they change.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  ...Object.entries(ROOMS).map(([room, allowed]) => boundary(room, allowed)),
)
