import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The commands for a PATH, and what each puts before the user's arguments. */
const COMMANDS: Record<string, string> = { kubarium: '', kubectl: 'kubectl ' }

/**
 * Writes `DIST/bin`: each command for POSIX shells and for Windows. They find their Node at run time: the one that runs the
 * lab, that of a packaged app, that of a source tree, or the one on the PATH.
 */
export function writeCommands(dist: string): void {
  const dir = join(dist, 'bin')
  mkdirSync(dir, { recursive: true })
  for (const [name, verb] of Object.entries(COMMANDS)) {
    writeFileSync(join(dir, name), posix(verb), { mode: 0o755 })
    writeFileSync(join(dir, `${name}.cmd`), windows(verb))
  }
}

function posix(verb: string): string {
  return `#!/bin/sh
# Runs Kubarium's command line with the Node that belongs to it. Made by tools/commands.ts.
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
bin=$(CDPATH= cd -- "$(dirname -- "$self")" && pwd -P)
for node in "\${KUBARIUM_NODE:-}" "$bin/../../../node/node" "$bin/../../node_modules/node/bin/node"; do
  if [ -f "$node" ] && [ -x "$node" ]; then exec "$node" "$bin/../cli.mjs" ${verb}"$@"; fi
done
exec node "$bin/../cli.mjs" ${verb}"$@"
`
}

/** `%~dp0` ends with a backslash. Lines end as Windows has them. */
function windows(verb: string): string {
  const lines = [
    '@echo off',
    "rem Runs Kubarium's command line with the Node that belongs to it. Made by tools/commands.ts.",
    'setlocal',
    'set "NODE_PROGRAM=node"',
    'if exist "%~dp0..\\..\\node_modules\\node\\bin\\node.exe" set "NODE_PROGRAM=%~dp0..\\..\\node_modules\\node\\bin\\node.exe"',
    'if exist "%~dp0..\\..\\..\\node\\node.exe" set "NODE_PROGRAM=%~dp0..\\..\\..\\node\\node.exe"',
    'if defined KUBARIUM_NODE if exist "%KUBARIUM_NODE%" set "NODE_PROGRAM=%KUBARIUM_NODE%"',
    `"%NODE_PROGRAM%" "%~dp0..\\cli.mjs" ${verb}%*`,
    'exit /b %ERRORLEVEL%',
  ]
  return lines.join('\r\n') + '\r\n'
}
