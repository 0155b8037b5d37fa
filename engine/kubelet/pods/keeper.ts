import { join } from 'node:path'
import type { Container, Pod } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import type { PodVolumes } from '../volumes/pod-volumes.ts'
import { MissingVolume } from '../volumes/volumes.ts'
import type { ContainerRunner } from './container.ts'
import { ConfigError, type ValueSources } from './environment.ts'
import type { PodHooks } from './hooks.ts'
import { containerConfig } from './launch.ts'
import type { PodDependencies } from './pod-contract.ts'
import type { PodResize } from './resize.ts'
import { restartsAfter } from './restart-policy.ts'
import type { PodSandbox } from './sandbox.ts'
import { checkContainer } from './spec-check.ts'

/** What cannot be set right by the kubelet itself is tried again after so long, as with Kubernetes' pod workers. */
export const RETRY_MS = 10_000

export interface ContainerKeeperOptions extends Pick<PodDependencies, 'images' | 'dir'> {
  pod(): Pod
  sandbox: PodSandbox
  hooks: PodHooks
  volumes: PodVolumes
  resize: PodResize
  sources(): ValueSources
  /** The pod's own grace period. */
  graceSeconds(): number
  /** False once the pod ends or the machine goes down: nothing is started any more. */
  isSyncing(): boolean
  event(type: 'Normal' | 'Warning', reason: string, message: string, container?: Container): void
}

/** Starts a pod's containers, and again if their policy says so. */
export class ContainerKeeper {
  readonly #options: ContainerKeeperOptions

  constructor(options: ContainerKeeperOptions) {
    this.#options = options
  }

  get #pod(): Pod {
    return this.#options.pod()
  }

  /** Starts or restarts one container if its policy says so. Gives the time to wait for that. */
  async keep(container: ContainerRunner): Promise<number | undefined> {
    const { spec } = container
    const failed = container.takeUnhealthy()
    if (failed) {
      const probe = failed === 'Liveness' ? spec.livenessProbe : spec.startupProbe
      const again = restartsAfter(this.#pod, spec, 137) ? ', will be restarted' : ''
      void container.stop({
        graceSeconds: Number(probe?.terminationGracePeriodSeconds ?? this.#options.graceSeconds()),
        message: `Container ${spec.name} failed ${failed.toLowerCase()} probe${again}`,
        preStop: this.#options.hooks.preStop(container),
      })
    }
    if (container.isRunning) return undefined
    if (container.state.kind === 'terminated') {
      if (!restartsAfter(this.#pod, spec, container.state.termination.exitCode)) return undefined
      const { leftMs } = container.backoff
      if (leftMs > 0) {
        const { name, namespace, uid } = this.#pod.metadata
        const where = `${spec.name} in pod ${name}_${namespace}(${uid})`
        this.#options.event('Warning', 'BackOff', `Back-off restarting failed container ${where}`, spec)
        return leftMs
      }
    }
    return this.#start(container)
  }

  async #start(container: ContainerRunner): Promise<number | undefined> {
    const { spec } = container
    const { images, dir } = this.#options
    const uid = this.#pod.metadata.uid!
    const ensured = images.ensure(
      { uid, reference: spec.image ?? '', policy: spec.imagePullPolicy },
      (type, reason, message) => this.#options.event(type, reason, message, spec),
    )
    if (!('image' in ensured)) {
      container.wait(ensured.reason, ensured.message)
      return ensured.retryAfterMs
    }
    container.image = ensured.image
    let config: Awaited<ReturnType<typeof containerConfig>>
    try {
      checkContainer(this.#pod, spec, ensured.image, this.#options.sandbox.specContext)
      config = await containerConfig({
        pod: this.#options.resize.allocatedPod,
        spec: this.#options.resize.allocated(spec),
        image: ensured.image,
        attachment: this.#options.sandbox.attachment!,
        sources: this.#options.sources(),
        volumes: this.#options.volumes.mounted,
        dir: join(dir, 'containers', spec.name!),
        id: container.nextID(uid),
        hostname: this.#options.sandbox.hostname(this.#pod),
        hostFiles: this.#options.sandbox.hostFiles(this.#pod),
        handler: this.#options.sandbox.handler,
      })
    } catch (error) {
      if (error instanceof MissingVolume) {
        container.wait(error.reason, error.message)
        return error.retryAfterMs
      }
      const reason = error instanceof ConfigError ? 'CreateContainerConfigError' : 'CreateContainerError'
      container.wait(reason, messageOf(error))
      this.#options.event('Warning', 'Failed', `Error: ${messageOf(error)}`, spec)
      return RETRY_MS
    }
    if (!this.#options.isSyncing()) return undefined
    this.#options.event('Normal', 'Created', 'Container created', spec)
    try {
      container.start(config, this.#options.hooks.postStart(container))
      this.#options.resize.started(spec.name!)
      this.#options.event('Normal', 'Started', 'Container started', spec)
      return undefined
    } catch (error) {
      this.#options.event(
        'Warning',
        'Failed',
        `Error: failed to start container "${spec.name}": ${messageOf(error)}`,
        spec,
      )
      return restartsAfter(this.#pod, spec, 128) ? container.backoff.leftMs : undefined
    }
  }
}
