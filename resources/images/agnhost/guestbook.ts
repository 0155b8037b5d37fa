import { createServer, type Server } from 'node:http'
import { parseFlags } from '../container/flags.ts'
import { serve } from '../container/serve.ts'

const PRIMARY = 'agnhost-primary'
const REPLICA = 'agnhost-replica'
const RETRY_MS = 1_000

/**
 * The guestbook of the tutorials without a database: a front end at /guestbook, and a store that a primary keeps and
 * sends on to those that have registered (`--replicaof`).
 */
export function guestbook(args: string[]): void {
  const { flags } = parseFlags(args, { 'http-port': 80, 'backend-port': 6379, replicaof: '', slaveof: '' })
  const backend = flags['backend-port']
  const primary = flags.replicaof || flags.slaveof
  serve(frontEnd(backend), flags['http-port'], () => console.log(`front end on port ${flags['http-port']}`))
  serve(store(backend), backend, () => {
    console.log(`store on port ${backend}`)
    if (primary) void register(primary, backend)
  })
}

function frontEnd(backend: number): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://guestbook')
    const { cmd, key = '', value = '' } = Object.fromEntries(url.searchParams)
    const say = (code: number, body: object | string) => {
      response.writeHead(code, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    const ask = async () => {
      if (url.pathname !== '/guestbook') return say(url.pathname === '/' ? 200 : 404, '<p>Guestbook</p>')
      if (cmd === 'set') {
        await get(`http://${PRIMARY}:${backend}/set?${query({ key, value })}`)
        return say(200, { message: 'Updated' })
      }
      if (cmd !== 'get') return say(400, { error: `cmd "${cmd}" is not known` })
      return say(200, { data: await get(`http://${REPLICA}:${backend}/get?${query({ key })}`) })
    }
    ask().catch((error: Error) => say(500, { error: error.message }))
  })
}

function store(backend: number): Server {
  const values = new Map<string, string>()
  const replicas = new Set<string>()
  const send = (host: string, key: string, value: string) =>
    get(`http://${host}:${backend}/set?${query({ key, value })}`).catch(() => replicas.delete(host))
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store')
    const { key = '', value = '', host = '' } = Object.fromEntries(searchParams)
    if (pathname === '/register') {
      replicas.add(host)
      for (const [known, text] of values) void send(host, known, text)
    } else if (pathname === '/set') {
      values.set(key, value)
      for (const replica of replicas) void send(replica, key, value)
    } else if (pathname !== '/get') response.writeHead(404)
    response.end(pathname === '/get' ? (values.get(key) ?? '') : 'OK')
  })
}

/** Tells the primary where this replica is, until it hears. */
async function register(primary: string, backend: number): Promise<void> {
  for (;;) {
    try {
      await get(`http://${primary}:${backend}/register?${query({ host: process.env.POD_IP ?? '127.0.0.1' })}`)
      return console.log(`registered with ${primary}`)
    } catch (error) {
      console.log(`not registered yet: ${(error as Error).message}`)
      await new Promise(done => setTimeout(done, RETRY_MS))
    }
  }
}

function query(values: Record<string, string>): string {
  return new URLSearchParams(values).toString()
}

async function get(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer.text()
}
