import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'

/** Who a machine is, in the terms of a Node's nodeInfo. */
export interface MachineIdentity {
  machineID: string
  systemUUID: string
  /** Stays when the kubelet dies and comes back, changes when the machine was shut down. */
  bootID: string
}

const FILE = 'machine-id.json'

/** The identity of the machine whose folder is given; made when it has none. */
export function machineIdentity(dir: string, random: Random): MachineIdentity {
  const known = read(dir)
  const identity = {
    machineID: known?.machineID ?? random.uuid().replaceAll('-', ''),
    systemUUID: known?.systemUUID ?? random.uuid(),
    bootID: known?.bootID || random.uuid(),
  }
  if (JSON.stringify(identity) !== JSON.stringify(known)) write(dir, identity)
  return identity
}

/** The machine shuts down: its next start is another boot. */
export function endBoot(dir: string): void {
  const known = read(dir)
  if (known) write(dir, { ...known, bootID: '' })
}

function read(dir: string): MachineIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, FILE), 'utf8')) as MachineIdentity
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

function write(dir: string, identity: MachineIdentity): void {
  mkdirSync(dir, { recursive: true })
  const path = join(dir, FILE)
  writeFileSync(`${path}.new`, JSON.stringify(identity), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
