import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Disposable } from '../base/disposable.ts'
import type { Logger } from '../base/log.ts'
import { explainListenError } from './balancer.ts'
import type { ExposedPort, ExposureResult } from '../network/exposure.ts'
import { admits } from '../network/services/source-ranges.ts'
import { PROOF_HEADER, type Peers } from '../network/proxy/peers.ts'
import { DatagramPort } from './edge-datagrams.ts'
import { ANY_NODE } from '../network/ingress/address.ts'

/** Where a worker's proxy listens. */
export interface WorkerProxy {
  name: string
  host: string
  port: number
  /** In the cluster. */
  address: string
}

interface Opening {
  wanted: ExposedPort
  result: ExposureResult
  close(): void
}

/** An answer to CONNECT longer than this is none. */
const MAX_ANSWER_BYTES = 8192
const CONNECT_TIMEOUT_MS = 5_000
/** Connections over all ports, of two descriptors each: the lab's host has others to serve. */
const MAX_CLIENTS = 8_192

/**
 * Opens the ports of NodePort and LoadBalancer services on loopback and hands every connection to some worker's
 * proxy, which decides where it goes. Owned by the lab host, so that a port outlives each single worker.
 */
export class Edge implements Disposable {
  readonly #log: Logger
  readonly #workers: () => WorkerProxy[]
  readonly #peers: () => Peers
  readonly #onResult: (results: ExposureResult[]) => void
  readonly #portOf: (wanted: ExposedPort) => number
  readonly #openings = new Map<string, Opening>()
  readonly #wantedBy = new Map<string, ExposedPort[]>()
  #turn = 0
  #clients = 0
  #queue: Promise<void> = Promise.resolve()

  /** `peers`: by which the workers know this host. `portOf`: the port that is tried first for one that is wanted. */
  constructor(
    log: Logger,
    workers: () => WorkerProxy[],
    peers: () => Peers,
    onResult: (results: ExposureResult[]) => void,
    portOf: (wanted: ExposedPort) => number = wanted => wanted.port,
  ) {
    this.#log = log
    this.#workers = workers
    this.#peers = peers
    this.#onResult = onResult
    this.#portOf = portOf
  }

  results(): ExposureResult[] {
    return Array.from(this.#openings.values(), o => o.result)
  }

  /** What one worker sees in the cluster; absent: the worker is gone and its word with it. */
  setWanted(worker: string, ports: ExposedPort[] | undefined): void {
    if (ports) this.#wantedBy.set(worker, ports)
    // The last worker's word stays: ports must not flap while it restarts.
    else if (this.#wantedBy.size > 1) this.#wantedBy.delete(worker)
    this.#queue = this.#queue.then(() => this.#sync()).catch(error => this.#log.error('ports not opened', { error }))
  }

  dispose(): void {
    this.#wantedBy.clear()
    for (const opening of this.#openings.values()) opening.close()
    this.#openings.clear()
  }

  async #sync(): Promise<void> {
    const wanted = new Map<string, ExposedPort>()
    for (const ports of this.#wantedBy.values()) for (const port of ports) wanted.set(idOf(port), port)
    for (const [id, opening] of this.#openings) {
      if (wanted.has(id)) continue
      opening.close()
      this.#openings.delete(id)
    }
    for (const [id, port] of wanted) {
      const known = this.#openings.get(id)
      if (known) known.wanted = port
      else this.#openings.set(id, await this.#open(port))
    }
    this.#onResult(this.results())
  }

  async #open(wanted: ExposedPort): Promise<Opening> {
    const opening: Opening = { wanted, result: wanted, close: () => undefined }
    const port = this.#portOf(wanted)
    const listenOn = wanted.protocol === 'UDP' ? this.#datagrams(opening) : this.#connections(opening)
    try {
      opening.result = { ...wanted, boundPort: await listenOn(port) }
    } catch (error) {
      // Privileged or taken: any other port serves, and the result says which.
      const why = explainListenError(error as Error, port).message
      opening.result = { ...wanted, boundPort: await listenOn(0), error: why }
    }
    return opening
  }

  #datagrams(opening: Opening): (port: number) => Promise<number> {
    const front = new DatagramPort(
      this.#workers,
      () => opening.wanted.connect,
      client => admits(opening.wanted.sourceRanges, client),
    )
    opening.close = () => front.close()
    return port => front.listen(port)
  }

  #connections(opening: Opening): (port: number) => Promise<number> {
    const server = createServer({ noDelay: true, allowHalfOpen: true })
    const sockets = new Set<Socket>()
    server.on('connection', socket => {
      if (this.#clients >= MAX_CLIENTS) return void socket.destroy()
      this.#clients++
      sockets.add(socket)
      socket.once('close', () => {
        this.#clients--
        sockets.delete(socket)
      })
      this.#accept(opening, socket)
    })
    opening.close = () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    }
    return port => listen(server, port)
  }

  #accept(opening: Opening, client: Socket): void {
    client.on('error', () => client.destroy())
    client.pause()
    if (!admits(opening.wanted.sourceRanges, client.remoteAddress ?? '')) return void client.destroy()
    this.#dial(opening, client, this.#workers())
  }

  /** Asks one worker after the other to connect. */
  #dial(opening: Opening, client: Socket, workers: WorkerProxy[]): void {
    if (client.destroyed) return
    if (workers.length === 0) {
      client.destroy()
      return
    }
    const [worker] = workers.splice(this.#turn++ % workers.length, 1)
    const upstream = connect({ host: worker.host, port: worker.port, noDelay: true, allowHalfOpen: true })
    upstream.setTimeout(CONNECT_TIMEOUT_MS, () => upstream.destroy(new Error('timeout')))
    let answer = Buffer.alloc(0)
    const failed = (error: Error) => {
      this.#log.debug('worker did not take the connection', { worker: worker.name, error: error.message })
      this.#dial(opening, client, workers)
    }
    upstream.once('error', failed)
    upstream.once('connect', () => {
      const { remoteAddress: from = '127.0.0.1', remotePort } = client
      const target = opening.wanted.connect.replace(ANY_NODE, worker.address)
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
        // The network itself refuses (no endpoints, a policy): as a closed port does.
        upstream.destroy()
        client.destroy()
        return
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

function idOf(port: ExposedPort): string {
  return `${port.kind}/${port.namespace}/${port.service}/${port.protocol}/${port.port}`
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject)
      resolve((server.address() as { port: number }).port)
    })
  })
}
