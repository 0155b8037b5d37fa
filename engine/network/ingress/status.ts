import type { Ingress, Node } from '../../api/types.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { isConflict, isNotFound } from '../../client/errors.ts'
import { createEventRecorder } from '../../client/event-recorder.ts'
import { ResourceClient, type Resource } from '../../client/resource-client.ts'
import { INGRESSES } from '../../client/resources.ts'
import type { RestClient } from '../../client/rest.ts'

export interface StatusParts {
  rest: RestClient
  clock: Clock
  log: Logger
  /** Whether it is this node that speaks for all: they see the same. */
  speaks(): boolean
}

/** Where the ingress answers on the laptop. */
export interface IngressAddress {
  http?: number
  https?: number
}

const LOOPBACK = '127.0.0.1'
const MAX_SAID = 4096

/** Writes into Ingresses where they answer, and says as events what of them cannot be served. */
export class IngressStatus {
  readonly #parts: StatusParts
  readonly #ingresses: ResourceClient<Ingress>
  readonly #events: ReturnType<typeof createEventRecorder>
  readonly #said = new Set<string>()

  constructor(parts: StatusParts) {
    this.#parts = parts
    this.#ingresses = new ResourceClient(parts.rest, INGRESSES as Resource<Ingress>)
    this.#events = createEventRecorder({ ...parts, component: 'ingress-controller' })
  }

  /** A warning about an Ingress, once for each of its versions. */
  warn(ingress: Ingress, reason: string, message: string): void {
    const id = `${ingress.metadata.uid} ${ingress.metadata.generation} ${message}`
    if (!this.#parts.speaks() || this.#said.has(id)) return
    this.#said.add(id)
    if (this.#said.size > MAX_SAID) this.#said.delete(this.#said.keys().next().value!)
    this.#events.event(ingress, 'Warning', reason, message)
  }

  /** Every Ingress of ours has the address, and those that were ours no longer have it. */
  write(ours: Ingress[], former: Ingress[], address: IngressAddress): void {
    if (!this.#parts.speaks()) return
    const ports = [address.http, address.https].flatMap(port => (port ? [{ port, protocol: 'TCP' }] : []))
    const entry = ports.length ? [{ ip: LOOPBACK, ports }] : []
    for (const ingress of ours) this.#patch(ingress, entry, address)
    for (const ingress of former) this.#patch(ingress, [], {})
  }

  #patch(ingress: Ingress, wanted: object[], { http, https }: IngressAddress): void {
    const { namespace, name, resourceVersion } = ingress.metadata
    if (canonicalJSON(ingress.status?.loadBalancer?.ingress ?? []) === canonicalJSON(wanted)) return
    const patch = {
      metadata: { resourceVersion },
      status: { loadBalancer: wanted.length ? { ingress: wanted } : null },
    }
    this.#ingresses.patch(namespace, name!, 'merge', patch, { subresource: 'status' }).then(
      () => {
        if (!wanted.length) return
        const addresses = [http && `http://${LOOPBACK}:${http}`, https && `https://${LOOPBACK}:${https}`]
        const text = `The Ingress answers at ${addresses.filter(Boolean).join(' and ')}`
        this.#events.event(ingress, 'Normal', 'Sync', text)
      },
      (error: unknown) => {
        // The change that came in between brings us here again.
        if (!isConflict(error) && !isNotFound(error))
          this.#parts.log.warn('the address of an Ingress was not written', { ingress: name, error: messageOf(error) })
      },
    )
  }
}

/** The node that speaks for all: the first one by name that is ready. */
export function speakerOf(nodes: Node[]): string | undefined {
  return nodes
    .filter(n => n.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True'))
    .map(n => n.metadata.name!)
    .sort()[0]
}
