import { semanticEqual } from '../../api/equality.ts'
import type { Container, Pod } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import { parseQuantity } from '../../base/quantity.ts'
import type { ResizeRefusal } from './admission.ts'
import type { ContainerRunner } from './container.ts'
import { limitsOf } from './launch.ts'
import { restartsAfter, roleOf } from './restart-policy.ts'

export type Resources = NonNullable<Container['resources']>

/** What a pod was allocated, by container. */
export type Allocation = Record<string, Resources>

export interface ResizeDependencies {
  pod(): Pod
  containers(): ContainerRunner[]
  refuses(pod: Pod): ResizeRefusal | undefined
  /** What a container has in memory now, in bytes, if it is known. */
  memoryUsed(container: string): number | undefined
  /** Ends a run that can only have its new resources from the start. */
  restart(container: ContainerRunner, message: string): void
  event(type: 'Normal' | 'Warning', reason: string, message: string): void
  /** The allocation has changed and wants to be kept. */
  allocated(): void
}

/** A deferred resize is looked at again after so long, and whenever the pod is. */
const RETRY_MS = 10_000
const RESIZABLE = ['cpu', 'memory'] as const

interface Notice {
  reason?: string
  message?: string
  generation: number | undefined
}

/**
 * What a pod has of cpu and memory while it runs (KEP-1287): what its spec asks for is allocated when it fits on the node,
 * then given to the containers, live or by a restart as their resizePolicy says.
 */
export class PodResize {
  readonly #dependencies: ResizeDependencies
  #allocation: Allocation
  /** What each container runs with, once that has been changed. */
  readonly #actual = new Map<string, Resources>()
  pending: Notice | undefined
  inProgress: Notice | undefined

  constructor(known: Allocation | undefined, dependencies: ResizeDependencies) {
    this.#dependencies = dependencies
    this.#allocation = known ?? desired(dependencies.pod())
  }

  get allocation(): Allocation {
    return this.#allocation
  }

  /** The pod with what it was allocated in place of what it asks for. */
  get allocatedPod(): Pod {
    const pod = this.#dependencies.pod()
    if (semanticEqual(desired(pod), this.#allocation)) return pod
    const list = (containers: Container[] | null | undefined) => containers?.map(c => this.allocated(c))
    const spec = { ...pod.spec, containers: list(pod.spec?.containers), initContainers: list(pod.spec?.initContainers) }
    return { ...pod, spec } as Pod
  }

  /** A container with what it was allocated. */
  allocated<T extends Container>(container: T): T {
    const resources = this.#allocation[container.name!]
    return resources ? { ...container, resources } : container
  }

  /** What a container runs with. */
  actual({ name, resources }: Container): Resources {
    return this.#actual.get(name!) ?? this.#allocation[name!] ?? resources ?? {}
  }

  /** A container starts: it has what is allocated to it. */
  started(name: string): void {
    this.#actual.delete(name)
  }

  /** Follows the spec. Gives the time to wait if what it asks for is not to be had yet. */
  sync(): number | undefined {
    const { pod, refuses, event, allocated } = this.#dependencies
    const wanted = desired(pod())
    const { generation } = pod().metadata
    if (!semanticEqual(wanted, this.#allocation)) {
      const refusal = refuses(pod())
      if (refusal) {
        const { reason, message } = refusal
        const isNew = this.pending?.reason !== reason || this.pending.message !== message
        this.pending = { reason, message, generation: isNew ? generation : this.pending!.generation }
        if (isNew) event('Warning', `Resize${reason}`, told(`Pod resize ${reason}`, pod(), generation, message))
        return reason === 'Deferred' ? RETRY_MS : undefined
      }
      for (const { name, resources } of resizable(pod())) {
        const before = this.#actual.get(name!) ?? this.#allocation[name!] ?? {}
        if (!semanticEqual(before, resources ?? {})) this.#actual.set(name!, before)
      }
      this.#allocation = wanted
      this.inProgress = { generation }
      event('Normal', 'ResizeStarted', told('Pod resize started', pod(), generation))
      allocated()
    }
    this.pending = undefined
    return this.inProgress ? this.#actuate() : undefined
  }

  /** Gives the containers what was allocated. */
  #actuate(): number | undefined {
    const { pod, containers, event } = this.#dependencies
    let failure: string | undefined
    for (const container of containers()) {
      const { name } = container.spec
      const [had, given] = [this.#actual.get(name!), this.#allocation[name!]]
      if (!had || !given) continue
      if (!container.isRunning) {
        // It has what is allocated from its next start on, if there is one.
        const { state } = container
        if (state.kind !== 'terminated' || !restartsAfter(pod(), container.spec, state.termination.exitCode))
          this.#actual.delete(name!)
        continue
      }
      try {
        this.#give(container, had, given)
      } catch (error) {
        failure = messageOf(error)
      }
    }
    const generation = this.inProgress!.generation
    if (failure !== undefined) {
      const isNew = this.inProgress!.message !== failure
      this.inProgress = { reason: 'Error', message: failure, generation }
      if (isNew) event('Warning', 'ResizeError', told('Pod resize error', pod(), generation, failure))
      return RETRY_MS
    }
    if (this.#actual.size > 0) return undefined
    this.inProgress = undefined
    event('Normal', 'ResizeCompleted', told('Pod resize completed', this.allocatedPod, generation))
    return undefined
  }

  #give(container: ContainerRunner, had: Resources, given: Resources): void {
    const { memoryUsed, restart } = this.#dependencies
    const { spec } = container
    const changed = RESIZABLE.filter(name => amount(had, name) !== amount(given, name))
    const restarts = spec.resizePolicy?.some(
      ({ resourceName, restartPolicy }) =>
        restartPolicy === 'RestartContainer' && changed.includes(resourceName as (typeof RESIZABLE)[number]),
    )
    if (restarts) return restart(container, `Container ${spec.name} resize requires restart`)
    const { memoryBytes } = limitsOf({ resources: given })
    const used = memoryUsed(spec.name!)
    if (
      memoryBytes !== undefined &&
      used !== undefined &&
      memoryBytes < used &&
      memoryBytes < (limitsOf({ resources: had }).memoryBytes ?? Infinity)
    )
      throw new Error(
        `cannot decrease memory limits: attempting to set container "${spec.name}" memory limit (${memoryBytes}) below current usage (${used})`,
      )
    container.setLimits({ ...limitsOf(this.#dependencies.pod().spec ?? {}), ...limitsOf({ resources: given }) })
    this.#actual.delete(spec.name!)
  }
}

/** Containers that run for long: what others have is what they began with. */
function resizable(pod: Pod): Container[] {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].filter(
    c => roleOf(pod, c) === 'main' || roleOf(pod, c) === 'sidecar',
  )
}

function desired(pod: Pod): Allocation {
  return Object.fromEntries(resizable(pod).map(({ name, resources }) => [name, resources ?? {}]))
}

/** Request and limit of a resource, as one comparable text. */
function amount({ requests, limits }: Resources, name: string): string {
  const of = (list: unknown) => {
    const text = (list as Record<string, string> | undefined)?.[name]
    return text === undefined ? '' : String(parseQuantity(text).nanos)
  }
  return `${of(requests)}/${of(limits)}`
}

/** As Kubernetes' events put it: what containers were to have, and why not, if not. */
function told(prefix: string, pod: Pod, generation: number | undefined, error?: string): string {
  const sorted = (list: unknown) =>
    Object.fromEntries(Object.entries((list ?? {}) as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1)))
  const list = (containers: Container[] | null | undefined) =>
    (containers ?? [])
      .filter(c => resizable(pod).includes(c))
      .map(({ name, resources: { limits, requests } = {} }) => ({
        name,
        resources: {
          ...(limits ? { limits: sorted(limits) } : {}),
          ...(requests ? { requests: sorted(requests) } : {}),
        },
      }))
  const [initContainers, containers] = [list(pod.spec?.initContainers), list(pod.spec?.containers)]
  const summary = {
    ...(initContainers.length ? { initContainers } : {}),
    ...(containers.length ? { containers } : {}),
    generation: generation ?? 0,
    ...(error ? { error } : {}),
  }
  return `${prefix}: ${JSON.stringify(summary)}`
}
