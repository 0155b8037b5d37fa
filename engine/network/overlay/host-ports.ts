import type { OverlayPod, Protocol } from './port-registry.ts'

/** A port of a container as its pod declares it. */
export interface DeclaredPort {
  containerPort: number
  protocol?: string
  /** Port of the node that leads here, if any. */
  hostPort?: number
  /** The one address of the node that has it; absent or 0.0.0.0: all of them. */
  hostIP?: string
}

interface HostPort {
  uid: string
  hostIP: string
  protocol: string
  hostPort: number
  target: { ip: string; port: number }
}

const ANY = '0.0.0.0'

/**
 * Ports of a node's own address, and of its localhost, that lead to its pods. They are ports of the cluster's network alone:
 * nothing is opened on the laptop. Callers keep their address, as with the CNI plug-in `portmap`.
 */
export class HostPorts {
  readonly #ports: HostPort[] = []

  /** What the network of the node itself has needs no lead. */
  set({ uid, ip, hostNetwork }: OverlayPod, declared: DeclaredPort[]): void {
    this.delete(uid)
    if (hostNetwork) return
    for (const { containerPort, protocol = 'TCP', hostPort, hostIP } of declared)
      if (hostPort)
        this.#ports.push({ uid, hostIP: hostIP || ANY, protocol, hostPort, target: { ip, port: containerPort } })
  }

  delete(uid: string): void {
    for (let i = this.#ports.length - 1; i >= 0; i--) if (this.#ports[i]!.uid === uid) this.#ports.splice(i, 1)
  }

  /** Where a port leads that is asked for at `ip`, an address of the node or 127.0.0.1. */
  find(ip: string, protocol: Protocol, port: number): { ip: string; port: number } | undefined {
    return this.#ports.find(
      p => p.hostPort === port && p.protocol === protocol && (p.hostIP === ip || p.hostIP === ANY),
    )?.target
  }
}
