import type { Data } from './data.ts'
import { OK, ReplyError, SimpleString, type Reply } from './protocol.ts'

/** One command: how many arguments it takes at least and at most, and what it does. */
interface Command {
  least: number
  most: number
  run(args: string[], data: Data, now: () => number): Reply
}

const command = (least: number, most: number, run: Command['run']): Command => ({ least, most, run })

/** Commands on keys. Those of connections (AUTH, SUBSCRIBE …) are the server's. */
export const COMMANDS: Record<string, Command> = {
  GET: command(1, 1, ([key], data) => data.text(key) ?? null),
  SET: command(2, 7, set),
  SETEX: command(3, 3, ([key, seconds, value], data, now) => set([key, value, 'EX', seconds], data, now)),
  SETNX: command(2, 2, ([key, value], data, now) => (set([key, value, 'NX'], data, now) === null ? 0 : 1)),
  GETDEL: command(1, 1, ([key], data) => {
    const value = data.text(key) ?? null
    data.delete(key)
    return value
  }),
  APPEND: command(2, 2, ([key, more], data) => {
    const value = (data.text(key) ?? '') + more
    data.keep(key, value)
    return value.length
  }),
  STRLEN: command(1, 1, ([key], data) => data.text(key)?.length ?? 0),
  MGET: command(1, Infinity, (keys, data) => keys.map(key => (data.type(key) === 'string' ? data.text(key)! : null))),
  MSET: command(2, Infinity, (args, data) => {
    for (const [key, value] of pairs(args, 'mset')) data.set(key, value)
    return OK
  }),
  INCR: command(1, 1, ([key], data) => add(key, 1, data)),
  DECR: command(1, 1, ([key], data) => add(key, -1, data)),
  INCRBY: command(2, 2, ([key, by], data) => add(key, integer(by), data)),
  DECRBY: command(2, 2, ([key, by], data) => add(key, -integer(by), data)),

  DEL: command(1, Infinity, (keys, data) => keys.filter(key => data.get(key) !== undefined && data.delete(key)).length),
  UNLINK: command(1, Infinity, (keys, data) => COMMANDS.DEL.run(keys, data, Date.now)),
  EXISTS: command(1, Infinity, (keys, data) => keys.filter(key => data.get(key) !== undefined).length),
  TYPE: command(1, 1, ([key], data) => new SimpleString(data.type(key))),
  KEYS: command(1, 1, ([pattern], data) => data.keys().filter(key => globFits(pattern, key))),
  SCAN: command(1, 7, (args, data) => {
    const match = args.findIndex(a => a.toUpperCase() === 'MATCH')
    return ['0', data.keys().filter(key => globFits(match > 0 ? args[match + 1] : '*', key))]
  }),
  RENAME: command(2, 2, ([from, to], data) => {
    const value = data.get(from)
    if (value === undefined) throw new ReplyError('ERR no such key')
    const left = data.timeLeft(from)
    data.delete(from)
    data.set(to, value)
    if (left >= 0) data.expireAt(to, Date.now() + left)
    return OK
  }),
  DBSIZE: command(0, 0, (_, data) => data.keys().length),
  FLUSHALL: command(0, 1, (_, data) => (data.clear(), OK)),
  FLUSHDB: command(0, 1, (_, data) => (data.clear(), OK)),

  EXPIRE: command(2, 3, ([key, seconds], data, now) => expire(key, now() + integer(seconds) * 1000, data)),
  PEXPIRE: command(2, 3, ([key, ms], data, now) => expire(key, now() + integer(ms), data)),
  EXPIREAT: command(2, 3, ([key, at], data) => expire(key, integer(at) * 1000, data)),
  TTL: command(1, 1, ([key], data) => {
    const left = data.timeLeft(key)
    return left < 0 ? left : Math.round(left / 1000)
  }),
  PTTL: command(1, 1, ([key], data) => data.timeLeft(key)),
  PERSIST: command(1, 1, ([key], data) => (data.persist(key) ? 1 : 0)),

  LPUSH: command(2, Infinity, ([key, ...items], data) => push(key, [...items.reverse(), ...data.list(key)], data)),
  RPUSH: command(2, Infinity, ([key, ...items], data) => push(key, [...data.list(key), ...items], data)),
  LPOP: command(1, 2, ([key, count], data) => pop(key, count, data, (list, n) => list.splice(0, n))),
  RPOP: command(1, 2, ([key, count], data) => pop(key, count, data, (list, n) => list.splice(-n, n).reverse())),
  LLEN: command(1, 1, ([key], data) => data.list(key).length),
  LINDEX: command(2, 2, ([key, at], data) => data.list(key).at(integer(at)) ?? null),
  LRANGE: command(3, 3, ([key, from, to], data) => range(data.list(key), integer(from), integer(to))),
  LTRIM: command(3, 3, ([key, from, to], data) => {
    data.keep(key, range(data.list(key), integer(from), integer(to)))
    return OK
  }),

  HSET: command(3, Infinity, ([key, ...fields], data) => {
    const hash = data.hash(key)
    const before = hash.size
    for (const [field, value] of pairs(fields, 'hset')) hash.set(field, value)
    data.keep(key, hash)
    return hash.size - before
  }),
  HGET: command(2, 2, ([key, field], data) => data.hash(key).get(field) ?? null),
  HMGET: command(2, Infinity, ([key, ...fields], data) => fields.map(field => data.hash(key).get(field) ?? null)),
  HGETALL: command(1, 1, ([key], data) => [...data.hash(key)].flat()),
  HKEYS: command(1, 1, ([key], data) => [...data.hash(key).keys()]),
  HVALS: command(1, 1, ([key], data) => [...data.hash(key).values()]),
  HLEN: command(1, 1, ([key], data) => data.hash(key).size),
  HEXISTS: command(2, 2, ([key, field], data) => (data.hash(key).has(field) ? 1 : 0)),
  HDEL: command(2, Infinity, ([key, ...fields], data) => {
    const hash = data.hash(key)
    const gone = fields.filter(field => hash.delete(field)).length
    if (gone) data.keep(key, hash)
    return gone
  }),
  HINCRBY: command(3, 3, ([key, field, by], data) => {
    const hash = data.hash(key)
    const sum = integer(hash.get(field) ?? '0', 'hash value is not an integer') + integer(by)
    hash.set(field, String(sum))
    data.keep(key, hash)
    return sum
  }),

  SADD: command(2, Infinity, ([key, ...items], data) => {
    const members = data.members(key)
    const before = members.size
    for (const item of items) members.add(item)
    data.keep(key, members)
    return members.size - before
  }),
  SREM: command(2, Infinity, ([key, ...items], data) => {
    const members = data.members(key)
    const gone = items.filter(item => members.delete(item)).length
    if (gone) data.keep(key, members)
    return gone
  }),
  SMEMBERS: command(1, 1, ([key], data) => [...data.members(key)]),
  SISMEMBER: command(2, 2, ([key, item], data) => (data.members(key).has(item) ? 1 : 0)),
  SCARD: command(1, 1, ([key], data) => data.members(key).size),

  ECHO: command(1, 1, ([text]) => text),
  TIME: command(0, 0, (_args, _data, now) => [String(Math.floor(now() / 1000)), String((now() % 1000) * 1000)]),
}

function set([key, value, ...options]: string[], data: Data, now: () => number): Reply {
  let expiry: number | undefined
  let only: string | undefined
  let keepTtl = false
  let get = false
  while (options.length) {
    const option = options.shift()!.toUpperCase()
    if (option === 'NX' || option === 'XX') only = option
    else if (option === 'KEEPTTL') keepTtl = true
    else if (option === 'GET') get = true
    else if (option === 'EX' || option === 'PX') {
      const amount = integer(options.shift() ?? '')
      if (amount <= 0) throw new ReplyError("ERR invalid expire time in 'set' command")
      expiry = now() + amount * (option === 'EX' ? 1000 : 1)
    } else throw new ReplyError('ERR syntax error')
  }
  const old = get ? (data.text(key) ?? null) : OK
  const exists = data.get(key) !== undefined
  if ((only === 'NX' && exists) || (only === 'XX' && !exists)) return get ? old : null
  if (keepTtl) data.keep(key, value)
  else data.set(key, value)
  if (expiry !== undefined) data.expireAt(key, expiry)
  return old
}

function add(key: string, by: number, data: Data): number {
  const sum = integer(data.text(key) ?? '0') + by
  if (!Number.isSafeInteger(sum)) throw new ReplyError('ERR increment or decrement would overflow')
  data.keep(key, String(sum))
  return sum
}

function expire(key: string, atMs: number, data: Data): number {
  if (data.get(key) === undefined) return 0
  data.expireAt(key, atMs)
  return 1
}

function push(key: string, list: string[], data: Data): number {
  data.keep(key, list)
  return list.length
}

function pop(key: string, count: string | undefined, data: Data, take: (list: string[], n: number) => string[]): Reply {
  const list = data.list(key)
  if (!list.length) return null
  const n = count === undefined ? 1 : integer(count)
  const taken = n > 0 ? take(list, Math.min(n, list.length)) : []
  data.keep(key, list)
  return count === undefined ? taken[0] : taken
}

/** Both ends are part of it; negative ones count from the end. */
function range(list: string[], from: number, to: number): string[] {
  const start = from < 0 ? Math.max(0, list.length + from) : from
  return list.slice(start, to < 0 ? list.length + to + 1 : to + 1)
}

function pairs(args: string[], name: string): [string, string][] {
  if (args.length % 2) throw new ReplyError(`ERR wrong number of arguments for '${name}' command`)
  return args.flatMap((arg, i) => (i % 2 ? [] : [[arg, args[i + 1]] as [string, string]]))
}

function integer(text: string, problem = 'value is not an integer or out of range'): number {
  const number = Number(text)
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(number)) throw new ReplyError(`ERR ${problem}`)
  return number
}

/** Whether a key fits a pattern with `*`, `?` and `[…]`. */
export function globFits(pattern: string, key: string): boolean {
  const source = pattern.replace(/\\(.)|\[(\^?)([^\]]*)\]|[*?]|[\\^$.|+(){}[\]]/g, (token, escaped, not, set) => {
    if (escaped !== undefined) return String(escaped).replace(/[\\^$.|*?+(){}[\]]/g, '\\$&')
    if (set !== undefined) return `[${not}${String(set).replace(/[\\\]]/g, '\\$&')}]`
    return token === '*' ? '.*' : token === '?' ? '.' : `\\${token}`
  })
  return new RegExp(`^${source}$`, 's').test(key)
}
