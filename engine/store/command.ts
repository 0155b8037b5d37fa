/** What the log's entries say: batches of commands, each batch named so that it is applied at most once. */
import { ByteReader, ByteWriter } from './bytes.ts'
import { readTxnRequest, writeTxnRequest } from './codec.ts'
import type { TxnRequest } from './kv.ts'

export type Command =
  | { type: 'txn'; request: TxnRequest }
  | { type: 'compact'; revision: number }
  | { type: 'leaseGrant'; id: number; ttlSeconds: number }
  | { type: 'leaseRevoke'; id: number }

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
  const w = new ByteWriter(command.type === 'txn' ? 512 : 16)
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
  }
  return w.finish()
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
    default:
      throw new Error('log entry holds an unknown command')
  }
}
