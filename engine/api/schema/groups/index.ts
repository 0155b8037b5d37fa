/** Where the types of each API group come from. A package name is the short group name and the version. */
import { source as core_v1 } from './core_v1.ts'
import { source as meta_v1 } from './meta_v1.ts'
import { source as apps_v1 } from './apps_v1.ts'
import { source as autoscaling_v1 } from './autoscaling_v1.ts'
import { source as autoscaling_v2 } from './autoscaling_v2.ts'
import { source as batch_v1 } from './batch_v1.ts'
import { source as rbac_v1 } from './rbac_v1.ts'
import { source as networking_v1 } from './networking_v1.ts'
import { source as policy_v1 } from './policy_v1.ts'
import { source as storage_v1 } from './storage_v1.ts'
import { source as scheduling_v1 } from './scheduling_v1.ts'
import { source as coordination_v1 } from './coordination_v1.ts'
import { source as discovery_v1 } from './discovery_v1.ts'
import { source as events_v1 } from './events_v1.ts'
import { source as node_v1 } from './node_v1.ts'
import { source as certificates_v1 } from './certificates_v1.ts'
import { source as authentication_v1 } from './authentication_v1.ts'
import { source as authorization_v1 } from './authorization_v1.ts'
import { source as admission_v1 } from './admission_v1.ts'
import { source as admissionregistration_v1 } from './admissionregistration_v1.ts'
import { source as apiextensions_v1 } from './apiextensions_v1.ts'
import { source as apiregistration_v1 } from './apiregistration_v1.ts'
import { source as flowcontrol_v1 } from './flowcontrol_v1.ts'
import { source as resource_v1 } from './resource_v1.ts'
import { source as metrics_v1beta1 } from './metrics_v1beta1.ts'

export interface SchemaPackage {
  /** Full group name; empty for core; undefined for meta/v1, which every group includes. */
  group: string | undefined
  version: string
  source: string
}

export const packages: Record<string, SchemaPackage> = {
  'core/v1': { group: '', version: 'v1', source: core_v1 },
  'meta/v1': { group: undefined, version: 'v1', source: meta_v1 },
  'apps/v1': { group: 'apps', version: 'v1', source: apps_v1 },
  'autoscaling/v1': { group: 'autoscaling', version: 'v1', source: autoscaling_v1 },
  'autoscaling/v2': { group: 'autoscaling', version: 'v2', source: autoscaling_v2 },
  'batch/v1': { group: 'batch', version: 'v1', source: batch_v1 },
  'rbac/v1': { group: 'rbac.authorization.k8s.io', version: 'v1', source: rbac_v1 },
  'networking/v1': { group: 'networking.k8s.io', version: 'v1', source: networking_v1 },
  'policy/v1': { group: 'policy', version: 'v1', source: policy_v1 },
  'storage/v1': { group: 'storage.k8s.io', version: 'v1', source: storage_v1 },
  'scheduling/v1': { group: 'scheduling.k8s.io', version: 'v1', source: scheduling_v1 },
  'coordination/v1': { group: 'coordination.k8s.io', version: 'v1', source: coordination_v1 },
  'discovery/v1': { group: 'discovery.k8s.io', version: 'v1', source: discovery_v1 },
  'events/v1': { group: 'events.k8s.io', version: 'v1', source: events_v1 },
  'node/v1': { group: 'node.k8s.io', version: 'v1', source: node_v1 },
  'certificates/v1': { group: 'certificates.k8s.io', version: 'v1', source: certificates_v1 },
  'authentication/v1': { group: 'authentication.k8s.io', version: 'v1', source: authentication_v1 },
  'authorization/v1': { group: 'authorization.k8s.io', version: 'v1', source: authorization_v1 },
  'admission/v1': { group: 'admission.k8s.io', version: 'v1', source: admission_v1 },
  'admissionregistration/v1': { group: 'admissionregistration.k8s.io', version: 'v1', source: admissionregistration_v1 },
  'apiextensions/v1': { group: 'apiextensions.k8s.io', version: 'v1', source: apiextensions_v1 },
  'apiregistration/v1': { group: 'apiregistration.k8s.io', version: 'v1', source: apiregistration_v1 },
  'flowcontrol/v1': { group: 'flowcontrol.apiserver.k8s.io', version: 'v1', source: flowcontrol_v1 },
  'resource/v1': { group: 'resource.k8s.io', version: 'v1', source: resource_v1 },
  'metrics/v1beta1': { group: 'metrics.k8s.io', version: 'v1beta1', source: metrics_v1beta1 },
}
