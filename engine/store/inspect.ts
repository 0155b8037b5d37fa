import Database from 'better-sqlite3'
import { decodeBatch } from './command.ts'
import type { Command } from './command.ts'
import { decodeChange } from '../raft/configuration.ts'
import type { Operation } from './kv.ts'

/** One entry of a member's raft log, for people. */
export interface LogLine {
  index: number
  term: number
  bytes: number
  /** The member that proposed it. */
  member: string
  /** What it says, one text for each command. */
  commands: string[]
}

/** The last `limit` entries of the log in a member's file, oldest first. The member may run. @throws SqliteError */
export function readLog(path: string, limit: number): LogLine[] {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const rows = db.prepare('SELECT idx, term, kind, data FROM log ORDER BY idx DESC LIMIT ?').raw().all(limit) as [
      index: number,
      term: number,
      kind: number,
      data: Buffer,
    ][]
    return rows.reverse().map(([index, term, kind, data]) => ({ index, term, bytes: data.length, ...said(kind, data) }))
  } finally {
    db.close()
  }
}

function said(kind: number, data: Buffer): Pick<LogLine, 'member' | 'commands'> {
  if (data.length === 0) return { member: '', commands: ['a new leader begins'] }
  if (kind === 1) {
    const { changes } = decodeChange({ index: 0, term: 0, kind: 'configuration', data })
    const texts = changes.map(({ type, id }) => `${type} ${id}`)
    return { member: '', commands: [`members: ${texts.length ? texts.join(', ') : 'leave joint consensus'}`] }
  }
  const { member, commands } = decodeBatch(data)
  return { member, commands: commands.map(describe) }
}

function describe(command: Command): string {
  switch (command.type) {
    case 'txn': {
      const { compare, success, failure } = command.request
      const condition = compare.length ? `if ${compare.map(c => `${text(c.key)} ${c.target} …`).join(' and ')}: ` : ''
      const otherwise = failure.length ? `; else ${failure.map(operation).join(', ')}` : ''
      return `${condition}${success.map(operation).join(', ')}${otherwise}`
    }
    case 'compact':
      return `compact to revision ${command.revision}`
    case 'leaseGrant':
      return `grant lease ${command.id.toString(16)} for ${command.ttlSeconds} s`
    case 'leaseRevoke':
    case 'leaseExpire':
      return `${command.type === 'leaseRevoke' ? 'revoke' : 'expire'} lease ${command.id.toString(16)}`
    default:
      return Object.entries(command)
        .map(([key, value]) => (key === 'type' ? String(value) : `${key}=${String(value)}`))
        .join(' ')
  }
}

function operation(op: Operation): string {
  switch (op.type) {
    case 'range':
      return `get ${text(op.request.key)}`
    case 'put':
      return `put ${text(op.key)} (${op.value.length} bytes)`
    case 'delete':
      return `delete ${text(op.key)}${op.rangeEnd ? ' …' : ''}`
    case 'txn':
      return `{ ${describe({ type: 'txn', request: op.request })} }`
  }
}

const decoder = new TextDecoder()

function text(key: Uint8Array): string {
  return JSON.stringify(decoder.decode(key)).slice(1, -1)
}
