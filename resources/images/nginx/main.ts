/** A web server that behaves like nginx where tutorials look: files from the usual folder, access log, configuration. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { inContainer } from '../container/paths.ts'
import { serve } from '../container/serve.ts'
import { parseServers, type ServerBlock } from './configuration.ts'

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
const DEFAULT: ServerBlock = {
  port: 80,
  root: '/usr/share/nginx/html',
  index: ['index.html', 'index.htm'],
  locations: [],
}

for (const block of configuredServers()) {
  const server = createServer((request, response) => {
    response.on('finish', () => logAccess(request, response))
    answer(block, request, response)
  })
  serve(server, block.port, () => console.error(`nginx: listening on port ${block.port}`))
}

function configuredServers(): ServerBlock[] {
  const folder = inContainer('/etc/nginx/conf.d')
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter(f => f.endsWith('.conf'))
        .map(f => join(folder, f))
    : []
  const main = inContainer('/etc/nginx/nginx.conf')
  if (existsSync(main)) files.unshift(main)
  const blocks = files.flatMap(file => parseServers(readFileSync(file, 'utf8'), DEFAULT))
  return blocks.length ? blocks : [DEFAULT]
}

function answer(block: ServerBlock, request: IncomingMessage, response: ServerResponse): void {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://nginx').pathname)
  const location = [...block.locations].sort((a, b) => b.path.length - a.path.length).find(l => path.startsWith(l.path))
  response.setHeader('server', 'nginx')
  if (location?.reply) {
    const { code, text } = location.reply
    response.writeHead(
      code,
      code >= 300 && code < 400 ? { location: text } : { 'content-type': location.type ?? 'text/plain' },
    )
    response.end(code >= 300 && code < 400 ? '' : text)
    return
  }
  if (location?.proxy)
    return forward(
      location.proxy + (location.proxy.endsWith('/') ? path.slice(location.path.length) : path),
      request,
      response,
    )
  if (request.method !== 'GET' && request.method !== 'HEAD') return page(response, 405, 'Method Not Allowed')
  sendFile(location?.root ?? block.root, block.index, path, request, response)
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

function forward(target: string, request: IncomingMessage, response: ServerResponse): void {
  const body =
    request.method === 'GET' || request.method === 'HEAD' ? undefined : (request as unknown as ReadableStream)
  fetch(target, {
    method: request.method,
    body,
    duplex: 'half',
    headers: { host: request.headers.host ?? '' },
  } as RequestInit).then(
    async upstream => {
      response.writeHead(upstream.status, Object.fromEntries(upstream.headers))
      response.end(Buffer.from(await upstream.arrayBuffer()))
    },
    error => {
      console.error(`connect() failed while connecting to upstream ${target}: ${(error as Error).message}`)
      page(response, 502, 'Bad Gateway')
    },
  )
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
