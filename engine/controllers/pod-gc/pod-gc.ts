import type { Node, Pod } from '../../api/types.ts'
import { pause } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { Resource } from '../../client/resource-client.ts'
import { NODES, PODS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'

const PERIOD_MS = 5_000
/** A node must be missing for so long before its pods go: it may just be registering again. */
const QUARANTINE_MS = 10_000
/** Finished pods beyond this number are removed, oldest first. */
const TERMINATED_LIMIT = 12_500

/** Removes pods that no kubelet will ever remove: on nodes that are gone, deleted before they were placed, or finished in masses. */
export function setupPodGC(context: ControllerContext) {
  const { clock, log, informers } = context
  const pods = informers.informer(PODS as Resource<Pod>)
  const nodes = informers.informer(NODES as Resource<Node>)
  const client = context.client(PODS as Resource<Pod>)
  const missingSince = new Map<string, number>()
  return {
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        for (const pod of candidates()) {
          try {
            await remove(pod)
          } catch (error) {
            if (!isNotFound(error)) log.warn('pod not removed', { pod: pod.metadata.name, error: messageOf(error) })
          }
        }
        await pause(clock, PERIOD_MS, signal)
      }
    },
  }

  function candidates(): Pod[] {
    const all = pods.lister.list()
    const now = clock.monotonic()
    const missing = new Set(
      all.map(p => p.spec?.nodeName).filter((n): n is string => !!n && !nodes.lister.get(undefined, n)),
    )
    for (const node of missingSince.keys()) if (!missing.has(node)) missingSince.delete(node)
    for (const node of missing) if (!missingSince.has(node)) missingSince.set(node, now)
    const gone = (node: string | undefined) => !!node && now - (missingSince.get(node) ?? now) >= QUARANTINE_MS
    const finished = all.filter(p => p.status?.phase === 'Succeeded' || p.status?.phase === 'Failed')
    finished.sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1))
    return [
      ...all.filter(p => gone(p.spec?.nodeName) || (p.metadata.deletionTimestamp && !p.spec?.nodeName)),
      ...finished.slice(0, Math.max(0, finished.length - TERMINATED_LIMIT)),
    ]
  }

  async function remove(pod: Pod): Promise<void> {
    const { namespace, name, uid } = pod.metadata
    if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') {
      const lastTransitionTime = rfc3339(clock.now())
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByPodGC',
        message: 'PodGC: node no longer exists',
        lastTransitionTime,
      }
      const status = { phase: 'Failed', conditions: pod.spec?.nodeName ? [condition] : [] }
      await client.patch(namespace, name!, 'strategic', { status }, { subresource: 'status' })
    }
    await client.delete(namespace, name!, { gracePeriodSeconds: 0, preconditions: { uid } })
  }
}
