import type { KubeObject } from '../../api/object.ts'
import { sleep, type Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { isAlreadyExists } from '../../client/errors.ts'
import type { RestClient } from '../../client/rest.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'
const RETRY_MS = 500

/**
 * What a lab adds to a cluster that Kubernetes itself does not bring: the right of the node networks to tell where a
 * LoadBalancer Service answers, which on other clusters a cloud provider has.
 */
const ADDONS: [path: string, object: KubeObject][] = [
  [
    `/apis/${RBAC}/clusterroles`,
    {
      apiVersion: RBAC,
      kind: 'ClusterRole',
      metadata: { name: 'kubarium:load-balancer' },
      rules: [{ apiGroups: [''], resources: ['services/status'], verbs: ['patch', 'update'] }],
    },
  ],
  [
    `/apis/${RBAC}/clusterrolebindings`,
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'kubarium:load-balancer' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubarium:load-balancer' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'system:kube-proxy' }],
    },
  ],
]

/** Makes sure that the add-ons exist. Every master does it; whoever is first makes them. */
export async function ensureAddons(rest: RestClient, clock: Clock, log: Logger, signal: AbortSignal): Promise<void> {
  for (const [path, body] of ADDONS) {
    while (!signal.aborted) {
      try {
        await rest.request('POST', path, { body, signal })
        break
      } catch (error) {
        if (isAlreadyExists(error)) break
        log.debug('add-on not made yet', { name: body.metadata.name, error: messageOf(error) })
        await sleep(clock, RETRY_MS, signal).catch(() => undefined)
      }
    }
  }
}
