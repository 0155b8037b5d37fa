import type { Node } from '../api/types.ts'
import { contains, parseCidr, type Cidr } from './address/cidr.ts'

/** Annotation of a Node: where the gateway of its part of the overlay listens, `127.0.0.1:port`. */
export const GATEWAY_ANNOTATION = 'kubarium.io/overlay-gateway'

/** What the network knows of a node. */
export interface NodeEntry {
  name: string
  addresses: string[]
  podCIDR?: Cidr
  zone?: string
  /** Port of its gateway on loopback; missing for nodes without one. */
  gatewayPort?: number
  kubeletPort?: number
}

/** All nodes of the cluster, by address and by pod range. */
export class NodeDirectory {
  readonly #nodes = new Map<string, NodeEntry>()
  readonly #byAddress = new Map<string, NodeEntry>()

  set(node: Node): NodeEntry {
    this.delete(node.metadata.name!)
    const entry = entryOf(node)
    this.#nodes.set(entry.name, entry)
    for (const address of entry.addresses) this.#byAddress.set(address, entry)
    return entry
  }

  delete(name: string): void {
    const old = this.#nodes.get(name)
    if (!old) return
    this.#nodes.delete(name)
    for (const address of old.addresses) if (this.#byAddress.get(address) === old) this.#byAddress.delete(address)
  }

  get(name: string): NodeEntry | undefined {
    return this.#nodes.get(name)
  }

  /** The node that has this address itself. */
  byAddress(address: string): NodeEntry | undefined {
    return this.#byAddress.get(address)
  }

  /** The node in whose pod range the address is. */
  byPodAddress(address: string): NodeEntry | undefined {
    for (const node of this.#nodes.values()) if (node.podCIDR && contains(node.podCIDR, address)) return node
    return undefined
  }

  list(): NodeEntry[] {
    return [...this.#nodes.values()]
  }
}

function entryOf(node: Node): NodeEntry {
  const gateway = /:(\d+)$/.exec(node.metadata.annotations?.[GATEWAY_ANNOTATION] ?? '')?.[1]
  return {
    name: node.metadata.name!,
    addresses: (node.status?.addresses ?? [])
      .filter(a => a.type === 'InternalIP' || a.type === 'ExternalIP')
      .map(a => a.address!),
    podCIDR: node.spec?.podCIDR ? parseCidr(node.spec.podCIDR) : undefined,
    zone: node.metadata.labels?.['topology.kubernetes.io/zone'],
    gatewayPort: gateway ? Number(gateway) : undefined,
    kubeletPort: node.status?.daemonEndpoints?.kubeletEndpoint?.Port || undefined,
  }
}
