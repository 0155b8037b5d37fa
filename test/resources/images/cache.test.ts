import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AddressInfo, Server } from 'node:net'
import { connect } from 'node:net'
import { createCache } from '../../../resources/images/redis/server.ts'
import { globFits } from '../../../resources/images/redis/commands.ts'
import { encode, Parser, ReplyError, SimpleString, type Reply } from '../../../resources/images/redis/protocol.ts'
import { readSettings } from '../../../resources/images/redis/settings.ts'
import { printed, words } from '../../../resources/images/redis/cli/print.ts'
import { eventually } from '../../e2e/lab.ts'
import { freePort, Program, runProgram } from './programs.ts'

let server: Server
let nowMs = 1_000_000
const settings = readSettings('maxmemory 2mb\n# a remark\nmaxmemory-policy allkeys-lru\n', ['--timeout', '5'])

beforeAll(async () => {
  server = createCache({ password: '', settings, version: '7.4.0', now: () => nowMs })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
})
afterAll(() => server.close())

/** A connection: `say` sends one command and waits for its answer. */
function client() {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const parser = new Parser()
  const received: Reply[] = []
  socket.on('data', piece => received.push(...parser.push(piece)))
  return {
    received,
    socket,
    async say(line: string): Promise<Reply> {
      const before = received.length
      socket.write(encode(words(line)), 'latin1')
      await eventually(async () => received.length > before)
      return received[before]
    },
  }
}

let c: ReturnType<typeof client>
beforeEach(async () => {
  c?.socket.destroy()
  c = client()
  await c.say('FLUSHALL')
})
afterAll(() => c.socket.destroy())

async function dialogue(lines: [string, unknown][]): Promise<void> {
  for (const [line, answer] of lines) {
    const reply = await c.say(line)
    const plain =
      reply instanceof SimpleString ? reply.text : reply instanceof ReplyError ? `! ${reply.message}` : reply
    expect(plain, line).toEqual(answer)
  }
}

describe('commands', () => {
  test('texts and counters', () =>
    dialogue([
      ['PING', 'PONG'],
      ['SET a "two words"', 'OK'],
      ['GET a', 'two words'],
      ['GET none', null],
      ['INCR n', 1],
      ['INCRBY n 41', 42],
      ['DECR n', 41],
      ['INCR a', '! ERR value is not an integer or out of range'],
      ['APPEND a !', 10],
      ['SET a x NX', null],
      ['SETNX b y', 1],
      ['MSET c 1 d 2', 'OK'],
      ['MGET a c none', ['two words!', '1', null]],
      ['EXISTS a b z', 2],
      ['DEL a b z', 2],
      ['TYPE c', 'string'],
    ]))

  test('keys expire when their time is over, and not before', async () => {
    await dialogue([
      ['SET a 1 EX 10', 'OK'],
      ['TTL a', 10],
      ['INCR a', 2],
      ['TTL a', 10],
    ])
    nowMs += 9_999
    expect(await c.say('GET a')).toBe('2')
    nowMs += 1
    await dialogue([
      ['GET a', null],
      ['TTL a', -2],
      ['SET b 1', 'OK'],
      ['TTL b', -1],
      ['EXPIRE b 5', 1],
      ['PERSIST b', 1],
      ['TTL b', -1],
      ['EXPIRE z 5', 0],
      ['SETEX s 1 v', 'OK'],
      ['SET s w', 'OK'],
      ['TTL s', -1],
    ])
  })

  test('lists', () =>
    dialogue([
      ['RPUSH l a b', 2],
      ['LPUSH l y x', 4],
      ['LRANGE l 0 -1', ['x', 'y', 'a', 'b']],
      ['LRANGE l -2 9', ['a', 'b']],
      ['LINDEX l -1', 'b'],
      ['LPOP l', 'x'],
      ['RPOP l 2', ['b', 'a']],
      ['LLEN l', 1],
      ['LPOP l', 'y'],
      ['EXISTS l', 0],
      ['GET l', null],
    ]))

  test('hashes and sets; a command on the wrong kind of value is refused', () =>
    dialogue([
      ['HSET h a 1 b 2', 2],
      ['HSET h a 3', 0],
      ['HGETALL h', ['a', '3', 'b', '2']],
      ['HINCRBY h a 4', 7],
      ['HGET h a', '7'],
      ['HDEL h a b', 2],
      ['EXISTS h', 0],
      ['SADD s x y x', 2],
      ['SISMEMBER s x', 1],
      ['SCARD s', 2],
      ['GET s', '! WRONGTYPE Operation against a key holding the wrong kind of value'],
    ]))

  test('wrong commands are told from wrong arguments', () =>
    dialogue([
      ['NOPE a b', "! ERR unknown command 'NOPE', with args beginning with: 'a' 'b'"],
      ['GET', "! ERR wrong number of arguments for 'get' command"],
      ['SET a b ZZ', '! ERR syntax error'],
    ]))

  test('a transaction answers all at once', () =>
    dialogue([
      ['MULTI', 'OK'],
      ['INCR t', 'QUEUED'],
      ['INCR t', 'QUEUED'],
      ['EXEC', [1, 2]],
      ['EXEC', '! ERR EXEC without MULTI'],
    ]))

  test('settings of the file and of the command line are shown', () =>
    dialogue([
      ['CONFIG GET maxmemory', ['maxmemory', '2097152']],
      ['CONFIG GET maxmemory-policy', ['maxmemory-policy', 'allkeys-lru']],
      ['CONFIG GET timeout', ['timeout', '5']],
      ['CONFIG SET timeout 6', 'OK'],
      ['CONFIG GET timeout', ['timeout', '6']],
    ]))
})

test('what is published reaches each subscriber of the channel or of a pattern, and nobody else', async () => {
  const subscriber = client()
  try {
    await subscriber.say('SUBSCRIBE news')
    await subscriber.say('PSUBSCRIBE n*')
    expect(await c.say('PUBLISH news hello')).toBe(2)
    expect(await c.say('PUBLISH other hello')).toBe(0)
    await eventually(async () => subscriber.received.length >= 4)
    expect(subscriber.received.slice(2)).toEqual([
      ['message', 'news', 'hello'],
      ['pmessage', 'n*', 'news', 'hello'],
    ])
  } finally {
    subscriber.socket.destroy()
  }
})

test('the parser gives the same however the bytes are cut', () => {
  const said: Reply[] = [['SET', 'a', 'x\r\ny'], 'plain', 5, null, [['deep'], []], '']
  const bytes = Buffer.from(said.map(encode).join(''), 'latin1')
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const parser = new Parser()
    const got: Reply[] = []
    for (let i = 0; i < bytes.length; i += size) got.push(...parser.push(bytes.subarray(i, i + size)))
    expect(got).toEqual(said)
  }
  expect(new Parser().push(Buffer.from('  ping  hello \r\n'))).toEqual([['ping', 'hello']])
  expect(() => new Parser().push(Buffer.from('$x\r\n'))).toThrow('invalid bulk length')
})

test('patterns', () => {
  for (const [pattern, key, fits] of [
    ['*', 'a', true],
    ['h?llo', 'hello', true],
    ['h[ae]llo', 'hallo', true],
    ['h[^a]llo', 'hallo', false],
    ['a.c', 'abc', false],
    ['a\\*', 'ab', false],
  ] as const)
    expect(globFits(pattern, key), `${pattern} ${key}`).toBe(fits)
})

test('redis-cli shows replies plainly to programs, with types to persons', () => {
  expect(printed(['a', 1, null], true)).toBe('1) "a"\n2) (integer) 1\n3) (nil)')
  expect(printed(['a', 1], false)).toBe('a\n1')
})

test('redis-server and redis-cli as programs, with a password', async () => {
  const port = String(await freePort())
  const program = new Program('redis', ['redis-server', '--port', port, '--requirepass', 'secret'])
  try {
    await program.said('Ready to accept connections')
    expect(await runProgram('redis/cli', ['-p', port, 'GET', 'a'])).toMatchObject({
      code: 1,
      output: 'NOAUTH Authentication required.\n',
    })
    expect((await runProgram('redis/cli', ['-p', port, '-a', 'secret', 'SET', 'a', 'grüße'])).output).toBe('OK\n')
    const lines = await runProgram('redis/cli', ['-p', port], { REDISCLI_AUTH: 'secret' }, 'GET a\nINCR n\n')
    expect(lines.output).toBe('grüße\n1\n')
  } finally {
    expect(await program.close()).toBe(0)
  }
})
