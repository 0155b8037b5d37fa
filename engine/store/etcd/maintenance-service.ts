import type { Alarm, MemberStore } from '../kv.ts'
import { send } from './call.ts'
import type { Stream, Unary } from './call.ts'
import { refuse } from './errors.ts'
import { ETCD_VERSION } from './version.ts'
import { ALARMS, ALARM_ACTIONS, SnapshotResponse } from './messages.ts'
import type { SERVICES } from './services.ts'

const SNAPSHOT_CHUNK_BYTES = 64 * 1024
const DOWNGRADE = { VALIDATE: 0, ENABLE: 1, CANCEL: 2 } as const

/** Looking after a member. */
export function maintenanceService(member: MemberStore): Unary<Omit<typeof SERVICES.Maintenance, 'snapshot'>> {
  return {
    async alarm({ action, memberId, alarm }) {
      const act = ALARM_ACTIONS[action] ?? refuse(`etcdserver: alarm action ${action} is not one`)
      const type = ALARMS[alarm] ?? refuse(`etcdserver: alarm ${alarm} is not one`)
      return { alarms: (await actOnAlarms(member, act, memberId, type)).map(listing), header: member.header() }
    },
    async status() {
      const status = await member.status()
      const header = member.header()
      const leader = status.leader === undefined ? undefined : await idOf(member, status.leader)
      const errors = status.leader === undefined ? ['etcdserver: no leader', ...status.errors] : status.errors
      return {
        header,
        version: ETCD_VERSION,
        dbSize: status.dbSize,
        leader,
        raftIndex: status.committed,
        raftTerm: status.term,
        raftAppliedIndex: status.applied,
        errors: [...new Set(errors)],
        dbSizeInUse: status.dbSizeInUse,
        isLearner: status.isLearner,
        storageVersion: ETCD_VERSION,
        dbSizeQuota: status.dbSizeQuota,
        downgradeInfo: {},
      }
    },
    async defragment() {
      await member.defragment()
      return { header: member.header() }
    },
    async hash() {
      const { hash, revision } = await member.hash()
      return { header: { ...member.header(), revision }, hash }
    },
    async hashKV({ revision }) {
      const found = await member.hashKV(Math.max(revision, 0))
      return {
        header: { ...member.header(), revision: found.revision },
        hash: found.hash,
        compactRevision: found.compactRevision,
        hashRevision: found.hashRevision,
      }
    },
    async moveLeader({ targetId }) {
      const { role } = await member.status()
      if (role !== 'leader') refuse('etcdserver: not leader')
      const members = await member.members()
      if (!members.some(m => m.id === targetId)) refuse('etcdserver: bad leader transferee')
      await member.moveLeader(targetId)
      return { header: member.header() }
    },
    async downgrade({ action, version }) {
      if (action === DOWNGRADE.CANCEL) refuse('etcdserver: no inflight downgrade job')
      if (!/^\d+\.\d+(\.\d+)?$/.test(version)) refuse('etcdserver: wrong downgrade target version format')
      return refuse('etcdserver: invalid downgrade target version')
    },
  }
}

async function actOnAlarms(
  member: MemberStore,
  action: (typeof ALARM_ACTIONS)[number],
  memberId: bigint,
  type: (typeof ALARMS)[number],
): Promise<Alarm[]> {
  if (action === 'get') {
    const alarms = await member.alarms()
    return alarms.filter(a => (!memberId || a.member === memberId) && (type === 'none' || a.type === type))
  }
  // As in etcd, no alarm and no member: nothing to do.
  if (type === 'none') return []
  return member.alarm(action, memberId, type)
}

const listing = ({ member, type }: Alarm) => ({ memberId: member, alarm: ALARMS.indexOf(type) })

async function idOf(member: MemberStore, name: string): Promise<bigint | undefined> {
  return (await member.members()).find(m => m.name === name)?.id
}

/** Sends the member's image and, last, its checksum. */
export async function sendSnapshot(member: MemberStore, call: Stream): Promise<void> {
  for await (const part of member.snapshot())
    for (let at = 0; at < part.length; at += SNAPSHOT_CHUNK_BYTES) {
      const blob = part.subarray(at, at + SNAPSHOT_CHUNK_BYTES)
      await send(call, SnapshotResponse.encode({ blob, version: ETCD_VERSION }))
    }
}
