import type { Random } from '../../base/random.ts'
import type { Action, Verdict } from '../auth/authorize.ts'
import type { RBACAuthorizer } from '../auth/rbac.ts'
import type { Feed } from '../storage/feed.ts'
import type { ObjectStorage } from '../storage/objects.ts'
import { certificateSigning, certificateSubjectRestriction } from './certificates.ts'
import { claimResize } from './claim-resize.ts'
import { defaultIngressClass } from './default-ingress-class.ts'
import { defaultStorageClass } from './default-storage-class.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { nodeRestriction } from './node-restriction.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { podSecurity } from './pod-security/pod-security.ts'
import { priority } from './priority.ts'
import { rbacEscalation } from './rbac-escalation.ts'
import { resourceQuota } from './resource-quota.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { storageObjectInUseProtection } from './storage-object-in-use.ts'
import { taintNodesByCondition } from './taint-nodes.ts'

export interface AdmissionDeps {
  feed: Feed
  storage: ObjectStorage
  random: Random
  rbac: RBACAuthorizer
  authorizer: { authorize(action: Action): Promise<Verdict> }
}

/** The admission plugins, in the order in which Kubernetes runs them. ResourceQuota is last: it counts what remains. */
export function admissionPlugins(deps: AdmissionDeps): AdmissionPlugin[] {
  return [
    namespaceLifecycle(deps),
    limitRanger(deps),
    serviceAccount(deps),
    nodeRestriction(deps),
    taintNodesByCondition(),
    podSecurity(deps),
    priority(deps),
    defaultTolerationSeconds(),
    defaultStorageClass(deps),
    claimResize(deps),
    storageObjectInUseProtection(),
    runtimeClass(deps),
    certificateSigning(deps),
    certificateSubjectRestriction(),
    defaultIngressClass(deps),
    rbacEscalation(deps),
    resourceQuota(deps),
  ]
}
