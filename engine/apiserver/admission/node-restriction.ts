import { forbidden } from '../../api/status.ts'
import type { Feed } from '../storage/feed.ts'
import type { AdmissionPlugin } from './plugin.ts'

const USER = 'system:node:'

/** A kubelet may only write its own Node, the pods bound to it, and its own Lease. */
export function nodeRestriction(deps: { feed: Feed }): AdmissionPlugin {
  return {
    name: 'NodeRestriction',
    async validate({ operation, resource, subresource, namespace, name, object, oldObject, user }) {
      if (!user.groups.includes('system:nodes') || !user.name.startsWith(USER)) return
      const node = user.name.slice(USER.length)
      const refuse = (why: string) => forbidden({ ...resource, name }, why)
      if (resource.group === '' && resource.resource === 'nodes') {
        if (name && name !== node)
          throw refuse(`node ${JSON.stringify(node)} is not allowed to modify node ${JSON.stringify(name)}`)
      } else if (resource.group === '' && resource.resource === 'pods') {
        if (operation === 'CREATE' && !subresource) {
          if (object?.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined)
            throw refuse(
              `pod does not have "kubernetes.io/config.mirror" annotation, node ${JSON.stringify(node)} can only create mirror pods`,
            )
          if (object.spec?.nodeName !== node)
            throw refuse(`node ${JSON.stringify(node)} can only create pods with spec.nodeName set to itself`)
          return
        }
        const pod =
          oldObject ?? (await deps.feed.cache('/registry/pods/')).get(`/registry/pods/${namespace}/${name}`)?.object
        if (pod && pod.spec?.nodeName !== node)
          throw refuse(
            `node ${JSON.stringify(node)} can only ${operation.toLowerCase()} pods with spec.nodeName set to itself`,
          )
      } else if (resource.group === 'coordination.k8s.io' && resource.resource === 'leases') {
        if (namespace !== 'kube-node-lease')
          throw refuse(`can only access leases in the "kube-node-lease" system namespace`)
        if (name && name !== node) throw refuse(`can only access node lease with the same name as the requesting node`)
      }
    },
  }
}
