import type { ObjectMeta } from '../../../engine/api/object.ts'
import { collectionPath, objectsAddress, type ResourceKind } from '../cluster/discovery.ts'
import { kinds } from '../cluster/kinds.svelte.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { ApiError } from '../cluster/api-error.ts'
import { requestJSON } from '../cluster/rest.ts'
import { router } from '../shell/router.svelte.ts'
import type { Command } from './rank.ts'

/** What people look for by name; every other kind is reached by its own page. */
const SEARCHED = new Set([
  ...['pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs', 'services', 'ingresses', 'nodes'],
  ...['configmaps', 'secrets', 'persistentvolumeclaims', 'namespaces', 'serviceaccounts'],
])
/** Fewer letters find too much to be of use. */
const LEAST_LETTERS = 2
const MOST_OF_A_KIND = 2_000
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'

/** Finds objects by their names, once a text is long enough: each kind is asked for its names once while the palette is open. */
export class ObjectSearch {
  commands: readonly Command[] = $state.raw([])
  looking = $state(false)
  readonly #controller = new AbortController()
  #asked = false

  look(text: string): void {
    if (this.#asked || text.trim().length < LEAST_LETTERS) return
    this.#asked = true
    this.looking = true
    void this.#ask().finally(() => (this.looking = false))
  }

  dispose(): void {
    this.#controller.abort()
  }

  async #ask(): Promise<void> {
    if (kinds.list.length === 0) await kinds.load()
    const searched = kinds.list.filter(k => SEARCHED.has(k.resource) && !k.group.includes('metrics'))
    await Promise.all(searched.map(kind => this.#list(kind)))
  }

  async #list(kind: ResourceKind): Promise<void> {
    const { signal } = this.#controller
    try {
      const path = `${connection.cluster}${collectionPath(kind)}?limit=${MOST_OF_A_KIND}&resourceVersion=0`
      const list = await requestJSON<{ items: { metadata: ObjectMeta }[] }>(path, {
        signal,
        headers: { accept: METADATA },
      })
      this.commands = [...this.commands, ...list.items.map(({ metadata }) => commandOf(kind, metadata))]
    } catch (error) {
      // Who may not list a kind does not find its objects; and nobody waits once the palette is closed.
      if (!signal.aborted && !(error instanceof ApiError)) throw error
    }
  }
}

function commandOf(kind: ResourceKind, { namespace, name = '' }: ObjectMeta): Command {
  return {
    id: `${kind.group}/${kind.resource}/${namespace ?? ''}/${name}`,
    title: name,
    hint: namespace ? `${kind.kind} · ${namespace}` : kind.kind,
    run: () => router.go(objectsAddress(kind, { namespace, name })),
  }
}
