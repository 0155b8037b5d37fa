import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { parseArgs } from 'node:util'
import { serve } from '../container/serve.ts'

const name = process.env.HOSTNAME ?? hostname()
let healthy = true

/** HTTP endpoints with which tests look at the network from inside a pod. */
export function netexec(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      'http-port': { type: 'string', default: '8080' },
      'udp-port': { type: 'string', default: '8081' },
      'delay-shutdown': { type: 'string', default: '0' },
    },
  })
  const port = Number(values['http-port'])
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://netexec')
    console.log(`${request.method} ${url.pathname}${url.search}`)
    const handler = HANDLERS[url.pathname]
    if (handler) handler(url.searchParams, response, request)
    else reply(response, 404, `404 page not found\n`)
  })
  serve(server, port, () => console.log(`Started HTTP server on port ${port}`))
  const udpPort = Number(values['udp-port'])
  if (udpPort !== -1) serveUdp(udpPort)
}

/** One word in a datagram asks, the answer is one datagram. */
function serveUdp(port: number): void {
  const socket = createSocket('udp4')
  socket.on('error', error => {
    console.error(error.message)
    process.exit(1)
  })
  socket.on('message', (message, { address, port: from }) => {
    const [word, ...rest] = message.toString('utf8').trim().split(' ')
    const answers: Record<string, string> = { echo: rest.join(' '), clientip: `${address}:${from}` }
    const answer = word.toLowerCase() === 'hostname' ? name : answers[word.toLowerCase()]
    console.log(`Received UDP datagram: ${word}`)
    if (answer !== undefined) socket.send(answer, from, address)
  })
  socket.bind(port, '0.0.0.0', () => console.log(`Started UDP server on port ${port}`))
  // It holds nothing that must be finished.
  socket.unref()
}

const HANDLERS: Record<string, (query: URLSearchParams, response: ServerResponse, request: IncomingMessage) => void> = {
  '/': (_, response) => reply(response, 200, `NOW: ${new Date().toISOString()}`),
  '/hostname': (_, response) => reply(response, 200, name),
  '/hostName': (_, response) => reply(response, 200, name),
  '/healthz': (_, response) => reply(response, healthy ? 200 : 412, ''),
  '/clientip': (_, response, request) =>
    reply(response, 200, `${request.socket.remoteAddress}:${request.socket.remotePort}`),
  '/echo': (query, response) => reply(response, Number(query.get('code') ?? 200), query.get('msg') ?? ''),
  '/header': (query, response, request) =>
    reply(response, 200, String(request.headers[(query.get('key') ?? '').toLowerCase()] ?? '')),
  '/exit': query => process.exit(Number(query.get('code') ?? 0)),
  '/sethealth': (query, response) => {
    healthy = query.get('healthy') !== 'false'
    reply(response, 200, String(healthy))
  },
  '/shell': (query, response) => shell(query.get('shellCommand') ?? query.get('cmd') ?? '', response),
  '/dial': (query, response) => void dial(query, response),
}

function shell(command: string, response: ServerResponse): void {
  execFile('sh', ['-c', command], { timeout: 30_000 }, (error, stdout, stderr) => {
    reply(response, 200, JSON.stringify({ output: stdout + stderr, ...(error ? { error: error.message } : {}) }))
  })
}

/** Asks another pod, several times, and tells which names answered. */
async function dial(query: URLSearchParams, response: ServerResponse): Promise<void> {
  const host = query.get('host') ?? ''
  const port = Number(query.get('port'))
  const path = query.get('request') ?? 'hostname'
  const tries = Number(query.get('tries') ?? 1)
  const responses: string[] = []
  const errors: string[] = []
  for (let i = 0; i < tries; i++) {
    try {
      const ask = { tcp: askTcp, udp: askUdp }[query.get('protocol') ?? ''] ?? askHttp
      responses.push(await ask(host, port, path))
    } catch (error) {
      errors.push((error as Error).message)
    }
  }
  reply(
    response,
    200,
    JSON.stringify({ ...(responses.length ? { responses } : {}), ...(errors.length ? { errors } : {}) }),
  )
}

async function askHttp(host: string, port: number, path: string): Promise<string> {
  const answer = await fetch(`http://${host}:${port}/${path}`, { signal: AbortSignal.timeout(5_000) })
  return answer.text()
}

function askUdp(host: string, port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const timer = setTimeout(() => end(() => reject(new Error('timeout'))), 5_000)
    const end = (act: () => void) => {
      clearTimeout(timer)
      socket.close()
      act()
    }
    socket.once('message', answer => end(() => resolve(answer.toString('utf8'))))
    socket.once('error', error => end(() => reject(error)))
    socket.send(text, port, host)
  })
}

function askTcp(host: string, port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, host, () => socket.end(text))
    socket.setTimeout(5_000, () => socket.destroy(new Error('timeout')))
    socket.on('data', chunk => (answer += chunk.toString('utf8')))
    socket.once('error', reject)
    socket.once('end', () => resolve(answer))
  })
}

function reply(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(text)
}
