import type { KubeObject } from '../../api/object.ts'
import { conflict, forbidden, notFound } from '../../api/status.ts'
import type { DeleteOptions } from '../request/options.ts'
import type { Stored } from '../storage/codec.ts'
import { objectKey } from '../storage/keys.ts'
import { timestamp } from './registry.ts'
import type { Registry, WriteCall } from './registry.ts'
import { present } from './resources.ts'
import type { Resource } from './resources.ts'

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/** Namespaces that the cluster cannot be without. */
const UNDELETABLE = new Set(['default', 'kube-system', 'kube-public'])
const SYSTEM_PRIORITY = new Set(['system-node-critical', 'system-cluster-critical'])

/** Deletes an object, or marks it so that it goes when its grace and its finalizers are done. */
export async function deleteObject(
  registry: Registry,
  resource: Resource,
  namespace: string,
  name: string,
  options: DeleteOptions,
  call: WriteCall,
  nowMs: number,
): Promise<{ removed: boolean; stored: Stored }> {
  if (resource.group === '' && resource.resource === 'namespaces' && UNDELETABLE.has(name))
    throw forbidden({ ...resource, name }, 'this namespace may not be deleted')
  if (resource.group === 'scheduling.k8s.io' && resource.resource === 'priorityclasses' && SYSTEM_PRIORITY.has(name))
    throw forbidden({ ...resource, name }, 'this is a system priority class and cannot be deleted')
  const key = objectKey(resource.strategy, namespace, name)
  let current = await registry.storage.get(key)
  let admitted = false
  for (;;) {
    if (!current) throw notFound(resource, name)
    const object = present(resource, current).object
    checkPreconditions(resource, name, object, options)
    if (!admitted) await registry.admitDeletion(resource, namespace, name, object, call)
    admitted = true
    const result = await registry.removeOrMark(resource, current, decideDeletion(resource, options, nowMs), call.dryRun)
    if ('outcome' in result) return { removed: result.outcome === 'removed', stored: result.stored }
    current = result.current
  }
}

function checkPreconditions(resource: Resource, name: string, object: KubeObject, options: DeleteOptions) {
  const { uid, resourceVersion } = options.preconditions
  const { metadata } = object
  // Here alone Kubernetes names the kind instead of the resource.
  const subject = { group: resource.group, resource: resource.kind }
  if (uid && uid !== metadata.uid)
    throw conflict(
      subject,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    )
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    throw conflict(
      subject,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    )
}

/** What a deletion makes of an object, as k8s.io/apiserver's BeforeDelete and its callers decide. */
export function decideDeletion(resource: Resource, options: DeleteOptions, nowMs: number) {
  return (object: KubeObject): 'remove' | 'keep' | KubeObject => {
    const { strategy } = resource
    const old = object.metadata
    const isNamespace = resource.group === '' && resource.resource === 'namespaces'
    let grace = graceOf(resource, object, options)
    if (old.deletionTimestamp) {
      const left = old.deletionGracePeriodSeconds ?? 0
      // A second deletion can only make it sooner.
      if (left <= grace && left !== 0) return 'keep'
      grace = Math.min(grace, left)
    }
    const finalizers = finalizersFor(object, strategy.defaultPropagation, options)
    const held = finalizers.length > 0 || (isNamespace && (object.spec?.finalizers?.length ?? 0) > 0)
    if (grace === 0 && !held) return 'remove'
    const next = structuredClone(object)
    if (finalizers.length > 0) next.metadata.finalizers = finalizers
    else delete next.metadata.finalizers
    if (!old.deletionTimestamp || grace < (old.deletionGracePeriodSeconds ?? 0)) {
      next.metadata.deletionTimestamp = timestamp(nowMs + grace * 1000)
      next.metadata.deletionGracePeriodSeconds = grace
      if (!old.deletionTimestamp && (next.metadata.generation ?? 0) > 0) next.metadata.generation! += 1
    } else if (sameList(finalizers, old.finalizers ?? [])) return 'keep'
    if (isNamespace) {
      delete next.metadata.deletionGracePeriodSeconds
      next.status = { ...next.status, phase: 'Terminating' }
    }
    return next
  }
}

function graceOf(resource: Resource, object: KubeObject, options: DeleteOptions): number {
  const byKind = resource.strategy.gracePeriodSeconds?.(object)
  if (byKind === undefined) return 0
  if (resource.group === '' && resource.resource === 'pods') {
    // Nobody runs it, or it runs no more: there is nothing to wait for.
    if (!object.spec?.nodeName || object.status?.phase === 'Succeeded' || object.status?.phase === 'Failed') return 0
  }
  const grace = options.gracePeriodSeconds ?? byKind
  return grace < 0 ? 1 : grace
}

/** Orphaning and foreground deletion are finalizers that the garbage collector takes away. */
function finalizersFor(
  object: KubeObject,
  byDefault: 'orphan' | 'background' | undefined,
  options: DeleteOptions,
): string[] {
  const present = object.metadata.finalizers ?? []
  const policy = options.propagationPolicy
  let orphan: boolean
  let foreground: boolean
  if (policy) {
    orphan = policy === 'Orphan'
    foreground = policy === 'Foreground'
  } else {
    orphan = present.includes(ORPHAN) || (byDefault === 'orphan' && !present.includes(FOREGROUND))
    foreground = present.includes(FOREGROUND)
  }
  const others = present.filter(f => f !== ORPHAN && f !== FOREGROUND)
  if (orphan) others.push(ORPHAN)
  if (foreground) others.push(FOREGROUND)
  return others
}

function sameList(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}
