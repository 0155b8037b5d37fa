import type { KubeObject, OwnerReference } from '../../api/object.ts'
import { messageOf } from '../../base/errors.ts'
import { pause } from '../../base/clock.ts'
import { isConflict, isNotFound, ResponseError } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import {
  DAEMON_SETS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  JOBS,
  NAMESPACES,
  NODES,
  PODS,
  REPLICA_SETS,
  SERVICES,
} from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { discoverDeletable, type DiscoveredResource } from '../namespace/discovery.ts'
import { OwnerGraph, type GraphNode } from './graph.ts'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'
/** New kinds (custom resources) are looked for at this interval. */
const DISCOVERY_MS = 30_000
/** Kinds that other controllers hold in full: their informers are shared. All others are followed by metadata alone. */
const SHARED = new Set(
  [PODS, NODES, SERVICES, NAMESPACES, DEPLOYMENTS, REPLICA_SETS, DAEMON_SETS, JOBS, ENDPOINT_SLICES].map(
    r => `${r.apiVersion}/${r.resource}`,
  ),
)
/** Many, short-lived, and never owners. */
const IGNORED = new Set(['events.', 'events.events.k8s.io'])

/**
 * Deletes what has lost all its owners, and carries out foreground and orphaning deletion. Whether an owner is gone is
 * never believed of the local graph alone: it is asked of the API server, by uid
 * (k8s.io/kubernetes/pkg/controller/garbagecollector).
 */
export function setupGarbageCollector(context: ControllerContext) {
  const { clock, log, queues, informers, rest } = context
  const graph = new OwnerGraph()
  const followed = new Map<string, DiscoveredResource>()
  const whenComplete = Promise.withResolvers<void>()
  const reconciler = new Reconciler({ name: 'garbage-collector', clock, log, queues, reconcile, workers: 10 })
  return {
    async run(signal: AbortSignal): Promise<void> {
      const following = follow(signal)
      await Promise.race([whenComplete.promise, following])
      // Judging on half a graph could let an owner go before its dependents are known.
      await Promise.race([informers.whenSynced(), following])
      await Promise.all([following, reconciler.run(signal)])
    },
  }

  async function follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const { resources, failures } = await discoverDeletable(rest)
        for (const failure of failures) log.debug('discovery is incomplete', { failure })
        for (const resource of resources)
          if (!followed.has(resource.name) && !IGNORED.has(resource.name)) watch(resource)
        if (failures.length === 0) whenComplete.resolve()
      } catch (error) {
        log.debug('discovery failed', { error: messageOf(error) })
      }
      await pause(clock, DISCOVERY_MS, signal)
    }
  }

  function watch(resource: DiscoveredResource): void {
    followed.set(resource.name, resource)
    const { apiVersion, kind, plural, namespaced } = resource
    const metadataOnly = !SHARED.has(`${apiVersion}/${plural}`)
    const kindOf = { apiVersion, kind, resource: plural, namespaced }
    informers.informer<KubeObject>(kindOf, metadataOnly ? { metadataOnly } : {}).addHandler({
      onAdd: object => changed(object, resource),
      onUpdate: (_, object) => changed(object, resource),
      onDelete: object => gone(object),
    })
  }

  function changed(object: KubeObject, resource: DiscoveredResource): void {
    const before = graph.get(object.metadata.uid!)
    const node = graph.set(object, resource)
    if (node.owners.length || (node.deleting && node.finalizers.length)) reconciler.enqueue(node.uid, object)
    // An owner in foreground deletion waits for the dependents that block it: one may just have stopped to.
    for (const owner of new Set([...node.owners, ...(before?.owners ?? [])].map(o => o.uid))) wakeWaitingOwner(owner)
  }

  function gone(object: KubeObject): void {
    const node = graph.get(object.metadata.uid!)
    if (!node) return
    graph.remove(node.uid)
    for (const dependent of graph.dependentsOf(node.uid)) reconciler.enqueue(dependent.uid, object)
    for (const owner of node.owners) wakeWaitingOwner(owner.uid)
  }

  function wakeWaitingOwner(uid: string): void {
    if (graph.get(uid)?.finalizers.includes(FOREGROUND)) reconciler.enqueue(uid)
  }

  async function reconcile(uid: string): Promise<void> {
    const node = graph.get(uid)
    if (!node) return
    if (node.deleting) {
      if (node.finalizers.includes(ORPHAN)) return orphanDependents(node)
      if (node.finalizers.includes(FOREGROUND)) return deleteDependents(node)
      return
    }
    if (node.owners.length) await collect(node)
  }

  /** Deletes the object if no owner is left; drops references to owners that are gone if others stay. */
  async function collect(node: GraphNode): Promise<void> {
    const states = await Promise.all(node.owners.map(async owner => ({ owner, state: await stateOf(owner, node) })))
    const solid = states.filter(s => s.state === 'solid')
    const waiting = states.filter(s => s.state === 'waiting')
    const dangling = states.filter(s => s.state === 'gone')
    if (solid.length) {
      if (dangling.length + waiting.length === 0) return
      return removeOwners(node, new Set([...dangling, ...waiting].map(s => s.owner.uid)))
    }
    // Owners that wait for this object want it gone before them, and what hangs from it before it.
    const blocks = waiting.length > 0 && graph.dependentsOf(node.uid).length > 0
    const policy = node.finalizers.includes(ORPHAN)
      ? 'Orphan'
      : blocks || node.finalizers.includes(FOREGROUND)
        ? 'Foreground'
        : 'Background'
    await deleteObject(node, policy)
  }

  async function stateOf(owner: OwnerReference, dependent: GraphNode): Promise<'solid' | 'waiting' | 'gone'> {
    const known = graph.get(owner.uid)
    if (known && (!known.resource.namespaced || known.namespace === dependent.namespace))
      return known.deleting && known.finalizers.includes(FOREGROUND) ? 'waiting' : 'solid'
    const resource = resourceOf(owner)
    // A kind that nobody serves (yet): its objects may come back, so nothing is deleted on its account.
    if (!resource) return 'solid'
    try {
      const live = await rest.request<KubeObject>('GET', pathOf(resource, dependent.namespace, owner.name))
      if (live.metadata.uid !== owner.uid) return 'gone'
      return live.metadata.deletionTimestamp && live.metadata.finalizers?.includes(FOREGROUND) ? 'waiting' : 'solid'
    } catch (error) {
      if (isNotFound(error)) return 'gone'
      throw error
    }
  }

  function resourceOf(owner: OwnerReference): DiscoveredResource | undefined {
    const group = owner.apiVersion.includes('/') ? owner.apiVersion.split('/')[0] : ''
    for (const resource of followed.values()) {
      const own = resource.apiVersion.includes('/') ? resource.apiVersion.split('/')[0] : ''
      if (own === group && resource.kind === owner.kind) return resource
    }
    return undefined
  }

  async function deleteDependents(node: GraphNode): Promise<void> {
    const blocking = graph
      .dependentsOf(node.uid)
      .filter(d => d.owners.some(o => o.uid === node.uid && o.blockOwnerDeletion))
    for (const dependent of graph.dependentsOf(node.uid)) if (!dependent.deleting) reconciler.enqueue(dependent.uid)
    if (blocking.length === 0) await removeFinalizer(node, FOREGROUND)
  }

  async function orphanDependents(node: GraphNode): Promise<void> {
    await Promise.all(graph.dependentsOf(node.uid).map(dependent => removeOwners(dependent, new Set([node.uid]))))
    await removeFinalizer(node, ORPHAN)
  }

  async function removeOwners(node: GraphNode, uids: Set<string>): Promise<void> {
    const ownerReferences = node.owners.filter(o => !uids.has(o.uid))
    await mergeMetadata(node, { ownerReferences: ownerReferences.length ? ownerReferences : null })
  }

  async function removeFinalizer(node: GraphNode, finalizer: string): Promise<void> {
    await mergeMetadata(node, { finalizers: node.finalizers.filter(f => f !== finalizer) })
  }

  /** Only if the object is still as it was seen: else the next event of it brings us back here. */
  async function mergeMetadata(node: GraphNode, metadata: Record<string, unknown>): Promise<void> {
    const body = { metadata: { ...metadata, uid: node.uid, resourceVersion: node.resourceVersion } }
    try {
      await rest.request('PATCH', pathOf(node.resource, node.namespace, node.name), {
        body,
        contentType: 'application/merge-patch+json',
      })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  async function deleteObject(node: GraphNode, propagationPolicy: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, preconditions: { uid: node.uid } }
    try {
      await rest.request('DELETE', pathOf(node.resource, node.namespace, node.name), { body })
    } catch (error) {
      // A conflict means another object of that name: ours is gone.
      if (!isNotFound(error) && !isConflict(error) && !(error instanceof ResponseError && error.code === 405))
        throw error
    }
  }
}

function pathOf(resource: DiscoveredResource, namespace: string | undefined, name: string): string {
  const scope = resource.namespaced ? `/namespaces/${namespace}` : ''
  return `${resource.root}${scope}/${resource.plural}/${encodeURIComponent(name)}`
}
