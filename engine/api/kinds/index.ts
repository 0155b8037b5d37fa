/** Every kind that is served. A new kind is one more line here and in the list. */
import type { Strategy } from '../strategy.ts'
import { strategy as binding } from './core/binding.ts'
import { strategy as componentStatus } from './core/component-status.ts'
import { strategy as configMap } from './core/config-map.ts'
import { strategy as endpoints } from './core/endpoints.ts'
import { strategy as event } from './core/event.ts'
import { strategy as limitRange } from './core/limit-range.ts'
import { strategy as namespace } from './core/namespace.ts'
import { strategy as node } from './core/node.ts'
import { strategy as persistentVolumeClaim } from './core/persistent-volume-claim.ts'
import { strategy as persistentVolume } from './core/persistent-volume.ts'
import { strategy as pod } from './core/pod/strategy.ts'
import { strategy as podTemplate } from './core/pod-template.ts'
import { strategy as replicationController } from './core/replication-controller.ts'
import { strategy as resourceQuota } from './core/resource-quota.ts'
import { strategy as secret } from './core/secret.ts'
import { strategy as serviceAccount } from './core/service-account.ts'
import { strategy as service } from './core/service/strategy.ts'
import { strategy as apiService } from './apiregistration/api-service.ts'
import { strategy as controllerRevision } from './apps/controller-revision.ts'
import { strategy as daemonSet } from './apps/daemon-set.ts'
import { strategy as deployment } from './apps/deployment.ts'
import { strategy as replicaSet } from './apps/replica-set.ts'
import { strategy as statefulSet } from './apps/stateful-set.ts'
import { strategy as eventsEvent } from './events/event.ts'
import { strategy as selfSubjectReview } from './authentication/self-subject-review.ts'
import { strategy as tokenReview } from './authentication/token-review.ts'
import { strategy as localSubjectAccessReview } from './authorization/local-subject-access-review.ts'
import { strategy as selfSubjectAccessReview } from './authorization/self-subject-access-review.ts'
import { strategy as selfSubjectRulesReview } from './authorization/self-subject-rules-review.ts'
import { strategy as subjectAccessReview } from './authorization/subject-access-review.ts'
import { strategy as horizontalPodAutoscaler } from './autoscaling/horizontal-pod-autoscaler.ts'
import { strategy as cronJob } from './batch/cron-job.ts'
import { strategy as job } from './batch/job.ts'
import { strategy as certificateSigningRequest } from './certificates/certificate-signing-request.ts'
import { strategy as ingressClass } from './networking/ingress-class.ts'
import { strategy as ingress } from './networking/ingress.ts'
import { strategy as ipAddress } from './networking/ip-address.ts'
import { strategy as networkPolicy } from './networking/network-policy.ts'
import { strategy as serviceCidr } from './networking/service-cidr.ts'
import { strategy as podDisruptionBudget } from './policy/pod-disruption-budget.ts'
import { strategy as clusterRoleBinding } from './rbac/cluster-role-binding.ts'
import { strategy as clusterRole } from './rbac/cluster-role.ts'
import { strategy as roleBinding } from './rbac/role-binding.ts'
import { strategy as role } from './rbac/role.ts'
import { strategy as csiDriver } from './storage/csi-driver.ts'
import { strategy as csiNode } from './storage/csi-node.ts'
import { strategy as csiStorageCapacity } from './storage/csi-storage-capacity.ts'
import { strategy as storageClass } from './storage/storage-class.ts'
import { strategy as volumeAttachment } from './storage/volume-attachment.ts'
import { strategy as volumeAttributesClass } from './storage/volume-attributes-class.ts'
import { strategy as mutatingAdmissionPolicy } from './admissionregistration/mutating-admission-policy.ts'
import { strategy as mutatingAdmissionPolicyBinding } from './admissionregistration/mutating-admission-policy-binding.ts'
import { strategy as mutatingWebhookConfiguration } from './admissionregistration/mutating-webhook-configuration.ts'
import { strategy as validatingAdmissionPolicy } from './admissionregistration/validating-admission-policy.ts'
import { strategy as validatingAdmissionPolicyBinding } from './admissionregistration/validating-admission-policy-binding.ts'
import { strategy as validatingWebhookConfiguration } from './admissionregistration/validating-webhook-configuration.ts'
import { strategy as customResourceDefinition } from './apiextensions/custom-resource-definition.ts'
import { strategy as priorityClass } from './scheduling/priority-class.ts'
import { strategy as lease } from './coordination/lease.ts'
import { strategy as runtimeClass } from './node/runtime-class.ts'
import { strategy as endpointSlice } from './discovery/endpoint-slice.ts'
import { strategy as deviceClass } from './resource/device-class.ts'
import { strategy as resourceClaim } from './resource/resource-claim.ts'
import { strategy as resourceClaimTemplate } from './resource/resource-claim-template.ts'
import { strategy as resourceSlice } from './resource/resource-slice.ts'
import { strategy as flowSchema } from './flowcontrol/flow-schema.ts'
import { strategy as priorityLevelConfiguration } from './flowcontrol/priority-level-configuration.ts'
import { strategy as scale } from './autoscaling/scale.ts'
import { strategy as eviction } from './policy/eviction.ts'
import { strategy as tokenRequest } from './authentication/token-request.ts'

/** Kinds that are resources, in the order of discovery. */
export const strategies: readonly Strategy[] = [
  binding,
  componentStatus,
  configMap,
  endpoints,
  event,
  limitRange,
  namespace,
  node,
  persistentVolumeClaim,
  persistentVolume,
  pod,
  podTemplate,
  replicationController,
  resourceQuota,
  secret,
  serviceAccount,
  service,
  apiService,
  controllerRevision,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  eventsEvent,
  selfSubjectReview,
  tokenReview,
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
  horizontalPodAutoscaler,
  cronJob,
  job,
  certificateSigningRequest,
  ingressClass,
  ingress,
  ipAddress,
  networkPolicy,
  serviceCidr,
  podDisruptionBudget,
  clusterRoleBinding,
  clusterRole,
  roleBinding,
  role,
  csiDriver,
  csiNode,
  csiStorageCapacity,
  storageClass,
  volumeAttachment,
  volumeAttributesClass,
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicyBinding,
  mutatingWebhookConfiguration,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
  validatingWebhookConfiguration,
  customResourceDefinition,
  priorityClass,
  lease,
  runtimeClass,
  endpointSlice,
  deviceClass,
  resourceClaim,
  resourceClaimTemplate,
  resourceSlice,
  flowSchema,
  priorityLevelConfiguration,
]

/** Kinds that occur only as bodies of subresources. */
export const bodies: readonly Strategy[] = [scale, eviction, tokenRequest]
