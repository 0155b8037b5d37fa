import type { Deployment, Pod, ReplicaSet } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { isAlreadyExists, isNotFound } from '../../client/errors.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { ResourceClient } from '../../client/resource-client.ts'
import { controllerReference, isControlledBy } from '../replicas/ownership.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { templateHash } from '../replicas/template-hash.ts'
import { maxSurge, maxUnavailable, proportionalShares } from './budget.ts'
import { annotationsForSet, revisionOf, REVISION, withScaleAnnotations } from './revisions.ts'

export interface DeploymentParts {
  clock: Clock
  deployments: ResourceClient<Deployment>
  sets: ResourceClient<ReplicaSet>
  events: EventRecorder
}

const HASH_LABEL = 'pod-template-hash'

/**
 * One step of one Deployment's rollout: finds or makes the ReplicaSet of the present template, then moves replicas from
 * the old sets to it within the limits of the strategy. Follows k8s.io/kubernetes/pkg/controller/deployment.
 */
export class Rollout {
  deployment: Deployment
  sets: ReplicaSet[]
  newSet: ReplicaSet | undefined
  readonly #parts: DeploymentParts

  constructor(parts: DeploymentParts, deployment: Deployment, sets: ReplicaSet[]) {
    this.#parts = parts
    this.deployment = deployment
    this.sets = [...sets].sort(byAge)
    this.newSet = this.#findNewSet()
  }

  /** @param podsOf pods of all sets at this moment. */
  async run(podsOf: () => Pod[]): Promise<void> {
    if (this.deployment.spec!.paused) return this.#paused()
    if (this.#isScaling()) {
      await this.#syncNewSet(false)
      return this.#scaleProportionally()
    }
    if (this.deployment.spec!.strategy?.type === 'Recreate') await this.#recreate(podsOf)
    else await this.#roll()
    if (this.#isComplete()) await this.#cleanUp()
  }

  get oldSets(): ReplicaSet[] {
    return this.sets.filter(s => s.metadata.uid !== this.newSet?.metadata.uid)
  }

  get #wanted(): number {
    return this.deployment.spec!.replicas ?? 1
  }

  async #paused(): Promise<void> {
    await this.#syncNewSet(false)
    await this.#scaleProportionally()
    await this.#cleanUp()
  }

  async #roll(): Promise<void> {
    await this.#syncNewSet(true)
    if (await this.#scaleUpNew()) return
    await this.#scaleDownOld()
  }

  async #recreate(podsOf: () => Pod[]): Promise<void> {
    await this.#syncNewSet(false)
    let scaled = false
    for (const set of this.oldSets) scaled = (await this.#scale(set, 0)) || scaled
    if (scaled) return
    const stillOld = podsOf().some(
      p =>
        p.status?.phase !== 'Succeeded' &&
        p.status?.phase !== 'Failed' &&
        !(this.newSet && isControlledBy(p, this.newSet)),
    )
    if (stillOld) return
    await this.#syncNewSet(true)
    if (this.newSet) await this.#scale(this.newSet, this.#wanted)
  }

  /** The set whose template equals the Deployment's; the oldest if there are several. */
  #findNewSet(): ReplicaSet | undefined {
    const wanted = canonicalJSON(this.deployment.spec!.template)
    return this.sets.find(set => canonicalJSON(withoutHash(set)) === wanted)
  }

  /** Gives the new set the next revision number, making the set first if asked to. */
  async #syncNewSet(create: boolean): Promise<void> {
    const revision = String(Math.max(0, ...this.oldSets.map(revisionOf)) + 1)
    if (this.newSet) await this.#updateNewSet(revision)
    else if (create) await this.#createNewSet(revision)
    else return
    await this.#noteRevision(this.newSet!.metadata.annotations?.[REVISION] ?? revision)
  }

  async #updateNewSet(revision: string): Promise<void> {
    const set = this.newSet!
    const current = revisionOf(set)
    const annotations = annotationsForSet(this.deployment, set, String(Math.max(current, Number(revision))))
    const minReadySeconds = this.deployment.spec!.minReadySeconds
    const same = canonicalJSON(annotations) === canonicalJSON(set.metadata.annotations)
    if (same && (set.spec!.minReadySeconds ?? 0) === (minReadySeconds ?? 0)) return
    const updated = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec!, minReadySeconds } }
    this.#replace(await this.#parts.sets.update(updated))
  }

  async #createNewSet(revision: string): Promise<void> {
    const { deployment } = this
    const { template, selector, minReadySeconds } = deployment.spec!
    const hash = templateHash(template, deployment.status?.collisionCount)
    const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash }
    const replicas = this.#newReplicas(0)
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace,
        labels,
        annotations: withScaleAnnotations(annotationsForSet(deployment, undefined, revision), deployment),
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas,
        minReadySeconds,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    } as ReplicaSet
    try {
      this.newSet = await this.#parts.sets.create(set)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      await this.#resolveCollision(set)
      throw error
    }
    this.sets = [...this.sets, this.newSet].sort(byAge)
    if (replicas > 0)
      this.#parts.events.event(
        deployment,
        'Normal',
        'ScalingReplicaSet',
        `Scaled up replica set ${set.metadata.name} from 0 to ${replicas}`,
      )
  }

  /** A set of that name is there. If it is not ours for this template, the hash clashed: count it up and try again. */
  async #resolveCollision(set: ReplicaSet): Promise<void> {
    const existing = await this.#parts.sets.get(set.metadata.namespace, set.metadata.name!)
    const ours = isControlledBy(existing, this.deployment)
    if (ours && canonicalJSON(withoutHash(existing)) === canonicalJSON(this.deployment.spec!.template)) return
    const collisionCount = (this.deployment.status?.collisionCount ?? 0) + 1
    await this.#parts.deployments.updateStatus({
      ...this.deployment,
      status: { ...this.deployment.status, collisionCount },
    })
  }

  async #noteRevision(revision: string): Promise<void> {
    const { deployment } = this
    if (deployment.metadata.annotations?.[REVISION] === revision) return
    const annotations = { ...deployment.metadata.annotations, [REVISION]: revision }
    this.deployment = await this.#parts.deployments.update({
      ...deployment,
      metadata: { ...deployment.metadata, annotations },
    })
  }

  async #scaleUpNew(): Promise<boolean> {
    const set = this.newSet!
    const current = set.spec!.replicas ?? 0
    return this.#scale(set, current > this.#wanted ? this.#wanted : this.#newReplicas(current))
  }

  /** How far the new set may grow without exceeding the surge. */
  #newReplicas(current: number): number {
    if (this.deployment.spec!.strategy?.type === 'Recreate') return this.#wanted
    const total = sum(this.sets, s => s.spec!.replicas ?? 0)
    const room = this.#wanted + maxSurge(this.deployment) - total
    if (room <= 0) return current
    return current + Math.min(room, this.#wanted - current)
  }

  /** Takes away old pods: unhealthy ones first, then as many healthy ones as the minimum of available pods leaves. */
  async #scaleDownOld(): Promise<void> {
    const old = () => this.oldSets.filter(s => (s.spec!.replicas ?? 0) > 0)
    if (old().length === 0) return
    const minAvailable = this.#wanted - maxUnavailable(this.deployment)
    const newUnavailable = (this.newSet!.spec!.replicas ?? 0) - (this.newSet!.status?.availableReplicas ?? 0)
    const total = sum(this.sets, s => s.spec!.replicas ?? 0)
    let budget = total - minAvailable - newUnavailable
    if (budget <= 0) return
    for (const set of old()) {
      const replicas = set.spec!.replicas ?? 0
      const unhealthy = Math.min(budget, replicas - (set.status?.availableReplicas ?? 0))
      if (unhealthy <= 0) continue
      await this.#scale(set, replicas - unhealthy)
      budget -= unhealthy
    }
    let removable = sum(this.sets, s => s.status?.availableReplicas ?? 0) - minAvailable
    for (const set of old()) {
      if (removable <= 0) return
      const replicas = set.spec!.replicas ?? 0
      const down = Math.min(replicas, removable)
      if (await this.#scale(set, replicas - down)) removable -= down
    }
  }

  /** Whether `spec.replicas` changed since the sets were last scaled: then only the numbers are adapted. */
  #isScaling(): boolean {
    return this.sets.some(set => {
      const desired = set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas']
      return (set.spec!.replicas ?? 0) > 0 && desired !== undefined && Number(desired) !== this.#wanted
    })
  }

  async #scaleProportionally(): Promise<void> {
    const active = this.sets.filter(s => (s.spec!.replicas ?? 0) > 0)
    if (active.length <= 1) {
      const only = active[0] ?? this.newSet ?? this.sets.at(-1)
      if (only) await this.#scale(only, this.#wanted)
      return
    }
    if (this.newSet && isSaturated(this.newSet, this.#wanted)) {
      for (const set of this.oldSets.filter(s => (s.spec!.replicas ?? 0) > 0)) await this.#scale(set, 0)
      return
    }
    if (this.deployment.spec!.strategy?.type === 'Recreate') return
    const allowed = this.#wanted > 0 ? this.#wanted + maxSurge(this.deployment) : 0
    for (const [set, replicas] of proportionalShares(active, allowed)) await this.#scale(set, replicas)
  }

  /** Sets a number of replicas and the annotations that say what it was computed from. True if the number changed. */
  async #scale(set: ReplicaSet, replicas: number): Promise<boolean> {
    const from = set.spec!.replicas ?? 0
    const annotations = withScaleAnnotations(set.metadata.annotations, this.deployment)
    if (from === replicas && canonicalJSON(annotations) === canonicalJSON(set.metadata.annotations)) return false
    this.#replace(
      await this.#parts.sets.update({
        ...set,
        metadata: { ...set.metadata, annotations },
        spec: { ...set.spec!, replicas },
      }),
    )
    if (from === replicas) return false
    const direction = replicas > from ? 'up' : 'down'
    this.#parts.events.event(
      this.deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${replicas}`,
    )
    return true
  }

  #isComplete(): boolean {
    const { newSet, deployment } = this
    const wanted = this.#wanted
    return (
      !!newSet &&
      (newSet.status?.replicas ?? 0) === wanted &&
      (newSet.status?.availableReplicas ?? 0) === wanted &&
      sum(this.sets, s => s.status?.replicas ?? 0) === wanted &&
      (deployment.status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
    )
  }

  /** Forgets the oldest empty sets beyond the history limit. */
  async #cleanUp(): Promise<void> {
    const limit = this.deployment.spec!.revisionHistoryLimit ?? 10
    const removable = this.oldSets
      .filter(s => !s.metadata.deletionTimestamp && s.spec!.replicas === 0 && s.status?.replicas === 0)
      .sort((a, b) => revisionOf(a) - revisionOf(b))
    for (const set of removable.slice(0, Math.max(0, removable.length - limit))) {
      try {
        await this.#parts.sets.delete(set.metadata.namespace, set.metadata.name!)
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
  }

  #replace(updated: ReplicaSet): void {
    this.sets = this.sets.map(s => (s.metadata.uid === updated.metadata.uid ? updated : s))
    if (this.newSet?.metadata.uid === updated.metadata.uid) this.newSet = updated
  }
}

function isSaturated(set: ReplicaSet, wanted: number): boolean {
  const desired = Number(set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'])
  return set.spec!.replicas === wanted && desired === wanted && (set.status?.availableReplicas ?? 0) === wanted
}

function withoutHash(set: ReplicaSet) {
  const template = set.spec!.template!
  const labels = { ...template.metadata?.labels }
  delete labels[HASH_LABEL]
  return { ...template, metadata: { ...template.metadata, labels } }
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const [x, y] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '']
  return x !== y ? (x < y ? -1 : 1) : a.metadata.name! < b.metadata.name! ? -1 : 1
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
