import { chmodSync, chownSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, messageOf } from '../../base/errors.ts'
import type { Payload } from './payload.ts'
import type { EventSink } from './volumes.ts'

export interface Ownership {
  /** fsGroup of the pod; absent: files keep their group. */
  group: number | undefined
  /** fsGroupChangePolicy: "OnRootMismatch" leaves a volume alone whose own folder is right already. */
  policy: string | undefined
  /** Whether modes are changed too; default yes. */
  modes?: boolean
  event?: EventSink
}

const SETGID = 0o2000
const READ_WRITE = 0o660
const GROUP_READ = 0o440
const ENTER = 0o110

/**
 * Gives a volume's files to the pod's fsGroup, as Kubernetes does: the group may read and write, and what is made in its
 * folders belongs to the group too. Only some users may do that; where it is refused an event says so and the pod runs.
 */
export function giveToGroup(path: string, { group, policy, modes = true, event }: Ownership): void {
  if (group === undefined || process.getuid === undefined) return
  const { gid, mode } = statSync(path)
  if (policy === 'OnRootMismatch' && gid === group && (mode & SETGID) !== 0 && (mode & READ_WRITE) === READ_WRITE)
    return
  try {
    give(path, group, modes)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error
    event?.(
      'Warning',
      'FSGroupNotApplied',
      `fsGroup ${group} is not set on files of this pod: the user that the lab runs as may not give files to that group (${messageOf(error)})`,
    )
  }
}

/** Modes of files that the pod's fsGroup must be able to read. */
export function groupedPayload(payload: Payload, group: number | undefined): Payload {
  if (group === undefined) return payload
  return new Map(Array.from(payload, ([path, { content, mode }]) => [path, { content, mode: mode | GROUP_READ }]))
}

function give(path: string, group: number, modes: boolean): void {
  const info = lstatSync(path)
  if (info.isSymbolicLink()) return
  if (info.gid !== group) chownSync(path, info.uid, group)
  const isFolder = info.isDirectory()
  const wanted = (info.mode & 0o7777) | READ_WRITE | (isFolder ? ENTER | SETGID : 0)
  if (modes && wanted !== (info.mode & 0o7777)) chmodSync(path, wanted)
  if (isFolder) for (const name of readdirSync(path)) give(join(path, name), group, modes)
}
