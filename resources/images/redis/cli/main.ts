/** `redis-cli [-h HOST] [-p PORT] [-a PASSWORD] [COMMAND…]`; without a command it reads lines. */

import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { encode, Parser, ReplyError, type Reply } from '../protocol.ts'
import { printed, words } from './print.ts'

const options: Record<string, string> = { h: '127.0.0.1', p: '6379', a: '', n: '0' }
const command = process.argv.slice(2)
while (/^-[hpan]$/.test(command[0] ?? '')) {
  const [flag, value = ''] = command.splice(0, 2)
  options[flag.slice(1)] = value
}
const person = process.stdout.isTTY
const password = options.a || process.env.REDISCLI_AUTH || ''
const follows = /^P?SUBSCRIBE$/i.test(command[0] ?? '')

const socket = connect(Number(options.p), options.h)
const waiting: ((reply: Reply) => void)[] = []
const parser = new Parser()
socket.on('data', piece => {
  for (const reply of parser.push(piece)) (waiting.shift() ?? show)(reply)
})
socket.on('error', error => {
  console.error(`Could not connect to Redis at ${options.h}:${options.p}: ${error.message}`)
  process.exit(1)
})

if (password) {
  const reply = await ask(['AUTH', password])
  if (reply instanceof ReplyError) console.error(`AUTH failed: ${reply.message}`)
}
if (command.length) {
  if (follows) {
    const latin = command.map(word => Buffer.from(word).toString('latin1'))
    socket.write(encode(latin), 'latin1')
  } else {
    const reply = await ask(command)
    show(reply)
    if (reply instanceof ReplyError) process.exitCode = 1
    socket.end()
  }
} else {
  const lines = createInterface({ input: process.stdin, output: person ? process.stdout : undefined })
  const prompt = () => person && process.stdout.write(`${options.h}:${options.p}> `)
  prompt()
  for await (const line of lines) {
    const said = words(line)
    if (/^(quit|exit)$/i.test(said[0] ?? '')) break
    if (said.length) show(await ask(said))
    prompt()
  }
  socket.end()
}

function ask(said: string[]): Promise<Reply> {
  return new Promise(resolve => {
    waiting.push(resolve)
    socket.write(encode(said.map(word => Buffer.from(word).toString('latin1'))), 'latin1')
  })
}

function show(reply: Reply): void {
  process.stdout.write(Buffer.from(printed(reply, person) + '\n', 'latin1'))
}
