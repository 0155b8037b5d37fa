import type { KubeObject } from '../api/object.ts'
import { Informer } from '../client/cache/informer.ts'
import type { ReflectorDependencies } from '../client/cache/reflector.ts'
import { isNotFound } from '../client/errors.ts'
import { ResourceClient, type Resource } from '../client/resource-client.ts'

interface Watched {
  informer: Informer<KubeObject>
  ending: AbortController
  /** uids of the pods that refer to it. */
  users: Set<string>
  /** The version that was given to who asked before the first list. */
  given: string | undefined
}

/**
 * ConfigMaps and Secrets that pods of this node refer to, each followed by a watch of its own for as long as a pod needs
 * it: a kubelet may read these alone. What changes is told with the pods that it concerns.
 */
export class WatchedObjects {
  readonly #dependencies: ReflectorDependencies
  readonly #changed: (uid: string) => void
  readonly #watched = new Map<string, Watched>()

  constructor(dependencies: ReflectorDependencies, changed: (uid: string) => void) {
    this.#dependencies = dependencies
    this.#changed = changed
  }

  /** An object as it is now, or undefined if there is none. From here on the pod hears of its changes. */
  async get<T extends KubeObject>(
    uid: string,
    resource: Resource<T>,
    namespace: string,
    name: string,
  ): Promise<T | undefined> {
    const watched = this.#follow(resource, namespace, name)
    const { informer, users } = watched
    users.add(uid)
    if (informer.hasSynced) return informer.lister.get(namespace, name) as T | undefined
    try {
      const found = await new ResourceClient<T>(this.#dependencies.rest, resource).get(namespace, name)
      watched.given = found.metadata.resourceVersion
      return found
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  /** The pod is gone. */
  forget(uid: string): void {
    for (const [key, { users, ending }] of this.#watched) {
      if (!users.delete(uid) || users.size) continue
      ending.abort(new Error('no pod refers to it any more'))
      this.#watched.delete(key)
    }
  }

  /** Ends all watches. */
  dispose(): void {
    for (const { ending } of this.#watched.values()) ending.abort(new Error('the kubelet stops'))
    this.#watched.clear()
  }

  /** How many objects are followed. */
  get size(): number {
    return this.#watched.size
  }

  #follow<T extends KubeObject>(resource: Resource<T>, namespace: string, name: string): Watched {
    const key = `${resource.resource}/${namespace}/${name}`
    const known = this.#watched.get(key)
    if (known) return known
    const options = { namespace, fieldSelector: `metadata.name=${name}` }
    const informer = new Informer<KubeObject>(resource as unknown as Resource, options, this.#dependencies)
    const watched: Watched = { informer, ending: new AbortController(), users: new Set(), given: undefined }
    this.#watched.set(key, watched)
    const tell = () => {
      for (const uid of [...watched.users]) this.#changed(uid)
    }
    const tellAfterFirst = () => informer.hasSynced && tell()
    informer.addHandler({ onAdd: tellAfterFirst, onUpdate: tellAfterFirst, onDelete: tellAfterFirst })
    // Those who asked have read it themselves; it may have changed until the list.
    void informer.whenSynced().then(() => {
      if (informer.lister.get(namespace, name)?.metadata.resourceVersion !== watched.given) tell()
    })
    informer.start(watched.ending.signal)
    return watched
  }
}
