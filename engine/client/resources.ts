import type { KubeObject } from '../api/object.ts'
import type { Resource } from './resource-client.ts'

/** Where the kinds are served that the cluster's own components work with. */
function resource<T extends KubeObject = KubeObject>(
  apiVersion: string,
  kind: string,
  plural: string,
  namespaced = true,
): Resource<T> {
  return { apiVersion, kind, resource: plural, namespaced }
}

export const NAMESPACES = resource('v1', 'Namespace', 'namespaces', false)
export const NODES = resource('v1', 'Node', 'nodes', false)
export const PODS = resource('v1', 'Pod', 'pods')
export const SERVICES = resource('v1', 'Service', 'services')
export const ENDPOINTS = resource('v1', 'Endpoints', 'endpoints')
export const CONFIG_MAPS = resource('v1', 'ConfigMap', 'configmaps')
export const SECRETS = resource('v1', 'Secret', 'secrets')
export const SERVICE_ACCOUNTS = resource('v1', 'ServiceAccount', 'serviceaccounts')
export const EVENTS = resource('v1', 'Event', 'events')
export const ENDPOINT_SLICES = resource('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices')
export const INGRESSES = resource('networking.k8s.io/v1', 'Ingress', 'ingresses')
export const INGRESS_CLASSES = resource('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', false)
export const SERVICE_CIDRS = resource('networking.k8s.io/v1', 'ServiceCIDR', 'servicecidrs', false)
export const IP_ADDRESSES = resource('networking.k8s.io/v1', 'IPAddress', 'ipaddresses', false)
export const DEPLOYMENTS = resource('apps/v1', 'Deployment', 'deployments')
export const REPLICA_SETS = resource('apps/v1', 'ReplicaSet', 'replicasets')
export const DAEMON_SETS = resource('apps/v1', 'DaemonSet', 'daemonsets')
export const STATEFUL_SETS = resource('apps/v1', 'StatefulSet', 'statefulsets')
export const CONTROLLER_REVISIONS = resource('apps/v1', 'ControllerRevision', 'controllerrevisions')
export const JOBS = resource('batch/v1', 'Job', 'jobs')
export const LEASES = resource('coordination.k8s.io/v1', 'Lease', 'leases')
export const CRON_JOBS = resource('batch/v1', 'CronJob', 'cronjobs')
export const PERSISTENT_VOLUMES = resource('v1', 'PersistentVolume', 'persistentvolumes', false)
export const PERSISTENT_VOLUME_CLAIMS = resource('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims')
export const STORAGE_CLASSES = resource('storage.k8s.io/v1', 'StorageClass', 'storageclasses', false)
