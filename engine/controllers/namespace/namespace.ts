import type { KubeList, KubeObject } from '../../api/object.ts'
import type { Namespace } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import { isConflict, isNotFound, ResponseError } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { NAMESPACES } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { deletableResources, type DiscoveredResource } from './discovery.ts'

const RETRY_MS = 1_000

/** Empties namespaces that are being deleted, then lets go of them. */
export function setupNamespaces(context: ControllerContext) {
  const { clock, log, queues, informers, rest } = context
  const client = context.client(NAMESPACES as Resource<Namespace>)
  const namespaces = informers.informer(NAMESPACES as Resource<Namespace>)
  const reconciler = new Reconciler({
    name: 'namespace',
    clock,
    log,
    queues,
    reconcile,
    backoff: { baseMs: 50, maxMs: 5_000 },
  })
  reconciler.watch(namespaces)
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(name: string): Promise<number | void> {
    const namespace = namespaces.lister.get(undefined, name)
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.includes('kubernetes')) return
    const outcome = await empty(name)
    if (outcome.remaining.size > 0 || outcome.errors.length > 0) {
      await writeConditions(namespace, outcome)
      return RETRY_MS
    }
    try {
      const spec = { ...namespace.spec, finalizers: namespace.spec.finalizers.filter(f => f !== 'kubernetes') }
      await rest.request('PUT', `${client.path(undefined, name)}/finalize`, { body: { ...namespace, spec } })
    } catch (error) {
      if (isConflict(error)) throw error
      if (!isNotFound(error)) throw error
    }
  }

  /** Deletes everything in the namespace and counts what is still there. */
  async function empty(namespace: string) {
    const remaining = new Map<string, number>()
    const finalizers = new Map<string, number>()
    const errors: string[] = []
    const { resources, failures } = await deletableResources(rest)
    errors.push(...failures)
    await Promise.all(
      resources.map(async resource => {
        try {
          const left = await emptyOf(resource, namespace)
          if (left.length === 0) return
          remaining.set(resource.name, left.length)
          for (const object of left)
            for (const f of object.metadata.finalizers ?? []) finalizers.set(f, (finalizers.get(f) ?? 0) + 1)
        } catch (error) {
          if (!isNotFound(error) && !(error instanceof ResponseError && error.code === 405))
            errors.push(`${resource.name}: ${messageOf(error)}`)
        }
      }),
    )
    return { remaining, finalizers, errors }
  }

  async function emptyOf(resource: DiscoveredResource, namespace: string): Promise<KubeObject[]> {
    const path = `${resource.root}/namespaces/${namespace}/${resource.plural}`
    const list = () => rest.request<KubeList>('GET', path)
    if ((await list()).items.length === 0) return []
    if (resource.verbs.includes('deletecollection'))
      await rest.request('DELETE', path, {
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' },
      })
    return (await list()).items
  }

  async function writeConditions(namespace: Namespace, outcome: Awaited<ReturnType<typeof empty>>): Promise<void> {
    const { remaining, finalizers, errors } = outcome
    const counted = (map: Map<string, number>, verb: string) =>
      Array.from(map, ([name, count]) => `${name} ${verb} ${count} resource instances`)
        .sort()
        .join(', ')
    const wanted: [string, boolean, string, string, string, string][] = [
      [
        'NamespaceDeletionDiscoveryFailure',
        false,
        'DiscoveryFailed',
        '',
        'ResourcesDiscovered',
        'All resources successfully discovered',
      ],
      [
        'NamespaceDeletionGroupVersionParsingFailure',
        false,
        'GroupVersionParsingFailed',
        '',
        'ParsedGroupVersions',
        'All legacy kube types successfully parsed',
      ],
      [
        'NamespaceDeletionContentFailure',
        errors.length > 0,
        'ContentDeletionFailed',
        `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(', ')}`,
        'ContentDeleted',
        remaining.size
          ? 'All content successfully deleted, may be waiting on finalization'
          : 'All content successfully deleted',
      ],
      [
        'NamespaceContentRemaining',
        remaining.size > 0,
        'SomeResourcesRemain',
        `Some resources are remaining: ${counted(remaining, 'has')}`,
        'ContentRemoved',
        'All content successfully removed',
      ],
      [
        'NamespaceFinalizersRemaining',
        finalizers.size > 0,
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${counted(finalizers, 'in')}`,
        'ContentHasNoFinalizers',
        'All content-preserving finalizers finished',
      ],
    ]
    const conditions = wanted.map(([type, bad, badReason, badMessage, goodReason, goodMessage]) => {
      const known = namespace.status?.conditions?.find(c => c.type === type)
      const status = bad ? 'True' : 'False'
      const next = { type, status, reason: bad ? badReason : goodReason, message: bad ? badMessage : goodMessage }
      return { ...next, lastTransitionTime: known?.status === status ? known.lastTransitionTime : rfc3339(clock.now()) }
    })
    if (canonicalJSON(conditions) === canonicalJSON(namespace.status?.conditions)) return
    await client.updateStatus({
      ...namespace,
      status: { ...namespace.status, phase: 'Terminating', conditions },
    } as Namespace)
  }
}
