import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../base/errors.ts'
import { isAlive, type Platform, type ProcessIdentity } from '../base/platform/platform.ts'
import { writeFileAtomically } from './config.ts'

/** File in which the identities of a folder's processes are kept, one JSON document a line. */
const PROCESSES_FILE = 'processes.jsonl'

/** Notes that a process belongs to the machine of this folder, so that it can be found when its parent is gone. */
export function recordIdentity(platform: Platform, dir: string, pid: number): void {
  const started = platform.identify([pid]).get(pid)
  if (started) writeFileAtomically(join(dir, PROCESSES_FILE), JSON.stringify({ pid, started }) + '\n')
}

/** File in which a worker notes the processes of its pods, in the same form. */
export const PODS_FILE = 'pods.jsonl'

/** Ends what a machine's earlier process left: itself, and the pods that it noted. Gives what was ended. */
export function endLeftovers(platform: Platform, dir: string): ProcessIdentity[] {
  return [...endMachine(platform, dir), ...endNoted(platform, join(dir, PODS_FILE))]
}

/** Ends a machine's process and leaves its pods: the same machine's next process may go on with them. */
export function endMachine(platform: Platform, dir: string): ProcessIdentity[] {
  return endNoted(platform, join(dir, PROCESSES_FILE))
}

function endNoted(platform: Platform, file: string): ProcessIdentity[] {
  const alive = readIdentities(file).filter(identity => isAlive(platform, identity))
  for (const { pid } of alive) platform.killTree(pid)
  rmSync(file, { force: true })
  return alive
}

/** The identities of a file in which each is a line. */
export function readIdentities(path: string): ProcessIdentity[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
  // The last line may be torn by a crash; what it would have named was not started yet.
  return text
    .split('\n')
    .filter(line => line.endsWith('}'))
    .map(line => JSON.parse(line) as ProcessIdentity)
}
