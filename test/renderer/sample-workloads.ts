import type { Cluster } from '../apiserver/harness.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of many kinds */
type Manifest = Record<string, any>

const SHOP = '/namespaces/shop'

/** What views of single objects are about: revisions, jobs, disks, budgets, and who uses what. Played by hand, for want of controllers. */
export async function addWorkloads(cluster: Cluster): Promise<void> {
  const create = async (path: string, body: Manifest) => {
    const answer = await cluster.ask(path, { method: 'POST', body })
    if (answer.code !== 201) throw new Error(`${path}: ${answer.code} ${answer.text}`)
    return answer.json as Manifest
  }
  const setStatus = async (path: string, object: Manifest, status: Manifest) => {
    const answer = await cluster.ask(`${path}/${object.metadata.name}/status`, {
      method: 'PUT',
      body: { ...object, status },
    })
    if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.text}`)
  }
  const owner = (object: Manifest) => [
    {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name: object.metadata.name,
      uid: object.metadata.uid,
      controller: true,
    },
  ]
  const template = (app: string, image: string, more: Manifest = {}) => ({
    metadata: { labels: { app } },
    spec: { containers: [{ name: app, image, ports: [{ containerPort: 8080, name: 'http' }], ...more }] },
  })

  const using = template('front', 'nginx:1.27', {
    envFrom: [{ configMapRef: { name: 'shop-settings' } }],
    env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db-password', key: 'password' } } }],
    resources: { requests: { cpu: '50m', memory: '32Mi' } },
  })
  const deployments = `/apis/apps/v1${SHOP}/deployments`
  const front = await create(deployments, {
    metadata: { name: 'front', annotations: { 'deployment.kubernetes.io/revision': '3' } },
    spec: { replicas: 2, selector: { matchLabels: { app: 'front' } }, template: using },
  })
  await setStatus(deployments, front, {
    ...{ replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2, observedGeneration: 1 },
    conditions: [
      condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', 3_000),
      condition('Progressing', 'NewReplicaSetAvailable', 'ReplicaSet "front-3" has successfully progressed.', 240),
    ],
  })
  for (const [revision, image, cause] of [
    [1, 'nginx:1.25', 'first release'],
    [2, 'nginx:1.26', ''],
    [3, 'nginx:1.27', 'settings from a ConfigMap'],
  ] as const) {
    const made = revision === 3 ? using : template('front', image)
    const labels = { app: 'front', 'pod-template-hash': `f${revision}` }
    const annotations = {
      'deployment.kubernetes.io/revision': String(revision),
      ...(cause && { 'kubernetes.io/change-cause': cause }),
    }
    await create(`/apis/apps/v1${SHOP}/replicasets`, {
      metadata: { name: `front-${revision}`, labels, annotations, ownerReferences: owner(front) },
      spec: {
        replicas: revision === 3 ? 2 : 0,
        selector: { matchLabels: labels },
        template: { ...made, metadata: { labels } },
      },
    })
  }

  const database = await create(`/apis/apps/v1${SHOP}/statefulsets`, {
    metadata: { name: 'database' },
    spec: {
      ...{ replicas: 1, serviceName: 'database', selector: { matchLabels: { app: 'database' } } },
      template: {
        metadata: { labels: { app: 'database' } },
        spec: {
          containers: [{ name: 'database', image: 'redis:7', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'database-data' } }],
        },
      },
    },
  })
  await create(`/api/v1${SHOP}/persistentvolumeclaims`, {
    metadata: { name: 'database-data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  })
  for (const [revision, image] of [
    [1, 'redis:6'],
    [2, 'redis:7'],
  ] as const)
    await create(`/apis/apps/v1${SHOP}/controllerrevisions`, {
      metadata: { name: `database-${revision}`, labels: { app: 'database' }, ownerReferences: owner(database) },
      revision,
      data: { spec: { template: { ...template('database', image), $patch: 'replace' } } },
    })

  const job = {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'report', image: 'busybox:1.36' }] } },
  }
  const cron = await create('/apis/batch/v1/namespaces/batch/cronjobs', {
    metadata: { name: 'report' },
    spec: { schedule: '*/15 * * * *', jobTemplate: { spec: job } },
  })
  await create('/apis/batch/v1/namespaces/batch/jobs', {
    metadata: { name: 'report-29012345', ownerReferences: owner(cron) },
    spec: job,
  })
  await create(`/apis/policy/v1${SHOP}/poddisruptionbudgets`, {
    metadata: { name: 'front' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'front' } } },
  })
  await create(`/apis/autoscaling/v2${SHOP}/horizontalpodautoscalers`, {
    metadata: { name: 'front' },
    spec: { maxReplicas: 6, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'front' } },
  })
  // Somebody else owns a field of it, so that an apply of it is a conflict.
  await cluster.ask(`/apis/apps/v1${SHOP}/deployments/front?fieldManager=release-bot`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { metadata: { labels: { release: '2026-05' } } },
  })
}

function condition(type: string, reason: string, message: string, secondsAgo: number): Manifest {
  const lastTransitionTime = new Date(Date.now() - secondsAgo * 1_000).toISOString().replace(/\.\d+Z$/, 'Z')
  return { type, status: 'True', reason, message, lastTransitionTime, lastUpdateTime: lastTransitionTime }
}
