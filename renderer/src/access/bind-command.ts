import type { Grant, Who } from './rights.ts'

/** The kubectl command that gives somebody a role: in a namespace, or everywhere. */
export function bindCommand(who: Who, role: Grant['role'], namespace: string | undefined): string {
  const subject =
    who.kind === 'User'
      ? `--user=${quoted(who.name)}`
      : who.kind === 'Group'
        ? `--group=${quoted(who.name)}`
        : `--serviceaccount=${who.namespace}:${who.name}`
  const name = `${role.name}-${who.name}`.replace(/[^a-z0-9.-]+/gi, '-').toLowerCase()
  const kind = namespace ? 'rolebinding' : 'clusterrolebinding'
  const where = namespace ? ['-n', namespace] : []
  return ['kubectl', 'create', kind, name, ...where, `--${role.kind.toLowerCase()}=${quoted(role.name)}`, subject].join(
    ' ',
  )
}

function quoted(text: string): string {
  return /^[\w:.@/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
