import { own } from '../../base/own.ts'
import { forbidden, conflict } from '../../api/status.ts'
import type { KubeObject } from '../../api/object.ts'
import { parseQuantity, quantityOf } from '../../base/quantity.ts'
import { inScope, isPodActive, missingIn, usageOf } from '../quota/usage.ts'
import type { Usage } from '../quota/usage.ts'
import type { Stored } from '../storage/codec.ts'
import type { Feed } from '../storage/feed.ts'
import type { ObjectStorage } from '../storage/objects.ts'
import type { AdmissionPlugin, Attributes } from './plugin.ts'

const PREFIX = '/registry/resourcequotas/'
const TRIES = 10

/** Refuses what would exceed a quota of the namespace, and books what does not. Deletions are booked by the controller. */
export function resourceQuota(deps: { feed: Feed; storage: ObjectStorage }): AdmissionPlugin {
  return {
    name: 'ResourceQuota',
    async validate(attributes) {
      const { operation, resource, subresource, namespace, object, oldObject } = attributes
      if (!resource.namespaced || !object || operation === 'DELETE') return
      // Of what subresources write, a pod's new size alone counts.
      if (subresource && !(subresource === 'resize' && resource.group === '' && resource.resource === 'pods')) return
      const cache = await deps.feed.cache(PREFIX)
      const quotas = [...cache.values(`${PREFIX}${namespace}/`)]
      if (quotas.length === 0) return
      const { group, resource: name } = resource
      const after = usageOf(group, name, object)
      const before: Usage = operation === 'UPDATE' && oldObject ? usageOf(group, name, oldObject) : new Map()
      const isPod = group === '' && name === 'pods'
      for (const stored of quotas) {
        if (!inScope(stored.object, name, object)) continue
        if (isPod && (operation === 'CREATE' || subresource) && isPodActive(object))
          demandResources(attributes, stored.object, object)
        await book(deps.storage, attributes, stored, after, before)
      }
    },
  }
}

function demandResources(attributes: Attributes, quota: KubeObject, pod: KubeObject) {
  const missing = missingIn(quota, pod)
  if (missing.size === 0) return
  const texts = [...missing]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, containers]) => `${name} for: ${containers.sort().join(',')}`)
  throw forbidden(
    { ...attributes.resource, name: attributes.name },
    `failed quota: ${quota.metadata.name}: must specify ${texts.join('; ')}`,
  )
}

/** Adds the difference to the quota's status, again and again until nobody else writes in between. */
async function book(
  storage: ObjectStorage,
  attributes: Attributes,
  first: Stored,
  after: Usage,
  before: Usage,
): Promise<void> {
  const subject = { ...attributes.resource, name: attributes.name }
  let current: Stored | undefined = first
  for (let attempt = 0; attempt < TRIES && current; attempt++) {
    const quota: KubeObject = structuredClone(current.object)
    const hard = (quota.status?.hard ?? {}) as Record<string, string>
    const used = ((quota.status ??= {}).used ??= {}) as Record<string, string>
    const over: { name: string; asked: string; used: string; hard: string }[] = []
    const unknown: string[] = []
    let changed = false
    for (const name of Object.keys(hard).sort()) {
      const delta = (after.get(name) ?? quantityOf(0)).sub(before.get(name) ?? quantityOf(0))
      if (delta.sign() <= 0) continue
      const text = own(used, name)
      if (text === undefined) {
        unknown.push(name)
        continue
      }
      const now = parseQuantity(text)
      const next = now.add(delta)
      if (next.cmp(parseQuantity(hard[name]!)) > 0)
        over.push({ name, asked: delta.toString(), used: now.toString(), hard: parseQuantity(hard[name]!).toString() })
      used[name] = next.toString()
      changed = true
    }
    if (unknown.length > 0)
      throw forbidden(subject, `status unknown for quota: ${quota.metadata.name}, resources: ${unknown.join(',')}`)
    if (over.length > 0) {
      const text = (field: 'asked' | 'used' | 'hard') => over.map(entry => `${entry.name}=${entry[field]}`).join(',')
      throw forbidden(
        subject,
        `exceeded quota: ${quota.metadata.name}, requested: ${text('asked')}, used: ${text('used')}, limited: ${text('hard')}`,
      )
    }
    if (!changed || attributes.dryRun) return
    const result = await storage.replace(current.key, quota, current.revision)
    if (result.held) return
    current = result.current
  }
  if (current)
    throw conflict(
      { group: '', resource: 'resourcequotas' },
      first.object.metadata.name!,
      'the quota is being changed too often; please try again',
    )
}
