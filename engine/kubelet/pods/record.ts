import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../base/errors.ts'
import type { ProcessIdentity } from '../../base/platform/platform.ts'
import type { ContainerState, Termination } from './container.ts'
import type { Failure } from './pod-runner.ts'
import type { Allocation } from './resize.ts'

/** What is kept of a pod on disk, so that the kubelet's next life knows what the last one did. */
export interface PodRecord {
  version: 1
  uid: string
  namespace: string
  name: string
  /** Once it is decided that the pod ends: why, if that makes it fail, and whether nothing of it is left to be stopped. */
  ending?: { failure?: Failure; over: boolean }
  containers: Record<string, ContainerRecord>
  /** What the containers were allocated of cpu and memory. */
  allocation?: Allocation
}

export interface ContainerRecord {
  state: ContainerState
  last?: Termination
  restartCount: number
  containerID?: string
  imageID?: string
  /** Of the main process, while it runs. A pid alone may belong to somebody else by then. */
  process?: ProcessIdentity
}

const FILE = 'state.json'

/** Replaces the record as a whole, so that a crash leaves the old one or the new one. */
export function writeRecord(dir: string, record: PodRecord): void {
  mkdirSync(dir, { recursive: true })
  const path = join(dir, FILE)
  writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The record of a pod's folder, if there is one that can be read. */
export function readRecord(dir: string): PodRecord | undefined {
  let text: string
  try {
    text = readFileSync(join(dir, FILE), 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
  let record: PodRecord
  try {
    record = JSON.parse(text) as PodRecord
  } catch {
    return undefined // a disk that lost what it was given: then the API server's status is all that is known
  }
  return record.version === 1 ? record : undefined
}
