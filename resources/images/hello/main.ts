/** Servers that greet, each in the words of the image that it stands for, and tell the pod and the version that answers. */

import { createServer, type IncomingMessage } from 'node:http'
import { hostname } from 'node:os'
import { serve } from '../container/serve.ts'

const { HELLO_STYLE = 'hello', VERSION = 'latest', MESSAGE, NAME } = process.env
const name = process.env.HOSTNAME ?? hostname()
// A port that is a Service's variable ("tcp://…") is not meant for this program.
const port = /^\d+$/.test(process.env.PORT ?? '') ? Number(process.env.PORT) : 8080
let requests = 0

const ANSWERS: Record<string, (request: IncomingMessage) => string> = {
  hello: request => `Server name: ${name}\nVersion: ${VERSION}\nURI: ${request.url}\nRequest: ${requests}\n`,
  bootcamp: () => `Hello Kubernetes bootcamp! | Running on: ${name} | v=${VERSION.replace(/^v/, '')}\n`,
  'hello-app': () => `Hello, world!\nVersion: ${VERSION}.0\nHostname: ${name}\n`,
  'hello-kubernetes': () => `${MESSAGE ?? 'Hello Kubernetes!'}\n`,
  whoami: request =>
    [
      ...(NAME ? [`Name: ${NAME}`] : []),
      `Hostname: ${name}`,
      `IP: ${process.env.POD_IP ?? '127.0.0.1'}`,
      `RemoteAddr: ${request.socket.remoteAddress}:${request.socket.remotePort}`,
      `${request.method} ${request.url} HTTP/${request.httpVersion}`,
      ...Object.entries(request.headers).map(([header, value]) => `${header}: ${String(value)}`),
      '',
    ].join('\n'),
}

const answer = ANSWERS[HELLO_STYLE] ?? ANSWERS.hello
const startedMs = Date.now()

const server = createServer((request, response) => {
  requests++
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'x-pod': name })
  response.end(answer(request))
  if (HELLO_STYLE === 'bootcamp')
    console.log(
      `Running On: ${name} | Total Requests: ${requests} | App Uptime: ${(Date.now() - startedMs) / 1000} seconds | Log Time: ${new Date().toString()}`,
    )
  else console.log(`${new Date().toISOString()} ${request.method} ${request.url}`)
})
serve(server, port, () =>
  console.log(
    HELLO_STYLE === 'bootcamp'
      ? `Kubernetes Bootcamp App Started At: ${new Date().toISOString()} | Running On:  ${name}`
      : `Server listening on port ${port}`,
  ),
)
