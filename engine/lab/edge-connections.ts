import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Logger } from '../base/log.ts'
import { carriedConnections } from '../base/open-files.ts'
import { ANY_NODE } from '../network/ingress/address.ts'
import { PROOF_HEADER, type Peers } from '../network/proxy/peers.ts'
import type { WorkerProxy } from './edge.ts'

/** An answer to CONNECT longer than this is none. */
const MAX_ANSWER_BYTES = 8192
const CONNECT_TIMEOUT_MS = 5_000
/** Connections at once, of two descriptors each: the lab's host has others to serve. */
const MAX_CLIENTS = 8_192

/** Told why a connection is not taken, and what the client said first if that was read already; ends the connection. */
export type OnRefusal = (client: Socket, reason: string, first?: Buffer) => void

/** Hands connections from the laptop to the workers' proxies, in turn; one that does not answer is passed over. */
export class ConnectionCarrier {
  readonly #workers: () => WorkerProxy[]
  readonly #peers: () => Peers
  readonly #log: Logger
  #turn = 0
  #clients = 0
  readonly #most = carriedConnections(MAX_CLIENTS)

  /** `peers`: by which the workers know this host. */
  constructor(workers: () => WorkerProxy[], peers: () => Peers, log: Logger) {
    this.#workers = workers
    this.#peers = peers
    this.#log = log
  }

  /** Carries the connection to `target` (`host:port` in the cluster) until both ends are done. */
  carry(client: Socket, target: string, onRefusal: OnRefusal = dropped): void {
    if (this.#clients >= this.#most) return void client.destroy()
    this.#clients++
    client.once('close', () => this.#clients--)
    client.on('error', () => client.destroy())
    client.pause()
    this.#dial(client, target, this.#workers(), onRefusal)
  }

  /** Asks one worker after the other to connect. */
  #dial(client: Socket, wanted: string, workers: WorkerProxy[], onRefusal: OnRefusal): void {
    if (client.destroyed) return
    if (workers.length === 0) return onRefusal(client, 'no worker of the lab answers')
    const [worker] = workers.splice(this.#turn++ % workers.length, 1)
    const upstream = connect({ host: worker.host, port: worker.port, noDelay: true, allowHalfOpen: true })
    upstream.setTimeout(CONNECT_TIMEOUT_MS, () => upstream.destroy(new Error('timeout')))
    let answer = Buffer.alloc(0)
    const failed = (error: Error) => {
      this.#log.debug('worker did not take the connection', { worker: worker.name, error: error.message })
      this.#dial(client, wanted, workers, onRefusal)
    }
    upstream.once('error', failed)
    upstream.once('connect', () => {
      const { remoteAddress: from = '127.0.0.1', remotePort } = client
      const target = wanted.replace(ANY_NODE, worker.address)
      const proof = this.#peers().prove(worker.port, 'client', target, from)
      const headers = [`Host: ${target}`, `Forwarded: for="${from}:${remotePort}"`, `${PROOF_HEADER}: ${proof}`]
      upstream.write([`CONNECT ${target} HTTP/1.1`, ...headers, '', ''].join('\r\n'))
    })
    const read = (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      const end = answer.indexOf('\r\n\r\n')
      if (end < 0) {
        if (answer.length > MAX_ANSWER_BYTES) upstream.destroy(new Error('no answer to CONNECT'))
        return
      }
      upstream.off('data', read)
      upstream.off('error', failed)
      upstream.setTimeout(0)
      upstream.pause()
      upstream.on('error', () => client.destroy())
      if (!/^HTTP\/1\.[01] 2/.test(answer.toString('latin1', 0, end))) {
        // The network itself refuses: no endpoints, a policy.
        upstream.destroy()
        return onRefusal(client, answer.toString('utf8', end + 4).trim())
      }
      if (answer.length > end + 4) client.write(answer.subarray(end + 4))
      client.pipe(upstream)
      upstream.pipe(client)
      client.once('close', () => upstream.destroySoon())
      upstream.once('close', () => client.destroySoon())
    }
    upstream.on('data', read)
  }
}

/** As a closed port does. */
function dropped(client: Socket): void {
  client.destroy()
}

/** Listens on loopback and ends all its connections when it is closed. */
export class CarryingServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(onConnection: (socket: Socket) => void) {
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      onConnection(socket)
    })
  }

  /** Gives the port; 0 asks for any. @throws the system's error if it is not to be had */
  listen(port: number): Promise<number> {
    const server = this.#server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: '127.0.0.1', port }, () => {
        server.off('error', reject)
        resolve((server.address() as { port: number }).port)
      })
    })
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}
