import { join } from 'node:path'
import type { Pod } from '../../api/types.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { sleep, type Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { Platform } from '../../base/platform/platform.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import type { Informer } from '../../client/cache/informer.ts'
import { isConflict, isNotFound } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { ResourceClient } from '../../client/resource-client.ts'
import { removePodDir } from '../volumes/volumes.ts'
import { endRecorded, recordedPods, survivors } from './leftovers.ts'
import type { Admission } from './admission.ts'
import { PodRunner, type Failure, type PodDependencies } from './pod-runner.ts'
import { readRecord } from './record.ts'
import type { Run } from './run.ts'
import type { StaticPods } from './static-pods.ts'
import { buildStatus } from './status.ts'

const MIRROR_RETRY_MS = 10_000

type Resizing = 'refusesResize' | 'memoryUsed'

export interface PodManagerDependencies {
  clock: Clock
  log: Logger
  platform: Platform
  /** All pods that are bound to this node. */
  pods: Informer<Pod>
  client: Pick<ResourceClient<Pod>, 'patch' | 'delete'>
  /** Folder with a folder for each pod. */
  dir: string
  hostIP: string
  statics?: StaticPods
  admission: Admission
  /** What a container has in memory now, in bytes, if it is known. */
  memoryUsed(uid: string, container: string): number | undefined
  /** What a pod needs beside what the manager knows. */
  dependenciesOf(
    pod: Pod,
  ): Omit<PodDependencies, 'clock' | 'dir' | 'record' | 'runs' | 'end' | 'identify' | 'changed' | Resizing>
  /** Nothing of the pod is left. */
  forgotten(uid: string): void
}

/**
 * All pods of this node, each under its uid: one that comes under the name of one that is still going is another pod.
 * A pod is looked at whenever its object or something of it on this node changes; each look ends with one write of its
 * status at most.
 */
export class PodManager {
  readonly #dependencies: PodManagerDependencies
  readonly #runners = new Map<string, PodRunner>()
  /** Names of the pods whose uids have been seen. */
  readonly #keys = new Map<string, string>()
  readonly #reconciler: Reconciler

  constructor(dependencies: PodManagerDependencies) {
    this.#dependencies = dependencies
    const { clock, log } = dependencies
    this.#reconciler = new Reconciler({
      name: 'kubelet',
      clock,
      log,
      workers: 16,
      backoff: { baseMs: 100, maxMs: 10_000 },
      reconcile: uid => this.#sync(uid),
    })
    const seen = (pod: Pod) => this.#see(pod)
    dependencies.pods.addHandler({
      onAdd: seen,
      onUpdate: (old, pod) => {
        if (old.metadata.uid !== pod.metadata.uid) seen(old)
        seen(pod)
      },
      onDelete: seen,
    })
    dependencies.statics?.onChange(seen)
  }

  get runners(): PodRunner[] {
    return [...this.#runners.values()]
  }

  /** The pod of a name; the latest, should there be one that is still going. */
  find(namespace: string, name: string): PodRunner | undefined {
    return this.runners.findLast(({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name)
  }

  /** An object that a pod refers to has changed. */
  objectChanged(uid: string): void {
    this.#runners.get(uid)?.objectChanged()
  }

  /**
   * Works until the signal aborts. Static pods need nobody's leave; once `synced` resolves, what neither they nor the
   * API server know is cleared away.
   */
  async run(signal: AbortSignal, synced: Promise<void>): Promise<void> {
    const { log } = this.#dependencies
    synced
      .then(async () => {
        if (signal.aborted) return
        // They ran without anybody who could be shown a mirror.
        for (const pod of this.#dependencies.statics?.list() ?? []) this.#see(pod)
        await this.#clearLeftovers()
      })
      .catch((error: unknown) => log.warn('what earlier pods left was not cleared away', { error: messageOf(error) }))
    await this.#reconciler.run(signal)
  }

  /** Ends the given pods as failed, and waits for it as long as the grace period. */
  async fail(which: (pod: Pod) => boolean, failure: Failure, graceSeconds: number): Promise<void> {
    const { clock } = this.#dependencies
    const chosen = this.runners.filter(runner => runner.stage.kind === 'syncing' && which(runner.pod))
    for (const runner of chosen) {
      const own = Number(runner.pod.spec?.terminationGracePeriodSeconds ?? graceSeconds)
      runner.fail(failure, Math.min(own, graceSeconds))
    }
    const end = clock.monotonic() + graceSeconds * 1000
    const reported = (r: PodRunner) => r.finished && r.pod.status?.phase === 'Failed'
    while (!chosen.every(reported) && clock.monotonic() < end) await sleep(clock, 50)
  }

  /** Stops all processes; the pods go on in the next life. */
  async halt(graceSeconds: number): Promise<void> {
    await Promise.all(this.runners.map(runner => runner.halt(graceSeconds)))
  }

  #see(pod: Pod): void {
    const uid = this.#dependencies.statics?.uidBehind(pod) ?? pod.metadata.uid!
    this.#keys.set(uid, keyOf(pod))
    this.#reconciler.enqueue(uid, pod)
  }

  /** Folders of pods that are no longer this node's: what runs is ended, and they go. */
  async #clearLeftovers(): Promise<void> {
    const { dir, platform, clock, log, pods, statics } = this.#dependencies
    const known = new Set([...pods.lister.list(), ...(statics?.list() ?? [])].map(pod => pod.metadata.uid))
    for (const { uid, record } of recordedPods(dir)) {
      if (known.has(uid)) continue
      const ended = record ? await endRecorded(record, platform, clock) : 0
      removePodDir(join(dir, uid))
      log.info('cleared away a pod that is no longer here', { pod: record?.name ?? uid, processes: ended })
    }
  }

  /** The pod as it is wanted now; undefined when it is wanted no more. */
  #wanted(uid: string): Pod | undefined {
    const { pods, statics } = this.#dependencies
    const fixed = statics?.byUid(uid)
    if (fixed) return fixed
    const pod = pods.lister.byKey(this.#keys.get(uid) ?? '')
    return pod?.metadata.uid === uid ? pod : undefined
  }

  async #sync(uid: string): Promise<number | void> {
    const { statics } = this.#dependencies
    const wanted = this.#wanted(uid)
    let runner = this.#runners.get(uid)
    if (!wanted) return this.#forget(uid, runner)
    if (!runner) this.#admit((runner = await this.#adopt(wanted)))
    else runner.pod = newer(runner.pod, wanted)
    const fixed = statics?.byUid(uid)
    if (fixed) runner.pod = { ...fixed, status: (await statics!.mirrored(fixed)) ?? runner.pod.status }
    const again = await runner.sync()
    await this.#report(runner)
    if (runner.finished && !fixed && runner.pod.metadata.deletionTimestamp) await this.#remove(runner)
    // A mirror that could not be made is tried again.
    return fixed && !statics!.mirrorOf(fixed) ? Math.min(again ?? Infinity, MIRROR_RETRY_MS) : again
  }

  /** The object is gone: processes that still run are ended, then the pod goes. */
  #forget(uid: string, runner: PodRunner | undefined): void {
    if (runner && !runner.finished) return runner.forceEnd()
    runner?.dispose()
    this.#runners.delete(uid)
    this.#keys.delete(uid)
    this.#dependencies.forgotten(uid)
  }

  async #adopt(pod: Pod): Promise<PodRunner> {
    const { platform, clock, log, dependenciesOf } = this.#dependencies
    const uid = pod.metadata.uid!
    const dir = join(this.#dependencies.dir, uid)
    const record = readRecord(dir)
    const runs = record ? survivors(pod, record, dir, platform) : new Map<string, Run>()
    const ended = record ? await endRecorded(record, platform, clock, runs) : 0
    const { name } = pod.metadata
    if (ended) log.info('ended what an earlier life left of a pod', { pod: name, processes: ended })
    if (runs.size) log.info('goes on with what an earlier life started', { pod: name, containers: [...runs.keys()] })
    return new PodRunner(pod, {
      ...dependenciesOf(pod),
      clock,
      dir,
      record,
      runs,
      end: pid => platform.killTree(pid),
      identify(pid) {
        const started = platform.identify([pid]).get(pid)
        return started === undefined ? undefined : { pid, started }
      },
      changed: () => this.#reconciler.enqueue(uid),
      refusesResize: wanted => this.#dependencies.admission.refusesResize(wanted, this.#others(uid)),
      memoryUsed: container => this.#dependencies.memoryUsed(uid, container),
    })
  }

  /** Takes a pod in hand; one that is new here and does not fit beside the others fails at once. */
  #admit(runner: PodRunner): void {
    const { pod } = runner
    const uid = pod.metadata.uid!
    const isNew = !runner.isRecalled && runner.stage.kind === 'syncing' && !pod.status?.startTime
    const refusal =
      isNew && !pod.metadata.deletionTimestamp && this.#dependencies.admission.refuses(pod, this.#others(uid))
    if (refusal) runner.reject(refusal)
    this.#runners.set(uid, runner)
  }

  /** What the other pods that are here were allocated. */
  #others(uid: string): Pod[] {
    return this.runners.filter(r => !r.finished && r.pod.metadata.uid !== uid).map(r => r.resize.allocatedPod)
  }

  /** Writes the status if it differs from what the API server shows. */
  async #report(runner: PodRunner): Promise<void> {
    const { pod } = runner
    const { clock, client, hostIP, statics } = this.#dependencies
    const status = buildStatus(runner, hostIP, clock.now())
    if (canonicalJSON(status) === canonicalJSON(pod.status)) return
    const target = statics?.byUid(pod.metadata.uid!) ? statics.mirrorOf(pod) : pod
    if (!target) return void (runner.pod = { ...pod, status })
    const { namespace, name, uid } = target.metadata
    try {
      const body = { metadata: { uid }, status: withRemovals(pod.status, status) }
      const written = await client.patch(namespace, name!, 'merge', body, { subresource: 'status' })
      runner.pod = target === pod ? newer(runner.pod, written) : { ...pod, status: written.status }
    } catch (error) {
      if (!isNotFound(error) && !(isConflict(error) && target !== pod)) throw error
    }
  }

  /** All is stopped and reported: the API object may go. */
  async #remove(runner: PodRunner): Promise<void> {
    const { client, log } = this.#dependencies
    const { namespace, name, uid } = runner.pod.metadata
    try {
      await client.delete(namespace, name!, { gracePeriodSeconds: 0, preconditions: { uid } })
    } catch (error) {
      if (isNotFound(error)) return
      log.warn('pod not removed', { pod: name, error: messageOf(error) })
      throw error
    }
  }
}

/** The later of two versions of one object: what we wrote ourselves may not have come back to us yet. */
function newer(known: Pod, other: Pod): Pod {
  const version = ({ metadata: { resourceVersion } }: Pod) => BigInt(resourceVersion || 0)
  return known.metadata.uid === other.metadata.uid && version(known) > version(other) ? known : other
}

/** A merge patch that also takes away what the new status no longer has. */
function withRemovals(before: object | undefined, after: object): Record<string, unknown> {
  const removed = Object.keys(before ?? {}).filter(key => !(key in after))
  return { ...after, ...Object.fromEntries(removed.map(key => [key, null])) }
}
