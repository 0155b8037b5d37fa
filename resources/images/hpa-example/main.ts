/** Every request computes a while before it is answered: load for what scales by processor use. */

import { createServer } from 'node:http'
import { serve } from '../container/serve.ts'

const ROUNDS = 1_000_000

const server = createServer((_, response) => {
  let x = 0.0001
  for (let i = 0; i <= ROUNDS; i++) x += Math.sqrt(x)
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.end(Number.isFinite(x) ? 'OK!' : '')
})
serve(server, 80, () => console.log('ready'))
