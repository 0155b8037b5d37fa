import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { hostname } from 'node:os'
import { parseArgs } from 'node:util'
import { serve } from '../container/serve.ts'

/** Answers with the name of the pod, over HTTP or plain TCP. */
export function serveHostname(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '9376' },
      http: { type: 'boolean', default: true },
      tcp: { type: 'boolean', default: false },
      close: { type: 'boolean', default: false },
    },
  })
  const name = process.env.HOSTNAME ?? hostname()
  const port = Number(values.port)
  if (values.tcp) createTcpServer(socket => socket.end(name)).listen(port)
  else
    serve(
      createHttpServer((_, response) => response.end(name)),
      port,
      () => console.log(`Serving on port ${port}`),
    )
}
