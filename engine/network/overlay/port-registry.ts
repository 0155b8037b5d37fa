/** A pod on the overlay of this node. */
export interface OverlayPod {
  uid: string
  namespace: string
  name: string
  ip: string
  /** Proves to the gateway which pod a program belongs to. */
  token: string
  hostNetwork: boolean
}

export type Protocol = 'TCP' | 'UDP'

/** Where a port of a pod really is. */
export interface PortBinding {
  pod: OverlayPod
  protocol: Protocol
  port: number
  /** Port on 127.0.0.1. */
  realPort: number
  /** The program listens on localhost only: nobody outside the pod reaches it. */
  loopbackOnly: boolean
}

/** The address is taken by another program of the pod (or of the node, for host-network pods). */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
}

interface Bound extends PortBinding {
  /** The programs' connections that hold it; processes of one cluster share a port. */
  holders: Set<object>
}

/** Which real ports stand behind the ports of this node's pods. */
export class PortRegistry {
  readonly #pods = new Map<string, OverlayPod>()
  readonly #byToken = new Map<string, OverlayPod>()
  readonly #byAddress = new Map<string, Set<OverlayPod>>()
  readonly #bound = new Map<string, Bound>()
  /** Ports that pods declared and programs without the preload are told to use. */
  readonly #reserved = new Map<string, PortBinding>()
  /** Keys of both maps by pod, and those of the first by holder: neither is ever searched as a whole. */
  readonly #ofPod = new Map<OverlayPod, Set<string>>()
  readonly #ofHolder = new Map<object, Set<string>>()

  addPod(pod: OverlayPod): void {
    this.#pods.set(pod.uid, pod)
    this.#byToken.set(pod.token, pod)
    const others = this.#byAddress.get(pod.ip) ?? new Set()
    this.#byAddress.set(pod.ip, others.add(pod))
  }

  removePod(uid: string): void {
    const pod = this.#pods.get(uid)
    if (!pod) return
    this.#pods.delete(uid)
    this.#byToken.delete(pod.token)
    const others = this.#byAddress.get(pod.ip)
    others?.delete(pod)
    if (others?.size === 0) this.#byAddress.delete(pod.ip)
    for (const key of this.#ofPod.get(pod) ?? [])
      for (const map of [this.#bound, this.#reserved]) if (map.get(key)?.pod === pod) map.delete(key)
    this.#ofPod.delete(pod)
  }

  pod(uid: string): OverlayPod | undefined {
    return this.#pods.get(uid)
  }

  podByToken(token: string): OverlayPod | undefined {
    return this.#byToken.get(token)
  }

  /** The pod that has an address of its own. */
  podAt(ip: string): OverlayPod | undefined {
    for (const pod of this.#byAddress.get(ip) ?? []) if (!pod.hostNetwork) return pod
    return undefined
  }

  hasAddress(ip: string): boolean {
    return this.#byAddress.has(ip)
  }

  /** Sets a real port aside for a declared port. A program that registers the port itself comes first. */
  reserve(pod: OverlayPod, protocol: Protocol, port: number, realPort: number): void {
    const key = keyOf(pod.ip, protocol, port)
    this.#reserved.set(key, { pod, protocol, port, realPort, loopbackOnly: false })
    addTo(this.#ofPod, pod, key)
  }

  /**
   * A program listens.
   * @throws PortTakenError
   */
  bind(binding: PortBinding, holder: object): void {
    const { pod, protocol, port } = this.#asDeclared(binding)
    const key = keyOf(pod.ip, protocol, port)
    const known = this.#bound.get(key)
    if (known && known.realPort !== binding.realPort)
      throw new PortTakenError(`port ${port}/${protocol} of ${pod.ip} is taken`)
    if (known) known.holders.add(holder)
    else this.#bound.set(key, { ...binding, port, holders: new Set([holder]) })
    addTo(this.#ofPod, pod, key)
    addTo(this.#ofHolder, holder, key)
  }

  unbind(pod: OverlayPod, protocol: Protocol, port: number, holder: object): void {
    const declared = this.#asDeclared({ pod, protocol, port, realPort: 0, loopbackOnly: false })
    this.#drop(keyOf(pod.ip, protocol, declared.port), holder)
  }

  /** The program is gone, and everything that it held. */
  unbindAll(holder: object): void {
    for (const key of this.#ofHolder.get(holder) ?? []) this.#drop(key, holder)
    this.#ofHolder.delete(holder)
  }

  find(ip: string, protocol: Protocol, port: number): PortBinding | undefined {
    const key = keyOf(ip, protocol, port)
    return this.#bound.get(key) ?? this.#reserved.get(key)
  }

  /** Whether a program listens there now, so far as this node knows. */
  isHeld({ pod, protocol, port }: PortBinding): boolean {
    return this.#bound.has(keyOf(pod.ip, protocol, port))
  }

  /** Whether a pod listens on this real port; its own programs may use it by that number. */
  ownsRealPort(pod: OverlayPod, realPort: number): boolean {
    return this.#bindingsOf(pod).some(b => b.realPort === realPort)
  }

  list(): PortBinding[] {
    return [...this.#bound.values()].map(({ holders: _h, ...binding }) => binding)
  }

  /** A program that took its port from PORT serves the port which that one was set aside for. */
  #asDeclared(binding: PortBinding): PortBinding {
    const { pod, protocol, port } = binding
    for (const key of this.#ofPod.get(pod) ?? []) {
      const reserved = this.#reserved.get(key)
      if (reserved?.pod === pod && reserved.protocol === protocol && reserved.realPort === port)
        return { ...binding, port: reserved.port }
    }
    return binding
  }

  #bindingsOf(pod: OverlayPod): PortBinding[] {
    return [...(this.#ofPod.get(pod) ?? [])]
      .flatMap(key => [this.#bound.get(key), this.#reserved.get(key)])
      .filter(binding => binding?.pod === pod) as PortBinding[]
  }

  #drop(key: string, holder: object): void {
    const bound = this.#bound.get(key)
    if (!bound?.holders.delete(holder)) return
    if (bound.holders.size) return
    this.#bound.delete(key)
    if (this.#reserved.get(key)?.pod !== bound.pod) this.#ofPod.get(bound.pod)?.delete(key)
  }
}

function keyOf(ip: string, protocol: Protocol, port: number): string {
  return `${ip}:${port}/${protocol}`
}

function addTo<K>(map: Map<K, Set<string>>, of: K, key: string): void {
  const keys = map.get(of)
  if (keys) keys.add(key)
  else map.set(of, new Set([key]))
}
