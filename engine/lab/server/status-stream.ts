import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { LabHost } from '../host.ts'

/** Changes within this time go out together. */
const COALESCE_MS = 100
/** Usage figures are refreshed while somebody looks. */
const REFRESH_MS = 3_000

const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 })

/** Sends the lab's status at once and after every change, as one JSON document a message. */
export function serveStatusStream(host: LabHost, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  sockets.handleUpgrade(request, socket, head, client => {
    let pending: NodeJS.Timeout | undefined
    const send = () => {
      pending = undefined
      // A client that does not read is not worth a queue: it gets the newest status once it has caught up.
      if (client.bufferedAmount === 0) client.send(JSON.stringify(host.status()))
    }
    const off = host.onChange(() => (pending ??= setTimeout(send, COALESCE_MS)))
    const refresh = setInterval(send, REFRESH_MS)
    send()
    client.on('error', () => client.terminate())
    client.on('close', () => {
      off()
      clearInterval(refresh)
      clearTimeout(pending)
    })
  })
}
