import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join, posix } from 'node:path'
import type { ContainerConfig, Mount } from '../contract.ts'

/** Folders of this machine that programs need; those that are links become the same links in the container. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store']

/** What programs read in /etc and what tells nothing that is secret. The rest of /etc is the container's own. */
const ETC = [
  'alternatives bash.bashrc bindresvport.blacklist ca-certificates ca-certificates.conf crypto-policies debian_version',
  'default/locale fonts gai.conf group host.conf inputrc ld.so.cache ld.so.conf ld.so.conf.d locale.alias localtime',
  'login.defs magic mime.types nsswitch.conf os-release passwd pki profile profile.d protocols rpc services shells ssl',
  'terminfo timezone',
].flatMap(line => line.split(' '))

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
/** Where the machine's own folders are seen once more, for links from folders that mounts had to be fitted into. */
const HOST = '/.kubarium/host'

export interface LayoutOptions {
  /** Files and folders of this machine that a container sees, read-only, where they are. */
  programs: string[]
}

/**
 * Makes the container's root ready and says how bwrap is to put its file system together: the root folder as `/`, the
 * machine's programs read-only, own devices and processes, and the mounts where the pod wants them.
 */
export function layOut(container: ContainerConfig, { programs }: LayoutOptions): string[] {
  const { root, image } = container
  const args = ['--bind', root, '/']
  ownFolder(root, '/')
  const taken = new Set(container.mounts.map(m => m.containerPath))
  for (const path of SYSTEM) args.push(...system(root, path, taken))
  ownFolder(root, '/etc')
  for (const name of ETC) {
    const path = `/etc/${name}`
    if (existsSync(path) && !taken.has(path)) args.push('--ro-bind', path, path)
  }
  for (const folder of ['/tmp', '/var/tmp']) {
    ownFolder(root, folder)
    chmodSync(join(root, folder), 0o1777)
  }
  for (const folder of ['/root', '/run', '/var/log']) ownFolder(root, folder)
  args.push('--proc', '/proc', ...devices(container))
  for (const path of new Set([...programs, dirname(image.dir)])) if (!isSystem(path)) args.push('--ro-bind', path, path)
  writeDefault(container, '/etc/hosts', `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n`)
  writeDefault(container, '/etc/hostname', `${container.hostname ?? 'localhost'}\n`)
  const mounts = [...container.mounts].sort((a, b) => a.containerPath.length - b.containerPath.length)
  args.push(...fitIn(container, mounts))
  for (const { hostPath, containerPath, readOnly } of mounts)
    args.push(readOnly ? '--ro-bind' : '--bind', hostPath, containerPath)
  if (container.readOnlyRoot) args.push('--remount-ro', '/')
  else if (!underMount(container.mounts, container.workingDir) && !isSystem(container.workingDir))
    ownFolder(root, container.workingDir)
  return args
}

/** Whether a path of a container is one of this machine's programs, in a folder that it shares with the machine. */
export function isSystem(path: string): boolean {
  return SYSTEM.some(folder => path === folder || path.startsWith(folder + '/'))
}

export function underMount(mounts: Mount[], path: string): boolean {
  return mounts.some(m => path === m.containerPath || path.startsWith(m.containerPath.replace(/\/$/, '') + '/'))
}

function system(root: string, path: string, taken: Set<string>): string[] {
  const info = lstatSync(path, { throwIfNoEntry: false })
  if (!info || taken.has(path)) return []
  if (!info.isSymbolicLink()) return ['--ro-bind', path, path]
  const link = join(root, path)
  const known = lstatSync(link, { throwIfNoEntry: false })
  if (!known) symlinkSync(readlinkSync(path), link)
  return []
}

function devices({ root, user }: ContainerConfig): string[] {
  ownFolder(root, '/dev')
  if (!user?.uid) return ['--dev', '/dev']
  // bwrap's own /dev takes a further user namespace for everybody but root, which commands could not follow into.
  return [
    '--tmpfs',
    '/dev',
    ...DEVICES.flatMap(name => ['--dev-bind', `/dev/${name}`, `/dev/${name}`]),
    ...[
      ['/proc/self/fd', '/dev/fd'],
      ['/proc/self/fd/0', '/dev/stdin'],
      ['/proc/self/fd/1', '/dev/stdout'],
      ['/proc/self/fd/2', '/dev/stderr'],
    ].flatMap(([target, link]) => ['--symlink', target, link]),
    ...['--perms', '1777', '--tmpfs', '/dev/shm'],
  ]
}

/**
 * Mounts may lie in the machine's read-only folders where it has no such path, as /usr/share/nginx/html. Their nearest
 * folder that exists is put together anew then: links to all that it has, and the missing folders.
 */
function fitIn(container: ContainerConfig, mounts: Mount[]): string[] {
  const built = new Map<string, string>()
  const args: string[] = []
  for (const mount of mounts) {
    const path = posix.normalize(mount.containerPath)
    const within = mounts.some(m => m !== mount && m.containerPath.length < path.length && underMount([m], path))
    if (!isSystem(path) || existsSync(path) || within) continue
    let nearest = posix.dirname(path)
    while (!existsSync(nearest)) nearest = posix.dirname(nearest)
    let folder = built.get(nearest)
    if (!folder) {
      folder = join(dirname(container.root), 'fitted', nearest)
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      for (const name of readdirSync(nearest)) symlinkSync(posix.join(HOST, nearest, name), join(folder, name))
      args.push('--ro-bind', nearest, posix.join(HOST, nearest), '--ro-bind', folder, nearest)
      built.set(nearest, folder)
    }
    const point = join(folder, posix.relative(nearest, path))
    const isFolder = lstatSync(mount.hostPath, { throwIfNoEntry: false })?.isDirectory() ?? true
    mkdirSync(isFolder ? point : dirname(point), { recursive: true })
    if (!isFolder) closeSync(openSync(point, 'a'))
  }
  return args
}

function writeDefault({ root, mounts }: ContainerConfig, path: string, text: string): void {
  if (underMount(mounts, path)) return
  const file = join(root, path)
  if (lstatSync(file, { throwIfNoEntry: false })) return
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW)
  try {
    writeSync(descriptor, text)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Makes a folder of the container's root, step by step: what an earlier run has put in its place, such as a link that
 * leads out of the root, is taken away.
 */
function ownFolder(root: string, path: string): void {
  mkdirSync(root, { recursive: true })
  let folder = root
  for (const part of path.split('/').filter(Boolean)) {
    folder = join(folder, part)
    const info = lstatSync(folder, { throwIfNoEntry: false })
    if (info?.isDirectory()) continue
    if (info) rmSync(folder)
    mkdirSync(folder)
  }
}
