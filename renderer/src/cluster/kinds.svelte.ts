import { keepSame, kindsOf, type DiscoveryList, type ResourceKind } from './discovery.ts'
import { connection } from './connection.svelte.ts'
import { requestJSON } from './rest.ts'

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

/** The kinds that the cluster serves; asked for again whenever somebody wants to be sure. */
class Kinds {
  list: readonly ResourceKind[] = $state.raw([])
  error: unknown = $state.raw()
  #loading: Promise<void> | undefined

  load(): Promise<void> {
    return (this.#loading ??= this.#load().finally(() => (this.#loading = undefined)))
  }

  async #load(): Promise<void> {
    try {
      const documents = await Promise.all(
        ['/api', '/apis'].map(path =>
          requestJSON<DiscoveryList>(connection.cluster + path, { headers: { accept: ACCEPT } }),
        ),
      )
      this.list = keepSame(this.list, kindsOf(...documents))
      this.error = undefined
    } catch (error) {
      this.error = error
    }
  }

  /** Asks once more, also if an answer that may be older is on its way. */
  async refresh(): Promise<void> {
    await this.#loading
    await this.load()
  }

  /** The kind of an object by its apiVersion and kind, asking the server once more if it is not known. */
  async find(group: string, kind: string): Promise<ResourceKind | undefined> {
    const known = () => this.list.find(k => k.group === group && k.kind === kind)
    if (!known()) await this.load()
    return known()
  }
}

export const kinds = new Kinds()
