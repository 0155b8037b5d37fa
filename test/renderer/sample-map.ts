import type { Cluster } from '../apiserver/harness.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of many kinds */
type Manifest = Record<string, any>

/** What the map shows beyond the shop: Leases, an Ingress, an autoscaler, jobs, a stateful set with its claim, an old ReplicaSet. */
export async function fillMap(cluster: Cluster): Promise<void> {
  const create = async (path: string, body: Manifest, status?: Manifest) => {
    const answer = await cluster.ask(path, { method: 'POST', body })
    if (answer.code !== 201) throw new Error(`${path}: ${answer.code} ${answer.text}`)
    const object = answer.json as Manifest
    if (!status) return object
    const to = `${path}/${object.metadata.name}/status`
    const set = await cluster.ask(to, { method: 'PUT', body: { ...object, status: { ...object.status, ...status } } })
    if (set.code !== 200) throw new Error(`${to}: ${set.code} ${set.text}`)
    return object
  }
  const renewTime = new Date().toISOString().replace('Z', '000Z')
  const lease = (namespace: string, name: string, holderIdentity: string) =>
    create(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, {
      metadata: { name },
      spec: { holderIdentity, renewTime, leaseDurationSeconds: 15, leaseTransitions: 2 },
    })
  await lease('kube-system', 'kube-scheduler', 'master-1_0c8f3d1e')
  await lease('kube-system', 'kube-controller-manager', 'master-3_77aa01bc')
  for (const worker of ['worker-1', 'worker-2', 'worker-3']) await lease('kube-node-lease', worker, worker)

  await create('/apis/networking.k8s.io/v1/namespaces/shop/ingresses', {
    metadata: { name: 'shop' },
    spec: {
      rules: ['web', 'cart'].map(service => ({
        host: `${service}.shop.localhost`,
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }],
        },
      })),
    },
  })
  await create(
    '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers',
    {
      metadata: { name: 'web' },
      spec: {
        minReplicas: 2,
        maxReplicas: 10,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
          { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '64Mi' } } },
        ],
      },
    },
    {
      currentReplicas: 5,
      desiredReplicas: 5,
      currentMetrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', current: { averageUtilization: 57, averageValue: '142m' } },
        },
        { type: 'Resource', resource: { name: 'memory', current: { averageValue: '52Mi' } } },
      ],
      conditions: [
        scaling('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size'),
        scaling('ScalingActive', 'True', 'ValidMetricFound', 'the HPA was able to compute the replica count'),
        scaling('ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range'),
      ],
    },
  )
  for (const [i, [size, why, minutes]] of (
    [
      [3, 'All metrics below target', 31],
      [5, 'cpu resource utilization (percentage of request) above target', 9],
    ] as const
  ).entries()) {
    const at = new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z')
    await create('/api/v1/namespaces/shop/events', {
      metadata: { name: `web.rescaled.${i}`, namespace: 'shop' },
      involvedObject: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' },
      ...{ type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${size}; reason: ${why}` },
      ...{ source: { component: 'horizontal-pod-autoscaler' }, firstTimestamp: at, lastTimestamp: at, count: 1 },
    })
  }
  const { json: sets } = await cluster.ask('/apis/apps/v1/replicasets')
  for (const set of (sets as { items: Manifest[] }).items) {
    const path = `/apis/apps/v1/namespaces/${set.metadata.namespace}/replicasets/${set.metadata.name}/status`
    const { replicas } = set.spec
    const readyReplicas = replicas - (set.metadata.name.startsWith('ca') ? 1 : 0)
    await cluster.ask(path, { method: 'PUT', body: { ...set, status: { replicas, readyReplicas } } })
  }
  const { json } = await cluster.ask('/apis/apps/v1/namespaces/shop/deployments/web')
  for (const hash of ['5b7c9', '68f4d'])
    await create('/apis/apps/v1/namespaces/shop/replicasets', {
      metadata: {
        name: `web-${hash}`,
        labels: { app: 'web' },
        ownerReferences: [owner('apps/v1', 'Deployment', json as Manifest)],
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web', hash } },
        template: {
          metadata: { labels: { app: 'web', hash } },
          spec: { containers: [{ name: 'web', image: 'nginx' }] },
        },
      },
    })
  await create(
    '/api/v1/namespaces/shop/persistentvolumeclaims',
    {
      metadata: { name: 'data-db-0' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
    { phase: 'Bound' },
  )
  const db = await create(
    '/apis/apps/v1/namespaces/shop/statefulsets',
    {
      metadata: { name: 'db' },
      spec: {
        replicas: 1,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'redis:7' }] } },
      },
    },
    { replicas: 1, readyReplicas: 1 },
  )
  await pod('shop', 'db-0', owner('apps/v1', 'StatefulSet', db), 'db', {
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } },
      { name: 'settings', configMap: { name: 'shop-settings' } },
    ],
    containers: [
      {
        name: 'db',
        image: 'redis:7',
        env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db-password', key: 'password' } } }],
        envFrom: [{ configMapRef: { name: 'db-tuning' } }],
      },
    ],
  })
  const cron = await create('/apis/batch/v1/namespaces/batch/cronjobs', {
    metadata: { name: 'digest' },
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'digest', image: 'busybox' }] } } },
      },
    },
  })
  const job = await create('/apis/batch/v1/namespaces/batch/jobs', {
    metadata: { name: 'digest-28900', ownerReferences: [owner('batch/v1', 'CronJob', cron)] },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'digest', image: 'busybox' }] } } },
  })
  await pod('batch', 'digest-28900-x7k2p', owner('batch/v1', 'Job', job), 'digest', {})

  async function pod(namespace: string, name: string, ownerReference: Manifest, app: string, spec: Manifest) {
    const containers = [{ name: app, image: 'busybox' }]
    await create(
      `/api/v1/namespaces/${namespace}/pods`,
      {
        metadata: { name, labels: { app }, ownerReferences: [ownerReference] },
        spec: { nodeName: 'worker-2', containers, ...spec },
      },
      {
        phase: 'Running',
        containerStatuses: [
          {
            name: app,
            image: 'busybox',
            imageID: 'b',
            ready: true,
            started: true,
            restartCount: 0,
            state: { running: {} },
          },
        ],
      },
    )
  }
}

function owner(apiVersion: string, kind: string, { metadata }: Manifest): Manifest {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }
}

function scaling(type: string, status: string, reason: string, message: string): Manifest {
  const lastTransitionTime = new Date(Date.now() - 540_000).toISOString().replace(/\.\d+Z$/, 'Z')
  return { type, status, reason, message, lastTransitionTime }
}
