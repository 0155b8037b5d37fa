/** A web server that behaves like Apache's where tutorials look: the usual folder, `Listen` and `DocumentRoot`, the log. */

import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { fileFor, sendFile } from '../container/files.ts'
import { inContainer } from '../container/paths.ts'
import { serve } from '../container/serve.ts'

const PREFIX = '/usr/local/apache2'
const PAGE = '<html><body><h1>It works!</h1></body></html>\n'

const configuration = readText(`${PREFIX}/conf/httpd.conf`)
const port = Number(/^\s*Listen\s+(?:\S+:)?(\d+)/m.exec(configuration)?.[1] ?? 80)
const root = inContainer(/^\s*DocumentRoot\s+"?([^"\n]+?)"?\s*$/m.exec(configuration)?.[1] ?? `${PREFIX}/htdocs`)

const server = createServer((request, response) => {
  response.on('finish', () => logAccess(request, response))
  response.setHeader('server', 'Apache')
  answer(request, response)
})
serve(server, port, () =>
  console.error(`[mpm_event:notice] Apache configured -- resuming normal operations on ${port}`),
)
// The signal with which its container is stopped; sent to a terminal's program too, when the window changes.
process.on('SIGWINCH', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = pathOf(request)
  if (path === undefined) return page(response, 400, 'Bad Request')
  const file = fileFor(root, path, ['index.html'])
  if (file) return sendFile(file, request, response)
  if ((path === '/' || path === '/index.html') && !existsSync(root)) {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': PAGE.length })
    response.end(request.method === 'HEAD' ? '' : PAGE)
    return
  }
  page(response, 404, 'Not Found')
}

function pathOf(request: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(new URL(request.url ?? '/', 'http://httpd').pathname)
  } catch {
    return undefined // a URL that cannot be decoded is answered with 400
  }
}

function page(response: ServerResponse, code: number, title: string): void {
  const text = `<html><head>\n<title>${code} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n</body></html>\n`
  response.writeHead(code, { 'content-type': 'text/html; charset=iso-8859-1', 'content-length': text.length })
  response.end(text)
}

function logAccess(request: IncomingMessage, response: ServerResponse): void {
  const size = String(response.getHeader('content-length') ?? '-')
  const line = `"${request.method} ${request.url} HTTP/${request.httpVersion}" ${response.statusCode} ${size}`
  console.log(`${request.socket.remoteAddress ?? '-'} - - [${new Date().toISOString()}] ${line}`)
}

function readText(path: string): string {
  const file = inContainer(path)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
