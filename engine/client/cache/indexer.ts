import type { KubeObject } from '../../api/object.ts'

/** The values under which an object is found in an index; none if it does not belong there. */
export type IndexFunction<T> = (object: T) => string[]

/** Read access to a local copy. The objects are shared: never change them. */
export interface Lister<T> {
  get(namespace: string | undefined, name: string): T | undefined
  byKey(key: string): T | undefined
  list(namespace?: string): T[]
  /** @throws Error if there is no index of that name. */
  byIndex(index: string, value: string): T[]
}

/** "namespace/name", or "name" for what lives outside namespaces. */
export function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata
  return namespace ? `${namespace}/${name}` : name!
}

/** The inverse of `keyOf`. */
export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/')
  return slash < 0
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

const BY_NAMESPACE = 'namespace'

/** A map of objects by key with secondary indexes. */
export class Indexer<T extends KubeObject> implements Lister<T> {
  readonly #objects = new Map<string, T>()
  readonly #functions = new Map<string, IndexFunction<T>>()
  readonly #indexes = new Map<string, Map<string, Map<string, T>>>()

  constructor() {
    this.addIndex(BY_NAMESPACE, o => [o.metadata.namespace ?? ''])
  }

  addIndex(name: string, fn: IndexFunction<T>): void {
    if (this.#functions.has(name)) return
    this.#functions.set(name, fn)
    this.#indexes.set(name, new Map())
    for (const [key, object] of this.#objects) this.#link(name, fn, key, object)
  }

  /** Puts the object in and gives what was there before. */
  set(object: T): T | undefined {
    const key = keyOf(object)
    const old = this.#objects.get(key)
    if (old) this.#unlink(key, old)
    this.#objects.set(key, object)
    for (const [name, fn] of this.#functions) this.#link(name, fn, key, object)
    return old
  }

  delete(key: string): T | undefined {
    const old = this.#objects.get(key)
    if (!old) return undefined
    this.#unlink(key, old)
    this.#objects.delete(key)
    return old
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(namespace ? `${namespace}/${name}` : name)
  }

  byKey(key: string): T | undefined {
    return this.#objects.get(key)
  }

  list(namespace?: string): T[] {
    return namespace ? this.byIndex(BY_NAMESPACE, namespace) : Array.from(this.#objects.values())
  }

  byIndex(index: string, value: string): T[] {
    const buckets = this.#indexes.get(index)
    if (!buckets) throw new Error(`there is no index ${index}`)
    return Array.from(buckets.get(value)?.values() ?? [])
  }

  #link(name: string, fn: IndexFunction<T>, key: string, object: T): void {
    const buckets = this.#indexes.get(name)!
    for (const value of fn(object)) {
      let bucket = buckets.get(value)
      if (!bucket) buckets.set(value, (bucket = new Map()))
      bucket.set(key, object)
    }
  }

  #unlink(key: string, object: T): void {
    for (const [name, fn] of this.#functions) {
      const buckets = this.#indexes.get(name)!
      for (const value of fn(object)) {
        const bucket = buckets.get(value)
        bucket?.delete(key)
        if (bucket?.size === 0) buckets.delete(value)
      }
    }
  }
}
