import { connection } from '../../cluster/connection.svelte.ts'
import { ApiError } from '../../cluster/api-error.ts'
import { requestJSON } from '../../cluster/rest.ts'
import { SchemaTree, type OpenAPIDocument } from './openapi.ts'

type Index = Record<string, { serverRelativeURL: string }>

/** A definition may have been applied since; asking for the index more often than this would be for nothing. */
const STALE_MS = 10_000

/** The schemas that the cluster serves, each group version asked for once, when it is first written about. */
class Schemas {
  #index: { at: number; paths: Promise<Index> } | undefined
  readonly #trees = new Map<string, Promise<SchemaTree | undefined>>()

  /** Undefined if the cluster serves no such group version, or does not say what it consists of: then one writes without help. */
  async tree(apiVersion: string): Promise<SchemaTree | undefined> {
    try {
      const address = await this.#addressOf(apiVersion)
      if (!address) return undefined
      let tree = this.#trees.get(address)
      if (!tree) {
        tree = requestJSON<OpenAPIDocument>(connection.cluster + address).then(document => new SchemaTree(document))
        this.#trees.set(address, tree)
        tree.catch(() => this.#trees.delete(address))
      }
      return await tree
    } catch (error) {
      if (error instanceof ApiError) return undefined
      throw error
    }
  }

  /** The group versions that are served, such as `v1` and `apps/v1`. */
  async groupVersions(): Promise<string[]> {
    try {
      const paths = Object.keys(await this.#paths(false))
      return paths.flatMap(path => /^(?:api\/|apis\/)((?:[^/]+\/)?v\d[^/]*)$/.exec(path)?.[1] ?? [])
    } catch (error) {
      if (error instanceof ApiError) return []
      throw error
    }
  }

  async #addressOf(apiVersion: string): Promise<string | undefined> {
    const path = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`
    const known = (await this.#paths(false))[path] ?? (await this.#paths(true))[path]
    return known?.serverRelativeURL
  }

  #paths(anew: boolean): Promise<Index> {
    if (!this.#index || (anew && Date.now() - this.#index.at > STALE_MS)) {
      const paths = requestJSON<{ paths: Index }>(`${connection.cluster}/openapi/v3`).then(index => index.paths)
      this.#index = { at: Date.now(), paths }
      paths.catch(() => (this.#index = undefined))
    }
    return this.#index.paths
  }
}

export const schemas = new Schemas()
