import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pod, PodStatus } from '../../api/types.ts'
import { pause, type Clock } from '../../base/clock.ts'
import { codeOf, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import type { Lister } from '../../client/cache/indexer.ts'
import { isAlreadyExists, isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { ResourceClient } from '../../client/resource-client.ts'

export interface StaticPodsDependencies {
  /** Folder of manifests, one pod in a file. */
  folder: string
  nodeName: string
  clock: Clock
  log: Logger
  client: Pick<ResourceClient<Pod>, 'create' | 'delete'>
  /** All pods that the API server knows of this node, mirrors among them. */
  lister: Lister<Pod>
  /** The Node's own uid, who owns the mirrors; undefined while it is not registered. */
  nodeUid(): string | undefined
}

/** How often the folder is looked at. */
const LOOK_MS = 2_000
const SOURCE = 'kubernetes.io/config.source'
const HASH = 'kubernetes.io/config.hash'
const SEEN = 'kubernetes.io/config.seen'
const MIRROR = 'kubernetes.io/config.mirror'

/**
 * Pods that a folder of this node asks for, whether there is an API server or not. The API server is shown a mirror of
 * each: it can be read there like any pod, and deleting it changes nothing but itself.
 */
export class StaticPods {
  readonly #dependencies: StaticPodsDependencies
  readonly #pods = new Map<string, Pod>()
  readonly #files = new Map<string, { text: string; pod: Pod | undefined }>()
  readonly #listeners = new Set<(pod: Pod) => void>()

  constructor(dependencies: StaticPodsDependencies) {
    this.#dependencies = dependencies
  }

  /** Looks at the folder until the signal aborts. Resolves after the first look. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#look()
    void this.#watch(signal)
  }

  onChange(listener: (pod: Pod) => void): void {
    this.#listeners.add(listener)
  }

  list(): Pod[] {
    return [...this.#pods.values()]
  }

  byUid(uid: string): Pod | undefined {
    return this.#pods.get(uid)
  }

  /** The uid of the static pod that an API object is the mirror of, also of one that is no longer there. */
  uidBehind(pod: Pod): string | undefined {
    if (!isMirror(pod)) return undefined
    return this.list().find(p => keyOf(p) === keyOf(pod))?.metadata.uid
  }

  /** The object that stands for the pod in the API server, if there is one that is up to date. */
  mirrorOf(pod: Pod): Pod | undefined {
    const mirror = this.#dependencies.lister.byKey(keyOf(pod))
    if (!mirror || mirror.metadata.deletionTimestamp) return undefined
    return mirror.metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[HASH] ? mirror : undefined
  }

  /** Sees to it that the mirror is there and the right one. Gives its status. */
  async mirrored(pod: Pod): Promise<PodStatus | undefined> {
    const { lister, client, nodeName, nodeUid, log } = this.#dependencies
    const current = lister.byKey(keyOf(pod))
    const sound = this.mirrorOf(pod)
    if (sound) return sound.status
    if (current && !isMirror(current)) return undefined
    const uid = nodeUid()
    if (!uid) return undefined
    try {
      if (current) await this.#removeMirror(current)
      const { uid: _uid, ...metadata } = pod.metadata
      const annotations = { ...metadata.annotations, [MIRROR]: metadata.annotations![HASH]! }
      const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid, controller: true }]
      await client.create({ ...pod, metadata: { ...metadata, annotations, ownerReferences } } as Pod)
    } catch (error) {
      if (!isAlreadyExists(error)) log.debug('no mirror of a static pod', { pod: keyOf(pod), error: messageOf(error) })
    }
    return undefined
  }

  /** Removes mirrors of pods that no file asks for. */
  async removeOrphans(): Promise<void> {
    for (const pod of this.#dependencies.lister.list())
      if (isMirror(pod) && !this.uidBehind(pod)) await this.#removeMirror(pod)
  }

  async #removeMirror(pod: Pod): Promise<void> {
    const { namespace, name, uid } = pod.metadata
    try {
      await this.#dependencies.client.delete(namespace, name!, { gracePeriodSeconds: 0, preconditions: { uid } })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#dependencies
    while (!signal.aborted) {
      await pause(clock, LOOK_MS, signal)
      try {
        await this.#look()
        await this.removeOrphans()
      } catch (error) {
        log.debug('the static pods were not looked at', { error: messageOf(error) })
      }
    }
  }

  async #look(): Promise<void> {
    const names = filesIn(this.#dependencies.folder)
    for (const name of this.#files.keys()) if (!names.includes(name)) this.#set(name, undefined)
    for (const name of names) {
      const text = readFileSync(join(this.#dependencies.folder, name), 'utf8')
      if (this.#files.get(name)?.text !== text) this.#set(name, { text, pod: await this.#read(name, text) })
    }
  }

  #set(name: string, file: { text: string; pod: Pod | undefined } | undefined): void {
    const before = this.#files.get(name)?.pod
    if (file) this.#files.set(name, file)
    else this.#files.delete(name)
    const after = file?.pod
    if (before && before.metadata.uid !== after?.metadata.uid) this.#pods.delete(before.metadata.uid!)
    if (after) this.#pods.set(after.metadata.uid!, after)
    for (const pod of [before, after]) if (pod) for (const listener of this.#listeners) listener(pod)
  }

  /** A manifest as the pod that this node runs; undefined, and said in the log, if it is none. */
  async #read(name: string, text: string): Promise<Pod | undefined> {
    const { nodeName, clock, log } = this.#dependencies
    try {
      const [{ parse }, { scheme }, { setDefaults }] = await Promise.all([
        import('yaml'),
        import('../../api/scheme.ts'),
        import('../../api/defaulting.ts'),
      ])
      const given = parse(text) as Pod | null
      if (given?.kind !== 'Pod' || given.apiVersion !== 'v1' || !given.metadata?.name)
        throw new Error('it is not a v1 Pod with a name')
      const hash = createHash('md5').update(nodeName).update(name).update(text).digest('hex')
      const pod = structuredClone(given)
      pod.metadata = {
        ...pod.metadata,
        name: `${given.metadata.name}-${nodeName}`,
        namespace: given.metadata.namespace ?? 'default',
        uid: hash,
        annotations: {
          ...pod.metadata.annotations,
          [SOURCE]: 'file',
          [HASH]: hash,
          [SEEN]: rfc3339(clock.now()),
        },
      }
      const tolerations = [...(pod.spec?.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }]
      pod.spec = { ...pod.spec, nodeName, tolerations } as Pod['spec']
      setDefaults(scheme.byKind('', 'v1', 'Pod')!, pod)
      delete pod.status
      return pod
    } catch (error) {
      log.warn('a manifest in the folder of static pods is not used', { file: name, error: messageOf(error) })
      return undefined
    }
  }
}

function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.[MIRROR] !== undefined
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => /^[^.].*\.(ya?ml|json)$/.test(name))
      .sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
