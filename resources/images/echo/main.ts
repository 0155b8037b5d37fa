/** Answers every request: with a text if one is given, else with what it was asked and who answers. */

import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { parseArgs } from 'node:util'
import { serve } from '../container/serve.ts'

// The flags of hashicorp/http-echo, with one dash as there.
const { values } = parseArgs({
  args: process.argv.slice(2).map(a => a.replace(/^-(?!-)/, '--')),
  options: { text: { type: 'string' }, listen: { type: 'string' }, 'status-code': { type: 'string', default: '200' } },
})
const port = Number(values.listen?.split(':').at(-1) ?? process.env.ECHO_PORT ?? 5678)
const name = process.env.HOSTNAME ?? hostname()

const server = createServer((request, response) => {
  const code = Number(values['status-code'])
  console.log(`${new Date().toISOString()} ${request.method} ${request.url} ${code}`)
  if (values.text !== undefined) {
    response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8', 'x-pod': name })
    response.end(values.text + '\n')
    return
  }
  const { method, url, headers } = request
  response.writeHead(code, { 'content-type': 'application/json', 'x-pod': name })
  response.end(JSON.stringify({ pod: name, ip: process.env.POD_IP, method, url, headers }, null, 2) + '\n')
})
serve(server, port, () => console.log(`${name} listens on port ${port}`))
