import type { Platform } from '../../../engine/base/platform/platform.ts'

/** The shells whose notation `lab env` knows. */
export const SHELLS = ['sh', 'fish', 'nu', 'powershell', 'cmd', 'json'] as const
export type Shell = (typeof SHELLS)[number]

interface Notation {
  set(name: string, value: string): string
  unset(name: string): string
  /** What the user types to have the variables in the shell that runs. */
  hint(command: string): string
  /** Begins a remark. */
  remark: string
}

const NOTATIONS: Record<Exclude<Shell, 'json'>, Notation> = {
  sh: {
    set: (name, value) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
    unset: name => `unset ${name}`,
    hint: command => `eval "$(${command})"`,
    remark: '#',
  },
  fish: {
    set: (name, value) => `set -gx ${name} '${value.replace(/['\\]/g, '\\$&')}'`,
    unset: name => `set -e ${name}`,
    hint: command => `${command} | source`,
    remark: '#',
  },
  nu: {
    set: (name, value) => `$env.${name} = ${JSON.stringify(value)}`,
    unset: name => `hide-env --ignore-errors ${name}`,
    hint: command => `${command} | save -f lab.nu; source lab.nu`,
    remark: '#',
  },
  powershell: {
    set: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
    unset: name => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
    hint: command => `${command} | Out-String | Invoke-Expression`,
    remark: '#',
  },
  cmd: {
    set: (name, value) => `set "${name}=${value}"`,
    unset: name => `set "${name}="`,
    hint: command => `@FOR /f "tokens=*" %i IN ('${command}') DO @%i`,
    remark: 'REM',
  },
}

/** The shell that a user most likely types in: that of the variable SHELL, or the platform's own. */
export function usualShell(platform: Platform['name'], env: Record<string, string | undefined>): Shell {
  const name = env.SHELL?.split(/[\\/]/)
    .at(-1)
    ?.replace(/\.exe$/, '')
  if (name === 'fish' || name === 'nu') return name
  if (name === 'pwsh') return 'powershell'
  // On Windows SHELL is set by the shells of Unix that run there.
  return platform === 'windows' && !name ? 'powershell' : 'sh'
}

/** Lines that a shell runs to have the variables, or to be rid of them, and how to make it do so. JSON has no remark. */
export function shellVariables(
  shell: Shell,
  variables: Record<string, string>,
  { unset, command }: { unset: boolean; command: string },
): string {
  if (shell === 'json') return JSON.stringify(variables, null, 2)
  const notation = NOTATIONS[shell]
  // On Windows names are the same in capitals: once is enough.
  const seen = new Set<string>()
  const entries = Object.entries(variables).filter(([name]) => {
    if (shell !== 'cmd' && shell !== 'powershell') return true
    const first = !seen.has(name.toUpperCase())
    seen.add(name.toUpperCase())
    return first
  })
  const lines = entries.map(([name, value]) => (unset ? notation.unset(name) : notation.set(name, value)))
  return [...lines, `${notation.remark} To run these lines: ${notation.hint(command)}`].join('\n')
}
