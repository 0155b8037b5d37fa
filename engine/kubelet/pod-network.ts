import type { Socket } from 'node:net'

/** What the kubelet needs of the node's network. The network implements it; the two meet in the worker machine. */
export interface PodNetwork {
  /**
   * Gives a pod its address. Calling it again for a pod gives the same answer. `previousIP` is asked for first, so that
   * a pod keeps its address when its machine restarts.
   */
  attach(pod: {
    uid: string
    namespace: string
    name: string
    hostNetwork: boolean
    previousIP?: string
    /** Ports that the containers declare: a program that knows nothing of the overlay is told where to listen instead. */
    ports: { containerPort: number; protocol?: string; hostPort?: number; hostIP?: string }[]
  }): Promise<PodAttachment>
  /** Takes the address back. */
  detach(uid: string): void
  /** Connects to a port of a pod, as the node itself does: probes and port-forward pass every policy. */
  dial(ip: string, port: number, signal?: AbortSignal): Promise<Socket>
}

export interface PodAttachment {
  ip: string
  /** Variables that put the pod's processes on the network; they take precedence over those of the image. */
  env: Record<string, string>
  /** Address of the cluster's DNS, as programs see it. */
  clusterDNS?: string
}
