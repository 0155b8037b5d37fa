import { existsSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { parseFlags } from '../container/flags.ts'
import { inContainer } from '../container/paths.ts'

/** Prints the arguments with which the container was started. */
export function entrypointTester(args: string[]): void {
  console.log(`[/agnhost entrypoint-tester${args.map(a => ` ${a}`).join('')}]`)
}

/** Prints /etc/hosts as programs of the pod see it. */
export function etcHosts(): void {
  console.log(readText('/etc/hosts'))
}

/** Prints the domains that are added to short names. */
export function dnsSuffix(): void {
  console.log(resolverLines('search').join(','))
}

/** Prints the servers that are asked for names. */
export function dnsServerList(): void {
  console.log(resolverLines('nameserver').join(','))
}

/** Files that `mounttest` writes, by the flag that names the file: its mode. */
const NEW_FILES = { new_file_0644: 0o644, new_file_0660: 0o660, new_file_0666: 0o666, new_file_0777: 0o777 }
const TMPFS_MAGIC = 0x01021994

/** Looks at files and folders of volumes, and says what it found in the words that tests look for. */
export function mounttest(args: string[]): void {
  const { flags } = parseFlags(args, {
    file_content: '',
    file_content_in_loop: '',
    file_mode: '',
    file_owner: '',
    file_perm: '',
    break_on_expected_content: true,
    new_file_0644: '',
    new_file_0660: '',
    new_file_0666: '',
    new_file_0777: '',
    retry_time: 180,
    fs_type: '',
  })
  process.umask(0)
  if (flags.fs_type) console.log(`mount type of "${flags.fs_type}": ${fileSystemOf(flags.fs_type)}`)
  for (const [flag, mode] of Object.entries(NEW_FILES)) {
    const path = flags[flag as keyof typeof NEW_FILES]
    if (!path) continue
    writeFileSync(inContainer(path), 'mount-tester new file\n', { mode })
    console.log(`content of file "${path}": ${readText(path)}`)
  }
  if (flags.file_mode) console.log(`mode of file "${flags.file_mode}": ${modeOf(flags.file_mode)}`)
  if (flags.file_perm) console.log(`perms of file "${flags.file_perm}": ${modeOf(flags.file_perm)}`)
  if (flags.file_owner) {
    const { uid, gid } = statSync(inContainer(flags.file_owner))
    console.log(`owner UID of "${flags.file_owner}": ${uid}\nowner GID of "${flags.file_owner}": ${gid}`)
  }
  if (flags.file_content) console.log(`content of file "${flags.file_content}": ${readText(flags.file_content)}`)
  if (flags.file_content_in_loop) readInLoop(flags.file_content_in_loop, flags.retry_time)
}

function fileSystemOf(path: string): string {
  const { type } = statfsSync(inContainer(path))
  return type === TMPFS_MAGIC ? 'tmpfs' : `0x${type.toString(16)}`
}

function modeOf(path: string): string {
  const info = statSync(inContainer(path))
  return modeText(info.mode, info.isDirectory())
}

function readInLoop(path: string, seconds: number): void {
  const show = () =>
    console.log(
      existsSync(inContainer(path))
        ? `content of file "${path}": ${readText(path)}`
        : `Error reading file ${path}: no such file`,
    )
  show()
  const timer = setInterval(show, 1_000)
  const end = setTimeout(() => clearInterval(timer), seconds * 1000)
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      clearInterval(timer)
      clearTimeout(end)
    })
}

/** As `ls -l` writes it: "-rw-r--r--". */
export function modeText(mode: number, isFolder: boolean): string {
  const bits = [...'rwxrwxrwx'].map((letter, i) => (mode & (0o400 >> i) ? letter : '-')).join('')
  return (isFolder ? 'd' : '-') + bits
}

function resolverLines(keyword: string): string[] {
  return readText('/etc/resolv.conf')
    .split('\n')
    .filter(line => line.startsWith(`${keyword} `))
    .flatMap(line => line.trim().split(/\s+/).slice(1))
}

/** A file of the container; where the container has none of its own, the machine's. */
function readText(path: string): string {
  const inside = inContainer(path)
  return readFileSync(existsSync(inside) ? inside : path, 'utf8')
}
