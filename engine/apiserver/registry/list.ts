import type { KubeObject, ListMeta } from '../../api/object.ts'
import { matches, parseFieldSelector, parseLabelSelector } from '../../api/selector.ts'
import { badRequest, expired, timeout } from '../../api/status.ts'
import { CompactedError } from '../../store/kv.ts'
import type { Store } from '../../store/kv.ts'
import type { ListOptions } from '../request/options.ts'
import { parseVersion } from '../request/options.ts'
import { compareKeys, type ResourceCache } from '../storage/cache.ts'
import type { Codec, Stored } from '../storage/codec.ts'
import type { Feed } from '../storage/feed.ts'
import { endOf } from '../storage/keys.ts'
import type { Resource } from './resources.ts'
import { present } from './resources.ts'

/** One page of a list. */
export interface Page {
  items: Stored[]
  meta: ListMeta
}

export interface Lister {
  feed: Feed
  store: Store
  codec: Codec
}

/** What a list or watch lets through. Undefined lets everything through. */
export type Filter = ((object: KubeObject) => boolean) | undefined

/** Objects of a resource (in one namespace, or in all), filtered and paged, at one revision. */
export async function list(lister: Lister, resource: Resource, namespace: string, options: ListOptions): Promise<Page> {
  const filter = makeFilter(resource, options)
  const prefix = namespace ? `${resource.prefix}${namespace}/` : resource.prefix
  if (options.continue) {
    const token = decodeToken(options.continue)
    // An inconsistent continuation goes on with the newest state.
    if (token.revision > 0)
      return pageAt(lister, resource, prefix, filter, options.limit, token.revision, prefix + token.start)
    return page(lister, resource, prefix, filter, options.limit, prefix + token.start)
  }
  const wanted = parseVersion(options.resourceVersion)
  if (options.resourceVersionMatch === 'Exact' || (wanted > 0 && options.limit > 0 && !options.resourceVersionMatch)) {
    await reach(lister.feed, wanted)
    return pageAt(lister, resource, prefix, filter, options.limit, wanted, prefix)
  }
  if (wanted > 0) await reach(lister.feed, wanted)
  else if (options.resourceVersion === '') {
    const cache = lister.feed.cache(resource.prefix) // both at once: neither needs the other
    await lister.feed.catchUp()
    await cache
  }
  return page(lister, resource, prefix, filter, options.resourceVersion === '0' ? 0 : options.limit, prefix)
}

/** A state of a resource: sorted keys, of which those from `from` to `to` are wanted, and what is under each. */
interface State {
  revision: number
  keys: readonly string[]
  from: number
  to: number
  get(key: string): Stored
}

/** A page of the newest state, out of the cache. */
async function page(
  lister: Lister,
  resource: Resource,
  prefix: string,
  filter: Filter,
  limit: number,
  start: string,
): Promise<Page> {
  const cache = await lister.feed.cache(resource.prefix)
  const { keys, from, to } = cache.range(prefix, start)
  return pageOf(
    { revision: cache.revision, keys, from, to, get: key => cache.get(key)! },
    resource,
    filter,
    limit,
    prefix,
  )
}

function pageOf(
  { revision, keys, from, to, get }: State,
  resource: Resource,
  filter: Filter,
  limit: number,
  prefix: string,
): Page {
  const items: Stored[] = []
  for (let i = from; i < to; i++) {
    const stored = present(resource, get(keys[i]!))
    if (filter && !filter(stored.object)) continue
    items.push(stored)
    if (limit > 0 && items.length === limit && i + 1 < to) {
      const remaining = filter ? undefined : to - i - 1
      return { items, meta: continued(revision, keys[i]!, prefix, remaining) }
    }
  }
  return { items, meta: { resourceVersion: String(revision) } }
}

/** The state at a revision that the cache has left, out of what it remembers of the changes since; undefined if that is not all. */
function stateAt(cache: ResourceCache, revision: number, prefix: string, start: string): State | undefined {
  const changed = cache.changedSince(revision)
  if (!changed) return undefined
  const now = cache.range(prefix, start)
  const get = (key: string) => (changed.has(key) ? changed.get(key) : cache.get(key))!
  const inRange = (key: string) => key >= start && key.startsWith(prefix)
  const came = [...changed].some(([key, then]) => !then && cache.get(key))
  const went = [...changed].flatMap(([key, then]) => (then && !cache.get(key) && inRange(key) ? [key] : []))
  if (!came && !went.length) return { revision, ...now, get }
  const kept = now.keys.slice(now.from, now.to).filter(key => !changed.has(key) || changed.get(key))
  const keys = went.length ? [...kept, ...went].sort(compareKeys) : kept
  return { revision, keys, from: 0, to: keys.length, get }
}

/** A page of the state at a revision that may be past. */
async function pageAt(
  lister: Lister,
  resource: Resource,
  prefix: string,
  filter: Filter,
  limit: number,
  revision: number,
  start: string,
): Promise<Page> {
  const cache = await lister.feed.cache(resource.prefix)
  // Pages follow each other soon. What the cache remembers costs a tenth of reading the store's history.
  const state = stateAt(cache, revision, prefix, start)
  if (state) return pageOf(state, resource, filter, limit, prefix)
  const end = endOf(prefix)
  const items: Stored[] = []
  let key = start
  try {
    for (;;) {
      const want = limit > 0 ? limit - items.length : 0
      const range = await lister.store.range({ key: Buffer.from(key), rangeEnd: end, limit: want, revision })
      for (const kv of range.kvs) {
        const stored = present(resource, lister.codec.decode(Buffer.from(kv.key).toString(), kv.value, kv.modRevision))
        if (!filter || filter(stored.object)) items.push(stored)
      }
      const last = range.kvs.at(-1)
      if (!range.more || !last) return { items, meta: { resourceVersion: String(revision) } }
      const lastKey = Buffer.from(last.key).toString()
      if (items.length >= limit)
        return {
          items,
          meta: continued(revision, lastKey, prefix, filter ? undefined : range.count - range.kvs.length),
        }
      key = lastKey + '\0'
    }
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error
    if (start === prefix) throw expired(`The resourceVersion for the provided list is too old.`)
    const fresh = encodeToken({ revision: -1, start: start.slice(prefix.length) })
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      fresh,
    )
  }
}

async function reach(feed: Feed, revision: number) {
  if (await feed.waitFor(revision, 3000)) return
  throw timeout(`Too large resource version: ${revision}, current: ${feed.revision}`, 1)
}

function continued(revision: number, lastKey: string, prefix: string, remaining: number | undefined): ListMeta {
  const meta: ListMeta = {
    resourceVersion: String(revision),
    continue: encodeToken({ revision, start: lastKey.slice(prefix.length) + '\0' }),
  }
  if (remaining !== undefined) meta.remainingItemCount = remaining
  return meta
}

/** The continue token of meta.k8s.io/v1: base64 of {"v","rv","start"}. */
function encodeToken({ revision, start }: { revision: number; start: string }): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url')
}

function decodeToken(text: string): { revision: number; start: string } {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as { v?: string; rv?: number; start?: string }
    if (token.v === 'meta.k8s.io/v1' && typeof token.rv === 'number' && token.start)
      return { revision: token.rv, start: token.start }
  } catch {
    throw badRequest('continue key is not valid: the token cannot be read')
  }
  throw badRequest('continue key is not valid: incorrect version or missing start key')
}

/** The selectors of a list or watch as one test. @throws ApiError 400 for selectors that cannot be. */
export function makeFilter(resource: Resource, options: { labelSelector: string; fieldSelector: string }): Filter {
  const labels = options.labelSelector ? parseLabelSelector(options.labelSelector) : undefined
  const fields = options.fieldSelector ? parseFieldSelector(options.fieldSelector).requirements : []
  const { strategy } = resource
  const basic = resource.namespaced ? ['metadata.name', 'metadata.namespace'] : ['metadata.name']
  const own =
    fields.length === 0
      ? []
      : Object.keys(strategy.selectableFields?.({ apiVersion: '', kind: '', metadata: {}, spec: {}, status: {} }) ?? {})
  for (const { field } of fields) {
    if (basic.includes(field) || own.includes(field)) continue
    if (own.length === 0)
      throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`)
    throw badRequest(`field label not supported: ${field}`)
  }
  if (!labels && fields.length === 0) return undefined
  return object => {
    if (labels && !matches(labels, object.metadata.labels ?? {})) return false
    if (fields.length === 0) return true
    const values: Record<string, string> = own.length > 0 ? (strategy.selectableFields!(object) ?? {}) : {}
    values['metadata.name'] = object.metadata.name ?? ''
    values['metadata.namespace'] = object.metadata.namespace ?? ''
    return fields.every(({ field, value, operator }) => ((values[field] ?? '') === value) === (operator === '='))
  }
}
