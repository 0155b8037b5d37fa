/** A web server that behaves like nginx where tutorials look: files from the usual folder, access log, configuration. */

import {
  createServer,
  request as send,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, normalize } from 'node:path'
import { inContainer } from '../container/paths.ts'
import { run } from '../container/run.ts'
import { serve } from '../container/serve.ts'
import { DEFAULT_SERVER, parseConfiguration, type Location, type ServerBlock } from './configuration.ts'
import { locationFor, serverFor, Upstreams, withVariables } from './routes.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}
const WELCOME =
  '<!DOCTYPE html>\n<html>\n<head><title>Welcome to nginx!</title></head>\n<body>\n<h1>Welcome to nginx!</h1>\n' +
  '<p>This page comes from a pod of Kubarium. Mount files at /usr/share/nginx/html to show your own.</p>\n</body>\n</html>\n'
const PID_FILE = '/var/run/nginx.pid'

interface Site {
  servers: ServerBlock[]
  upstreams: Upstreams
}

let site: Site
const listening = new Map<number, Server>()

run('nginx', () => {
  const [option, value] = process.argv.slice(2)
  if (option === '-t') return void test()
  if (option === '-s') return tell(value)
  start()
})

/** Serves until it is stopped; SIGHUP reads the configuration again, and keeps the old one if the new is no good. */
function start(): void {
  try {
    load()
  } catch (error) {
    console.error(`nginx: [emerg] ${(error as Error).message}`)
    process.exit(1)
  }
  const pidFile = inContainer(PID_FILE)
  mkdirSync(dirname(pidFile), { recursive: true })
  writeFileSync(pidFile, `${process.pid}\n`)
  process.on('SIGHUP', () => {
    try {
      load()
      console.error('nginx: [notice] reconfiguring')
    } catch (error) {
      console.error(`nginx: [emerg] ${(error as Error).message}`)
    }
  })
}

/** `nginx -t` */
function test(): void {
  try {
    configured()
    console.error('nginx: configuration file /etc/nginx/nginx.conf test is successful')
  } catch (error) {
    console.error(`nginx: [emerg] ${(error as Error).message}`)
    process.exit(1)
  }
}

/** `nginx -s reload|stop|quit`, from a command in the container. */
function tell(what: string | undefined): void {
  const signal = { reload: 'SIGHUP', stop: 'SIGTERM', quit: 'SIGQUIT' }[what ?? '']
  if (!signal) throw new Error(`invalid option: "-s ${what ?? ''}"`)
  process.kill(Number(readFileSync(inContainer(PID_FILE), 'utf8')), signal)
}

function load(): void {
  site = configured()
  const ports = new Set(site.servers.map(block => block.port))
  for (const port of ports) if (!listening.has(port)) listen(port)
  for (const [port, server] of listening) {
    if (ports.has(port)) continue
    server.close()
    server.closeIdleConnections()
    listening.delete(port)
  }
}

function listen(port: number): void {
  const server = createServer((request, response) => {
    response.on('finish', () => logAccess(request, response))
    const here = site.servers.filter(block => block.port === port)
    answer(serverFor(here, request.headers.host ?? ''), request, response)
  })
  listening.set(port, server)
  serve(server, port, () => console.error(`nginx: listening on port ${port}`))
}

/** What the files say. @throws Error that names the file */
function configured(): Site {
  const folder = inContainer('/etc/nginx/conf.d')
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter(name => name.endsWith('.conf'))
        .sort()
        .map(name => ({ name: `/etc/nginx/conf.d/${name}`, file: join(folder, name) }))
    : []
  const main = inContainer('/etc/nginx/nginx.conf')
  if (existsSync(main)) files.unshift({ name: '/etc/nginx/nginx.conf', file: main })
  const servers: ServerBlock[] = []
  const upstreams = new Map<string, string[]>()
  for (const { name, file } of files) {
    try {
      const found = parseConfiguration(readFileSync(file, 'utf8'))
      servers.push(...found.servers)
      for (const [key, addresses] of found.upstreams) upstreams.set(key, addresses)
      for (const directive of found.unknown)
        console.error(`nginx: [warn] the directive "${directive}" is not followed here, in ${name}`)
    } catch (error) {
      throw new Error(`${(error as Error).message} in ${name}`, { cause: error })
    }
  }
  return { servers: servers.length ? servers : [DEFAULT_SERVER], upstreams: new Upstreams(upstreams) }
}

function answer(block: ServerBlock, request: IncomingMessage, response: ServerResponse, inner?: string): void {
  const url = new URL(request.url ?? '/', 'http://nginx')
  const path = inner ?? decoded(url.pathname)
  if (path === undefined) return page(response, 400, 'Bad Request')
  const location = locationFor(block, path)
  const variables = variablesOf(request, url, path)
  response.setHeader('server', 'nginx')
  for (const [name, value] of [...block.headers, ...(location?.headers ?? [])])
    response.setHeader(name, withVariables(value, variables))
  if (location?.reply) {
    const { code } = location.reply
    const text = withVariables(location.reply.text, variables)
    const away = code >= 300 && code < 400
    response.writeHead(code, away ? { location: text } : { 'content-type': location.type ?? 'text/plain' })
    response.end(away ? '' : text)
    return
  }
  if (location?.proxy) return proxy(location, path, url.search, variables, request, response)
  if (request.method !== 'GET' && request.method !== 'HEAD') return page(response, 405, 'Method Not Allowed')
  if (location?.tryFiles && inner === undefined) {
    const found = tryFiles(block, location, variables)
    if (found.code) return page(response, found.code, STATUS_CODES[found.code] ?? '')
    if (found.inner !== undefined) return answer(block, request, response, found.inner)
    return sendFile(rootOf(block, location), location.index ?? block.index, found.path!, request, response)
  }
  const within = location?.alias ? `/${path.slice(location.path.length)}` : path
  sendFile(location?.alias ?? rootOf(block, location), location?.index ?? block.index, within, request, response)
}

function rootOf(block: ServerBlock, location: Location | undefined): string {
  return location?.root ?? block.root
}

/** The first candidate that is there; else what the last one says: a code, or another path to go on with. */
function tryFiles(
  block: ServerBlock,
  location: Location,
  variables: Record<string, string>,
): { path?: string; inner?: string; code?: number } {
  const candidates = location.tryFiles!.map(text => withVariables(text, variables))
  const last = candidates.pop()!
  for (const path of candidates) {
    const info = statSync(join(inContainer(rootOf(block, location)), normalize(path)), { throwIfNoEntry: false })
    if (info && (path.endsWith('/') ? info.isDirectory() : info.isFile())) return { path }
  }
  return last.startsWith('=') ? { code: Number(last.slice(1)) } : { inner: last }
}

function variablesOf(request: IncomingMessage, url: URL, path: string): Record<string, string> {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  const { remoteAddress = '' } = request.socket
  const forwarded = request.headers['x-forwarded-for']
  return {
    ...{ uri: path, request_uri: request.url ?? '/', host, http_host: request.headers.host ?? '', scheme: 'http' },
    ...{ args: url.search.slice(1), query_string: url.search.slice(1), is_args: url.search ? '?' : '' },
    ...{ remote_addr: remoteAddress, request_method: request.method ?? '', hostname: process.env.HOSTNAME ?? '' },
    server_port: String(request.socket.localPort ?? ''),
    proxy_add_x_forwarded_for: [forwarded, remoteAddress].filter(Boolean).join(', '),
  }
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined // a stray percent sign
  }
}

function sendFile(
  root: string,
  index: string[],
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const base = inContainer(root)
  let file = normalize(join(base, path))
  if (!file.startsWith(base)) return page(response, 400, 'Bad Request')
  if (existsSync(file) && statSync(file).isDirectory())
    file = index.map(name => join(file, name)).find(existsSync) ?? ''
  if (file && existsSync(file)) {
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': statSync(file).size,
    })
    if (request.method === 'HEAD') response.end()
    else createReadStream(file).pipe(response)
    return
  }
  if (path === '/' && !existsSync(base)) {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': WELCOME.length })
    response.end(request.method === 'HEAD' ? '' : WELCOME)
    return
  }
  page(response, 404, 'Not Found')
}

/** Asks the servers that stand behind a location, one after the other until one answers. */
function proxy(
  location: Location,
  path: string,
  search: string,
  variables: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const target = withVariables(location.proxy!, variables)
  // With a path of its own it takes the place of the location's; else the path stays as it is.
  const hasPath = /^https?:\/\/[^/]+\//.test(target)
  const rest = hasPath ? path.slice(location.path.length) : path
  const own = Object.fromEntries(
    location.proxyHeaders.map(([name, value]) => [name.toLowerCase(), withVariables(value, variables)]),
  )
  const { connection: _, host: __, ...passed } = request.headers
  const left = site.upstreams.addresses(target)
  const next = (): void => {
    const url = new URL(left.shift()! + encodeURI(rest) + search)
    const headers = { ...passed, host: url.host, ...own }
    const upstream = send(url, { method: request.method, headers }, answered => {
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(response)
    })
    upstream.on('error', error => {
      console.error(`connect() failed while connecting to upstream ${url.href}: ${error.message}`)
      // What the client has sent is gone with the first try.
      if (left.length && (request.method === 'GET' || request.method === 'HEAD')) return next()
      if (response.headersSent) response.destroy()
      else page(response, 502, 'Bad Gateway')
    })
    request.pipe(upstream)
  }
  next()
}

function page(response: ServerResponse, code: number, title: string): void {
  const text = `<html>\n<head><title>${code} ${title}</title></head>\n<body>\n<center><h1>${code} ${title}</h1></center>\n<hr><center>nginx</center>\n</body>\n</html>\n`
  response.writeHead(code, { 'content-type': 'text/html', 'content-length': text.length })
  response.end(text)
}

function logAccess(request: IncomingMessage, response: ServerResponse): void {
  const { remoteAddress } = request.socket
  const size = response.getHeader('content-length') ?? 0
  const agent = request.headers['user-agent'] ?? '-'
  console.log(
    `${remoteAddress ?? '-'} - - [${new Date().toISOString()}] "${request.method} ${request.url} HTTP/${request.httpVersion}" ${response.statusCode} ${String(size)} "${request.headers.referer ?? '-'}" "${agent}"`,
  )
}
