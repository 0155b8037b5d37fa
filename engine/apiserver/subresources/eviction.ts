import type { KubeObject } from '../../api/object.ts'
import { labelSelectorMatches } from '../../api/selector.ts'
import { ApiError, statusSuccess, tooManyRequests } from '../../api/status.ts'
import { deleteOptions } from '../request/options.ts'
import type { DeleteOptions } from '../request/options.ts'
import { sendObject } from '../request/respond.ts'
import { deleteObject } from '../registry/delete.ts'
import type { Backend } from '../backend.ts'
import { callOf } from '../rest.ts'
import type { SubresourceHandler } from '../rest.ts'
import { readKind } from './body.ts'

/** Pods that a budget remembers as disrupted but not yet gone; more means that the controller is behind. */
const MOST_DISRUPTED = 2000

/** POST pods/NAME/eviction: a deletion that respects PodDisruptionBudgets. */
export const serveEviction: SubresourceHandler = async (backend, ctx, resource) => {
  const { namespace, name } = ctx.info
  const { object: eviction, options } = await readKind(backend, ctx, {
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
    // Clients before 1.22 know no other.
    sameVersions: ['v1beta1'],
  })
  const wanted: DeleteOptions = deleteOptions(ctx, (eviction.deleteOptions ?? {}) as Record<string, unknown>)
  wanted.dryRun ||= options.dryRun
  const call = { ...callOf(ctx, options), dryRun: wanted.dryRun }
  const { object: pod } = await backend.registry.get(resource, namespace, name)
  if (needsBudget(pod)) await spendBudget(backend, pod, wanted.dryRun, call)
  if (pod.metadata.uid) wanted.preconditions.uid ??= pod.metadata.uid
  await deleteObject(backend.registry, resource, namespace, name, wanted, call, backend.clock.now())
  await sendObject(ctx, 201, statusSuccess())
}

/** Pods that are finished, on their way out or not begun disturb nobody. */
function needsBudget(pod: KubeObject): boolean {
  const phase = pod.status?.phase
  return phase !== 'Succeeded' && phase !== 'Failed' && phase !== 'Pending' && !pod.metadata.deletionTimestamp
}

async function spendBudget(backend: Backend, pod: KubeObject, dryRun: boolean, call: ReturnType<typeof callOf>) {
  const { namespace = '', name = '' } = pod.metadata
  const budgets = backend.resources.must('policy', 'v1', 'poddisruptionbudgets')
  const cache = await backend.feed.cache(budgets.prefix)
  const matching = [...cache.values(`${budgets.prefix}${namespace}/`)].filter(stored =>
    labelSelectorMatches(stored.object.spec?.selector, pod.metadata.labels),
  )
  if (matching.length === 0) return
  if (matching.length > 1)
    throw new ApiError(
      500,
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  const budgetName = matching[0]!.object.metadata.name!
  await backend.registry.update(
    budgets,
    {
      namespace,
      name: budgetName,
      subresource: 'status',
      raw: true,
      transform: current => {
        const budget = current!
        const status = (budget.status ??= {})
        const healthy = isReady(pod)
        const enough = (status.currentHealthy ?? 0) >= (status.desiredHealthy ?? 0) && (status.desiredHealthy ?? 0) > 0
        // An unhealthy pod serves nobody: it may go if the healthy ones suffice, or always if the policy says so.
        if (!healthy && (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || enough)) return budget
        const refuse = (message: string, seconds: number) =>
          tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", seconds, [
            { reason: 'DisruptionBudget', message },
          ])
        if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) {
          const message = `The disruption budget ${budgetName} is still being processed by the server.`
          throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 10, [
            { reason: 'DisruptionBudget', message },
          ])
        }
        if ((status.disruptionsAllowed ?? 0) < 1)
          throw refuse(
            `The disruption budget ${budgetName} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`,
            0,
          )
        const disrupted = (status.disruptedPods ??= {})
        if (Object.keys(disrupted).length > MOST_DISRUPTED)
          throw refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller', 0)
        status.disruptionsAllowed -= 1
        disrupted[name] = backend.registry.now()
        return budget
      },
    },
    { ...call, dryRun },
  )
}

function isReady(pod: KubeObject): boolean {
  return ((pod.status?.conditions ?? []) as { type: string; status: string }[]).some(
    c => c.type === 'Ready' && c.status === 'True',
  )
}
