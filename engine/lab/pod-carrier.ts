import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import { SpdySession } from '../base/spdy/session.ts'
import { forwardThrough, PORT_FORWARD_PROTOCOL } from '../client/port-forward.ts'
import { upgradeToSpdy } from '../client/spdy-upgrade.ts'
import type { OnRefusal } from './edge-connections.ts'

/** A port of a pod. */
export interface PodPort {
  namespace: string
  pod: string
  port: number
}

/** An API server, and the identity with which it is asked. */
export interface ApiAccess {
  server: string
  ca: string
  cert: string
  key: string
}

/** No answer that explains a refusal is longer. */
const MAX_REFUSAL_CHARS = 8_192

/**
 * Hands connections from the laptop to a pod as `kubectl port-forward` does: through the API server and the pod's kubelet. So it
 * reaches what listens in the pod for itself alone, and no NetworkPolicy is asked.
 */
export class PodCarrier {
  readonly #access: () => Promise<ApiAccess>
  readonly #log: Logger

  constructor(access: () => Promise<ApiAccess>, log: Logger) {
    this.#access = access
    this.#log = log
  }

  /** Carries the connection until both ends are done. Whoever refuses it is told what the client said first, if it did. */
  carry(client: Socket, target: PodPort, onRefusal: OnRefusal): void {
    client.on('error', () => client.destroy())
    client.pause()
    let first: Buffer | undefined
    client.once('data', (chunk: Buffer) => (first = chunk))
    this.#carry(client, target).then(
      refusal => (refusal ? onRefusal(client, refusal, first) : client.destroySoon()),
      (error: unknown) => {
        this.#log.debug('a connection to a pod was refused', { ...target, error: messageOf(error) })
        onRefusal(client, messageOf(error), first)
      },
    )
  }

  async #carry(client: Socket, { namespace, pod, port }: PodPort): Promise<string> {
    const { server, ...tls } = await this.#access()
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward`
    const url = new URL(path, server)
    const gone = new AbortController()
    client.once('close', () => gone.abort())
    const connection = await upgradeToSpdy({
      ...{ url, protocol: PORT_FORWARD_PROTOCOL, tls, signal: gone.signal },
      refused: async response => new Error(await reasonOf(response)),
    })
    try {
      return await forwardThrough(new SpdySession(connection, { role: 'client' }), client, port, 0)
    } finally {
      connection.destroy()
    }
  }
}

/** What a Status says, or else its code. */
async function reasonOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (text.length > MAX_REFUSAL_CHARS) break
  }
  const said = text.trim() || `the API server answered ${response.statusCode}`
  try {
    return (JSON.parse(text) as { message?: string } | null)?.message || said
  } catch {
    return said
  }
}
