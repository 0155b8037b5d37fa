import type { Socket } from 'node:net'
import type { Disposable } from '../base/disposable.ts'
import { UserError } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Peers } from '../network/proxy/peers.ts'
import { CarryingServer, ConnectionCarrier } from './edge-connections.ts'
import type { WorkerProxy } from './edge.ts'

/** A port of a Service (or a pod behind a headless one) that is to be looked at in a browser. */
export interface PageTarget {
  namespace: string
  service: string
  port: number
}

const MAX_PAGES = 64
const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
/** Who says nothing for so long gets no reason either. */
const FIRST_WORD_MS = 5_000

/**
 * Ports of this laptop through which a browser sees Services that are not exposed. Each has a port, and with it an origin, of its
 * own: pages of pods can neither read each other nor use the lab. They stay open as long as the lab is up.
 */
export class Pages implements Disposable {
  readonly #carrier: ConnectionCarrier
  readonly #domain: string
  readonly #open = new Map<string, Promise<number>>()
  readonly #servers = new Set<CarryingServer>()

  constructor(workers: () => WorkerProxy[], peers: () => Peers, domain: string, log: Logger) {
    this.#carrier = new ConnectionCarrier(workers, peers, log)
    this.#domain = domain
  }

  /**
   * The port on 127.0.0.1 that leads to the Service; the same one for whoever asks again.
   * @throws UserError for what is no port or name, and when too many are open
   */
  async open(target: PageTarget): Promise<number> {
    const address = serviceAddress(target, this.#domain)
    const known = this.#open.get(address)
    if (known) return known
    if (this.#open.size >= MAX_PAGES)
      throw new UserError(
        `${MAX_PAGES} Services are open in browsers already.`,
        'Use a Service of type NodePort or an Ingress, or start the lab anew.',
      )
    const server = new CarryingServer(client => this.#carrier.carry(client, address, explainToBrowser))
    this.#servers.add(server)
    const opening = server.listen(0)
    this.#open.set(address, opening)
    opening.catch(() => this.#open.delete(address))
    return opening
  }

  dispose(): void {
    for (const server of this.#servers) server.close()
  }
}

/** The name and port by which the cluster's network knows it, and nothing else. @throws UserError for what is no port or name */
export function serviceAddress({ namespace, service, port }: PageTarget, domain: string): string {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UserError(`${port} is no port.`, 'Name a port of the Service by its number.')
  for (const name of [namespace, service])
    if (!DNS_NAME.test(name))
      throw new UserError(`"${name}" is no name of a Service or namespace.`, 'See `kubectl get services -A`.')
  return `${service}.${namespace}.svc.${domain}:${port}`
}

/** A browser that asked in plain HTTP is told in words; everything else sees the connection end. */
function explainToBrowser(client: Socket, reason: string): void {
  client.setTimeout(FIRST_WORD_MS, () => client.destroy())
  client.once('data', (first: Buffer) => {
    if (!/^[A-Z]{3,7} /.test(first.toString('latin1', 0, 8))) return void client.destroy()
    const body = `${reason}\n`
    client.end(
      'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n' +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  })
  client.resume()
}
