import type { KubeObject } from '../../api/object.ts'
import { INGRESS_USER } from '../pki.ts'
import { FOLDER_DRIVER } from '../../api/storage/volumes.ts'
import { pause, type Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { isAlreadyExists } from '../../client/errors.ts'
import type { RestClient } from '../../client/rest.ts'
import { INGRESS_CONTROLLER } from '../../network/ingress/classes.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'
const NETWORKING = 'networking.k8s.io/v1'
const STORAGE = 'storage.k8s.io/v1'
const RETRY_MS = 500

/**
 * What a lab adds to a cluster that Kubernetes itself does not bring: a default StorageClass whose volumes are folders of
 * nodes, with the right of nodes to see which of their folders are still wanted; and the rights of the node networks beyond those of
 * kube-proxy. They tell where a LoadBalancer Service answers, as a cloud provider does on other clusters, and enforce
 * NetworkPolicies, as a network plug-in does. And an ingress controller with its class: it reads Secrets by name alone, which it
 * learns from Ingresses.
 */
const ADDONS: [path: string, object: KubeObject][] = [
  [
    `/apis/${RBAC}/clusterroles`,
    {
      apiVersion: RBAC,
      kind: 'ClusterRole',
      metadata: { name: 'kubarium:node-network' },
      rules: [
        { apiGroups: [''], resources: ['services/status'], verbs: ['patch', 'update'] },
        { apiGroups: [''], resources: ['pods', 'namespaces'], verbs: ['list', 'watch'] },
        { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['list', 'watch'] },
      ],
    },
  ],
  [
    `/apis/${RBAC}/clusterrolebindings`,
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'kubarium:node-network' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubarium:node-network' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'system:kube-proxy' }],
    },
  ],
  [
    `/apis/${NETWORKING}/ingressclasses`,
    {
      apiVersion: NETWORKING,
      kind: 'IngressClass',
      metadata: { name: 'kubarium', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: INGRESS_CONTROLLER },
    } as KubeObject,
  ],
  [
    `/apis/${RBAC}/clusterroles`,
    {
      apiVersion: RBAC,
      kind: 'ClusterRole',
      metadata: { name: 'kubarium:ingress' },
      rules: [
        { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: ['list', 'watch'] },
        { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['patch'] },
        { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      ],
    },
  ],
  [
    `/apis/${RBAC}/clusterrolebindings`,
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'kubarium:ingress' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubarium:ingress' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: INGRESS_USER }],
    },
  ],
  [
    `/apis/${STORAGE}/csidrivers`,
    {
      apiVersion: STORAGE,
      kind: 'CSIDriver',
      metadata: { name: FOLDER_DRIVER },
      spec: { attachRequired: false, podInfoOnMount: false, volumeLifecycleModes: ['Persistent'] },
    },
  ],
  [
    `/apis/${STORAGE}/storageclasses`,
    {
      apiVersion: STORAGE,
      kind: 'StorageClass',
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: FOLDER_DRIVER,
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    } as KubeObject,
  ],
  [
    `/apis/${RBAC}/clusterroles`,
    {
      apiVersion: RBAC,
      kind: 'ClusterRole',
      metadata: { name: 'kubarium:folder-volumes' },
      rules: [{ apiGroups: [''], resources: ['persistentvolumes'], verbs: ['get', 'list', 'watch'] }],
    },
  ],
  [
    `/apis/${RBAC}/clusterrolebindings`,
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'kubarium:folder-volumes' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubarium:folder-volumes' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
    },
  ],
  ...['process', 'bubblewrap'].map((handler): [string, KubeObject] => [
    '/apis/node.k8s.io/v1/runtimeclasses',
    { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: handler }, handler } as KubeObject,
  ]),
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
        await pause(clock, RETRY_MS, signal)
      }
    }
  }
}
