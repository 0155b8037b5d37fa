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
  'engine/network': [
    'engine/base',
    'engine/api',
    'engine/client',
    'engine/kubelet/pod-network.ts',
    'engine/lab/machine/messages.ts',
  ],
  'engine/lab': ['engine'],
  app: ['engine', 'app'],
  renderer: ['engine/api', 'engine/lab/contract.ts'],
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

/** Import paths are relative, so a room is recognised by its last two segments anywhere in the path. */
function boundary(room, allowed) {
  if (allowed.includes('engine'))
    return {
      files: [`${room}/**/*.{ts,svelte}`],
      rules: restrict(room === 'engine/lab' ? ['app', 'renderer'] : ['renderer']),
    }
  const refused = ALL.filter(other => other !== room && !allowed.some(a => a === other || a.startsWith(`${other}/`)))
  const partly = allowed.filter(a => a.endsWith('.ts'))
  const patterns = [...refused, 'app', ...(room === 'renderer' ? [] : ['renderer'])]
  return { files: [`${room}/**/*.{ts,svelte}`], rules: restrict(patterns, partly) }
}

function restrict(rooms, partly = []) {
  const message = 'This import points against the arrows of the house; see CONTRIBUTING.md.'
  const patterns = rooms.map(room => ({ regex: `^(\\.\\./)+(${room}|${room.replace('engine/', '')})/`, message }))
  for (const file of partly) {
    const folder = file.split('/').slice(1, 2)[0]
    const name = file.split('/').slice(2).join('/').replaceAll('.', '\\.')
    patterns.push({ regex: `^(\\.\\./)+(engine/)?${folder}/(?!${name}$)`, message })
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
    },
  },
  ...Object.entries(ROOMS).map(([room, allowed]) => boundary(room, allowed)),
)
