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
    /** Its programs are started in the network namespace that `PodAttachment.namespace` gives, if it gives one. */
    entersNamespace?: boolean
  }): Promise<PodAttachment>
  /** Takes the address back. */
  detach(uid: string): void
  /** Connects to a port of a pod, as the node itself does: probes pass every policy. */
  dial(ip: string, port: number, signal?: AbortSignal): Promise<Socket>
  /** Connects to a port of a pod as the pod's own programs do at localhost, where it has a localhost of its own. */
  dialInside(uid: string, port: number, signal?: AbortSignal): Promise<Socket>
}

export interface PodAttachment {
  ip: string
  /** Variables that put the pod's processes on the network; they take precedence over those of the image. */
  env: Record<string, string>
  /** Address of the cluster's DNS, as programs see it. */
  clusterDNS?: string
  /**
   * The network namespace to start the pod's next program in; absent: the machine's.
   * @throws Error while it is not to be had
   */
  namespace?(): NetworkNamespace
}

/** Where a pod has its network, as paths of this machine's namespaces. They hold until the next one is asked for. */
export interface NetworkNamespace {
  net: string
  /** The user namespace that `net` belongs to, if it is not the machine's. */
  user?: string
}
