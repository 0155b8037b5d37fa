/** What the log's entries say: batches of commands, each batch named so that it is applied at most once. */
import { ByteReader, ByteWriter } from './bytes.ts'
import { readTxnRequest, writeTxnRequest } from './codec.ts'
import type { AlarmType, TxnRequest } from './kv.ts'

export type Command =
  | { type: 'txn'; request: TxnRequest }
  | { type: 'compact'; revision: number }
  | { type: 'leaseGrant'; id: number; ttlSeconds: number }
  | { type: 'leaseRevoke'; id: number }
  /** The leader of `term` is in charge of the leases: what earlier leaders let expire does not count any more. */
  | { type: 'leaseClaim'; term: number }
  /** The leader of `term` has seen the lease run out. */
  | { type: 'leaseExpire'; id: number; term: number }
  /** `member`, here and below: a member's id in hexadecimal. */
  | { type: 'alarm'; activate: boolean; member: string; alarm: AlarmType }
  /** All members shall report their hash at `revision`. The first of `members` asks. */
  | { type: 'check'; revision: number; members: string[] }
  /** `check`: index of the entry that asked for it. */
  | { type: 'report'; member: string; check: number; hash: number }
  /** `member` by its name. */
  | { type: 'publish'; member: string; clientURLs: string[] }

const ALARMS: AlarmType[] = ['nospace', 'corrupt']

/**
 * One log entry: commands of one member's turn. `(member, boot, sequence)` names it. `settledBelow` says that the
 * member waits for no batch with a lower sequence any more, so that the record of what was applied stays small.
 */
export interface Batch {
  member: string
  boot: number
  sequence: number
  settledBelow: number
  commands: Command[]
}

const FORMAT = 1

/** Commands in their final form, ready to be put into a batch. */
export function encodeCommand(command: Command): Uint8Array {
  const w = new ByteWriter(command.type === 'txn' ? sizeOf(command.request) : 16)
  switch (command.type) {
    case 'txn':
      w.byte(0)
      writeTxnRequest(w, command.request)
      break
    case 'compact':
      w.byte(1).uint(command.revision)
      break
    case 'leaseGrant':
      w.byte(2).uint(command.id).uint(command.ttlSeconds)
      break
    case 'leaseRevoke':
      w.byte(3).uint(command.id)
      break
    case 'leaseClaim':
      w.byte(4).uint(command.term)
      break
    case 'leaseExpire':
      w.byte(5).uint(command.id).uint(command.term)
      break
    case 'alarm':
      w.byte(6).flag(command.activate).text(command.member).byte(ALARMS.indexOf(command.alarm))
      break
    case 'check':
      w.byte(7).uint(command.revision)
      writeTexts(w, command.members)
      break
    case 'report':
      w.byte(8).text(command.member).uint(command.check).uint(command.hash)
      break
    case 'publish':
      w.byte(9).text(command.member)
      writeTexts(w, command.clientURLs)
  }
  return w.finish()
}

/** About what a transaction takes, so that it is written without being moved. */
function sizeOf({ compare, success, failure }: TxnRequest): number {
  let size = 64
  for (const { key } of compare) size += key.length + 32
  for (const branch of [success, failure])
    for (const operation of branch) {
      if (operation.type === 'put') size += operation.key.length + operation.value.length + 32
      else size += operation.type === 'txn' ? sizeOf(operation.request) : 128
    }
  return size
}

export function encodeBatch(batch: Omit<Batch, 'commands'>, commands: Uint8Array[]): Uint8Array {
  let size = 64
  for (const command of commands) size += command.length + 4
  const w = new ByteWriter(size)
  w.byte(FORMAT).text(batch.member).uint(batch.boot).uint(batch.sequence).uint(batch.settledBelow)
  w.uint(commands.length)
  for (const command of commands) w.raw(command)
  return w.finish()
}

export function decodeBatch(data: Uint8Array): Batch {
  const r = new ByteReader(data)
  const format = r.byte()
  if (format !== FORMAT) throw new Error(`log entry has format ${format}; this version reads ${FORMAT}`)
  const member = r.text()
  const boot = r.uint()
  const sequence = r.uint()
  const settledBelow = r.uint()
  const n = r.uint()
  const commands: Command[] = []
  for (let i = 0; i < n; i++) commands.push(decodeCommand(r))
  return { member, boot, sequence, settledBelow, commands }
}

function decodeCommand(r: ByteReader): Command {
  switch (r.byte()) {
    case 0:
      return { type: 'txn', request: readTxnRequest(r) }
    case 1:
      return { type: 'compact', revision: r.uint() }
    case 2:
      return { type: 'leaseGrant', id: r.uint(), ttlSeconds: r.uint() }
    case 3:
      return { type: 'leaseRevoke', id: r.uint() }
    case 4:
      return { type: 'leaseClaim', term: r.uint() }
    case 5:
      return { type: 'leaseExpire', id: r.uint(), term: r.uint() }
    case 6: {
      const activate = r.flag()
      const member = r.text()
      const alarm = ALARMS[r.byte()]
      if (!alarm) throw new Error('log entry names an unknown alarm')
      return { type: 'alarm', activate, member, alarm }
    }
    case 7:
      return { type: 'check', revision: r.uint(), members: readTexts(r) }
    case 8:
      return { type: 'report', member: r.text(), check: r.uint(), hash: r.uint() }
    case 9:
      return { type: 'publish', member: r.text(), clientURLs: readTexts(r) }
    default:
      throw new Error('log entry holds an unknown command')
  }
}

function writeTexts(w: ByteWriter, texts: string[]): void {
  w.uint(texts.length)
  for (const text of texts) w.text(text)
}

function readTexts(r: ByteReader): string[] {
  return Array.from({ length: r.uint() }, () => r.text())
}
