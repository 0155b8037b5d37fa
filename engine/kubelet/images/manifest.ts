import { existsSync, statSync } from 'node:fs'
import { isAbsolute, join, posix } from 'node:path'
import { parseReference, referenceProblem } from './reference.ts'

/** `image.json` in an image's folder. */
export interface ImageManifest {
  /** Repository names without tags. */
  names: string[]
  /** What the image is, in a sentence. */
  description?: string
  /** Tags that are served, beside those that `tagPattern` fits; both absent: any. */
  tags?: string[]
  /** A regular expression; a tag must fit it whole. */
  tagPattern?: string
  /** Variable of the environment that tells the program which tag was asked for. */
  tagEnv?: string
  /**
   * "node": `entry` is a script in the folder; "host": programs of this machine, found on its PATH, run in it. An empty
   * `entry` leaves the choice of the program to the arguments.
   */
  runs: 'node' | 'host'
  entry: string[]
  /** Default arguments. */
  cmd?: string[]
  env?: Record<string, string>
  workingDir?: string
  ports?: number[]
  user?: number
  stopSignal?: NodeJS.Signals
  /** Commands that a container of this image has beside its entry, by name: scripts in the folder. */
  commands?: Record<string, string>
  /** Operating systems that it runs on; absent: all. */
  platforms?: PlatformName[]
}

export type PlatformName = 'linux' | 'darwin' | 'windows'

const PLATFORMS: readonly string[] = ['linux', 'darwin', 'windows']
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGKILL', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_.-]*$/
const COMMAND = /^[A-Za-z0-9._+-]+$/

type Check = (value: unknown, path: string) => string[]

const CHECKS: Record<keyof ImageManifest, Check> = {
  names: list(checkName, 1),
  description: text,
  tags: list((tag, path) =>
    typeof tag === 'string' && /^\w[\w.-]{0,127}$/.test(tag) ? [] : [`${path}: ${show(tag)} cannot be a tag`],
  ),
  tagPattern: (pattern, path) => {
    if (typeof pattern !== 'string') return [`${path}: must be a text`]
    return isPattern(pattern) ? [] : [`${path}: ${show(pattern)} is not a regular expression`]
  },
  tagEnv: (name, path) =>
    typeof name === 'string' && VARIABLE.test(name) ? [] : [`${path}: ${show(name)} cannot be a variable's name`],
  runs: (runs, path) => (runs === 'node' || runs === 'host' ? [] : [`${path}: must be "node" or "host"`]),
  entry: list(text),
  cmd: list(text),
  env: (env, path) =>
    isRecord(env)
      ? Object.entries(env).flatMap(([name, value]) =>
          !VARIABLE.test(name)
            ? [`${path}: ${show(name)} cannot be a variable's name`]
            : typeof value === 'string'
              ? []
              : [`${path}.${name}: must be a text`],
        )
      : [`${path}: must be an object of texts`],
  workingDir: (dir, path) =>
    typeof dir === 'string' && dir.startsWith('/') ? [] : [`${path}: must be an absolute path, such as "/app"`],
  ports: list((port, path) =>
    isWhole(port, 1, 65_535) ? [] : [`${path}: ${show(port)} is no port; those are 1 to 65535`],
  ),
  user: (user, path) => (isWhole(user, 0, 2 ** 31 - 1) ? [] : [`${path}: must be the number of a user`]),
  stopSignal: (signal, path) =>
    SIGNALS.includes(signal as string) ? [] : [`${path}: ${show(signal)} is not one of ${SIGNALS.join(', ')}`],
  commands: (commands, path) =>
    isRecord(commands)
      ? Object.entries(commands).flatMap(([name, script]) =>
          !COMMAND.test(name)
            ? [`${path}: ${show(name)} cannot be a command's name`]
            : typeof script === 'string' && script
              ? []
              : [`${path}.${name}: must name a script`],
        )
      : [`${path}: must be an object of scripts`],
  platforms: list(
    (name, path) => (PLATFORMS.includes(name as string) ? [] : [`${path}: must be one of ${PLATFORMS.join(', ')}`]),
    1,
  ),
}

/** All that is wrong with a manifest, a sentence each, beginning with the field; empty if it is sound. */
export function manifestProblems(manifest: unknown): string[] {
  if (!isRecord(manifest)) return ['image.json must hold an object']
  const unknown = Object.keys(manifest)
    .filter(key => !(key in CHECKS))
    .map(key => `${key}: there is no such field; there is: ${Object.keys(CHECKS).join(', ')}`)
  const missing = ['names', 'runs', 'entry'].filter(key => manifest[key] === undefined).map(key => `${key}: is missing`)
  const wrong = Object.entries(CHECKS).flatMap(([key, check]) =>
    manifest[key] === undefined ? [] : check(manifest[key], key),
  )
  const entry = manifest.entry
  const noProgram = manifest.runs === 'node' && Array.isArray(entry) && entry.length === 0
  return [...missing, ...unknown, ...wrong, ...(noProgram ? ['entry: an image for Node must name its script'] : [])]
}

/** Which scripts of a sound manifest are not in its folder, or lie outside of it. */
export function missingScripts(manifest: ImageManifest, dir: string): string[] {
  const scripts = [
    ...(manifest.runs === 'node' ? [{ path: 'entry[0]', script: manifest.entry[0] }] : []),
    ...Object.entries(manifest.commands ?? {}).map(([name, script]) => ({ path: `commands.${name}`, script })),
  ]
  return scripts.flatMap(({ path, script }) => {
    const clean = posix.normalize(script.replaceAll('\\', '/'))
    if (isAbsolute(script) || clean.startsWith('../')) return [`${path}: ${show(script)} lies outside the image`]
    const file = join(dir, clean)
    return existsSync(file) && statSync(file).isFile() ? [] : [`${path}: the image has no file ${show(script)}`]
  })
}

function checkName(name: unknown, path: string): string[] {
  if (typeof name !== 'string') return [`${path}: must be a text`]
  const problem = referenceProblem(name)
  if (problem) return [`${path}: ${show(name)} cannot be a name: ${problem}`]
  if (/[@]|:[^/]*$/.test(name)) return [`${path}: ${show(name)} must be without tag and digest; tags have a field`]
  if (parseReference(name).name.startsWith('host/'))
    return [`${path}: names in host/ stand for this machine's programs`]
  return []
}

function list(check: Check, least = 0): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return [`${path}: must be a list`]
    if (value.length < least) return [`${path}: must not be empty`]
    return value.flatMap((item, i) => check(item, `${path}[${i}]`))
  }
}

function text(value: unknown, path: string): string[] {
  return typeof value === 'string' ? [] : [`${path}: must be a text`]
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp
  } catch {
    return false // the question was whether it compiles
  }
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
