import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { NODES } from '../../../engine/client/resources.ts'
import { eventually } from '../lab.ts'
import { Conformance, refusal, type Space } from './cluster.ts'
import { clientOf, lifecycle, status, type Kind, type Loose } from './lifecycle.ts'

const node = new Conformance('node', 'api')
const storage = new Conformance('storage', 'api')

const STORAGE = { apiVersion: 'storage.k8s.io/v1' }
const DRA = { apiVersion: 'resource.k8s.io/v1' }
const template = { spec: { containers: [{ name: 'nginx', image: 'nginx' }] } }
const hostPath = { hostPath: { path: '/tmp/conformance' } }
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '' }
const volumeSpec = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, ...hostPath }
const device = { name: 'device', exactly: { deviceClassName: 'class' } }

const KINDS = {
  lease: {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    resource: 'leases',
    namespaced: true,
    fields: () => ({ spec: { holderIdentity: 'holder', leaseDurationSeconds: 30 } }),
  },
  node: { apiVersion: 'v1', kind: 'Node', resource: 'nodes', fields: () => ({ spec: { unschedulable: true } }) },
  podTemplate: {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    resource: 'podtemplates',
    namespaced: true,
    fields: () => ({ template }),
  },
  runtimeClass: {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    resource: 'runtimeclasses',
    fields: () => ({ handler: 'process' }),
  },
  deviceClass: { ...DRA, kind: 'DeviceClass', resource: 'deviceclasses', fields: () => ({ spec: {} }) },
  resourceClaim: {
    ...DRA,
    kind: 'ResourceClaim',
    resource: 'resourceclaims',
    namespaced: true,
    fields: () => ({ spec: { devices: { requests: [device] } } }),
  },
  resourceClaimTemplate: {
    ...DRA,
    kind: 'ResourceClaimTemplate',
    resource: 'resourceclaimtemplates',
    namespaced: true,
    fields: () => ({ spec: { spec: { devices: { requests: [device] } } } }),
  },
  resourceSlice: {
    ...DRA,
    kind: 'ResourceSlice',
    resource: 'resourceslices',
    fields: () => ({
      spec: { driver: 'driver.example.com', nodeName: 'node', pool: { name: 'pool', resourceSliceCount: 1 } },
    }),
  },
  csiDriver: {
    ...STORAGE,
    kind: 'CSIDriver',
    resource: 'csidrivers',
    fields: () => ({ spec: { attachRequired: false } }),
  },
  csiNode: { ...STORAGE, kind: 'CSINode', resource: 'csinodes', fields: () => ({ spec: { drivers: [] } }) },
  csiCapacity: {
    ...STORAGE,
    kind: 'CSIStorageCapacity',
    resource: 'csistoragecapacities',
    namespaced: true,
    fields: () => ({ storageClassName: 'class' }),
  },
  storageClass: {
    ...STORAGE,
    kind: 'StorageClass',
    resource: 'storageclasses',
    fields: () => ({ provisioner: 'e2e-fake-provisioner' }),
  },
  attachment: {
    ...STORAGE,
    kind: 'VolumeAttachment',
    resource: 'volumeattachments',
    fields: () => ({
      spec: { attacher: 'attacher.example.com', nodeName: 'node', source: { persistentVolumeName: 'volume' } },
    }),
  },
  attributesClass: {
    ...STORAGE,
    kind: 'VolumeAttributesClass',
    resource: 'volumeattributesclasses',
    fields: () => ({ driverName: 'e2e-fake-csi-driver.example.com', parameters: { class: 'gold' } }),
  },
  volume: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    resource: 'persistentvolumes',
    fields: () => ({ spec: volumeSpec }),
  },
  claim: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    resource: 'persistentvolumeclaims',
    namespaced: true,
    fields: () => ({ spec: claimSpec }),
  },
} satisfies Record<string, Kind>

node.holds('Lease lease API should be available', space => lifecycle(space, KINDS.lease))
node.holds('Node Lifecycle should run through the lifecycle of a node', space => lifecycle(space, KINDS.node))
node.holds('PodTemplates should delete a collection of pod templates', space => lifecycle(space, KINDS.podTemplate))
node.holds('PodTemplates should replace a pod template', space => lifecycle(space, KINDS.podTemplate))
node.holds('PodTemplates should run the lifecycle of PodTemplates', space => lifecycle(space, KINDS.podTemplate))
node.holds('RuntimeClass should support RuntimeClasses API operations', space => lifecycle(space, KINDS.runtimeClass))
node.holds('[DRA] CRUD Tests resource.k8s.io/v1 DeviceClass', space => lifecycle(space, KINDS.deviceClass))
node.holds('[DRA] CRUD Tests resource.k8s.io/v1 ResourceClaim', space => lifecycle(space, KINDS.resourceClaim))
node.holds('[DRA] CRUD Tests resource.k8s.io/v1 ResourceClaimTemplate', space =>
  lifecycle(space, KINDS.resourceClaimTemplate),
)
node.holds('[DRA] CRUD Tests resource.k8s.io/v1 ResourceSlice', space => lifecycle(space, KINDS.resourceSlice))

storage.holds('CSIInlineVolumes should run through the lifecycle of a CSIDriver', space =>
  lifecycle(space, KINDS.csiDriver),
)
storage.holds('CSINodes CSI Conformance should run through the lifecycle of a csinode', space =>
  lifecycle(space, KINDS.csiNode),
)
storage.holds('CSIStorageCapacity should support CSIStorageCapacities API operations', space =>
  lifecycle(space, KINDS.csiCapacity),
)
storage.holds('StorageClasses CSI Conformance should run through the lifecycle of a StorageClass', space =>
  lifecycle(space, KINDS.storageClass),
)
storage.holds('VolumeAttachment Conformance should run through the lifecycle of a VolumeAttachment', space =>
  lifecycle(space, KINDS.attachment),
)
storage.holds(
  'VolumeAttributesClass [FeatureGate:VolumeAttributesClass] should run through the lifecycle of a VolumeAttributesClass',
  space => lifecycle(space, KINDS.attributesClass),
)
storage.holds('PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC', async space => {
  await lifecycle(space, KINDS.volume)
  await lifecycle(space, KINDS.claim)
})
storage.holds('PersistentVolumes CSI Conformance should apply changes to a pv/pvc status', async space => {
  const condition = { type: 'Tested', status: 'True', reason: 'E2E', message: 'set by a test' }
  await status(space, KINDS.claim, { conditions: [condition] })
  await status(space, KINDS.volume, { reason: 'Tested', message: 'set by a test' })
})
storage.holds('VolumeAttachment Conformance should apply changes to a volumeattachment status', async space => {
  await status(space, KINDS.attachment, { attached: true })
})
storage.holds('CSIInlineVolumes should support CSIVolumeSource in Pod API', async space => {
  const driver = `${space.name}.example.com`
  const drivers = clientOf(space, KINDS.csiDriver)
  await drivers.create({
    metadata: { name: driver },
    spec: { volumeLifecycleModes: ['Ephemeral'] },
  } as unknown as Loose)
  await space.pod('pod', {
    metadata: { labels: { csi: 'inline' } },
    spec: {
      volumes: [{ name: 'volume', csi: { driver, volumeAttributes: { size: '1Gi' } } }],
      containers: [{ command: ['true'], volumeMounts: [{ name: 'volume', mountPath: '/mnt' }] }],
    },
  })
  const [volume] = (await space.getPod('pod')).spec!.volumes!.filter(v => v.name === 'volume')
  expect(volume).toMatchObject({ csi: { driver } })
  await space.patchPod('pod', { metadata: { labels: { patched: 'yes' } } })
  await space.deletePod('pod', 0)
  await space.gone('pod')
  await drivers.delete(undefined, driver)
})

// Streams over WebSockets

node.holds('Pods should support remote command execution over websockets [NodeConformance]', async space => {
  await space.pod('pod', { spec: { containers: [{ image: 'registry.k8s.io/pause:3.10' }] } })
  await space.running('pod')
  const query = '?stdout=1&stderr=1&container=c0&command=echo&command=remote&command=execution'
  const frames = await messages(space, `pods/pod/exec${query}`, 'v4.channel.k8s.io')
  const output = frames.filter(frame => frame[0] === 1).map(frame => frame.subarray(1).toString('utf8'))
  expect(output.join('')).toBe('remote execution\n')
})
node.holds('Pods should support retrieving logs from the container over websockets [NodeConformance]', async space => {
  await space.pod('pod', { spec: { containers: [{ command: ['sh', '-c', 'echo container is alive; sleep 600'] }] } })
  await space.says('pod', 'container is alive')
  const frames = await messages(space, 'pods/pod/log?container=c0', 'binary.k8s.io')
  expect(Buffer.concat(frames).toString('utf8')).toBe('container is alive\n')
})

/** All messages of a WebSocket until the server closes it. */
function messages(space: Space, path: string, protocol: string): Promise<Buffer[]> {
  const { server, ca, cert, key } = space.rest.config
  const url = `${server.replace(/^http/, 'ws')}/api/v1/namespaces/${space.name}/${path}`
  const socket = new WebSocket(url, [protocol], { ca, cert, key })
  const received: Buffer[] = []
  socket.on('message', data => received.push(data as Buffer))
  return new Promise((resolve, reject) => {
    socket.once('close', () => resolve(received))
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, answer) => {
      let body = ''
      answer.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
      answer.on('end', () => reject(new Error(`${path}: ${answer.statusCode} ${body}`)))
    })
  })
}

// Taints of nodes

const evict = { key: 'kubernetes.io/e2e-evict-taint-key', value: 'evictTaintVal', effect: 'NoExecute' }
const taints = (space: Space, name: string, list: object[]) =>
  space.of(NODES).patch(undefined, name, 'merge', { spec: { taints: list } })
const tolerating = (seconds: number, nodeName: string) => ({
  spec: {
    nodeName,
    tolerations: [
      { key: evict.key, operator: 'Equal', value: evict.value, effect: 'NoExecute', tolerationSeconds: seconds },
    ],
    containers: [{ image: 'registry.k8s.io/pause:3.10' }],
  },
})
node.holds('NoExecuteTaintManager Single Pod [Serial] removing taint cancels eviction [Disruptive]', async space => {
  await space.pod('pod', tolerating(6, 'worker-1'))
  await space.running('pod')
  await taints(space, 'worker-1', [evict])
  await passed(2_000)
  await taints(space, 'worker-1', [])
  const { uid } = (await space.getPod('pod')).metadata
  await passed(6_000)
  expect((await space.getPod('pod')).metadata).toMatchObject({ uid })
  expect((await space.getPod('pod')).metadata.deletionTimestamp).toBeUndefined()
})
node.holds(
  'NoExecuteTaintManager Multiple Pods [Serial] evicts pods with minTolerationSeconds [Disruptive]',
  async space => {
    await space.pod('soon', tolerating(1, 'worker-2'))
    await space.pod('late', tolerating(4, 'worker-2'))
    await space.running('soon')
    await space.running('late')
    await taints(space, 'worker-2', [evict])
    await space.gone('soon')
    expect((await refusal(space.getPod('late')))?.code).toBeUndefined()
    await space.gone('late')
    await taints(space, 'worker-2', [])
  },
)

/** Lets time pass in which something would happen that must not. */
async function passed(ms: number): Promise<void> {
  const until = performance.now() + ms
  await eventually(async () => performance.now() > until, ms + 10_000)
}
