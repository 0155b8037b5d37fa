import type { Namespace, NetworkPolicy, Pod } from '../../api/types.ts'
import { sleep, type Clock } from '../../base/clock.ts'
import type { InformerFactory } from '../../client/cache/informer.ts'
import type { Resource } from '../../client/resource-client.ts'
import { NAMESPACES, PODS } from '../../client/resources.ts'
import { RouteError } from '../proxy/route-error.ts'
import { isolatingPolicies, refusingPolicies, type Attempt, type Direction, type PolicyView } from './evaluate.ts'

const NETWORK_POLICIES: Resource<NetworkPolicy> = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  namespaced: true,
}
const BY_IP = 'ip'
/**
 * Packets that a policy drops are never answered: the caller hears nothing for as long as all of this. In between it tries again
 * as TCP does, so that what is allowed meanwhile comes through.
 */
const SILENCES_MS = [1_000, 2_000, 4_000, 8_000, 5_000]

/** A pod of this node, as the network itself knows it. */
export interface OwnPod {
  namespace: string
  name: string
  /** Of one that is no object of the cluster. */
  labels?: Record<string, string>
}

export interface PolicyEnforcer {
  /**
   * Returns if the connection may be made.
   * @throws RouteError ETIMEDOUT after a long silence, as if packets were dropped
   */
  enforce(attempt: Attempt, signal?: AbortSignal): Promise<void>
  /** Whether a datagram may pass now; a promise until the policies are known. */
  allows(attempt: Attempt): boolean | Promise<boolean>
}

/**
 * Follows the cluster's NetworkPolicies. Pods and namespaces are watched from the first policy on only. `ownPodAt` tells whose
 * an address of this node is: a pod's status says so only after its programs have begun. Absent: nobody knows.
 */
export function createPolicyEnforcer(
  informers: InformerFactory,
  clock: Clock,
  ownPodAt?: (ip: string) => OwnPod | undefined,
): PolicyEnforcer {
  const policies = informers.informer(NETWORK_POLICIES)
  let view: { ready: Promise<unknown>; isReady: boolean; policyView: PolicyView } | undefined
  let remembered = new WeakMap<Pod, Partial<Record<Direction, NetworkPolicy[]>>>()
  const forget = () => void (remembered = new WeakMap())
  policies.addHandler({
    onAdd() {
      view ??= watchPods()
      forget()
    },
    onUpdate: forget,
    onDelete: forget,
  })

  let policiesKnown = false
  policies.whenSynced().then(
    () => (policiesKnown = true),
    () => undefined, // stopped before: nothing is asked any more
  )

  function watchPods() {
    const pods = informers.informer(PODS as Resource<Pod>)
    const namespaces = informers.informer(NAMESPACES as Resource<Namespace>)
    pods.addIndex(BY_IP, pod => (pod.status?.podIP && !pod.spec?.hostNetwork && !isOver(pod) ? [pod.status.podIP] : []))
    const policyView: PolicyView = {
      podAt(ip) {
        const own = ownPodAt?.(ip)
        if (!own) return pods.lister.byIndex(BY_IP, ip).at(-1)
        // Policies for all pods of a namespace hold also before its labels are known here.
        return pods.lister.get(own.namespace, own.name) ?? ({ metadata: { ...own }, spec: {} } as Pod)
      },
      namespaceLabels: name => {
        const namespace = namespaces.lister.get(undefined, name)
        return namespace && { ...namespace.metadata.labels }
      },
      policies: namespace => policies.lister.list(namespace),
      // Objects are replaced when they change, so what is remembered of one stays true until a policy changes.
      isolating(pod, direction) {
        const known = remembered.get(pod) ?? {}
        remembered.set(pod, known)
        return (known[direction] ??= isolatingPolicies(policies.lister.list(pod.metadata.namespace), pod, direction))
      },
    }
    const ready = Promise.all([pods.whenSynced(), namespaces.whenSynced()])
    const found = { ready, policyView, isReady: false }
    ready.then(
      () => (found.isReady = true),
      () => undefined, // as above
    )
    return found
  }

  /** Until the policies are known nothing is let through that they might refuse. */
  async function refusing(attempt: Attempt, signal?: AbortSignal): Promise<NetworkPolicy[] | undefined> {
    await orAborted(policies.whenSynced(), signal)
    if (!view) return undefined
    await orAborted(view.ready, signal)
    return refusingPolicies(view.policyView, attempt)
  }

  return {
    allows(attempt) {
      if (ownPodAt && !ownPodAt(attempt.podIP)) return true
      if (policiesKnown && (!view || view.isReady)) return !view || !refusingPolicies(view.policyView, attempt)
      return refusing(attempt).then(
        refused => !refused,
        () => false,
      )
    },
    async enforce(attempt, signal) {
      // What is in the network of its node is under no policy.
      if (ownPodAt && !ownPodAt(attempt.podIP)) return
      let refused = await refusing(attempt, signal)
      for (const silence of SILENCES_MS) {
        if (!refused) return
        await sleep(clock, silence, signal)
        refused = await refusing(attempt, signal)
      }
      if (!refused) return
      const names = refused.map(p => `${p.metadata.namespace}/${p.metadata.name}`).join(', ')
      throw new RouteError('ETIMEDOUT', `${attempt.direction} dropped: no rule of ${names} allows it`, attempt.peerIP)
    },
  }
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason as Error)
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}

function isOver(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}
