import { ReplyError, SimpleString, type Reply } from '../protocol.ts'

/** A reply as redis-cli shows it: plainly to a program, with types and quotes to a person. */
export function printed(reply: Reply, forPerson: boolean, indent = ''): string {
  if (reply instanceof ReplyError) return forPerson ? `(error) ${reply.message}` : reply.message
  if (reply instanceof SimpleString) return reply.text
  if (reply === null) return forPerson ? '(nil)' : ''
  if (typeof reply === 'number') return forPerson ? `(integer) ${reply}` : String(reply)
  if (typeof reply === 'string') return forPerson ? JSON.stringify(reply) : reply
  if (!forPerson) return reply.map(item => printed(item, false)).join('\n')
  if (!reply.length) return '(empty array)'
  return reply.map((item, i) => `${i ? indent : ''}${i + 1}) ${printed(item, true, `${indent}   `)}`).join('\n')
}

/** The words of a line, with quotes around those that hold blanks. */
export function words(line: string): string[] {
  return (line.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? []).map(word =>
    /^["']/.test(word) ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
  )
}
