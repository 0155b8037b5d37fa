import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from '../../api/types.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { codeOf } from '../../base/errors.ts'
import type { ContainerConfig } from '../runtime/contract.ts'
import type { ContainerRecord } from './record.ts'

/** What the kubelet's next life must know to go on with a container that still runs. */
export interface Run {
  version: 1
  /** Of the container's spec: one that was changed since is not gone on with. */
  specHash: string
  startedMs: number
  config: ContainerConfig
}

/** The folder in a container's own for what outlives the kubelet. */
export const RUN_DIR = 'run'
const FILE = 'run.json'

export function writeRun(dir: string, spec: Container, config: ContainerConfig, startedMs: number): void {
  const run: Run = { version: 1, specHash: specHash(spec), startedMs, config }
  writeFileSync(join(dir, RUN_DIR, FILE), JSON.stringify(run), { mode: 0o600 })
}

/** The run of a container's folder that its record tells of, if there is one that can be gone on with. */
export function readRun(dir: string, spec: Container, record: ContainerRecord): Run | undefined {
  if (record.state.kind !== 'running' || !record.process || !record.containerID) return undefined
  let run: Run
  try {
    run = JSON.parse(readFileSync(join(dir, RUN_DIR, FILE), 'utf8')) as Run
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' || error instanceof SyntaxError) return undefined
    throw error
  }
  const same = run.version === 1 && run.specHash === specHash(spec) && record.containerID.endsWith(`//${run.config.id}`)
  return same ? run : undefined
}

/** Resources may be changed in a container that runs. */
function specHash({ resources: _, ...spec }: Container): string {
  return createHash('sha256').update(canonicalJSON(spec)).digest('hex')
}
