import type { Cluster } from '../apiserver/harness.ts'
import { addWorkloads } from './sample-workloads.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of many kinds */
type Manifest = Record<string, any>

/** Fills an API server with a shop on three workers: what a lab looks like an hour after `kubectl apply`. */
export async function fillCluster(cluster: Cluster): Promise<void> {
  const create = async (path: string, body: Manifest) => {
    const answer = await cluster.ask(path, { method: 'POST', body })
    if (answer.code !== 201) throw new Error(`${path}: ${answer.code} ${answer.text}`)
    return answer.json as Manifest
  }
  const setStatus = async (path: string, object: Manifest, status: Manifest) => {
    const answer = await cluster.ask(`${path}/${object.metadata.name}/status`, {
      method: 'PUT',
      body: { ...object, status: { ...object.status, ...status } },
    })
    if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.text}`)
  }
  await create('/api/v1/namespaces', { metadata: { name: 'shop' } })
  await create('/api/v1/namespaces', { metadata: { name: 'batch' } })
  for (const namespace of ['shop', 'batch'])
    await create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } })
  for (let i = 1; i <= 3; i++) {
    const node = await create('/api/v1/nodes', {
      metadata: {
        name: `worker-${i}`,
        labels: { 'kubernetes.io/hostname': `worker-${i}`, 'kubernetes.io/os': 'linux' },
      },
    })
    await setStatus('/api/v1/nodes', node, {
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: now(),
          lastTransitionTime: now(),
        },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.36.0',
        osImage: 'Kubarium',
        architecture: 'amd64',
        operatingSystem: 'linux',
        containerRuntimeVersion: 'kubarium://0.1',
        kernelVersion: '6.8',
        bootID: 'a',
        machineID: 'b',
        systemUUID: 'c',
        kubeProxyVersion: '',
      },
    })
  }
  await create('/api/v1/namespaces/shop/configmaps', {
    metadata: { name: 'shop-settings' },
    data: { CURRENCY: 'EUR', BANNER: 'Free shipping' },
  })
  await create('/api/v1/namespaces/shop/secrets', {
    metadata: { name: 'db-password' },
    stringData: { password: 'hunter2' },
  })
  let next = 0
  let unhealthy = ''
  for (const [namespace, app, replicas] of [
    ['shop', 'web', 5],
    ['shop', 'cart', 3],
    ['shop', 'catalog', 4],
    ['batch', 'worker', 3],
    ['shop', 'redis', 1],
  ] as const) {
    const template = {
      metadata: { labels: { app } },
      spec: {
        containers: [
          {
            name: app,
            image: app === 'redis' ? 'redis:7' : 'nginx:1.27',
            ports: [{ containerPort: 8080, name: 'http' }],
          },
        ],
      },
    }
    const spec = { replicas, selector: { matchLabels: { app } }, template }
    const deployment = await create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
      metadata: { name: app, labels: { app, 'app.kubernetes.io/part-of': namespace } },
      spec,
    })
    await setStatus(`/apis/apps/v1/namespaces/${namespace}/deployments`, deployment, {
      replicas,
      readyReplicas: replicas - (app === 'cart' ? 1 : 0),
      updatedReplicas: replicas,
      availableReplicas: replicas - (app === 'cart' ? 1 : 0),
    })
    const hash = `${app}6d9f7`.slice(0, 9)
    const set = await create(`/apis/apps/v1/namespaces/${namespace}/replicasets`, {
      metadata: {
        name: `${app}-${hash}`,
        labels: { app },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'Deployment', name: app, uid: deployment.metadata.uid, controller: true },
        ],
      },
      spec,
    })
    const endpoints: Manifest[] = []
    for (let i = 0; i < replicas; i++) {
      const pod = await create(`/api/v1/namespaces/${namespace}/pods`, {
        metadata: {
          name: `${app}-${hash}-${(next * 7919 + 46_656).toString(36).slice(-4)}${i}`,
          labels: { app, 'pod-template-hash': hash },
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'ReplicaSet',
              name: set.metadata.name,
              uid: set.metadata.uid,
              controller: true,
            },
          ],
        },
        spec: { ...template.spec, ...(next !== 14 && { nodeName: `worker-${(next % 3) + 1}` }) },
      })
      if (next === 6) unhealthy = pod.metadata.name as string
      const ip = `10.244.${next % 3}.${10 + next}`
      const state = podStatus(next, app)
      await setStatus(`/api/v1/namespaces/${namespace}/pods`, pod, {
        ...state,
        podIP: ip,
        podIPs: [{ ip }],
        startTime: now(),
      })
      if (next !== 14)
        endpoints.push({
          addresses: [ip],
          conditions: { ready: next !== 6 },
          targetRef: { kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
          nodeName: pod.spec.nodeName,
          zone: `zone-${'abc'[next % 3]}`,
        })
      next++
    }
    if (app === 'worker') continue
    await create(`/api/v1/namespaces/${namespace}/services`, {
      metadata: { name: app },
      spec: {
        type: app === 'web' ? 'LoadBalancer' : 'ClusterIP',
        selector: { app },
        ports: [{ port: 80, targetPort: 8080 }],
      },
    })
    await create(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
      metadata: { name: `${app}-abcde`, labels: { 'kubernetes.io/service-name': app } },
      addressType: 'IPv4',
      endpoints,
      ports: [{ port: 8080, protocol: 'TCP', name: '' }],
    })
    await create(
      `/api/v1/namespaces/${namespace}/events`,
      event(
        namespace,
        'Deployment',
        app,
        'Normal',
        'ScalingReplicaSet',
        `Scaled up replica set ${app}-${hash} from 0 to ${replicas}`,
      ),
    )
  }
  await addWorkloads(cluster)
  await create(
    '/api/v1/namespaces/batch/events',
    event(
      'batch',
      'Pod',
      'worker-worker6d9',
      'Warning',
      'FailedScheduling',
      '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available.',
    ),
  )
  await create(
    '/api/v1/namespaces/shop/events',
    event(
      'shop',
      'Pod',
      unhealthy,
      'Warning',
      'Unhealthy',
      'Readiness probe failed: HTTP probe failed with statuscode: 503',
    ),
  )
}

function podStatus(index: number, app: string): Manifest {
  const status = (ready: boolean, state: Manifest, restartCount = 0) => ({
    name: app,
    image: 'nginx:1.27',
    imageID: 'nginx',
    ready,
    started: ready,
    restartCount,
    state,
  })
  const conditions = (ready: boolean) => [
    { type: 'PodScheduled', status: 'True', lastTransitionTime: now() },
    { type: 'Initialized', status: 'True', lastTransitionTime: now() },
    { type: 'ContainersReady', status: ready ? 'True' : 'False', lastTransitionTime: now() },
    { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: now() },
  ]
  if (index === 14)
    return {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available: 3 Insufficient cpu.',
          lastTransitionTime: now(),
        },
      ],
    }
  if (index === 6)
    return {
      phase: 'Running',
      conditions: conditions(false),
      containerStatuses: [status(false, { running: { startedAt: now() } })],
    }
  if (index === 9)
    return {
      phase: 'Running',
      conditions: conditions(false),
      containerStatuses: [
        status(
          false,
          { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container=catalog' } },
          4,
        ),
      ],
    }
  return {
    phase: 'Running',
    conditions: conditions(true),
    containerStatuses: [status(true, { running: { startedAt: now() } })],
  }
}

function event(namespace: string, kind: string, name: string, type: string, reason: string, message: string): Manifest {
  return {
    metadata: { name: `${name}.${reason.toLowerCase()}`, namespace },
    ...{
      involvedObject: { kind, namespace, name, apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1' },
      type,
      reason,
      message,
      count: 3,
    },
    ...{
      firstTimestamp: now(),
      lastTimestamp: now(),
      source: { component: kind === 'Pod' ? 'kubelet' : 'deployment-controller' },
    },
  }
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z')
}
