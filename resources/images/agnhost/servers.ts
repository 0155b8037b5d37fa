import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { fileFor, folderFor, sendFile } from '../container/files.ts'
import { parseFlags } from '../container/flags.ts'
import { inContainer } from '../container/paths.ts'
import { serve } from '../container/serve.ts'

const HEALTHY_MS = 10_000

/** Healthy for ten seconds, then no more: what the tutorial of liveness probes runs. */
export function liveness(): void {
  const startedMs = performance.now()
  const server = createServer((request, response) => {
    const ageMs = performance.now() - startedMs
    const sick = request.url === '/healthz' && ageMs > HEALTHY_MS
    response.writeHead(sick ? 500 : 200, { 'content-type': 'text/plain' })
    response.end(sick ? `error: ${ageMs / 1000}` : 'ok')
  })
  serve(server, 8080, () => console.log('listening on port 8080'))
}

/** Serves the files and folders of the container over HTTP on port 80. */
export function testWebserver(args: string[]): void {
  const { flags } = parseFlags(args, { port: 80 })
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://test').pathname)
    const file = fileFor(inContainer('/'), path, ['index.html'])
    if (file) return sendFile(file, request, response)
    const folder = folderFor(inContainer('/'), path)
    if (folder) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      return response.end(`<pre>\n${readdirSync(folder).map(link).join('')}</pre>\n`)
    }
    response.writeHead(404, { 'content-type': 'text/plain' })
    response.end('404 page not found\n')
  })
  serve(server, flags.port, () => console.log(`listening on port ${flags.port}`))
}

function link(name: string): string {
  const text = name.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
  return `<a href="${encodeURIComponent(name)}">${text}</a>\n`
}

/** Answers on every port that a variable SERVE_PORT_<n> names, with the value of that variable. */
export function porter(): void {
  const ports = Object.entries(process.env).flatMap(([name, text]) => {
    const port = /^SERVE_PORT_(\d+)$/.exec(name)?.[1]
    return port ? [{ port: Number(port), text: text ?? '' }] : []
  })
  if (!ports.length) throw new Error('there is no variable SERVE_PORT_<n>')
  for (const { port, text } of ports)
    serve(
      createServer((_, response) => response.end(text)),
      port,
      () => console.log(`server on port ${port} starts`),
    )
}

/** Sends data to whoever connects, in chunks, as its variables say. */
export function portForwardTester(): void {
  const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback)
  const [port, chunks, size, intervalMs] = [
    number('BIND_PORT', 80),
    number('CHUNKS', 1),
    number('CHUNK_SIZE', 10),
    number('CHUNK_INTERVAL', 0),
  ]
  const server = createTcpServer(async socket => {
    console.log('Accepted client connection')
    for (let i = 0; i < chunks; i++) {
      socket.write('x'.repeat(size))
      await new Promise(done => setTimeout(done, intervalMs))
    }
    socket.end()
    console.log('Done')
    server.close()
  })
  server.listen(port)
}

/** Writes so many lines of a log over so long a time. */
export function logsGenerator(args: string[]): void {
  const { flags } = parseFlags(
    args,
    { 'log-lines-total': 0, 'run-duration': '0' },
    { short: { t: 'log-lines-total', d: 'run-duration' } },
  )
  const total = flags['log-lines-total'] || Number(process.env.LOGS_GENERATOR_LINES_TOTAL ?? 0)
  const seconds = Number(/^\d+/.exec(flags['run-duration'])?.[0]) || Number(process.env.LOGS_GENERATOR_DURATION ?? 1)
  if (!total) throw new Error('say how many lines with --log-lines-total')
  let line = 0
  const timer = setInterval(
    () => {
      console.log(`${new Date().toISOString()} ${line} GET /api/v1/namespaces/default/pods/${line} 200`)
      if (++line >= total) clearInterval(timer)
    },
    (seconds * 1000) / total,
  )
}
