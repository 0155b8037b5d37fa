import type { Pod } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import type { PodAttachment } from '../pod-network.ts'
import type { Mount } from '../runtime/contract.ts'
import { allContainers } from './container.ts'
import { podDomain, writeHostFiles } from './host-files.ts'
import type { PodDependencies } from './pod-contract.ts'
import { handlerWithoutClass, notHeld, refusedSurroundings, type SpecContext } from './spec-check.ts'

type Event = (type: 'Normal' | 'Warning', reason: string, message: string) => void

/** What the containers of one pod share but their volumes: address, names, and what runs them. */
export class PodSandbox {
  readonly #dependencies: PodDependencies
  readonly #event: Event
  attachment: PodAttachment | undefined
  #handler: { name: string | undefined } | undefined
  #saidNotHeld = false

  constructor(dependencies: PodDependencies, event: Event) {
    this.#dependencies = dependencies
    this.#event = event
  }

  /** The runtime's handler that the pod's RuntimeClass stands for; undefined: the node's own choice. */
  get handler(): string | undefined {
    return this.#handler?.name
  }

  hostname({ spec, metadata }: Pod): string {
    const { hostname, hostNetwork, setHostnameAsFQDN, hostnameOverride } = spec ?? {}
    if (hostnameOverride) return hostnameOverride
    const { nodeName, clusterDomain } = this.#dependencies
    if (hostNetwork) return nodeName
    const short = (hostname ?? metadata.name!).slice(0, 63)
    const domain = setHostnameAsFQDN ? podDomain({ spec, metadata } as Pod, clusterDomain) : undefined
    return domain ? `${short}.${domain}` : short
  }

  /** Gives the pod its address. Before it comes `choose`. */
  async attach(pod: Pod): Promise<void> {
    if (this.attachment) return
    const { uid, namespace, name } = pod.metadata
    const ports = allContainers(pod).flatMap(c =>
      (c.ports ?? []).map(({ containerPort, protocol, hostPort, hostIP }) => ({
        containerPort: containerPort!,
        ...{ protocol, hostPort, hostIP },
      })),
    )
    this.attachment = await this.#dependencies.network.attach({
      uid: uid!,
      namespace: namespace!,
      name: name!,
      hostNetwork: !!pod.spec?.hostNetwork,
      previousIP: pod.status?.podIP,
      ports,
      entersNamespace: !!this.specContext.handler?.entersNetwork,
    })
  }

  /** Chooses what runs the pod. False, and an event says why, if there is nothing of the kind here. */
  async choose(pod: Pod): Promise<boolean> {
    const { handlerOf, runtime } = this.#dependencies
    const runtimeClass = pod.spec?.runtimeClassName
    try {
      this.#handler ??= {
        name: runtimeClass ? await handlerOf(runtimeClass) : handlerWithoutClass(pod, runtime.handlers),
      }
    } catch (error) {
      this.#event('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${messageOf(error)}`)
      return false
    }
    return true
  }

  /** False, and an event says why, if the pod cannot run here as it is. */
  admits(pod: Pod): boolean {
    const { record } = this.#dependencies
    const refused = refusedSurroundings(pod, this.specContext)
    if (refused) {
      this.#event('Warning', refused.reason, refused.message)
      return false
    }
    if (this.#saidNotHeld) return true
    this.#saidNotHeld = true
    // An earlier life has said it.
    const text = record ? undefined : notHeld(pod, this.specContext)
    if (text) this.#event('Warning', 'NotEnforced', text)
    return true
  }

  get specContext(): SpecContext {
    const { handlers } = this.#dependencies.runtime
    // The entry without a name stands for the first of those that follow.
    const handler = handlers?.find(h => h.name === this.handler) ?? handlers?.find(h => h.name !== '')
    return { handler, isRoot: process.getuid?.() === 0 }
  }

  /** The files by which containers know who and where they are. */
  hostFiles(pod: Pod): Mount[] {
    const { dir, clusterDomain } = this.#dependencies
    const { ip, clusterDNS } = this.attachment!
    const host = { ip, clusterDNS, clusterDomain, hostname: this.hostname(pod) }
    const { mounts, problems } = writeHostFiles(pod, host, dir)
    for (const problem of problems) this.#event('Warning', 'DNSConfigForming', problem)
    return mounts
  }
}
