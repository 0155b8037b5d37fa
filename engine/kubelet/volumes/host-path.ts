import { closeSync, existsSync, mkdirSync, openSync, statSync, type Stats } from 'node:fs'
import { dirname, isAbsolute, normalize, relative } from 'node:path'
import { inside, isWithin } from './inside.ts'

export interface HostPathOptions {
  /** Folder that is the node's own file system: a lab's nodes are not the user's machine. */
  root: string
  /** Folders of the user's machine that the lab allows: paths in them mean what they say. */
  allowed: readonly AllowedHostPath[]
}

/** A folder of the user's machine that pods of a lab may mount. */
export interface AllowedHostPath {
  path: string
  mode: 'ro' | 'rw'
}

/** A path of the node, checked and made as its type asks (core/v1 HostPathType). @throws Error in Kubernetes' words */
export function hostPath(
  path: string,
  type: string,
  { root, allowed }: HostPathOptions,
): { path: string; readOnly: boolean } {
  const allowance = isAbsolute(path) ? allowanceOf(path, allowed) : undefined
  const real = allowance !== undefined
  const readOnly = allowance?.mode === 'ro'
  if (!real) mkdirSync(root, { recursive: true })
  const target = real
    ? inside(allowance.path, relative(allowance.path, normalize(path)), false)
    : inside(root, path, false)
  const info = existsSync(target) ? statSync(target) : undefined
  if (type === '' && !info && !real) mkdirSync(target, { recursive: true })
  if (readOnly && !info && type.endsWith('OrCreate'))
    throw new Error(`hostPath ${path} cannot be made: the lab allows ${allowance!.path} to be read only`)
  if (type === 'DirectoryOrCreate' && !info) mkdirSync(target, { recursive: true, mode: 0o755 })
  if (type === 'FileOrCreate' && !info) {
    // As on a cluster: the folder must be there already. In the node's own file system it can be expected to be.
    if (!real) mkdirSync(dirname(target), { recursive: true })
    closeSync(openSync(target, 'a', 0o644))
  }
  const check = CHECKS[type]
  if (!check) throw new Error(`${type} is an invalid volume type`)
  const now = existsSync(target) ? statSync(target) : undefined
  if (!check.holds(now)) throw new Error(`hostPath type check failed: ${path} is not ${check.called}`)
  return { path: target, readOnly }
}

/** The allowed folder that a path lies in; of several the innermost. */
function allowanceOf(path: string, allowed: readonly AllowedHostPath[]): AllowedHostPath | undefined {
  return allowed
    .filter(folder => isWithin(normalize(folder.path), normalize(path)))
    .sort((a, b) => b.path.length - a.path.length)[0]
}

const isFolder = { holds: (info?: Stats) => !!info?.isDirectory(), called: 'a directory' }
const isFile = { holds: (info?: Stats) => !!info?.isFile(), called: 'a file' }

const CHECKS: Record<string, { holds(info: Stats | undefined): boolean; called: string } | undefined> = {
  '': { holds: info => !!info, called: 'there' },
  Directory: isFolder,
  DirectoryOrCreate: isFolder,
  File: isFile,
  FileOrCreate: isFile,
  Socket: { holds: info => !!info?.isSocket(), called: 'a socket file' },
  CharDevice: { holds: info => !!info?.isCharacterDevice(), called: 'a character device' },
  BlockDevice: { holds: info => !!info?.isBlockDevice(), called: 'a block device' },
}
