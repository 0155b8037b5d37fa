import type { Namespace, NetworkPolicy, Pod } from '../../api/types.ts'
import { sleep, type Clock } from '../../base/clock.ts'
import type { InformerFactory } from '../../client/cache/informer.ts'
import type { Resource } from '../../client/resource-client.ts'
import { NAMESPACES, PODS } from '../../client/resources.ts'
import { RouteError } from '../proxy/route-error.ts'
import { refusingPolicies, type Attempt, type PolicyView } from './evaluate.ts'

const NETWORK_POLICIES: Resource<NetworkPolicy> = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  namespaced: true,
}
const BY_IP = 'ip'
/** Packets that a policy drops are never answered: the caller hears nothing for as long as this. */
const SILENCE_MS = 20_000

export interface PolicyEnforcer {
  /**
   * Returns if the connection may be made.
   * @throws RouteError ETIMEDOUT after a long silence, as if packets were dropped
   */
  enforce(attempt: Attempt, signal?: AbortSignal): Promise<void>
}

/** Follows the cluster's NetworkPolicies. Pods and namespaces are watched from the first policy on only. */
export function createPolicyEnforcer(informers: InformerFactory, clock: Clock): PolicyEnforcer {
  const policies = informers.informer(NETWORK_POLICIES)
  let view: { ready: Promise<unknown>; policyView: PolicyView } | undefined
  policies.addHandler({ onAdd: () => void (view ??= watchPods()) })

  function watchPods() {
    const pods = informers.informer(PODS as Resource<Pod>)
    const namespaces = informers.informer(NAMESPACES as Resource<Namespace>)
    pods.addIndex(BY_IP, pod => (pod.status?.podIP && !pod.spec?.hostNetwork && !isOver(pod) ? [pod.status.podIP] : []))
    const policyView: PolicyView = {
      podAt: ip => pods.lister.byIndex(BY_IP, ip).at(-1),
      namespaceLabels: name => {
        const namespace = namespaces.lister.get(undefined, name)
        return namespace && { ...namespace.metadata.labels }
      },
      policies: namespace => policies.lister.list(namespace),
    }
    return { ready: Promise.all([pods.whenSynced(), namespaces.whenSynced()]), policyView }
  }

  return {
    async enforce(attempt, signal) {
      if (!view) return
      await view.ready
      const refusing = refusingPolicies(view.policyView, attempt)
      if (!refusing) return
      await sleep(clock, SILENCE_MS, signal)
      const names = refusing.map(p => `${p.metadata.namespace}/${p.metadata.name}`).join(', ')
      throw new RouteError('ETIMEDOUT', `${attempt.direction} dropped: no rule of ${names} allows it`, attempt.peerIP)
    },
  }
}

function isOver(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}
