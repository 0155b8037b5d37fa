import type { Socket } from 'node:net'
import type { Disposable } from '../base/disposable.ts'
import { UserError } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Peers } from '../network/proxy/peers.ts'
import { CarryingServer, ConnectionCarrier } from './edge-connections.ts'
import type { WorkerProxy } from './edge.ts'
import { PodCarrier, type ApiAccess, type PodPort } from './pod-carrier.ts'

/** A port of a Service (or a pod behind a headless one) that is to be looked at in a browser. */
export interface ServicePort {
  namespace: string
  service: string
  port: number
}
export type PageTarget = ServicePort | PodPort

const MAX_PAGES = 64
const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
/** Pods may have dots in their names. */
const POD_NAME = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/
/** Who says nothing for so long gets no reason either. */
const FIRST_WORD_MS = 5_000

/**
 * Ports of this laptop through which a browser sees Services that are not exposed, and pods. Each has a port, and with it an origin, of its
 * own: pages of pods can neither read each other nor use the lab. They stay open as long as the lab is up.
 */
export class Pages implements Disposable {
  readonly #carrier: ConnectionCarrier
  readonly #pods: PodCarrier
  readonly #domain: string
  readonly #open = new Map<string, Promise<number>>()
  readonly #servers = new Set<CarryingServer>()

  constructor(
    workers: () => WorkerProxy[],
    peers: () => Peers,
    access: () => Promise<ApiAccess>,
    domain: string,
    log: Logger,
  ) {
    this.#carrier = new ConnectionCarrier(workers, peers, log)
    this.#pods = new PodCarrier(access, log)
    this.#domain = domain
  }

  /**
   * The port on 127.0.0.1 that leads to the Service or pod; the same one for whoever asks again.
   * @throws UserError for what is no port or name, and when too many are open
   */
  async open(target: PageTarget): Promise<number> {
    const isPod = 'pod' in target
    const address = isPod ? podAddress(target) : serviceAddress(target, this.#domain)
    const known = this.#open.get(address)
    if (known) return known
    if (this.#open.size >= MAX_PAGES)
      throw new UserError(
        `${MAX_PAGES} Services and pods are open in browsers already.`,
        'Use a Service of type NodePort or an Ingress, or start the lab anew.',
      )
    const server = new CarryingServer(client => {
      if (isPod) this.#pods.carry(client, target, explainToBrowser)
      else this.#carrier.carry(client, address, explainToBrowser)
    })
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
export function serviceAddress({ namespace, service, port }: ServicePort, domain: string): string {
  checkPort(port)
  for (const name of [namespace, service])
    if (!DNS_NAME.test(name))
      throw new UserError(`"${name}" is no name of a Service or namespace.`, 'See `kubectl get services -A`.')
  return `${service}.${namespace}.svc.${domain}:${port}`
}

/** Tells it from every other. @throws UserError for what is no port or name */
function podAddress({ namespace, pod, port }: PodPort): string {
  checkPort(port)
  if (!DNS_NAME.test(namespace) || !POD_NAME.test(pod))
    throw new UserError(`"${namespace}/${pod}" is no name of a pod.`, 'See `kubectl get pods -A`.')
  return `pod ${namespace}/${pod}:${port}`
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UserError(`${port} is no port.`, 'Name a port by its number, from 1 to 65535.')
}

/** A browser that asked in plain HTTP is told in words; everything else sees the connection end. */
function explainToBrowser(client: Socket, reason: string, asked?: Buffer): void {
  const explain = (first: Buffer) => {
    if (!/^[A-Z]{3,7} /.test(first.toString('latin1', 0, 8))) return void client.destroy()
    const body = `${reason}\n`
    client.end(
      'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n' +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  }
  if (asked) return explain(asked)
  client.setTimeout(FIRST_WORD_MS, () => client.destroy())
  client.once('data', explain)
  client.resume()
}
