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

/** Ends what a machine's earlier process left: itself, and the pods that it recorded in `pods.jsonl`. */
export function endLeftovers(platform: Platform, dir: string): ProcessIdentity[] {
  const ended: ProcessIdentity[] = []
  for (const file of [PROCESSES_FILE, 'pods.jsonl']) {
    for (const identity of readIdentities(join(dir, file))) {
      if (!isAlive(platform, identity)) continue
      platform.killTree(identity.pid)
      ended.push(identity)
    }
    rmSync(join(dir, file), { force: true })
  }
  return ended
}

function readIdentities(path: string): ProcessIdentity[] {
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
