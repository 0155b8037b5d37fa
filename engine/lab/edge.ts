import type { Disposable } from '../base/disposable.ts'
import type { Logger } from '../base/log.ts'
import { explainListenError } from './balancer.ts'
import type { ExposedPort, ExposureResult } from '../network/exposure.ts'
import { admits } from '../network/services/source-ranges.ts'
import type { Peers } from '../network/proxy/peers.ts'
import { CarryingServer, ConnectionCarrier } from './edge-connections.ts'
import { DatagramPort } from './edge-datagrams.ts'

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

/**
 * Opens the ports of NodePort and LoadBalancer services on loopback and hands every connection to some worker's
 * proxy, which decides where it goes. Owned by the lab host, so that a port outlives each single worker.
 */
export class Edge implements Disposable {
  readonly #log: Logger
  readonly #workers: () => WorkerProxy[]
  readonly #onResult: (results: ExposureResult[]) => void
  readonly #portOf: (wanted: ExposedPort) => number
  readonly #openings = new Map<string, Opening>()
  readonly #wantedBy = new Map<string, ExposedPort[]>()
  readonly #carrier: ConnectionCarrier
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
    this.#onResult = onResult
    this.#portOf = portOf
    this.#carrier = new ConnectionCarrier(workers, peers, log)
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
    const server = new CarryingServer(socket => {
      const { sourceRanges, connect } = opening.wanted
      if (admits(sourceRanges, socket.remoteAddress ?? '')) this.#carrier.carry(socket, connect)
      else socket.destroy()
    })
    opening.close = () => server.close()
    return port => server.listen(port)
  }
}

function idOf(port: ExposedPort): string {
  return `${port.kind}/${port.namespace}/${port.service}/${port.protocol}/${port.port}`
}
