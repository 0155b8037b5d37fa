/** The default roles of Kubernetes 1.36, in the notation that `rbac.ts` reads. */

const READ = 'get,list,watch'
const WRITE = 'create,delete,deletecollection,patch,update'
const LEASES = 'coordination.k8s.io'
const TO_ADMIN = 'rbac.authorization.k8s.io/aggregate-to-admin'
const TO_EDIT = 'rbac.authorization.k8s.io/aggregate-to-edit'
const TO_VIEW = 'rbac.authorization.k8s.io/aggregate-to-view'

interface RoleData {
  rules: string[]
  labels?: Record<string, string>
}

const DISCOVERY_URLS = '/api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/'

export const CLUSTER_ROLES: Record<string, RoleData> = {
  'cluster-admin': { rules: ['* @ * @ *', '* @ *'] },
  'system:discovery': { rules: [`get @ ${DISCOVERY_URLS}`] },
  'system:public-info-viewer': { rules: ['get @ /healthz,/livez,/readyz,/version,/version/'] },
  'system:monitoring': {
    rules: ['get @ /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*'],
  },
  'system:basic-user': {
    rules: [
      'create @ authorization.k8s.io @ selfsubjectaccessreviews,selfsubjectrulesreviews',
      'create @ authentication.k8s.io @ selfsubjectreviews',
    ],
  },
  'system:aggregate-to-admin': {
    labels: { [TO_ADMIN]: 'true' },
    rules: [
      'create @ authorization.k8s.io @ localsubjectaccessreviews',
      `${WRITE},${READ} @ rbac.authorization.k8s.io @ rolebindings,roles`,
    ],
  },
  'system:aggregate-to-edit': {
    labels: { [TO_EDIT]: 'true' },
    rules: [
      `${READ} @  @ pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy`,
      'impersonate @  @ serviceaccounts',
      `${WRITE} @  @ pods,pods/attach,pods/exec,pods/portforward,pods/proxy`,
      'create @  @ pods/eviction',
      `${WRITE} @  @ configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy`,
      'create @  @ serviceaccounts/token',
      `${WRITE} @ apps @ daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale`,
      `${WRITE} @ autoscaling @ horizontalpodautoscalers`,
      `${WRITE} @ batch @ cronjobs,jobs`,
      `${WRITE} @ policy @ poddisruptionbudgets`,
      `${WRITE} @ networking.k8s.io @ ingresses,networkpolicies`,
      `create,delete,deletecollection,${READ},patch,update @ ${LEASES} @ leases`,
      `${WRITE} @ resource.k8s.io @ resourceclaims,resourceclaimtemplates`,
    ],
  },
  'system:aggregate-to-view': {
    labels: { [TO_VIEW]: 'true' },
    rules: [
      `${READ} @  @ configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status`,
      `${READ} @  @ bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status`,
      `${READ} @  @ namespaces`,
      `${READ} @ discovery.k8s.io @ endpointslices`,
      `${READ} @ apps @ controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status`,
      `${READ} @ autoscaling @ horizontalpodautoscalers,horizontalpodautoscalers/status`,
      `${READ} @ batch @ cronjobs,cronjobs/status,jobs,jobs/status`,
      `${READ} @ policy @ poddisruptionbudgets,poddisruptionbudgets/status`,
      `${READ} @ networking.k8s.io @ ingresses,ingresses/status,networkpolicies`,
      `${READ} @ resource.k8s.io @ resourceclaims,resourceclaims/status,resourceclaimtemplates`,
    ],
  },
  'system:heapster': { rules: [`${READ} @  @ events,namespaces,nodes,pods`, `${READ} @ extensions @ deployments`] },
  'system:node': { rules: [] },
  'system:node-problem-detector': {
    rules: ['get @  @ nodes', 'patch @  @ nodes/status', 'create,patch,update @ ,events.k8s.io @ events'],
  },
  'system:kubelet-api-admin': {
    rules: [
      `${READ} @  @ nodes`,
      'proxy @  @ nodes',
      '* @  @ nodes/log,nodes/metrics,nodes/proxy,nodes/stats,nodes/configz,nodes/healthz,nodes/pods',
    ],
  },
  'system:node-bootstrapper': { rules: [`create,${READ} @ certificates.k8s.io @ certificatesigningrequests`] },
  'system:auth-delegator': {
    rules: ['create @ authentication.k8s.io @ tokenreviews', 'create @ authorization.k8s.io @ subjectaccessreviews'],
  },
  'system:kube-aggregator': { rules: [`${READ} @  @ endpoints,services`] },
  'system:kube-controller-manager': {
    rules: [
      'create,patch,update @ ,events.k8s.io @ events',
      `create @ ${LEASES} @ leases`,
      `get,update @ ${LEASES} @ leases @ kube-controller-manager`,
      'create @  @ secrets,serviceaccounts',
      'delete @  @ secrets',
      'get @  @ configmaps,namespaces,secrets,serviceaccounts',
      'update @  @ secrets,serviceaccounts',
      'create @ authentication.k8s.io @ tokenreviews',
      'create @ authorization.k8s.io @ subjectaccessreviews',
      'list,watch @ * @ *',
      'create @  @ serviceaccounts/token',
    ],
  },
  'system:kube-dns': { rules: ['list,watch @  @ endpoints,services'] },
  'system:persistent-volume-provisioner': {
    rules: [
      `create,delete,${READ} @  @ persistentvolumes`,
      `${READ},update @  @ persistentvolumeclaims`,
      `${READ} @ storage.k8s.io @ storageclasses`,
      'watch @  @ events',
      'create,patch,update @ ,events.k8s.io @ events',
    ],
  },
  'system:volume-scheduler': {
    rules: [
      `${READ},patch,update @  @ persistentvolumes,persistentvolumeclaims`,
      `${READ} @ storage.k8s.io @ storageclasses`,
    ],
  },
  'system:node-proxier': {
    rules: [
      'list,watch @  @ endpoints,services',
      `${READ} @  @ nodes`,
      'list,watch @ discovery.k8s.io @ endpointslices',
      'list,watch @ networking.k8s.io @ servicecidrs',
      'create,patch,update @ ,events.k8s.io @ events',
    ],
  },
  'system:kube-scheduler': {
    rules: [
      'create,patch,update @ ,events.k8s.io @ events',
      `create @ ${LEASES} @ leases`,
      `get,list,update,watch @ ${LEASES} @ leases @ kube-scheduler`,
      `${READ} @  @ nodes`,
      `delete,${READ} @  @ pods`,
      'create @  @ bindings,pods/binding',
      'patch,update @  @ pods/status',
      `${READ} @  @ replicationcontrollers,services,namespaces`,
      `${READ} @ apps @ replicasets,statefulsets`,
      `${READ} @ policy @ poddisruptionbudgets`,
      `${READ},patch,update @  @ persistentvolumeclaims,persistentvolumes`,
      `${READ} @ storage.k8s.io @ csidrivers,csinodes,csistoragecapacities,storageclasses,volumeattachments`,
      `${READ},patch,update @ resource.k8s.io @ resourceclaims,resourceclaims/status`,
      `${READ} @ resource.k8s.io @ deviceclasses,resourceslices`,
      `${READ} @ scheduling.k8s.io @ priorityclasses`,
      'create @ authentication.k8s.io @ tokenreviews',
      'create @ authorization.k8s.io @ subjectaccessreviews',
    ],
  },
  'system:certificates.k8s.io:certificatesigningrequests:nodeclient': {
    rules: ['create @ certificates.k8s.io @ certificatesigningrequests/nodeclient'],
  },
  'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient': {
    rules: ['create @ certificates.k8s.io @ certificatesigningrequests/selfnodeclient'],
  },
  'system:certificates.k8s.io:kube-apiserver-client-approver': {
    rules: ['approve @ certificates.k8s.io @ signers @ kubernetes.io/kube-apiserver-client'],
  },
  'system:certificates.k8s.io:kube-apiserver-client-kubelet-approver': {
    rules: ['approve @ certificates.k8s.io @ signers @ kubernetes.io/kube-apiserver-client-kubelet'],
  },
  'system:certificates.k8s.io:kubelet-serving-approver': {
    rules: ['approve @ certificates.k8s.io @ signers @ kubernetes.io/kubelet-serving'],
  },
  'system:certificates.k8s.io:legacy-unknown-approver': {
    rules: ['approve @ certificates.k8s.io @ signers @ kubernetes.io/legacy-unknown'],
  },
  'system:service-account-issuer-discovery': {
    rules: [
      'get @ /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/',
    ],
  },
}

/** Roles that are made of others. */
export const AGGREGATES: Record<string, { label: string; labels?: Record<string, string> }> = {
  admin: { label: TO_ADMIN },
  edit: { label: TO_EDIT, labels: { [TO_ADMIN]: 'true' } },
  view: { label: TO_VIEW, labels: { [TO_EDIT]: 'true' } },
}

export const BINDINGS: Record<string, { role?: string; subjects: string[] }> = {
  'cluster-admin': { subjects: ['Group system:masters'] },
  'system:monitoring': { subjects: ['Group system:monitoring'] },
  'system:discovery': { subjects: ['Group system:authenticated'] },
  'system:basic-user': { subjects: ['Group system:authenticated'] },
  'system:public-info-viewer': { subjects: ['Group system:authenticated', 'Group system:unauthenticated'] },
  'system:node-proxier': { subjects: ['User system:kube-proxy'] },
  'system:kube-controller-manager': { subjects: ['User system:kube-controller-manager'] },
  'system:kube-dns': { subjects: ['ServiceAccount kube-system/kube-dns'] },
  'system:kube-scheduler': { subjects: ['User system:kube-scheduler'] },
  'system:volume-scheduler': { subjects: ['User system:kube-scheduler'] },
  'system:node': { subjects: [] },
  'system:service-account-issuer-discovery': { subjects: ['Group system:serviceaccounts'] },
}

/** What each controller's service account may do, beside recording events. */
export const CONTROLLERS: Record<string, string[]> = {
  'attachdetach-controller': [
    'list,watch @  @ persistentvolumeclaims,persistentvolumes,pods',
    `${READ} @  @ nodes`,
    'patch,update @  @ nodes/status',
    `create,delete,${READ} @ storage.k8s.io @ volumeattachments`,
    `${READ} @ storage.k8s.io @ csidrivers,csinodes`,
  ],
  'certificate-controller': [
    `delete,${READ} @ certificates.k8s.io @ certificatesigningrequests`,
    'update @ certificates.k8s.io @ certificatesigningrequests/approval,certificatesigningrequests/status',
    'approve,sign @ certificates.k8s.io @ signers',
    'create @ authorization.k8s.io @ subjectaccessreviews',
  ],
  'clusterrole-aggregation-controller': [
    'escalate,get,list,patch,update,watch @ rbac.authorization.k8s.io @ clusterroles',
  ],
  'cronjob-controller': [
    `${READ},update @ batch @ cronjobs`,
    `create,delete,${READ},patch,update @ batch @ jobs`,
    'update @ batch @ cronjobs/finalizers,cronjobs/status',
    'delete,list @  @ pods',
  ],
  'daemon-set-controller': [
    `${READ} @ apps @ daemonsets`,
    'update @ apps @ daemonsets/finalizers,daemonsets/status',
    'list,watch @  @ nodes',
    'create,delete,list,patch,watch @  @ pods',
    'create @  @ pods/binding',
    `create,delete,${READ},patch,update @ apps @ controllerrevisions`,
  ],
  'deployment-controller': [
    `${READ},update @ apps @ deployments`,
    'update @ apps @ deployments/finalizers,deployments/status',
    `create,delete,${READ},patch,update @ apps @ replicasets`,
    `${READ},update @  @ pods`,
  ],
  'disruption-controller': [
    `${READ} @ apps @ deployments,replicasets,statefulsets`,
    `${READ} @  @ pods,replicationcontrollers`,
    `${READ} @ policy @ poddisruptionbudgets`,
    'update @ policy @ poddisruptionbudgets/status',
    'patch,update @  @ pods/status',
    'get @ * @ */scale',
  ],
  'endpoint-controller': [
    `${READ} @  @ pods,services`,
    `create,delete,${READ},update @  @ endpoints`,
    'create @  @ endpoints/restricted',
    'update @  @ services/finalizers',
  ],
  'endpointslice-controller': [
    `${READ} @  @ nodes,pods,services`,
    `create,delete,${READ},update @ discovery.k8s.io @ endpointslices`,
    'create @ discovery.k8s.io @ endpointslices/restricted',
    'update @  @ services/finalizers',
  ],
  'endpointslicemirroring-controller': [
    `${READ} @  @ endpoints,services`,
    `create,delete,${READ},update @ discovery.k8s.io @ endpointslices`,
  ],
  'ephemeral-volume-controller': [
    `${READ} @  @ pods`,
    `create,${READ} @  @ persistentvolumeclaims`,
    'update @  @ pods/finalizers',
  ],
  'expand-controller': [
    `${READ},patch,update @  @ persistentvolumes`,
    'patch,update @  @ persistentvolumeclaims/status',
    `${READ} @  @ persistentvolumeclaims`,
    `${READ} @ storage.k8s.io @ storageclasses`,
  ],
  'generic-garbage-collector': ['delete,get,list,patch,update,watch @ * @ *'],
  'horizontal-pod-autoscaler': [
    `${READ} @ autoscaling @ horizontalpodautoscalers`,
    'update @ autoscaling @ horizontalpodautoscalers/status',
    'get,update @ * @ */scale',
    'list @  @ pods',
    'list @ metrics.k8s.io @ pods',
    'get,list @ custom.metrics.k8s.io,external.metrics.k8s.io @ *',
  ],
  'job-controller': [
    `${READ},patch,update @ batch @ jobs`,
    'update @ batch @ jobs/finalizers,jobs/status',
    'create,delete,list,patch,watch @  @ pods',
  ],
  'namespace-controller': [
    'delete,get,list,watch @  @ namespaces',
    'update @  @ namespaces/finalize,namespaces/status',
    'delete,deletecollection,get,list @ * @ *',
  ],
  'node-controller': [
    'delete,get,list,patch,update,watch @  @ nodes',
    'patch,update @  @ nodes/status',
    'patch,update @  @ pods/status',
    'delete,list,watch,get @  @ pods',
    `${READ} @ ${LEASES} @ leases`,
  ],
  'persistent-volume-binder': [
    `create,delete,${READ},update @  @ persistentvolumes`,
    'update @  @ persistentvolumes/status,persistentvolumeclaims/status',
    `${READ},update @  @ persistentvolumeclaims`,
    `create,delete,${READ} @  @ pods`,
    `${READ} @ storage.k8s.io @ storageclasses`,
    `${READ} @  @ nodes`,
  ],
  'pod-garbage-collector': [
    'delete,list,watch @  @ pods',
    'get,list,watch @  @ nodes',
    'patch,update @  @ pods/status',
  ],
  'pv-protection-controller': [`${READ},update @  @ persistentvolumes`],
  'pvc-protection-controller': [`${READ},update @  @ persistentvolumeclaims`, `${READ} @  @ pods`],
  'replicaset-controller': [
    `${READ},update @ apps @ replicasets`,
    'update @ apps @ replicasets/finalizers,replicasets/status',
    'create,delete,list,patch,watch @  @ pods',
  ],
  'replication-controller': [
    `${READ},update @  @ replicationcontrollers`,
    'update @  @ replicationcontrollers/finalizers,replicationcontrollers/status',
    'create,delete,list,patch,watch @  @ pods',
  ],
  'resource-claim-controller': [
    `${READ} @  @ pods`,
    'update @  @ pods/finalizers',
    'patch @  @ pods/status',
    `create,delete,${READ} @ resource.k8s.io @ resourceclaims`,
    'patch,update @ resource.k8s.io @ resourceclaims/status',
  ],
  'resourcequota-controller': ['list,watch @ * @ *', 'update @  @ resourcequotas/status'],
  'root-ca-cert-publisher': ['create,get,list,update,watch @  @ configmaps', 'list,watch @  @ namespaces'],
  'route-controller': ['list,watch @  @ nodes', 'patch @  @ nodes/status'],
  'service-account-controller': ['create @  @ serviceaccounts', 'list,watch @  @ namespaces,serviceaccounts'],
  'service-cidrs-controller': [
    `${READ},patch,update @ networking.k8s.io @ servicecidrs`,
    'patch,update @ networking.k8s.io @ servicecidrs/finalizers,servicecidrs/status',
    `${READ} @ networking.k8s.io @ ipaddresses`,
  ],
  'service-controller': [`${READ} @  @ services`, 'patch,update @  @ services/status', 'list,watch @  @ nodes'],
  'statefulset-controller': [
    'list,watch @  @ pods',
    `${READ} @ apps @ statefulsets`,
    'update @ apps @ statefulsets/finalizers,statefulsets/status',
    'create,delete,get,patch,update @  @ pods',
    `create,delete,${READ},patch,update @ apps @ controllerrevisions`,
    'create,delete,get,update,list,watch @  @ persistentvolumeclaims',
  ],
  'taint-eviction-controller': [
    'delete,get,list,watch @  @ pods',
    `${READ} @  @ nodes`,
    'patch,update @  @ pods/status',
  ],
  'ttl-after-finished-controller': ['delete,get,list,watch @ batch @ jobs'],
  'ttl-controller': ['list,patch,update,watch @  @ nodes'],
  'validatingadmissionpolicy-status-controller': [
    `${READ} @ admissionregistration.k8s.io @ validatingadmissionpolicies`,
    'get,patch,update @ admissionregistration.k8s.io @ validatingadmissionpolicies/status',
  ],
}

const LEADER = (name: string) => [`watch @  @ configmaps`, `get,update @  @ configmaps @ ${name}`]

export const ROLES: { namespace: string; name: string; rules: string[]; subjects: string[] }[] = [
  {
    namespace: 'kube-system',
    name: 'extension-apiserver-authentication-reader',
    rules: [`${READ} @  @ configmaps @ extension-apiserver-authentication`],
    subjects: [],
  },
  {
    namespace: 'kube-system',
    name: 'system::leader-locking-kube-controller-manager',
    rules: LEADER('kube-controller-manager'),
    subjects: ['User system:kube-controller-manager', 'ServiceAccount kube-system/kube-controller-manager'],
  },
  {
    namespace: 'kube-system',
    name: 'system::leader-locking-kube-scheduler',
    rules: LEADER('kube-scheduler'),
    subjects: ['User system:kube-scheduler', 'ServiceAccount kube-system/kube-scheduler'],
  },
  {
    namespace: 'kube-system',
    name: 'system:controller:bootstrap-signer',
    rules: [`${READ} @  @ secrets`],
    subjects: ['ServiceAccount kube-system/bootstrap-signer'],
  },
  {
    namespace: 'kube-public',
    name: 'system:controller:bootstrap-signer',
    rules: [`${READ} @  @ configmaps`, 'update @  @ configmaps @ cluster-info'],
    subjects: ['ServiceAccount kube-system/bootstrap-signer'],
  },
]
