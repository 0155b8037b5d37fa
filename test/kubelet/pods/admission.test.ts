import { expect, test } from 'vitest'
import type { Node, Pod } from '../../../engine/api/types.ts'
import { Admission } from '../../../engine/kubelet/pods/admission.ts'
import { container, PodBench } from './bench.ts'

const NODE = {
  metadata: { name: 'w', labels: { disk: 'hdd' } },
  spec: { taints: [{ key: 'gone', effect: 'NoExecute' }] },
} as unknown as Node

function admission(more: { stopping?: boolean; taints?: boolean } = {}) {
  return new Admission({
    node: () => (more.taints ? NODE : { ...NODE, spec: {} }),
    allocatable: { cpu: '2', memory: '1Gi', pods: '3', 'ephemeral-storage': '1Gi' },
    operatingSystem: 'linux',
    isStopping: () => !!more.stopping,
    underPressure: () => undefined,
  })
}

let count = 0
function pod(resources: object, more: object = {}, labels?: Record<string, string>): Pod {
  const uid = `u${count++}`
  return {
    metadata: { name: uid, namespace: 'ns', uid, labels },
    spec: { containers: [{ name: 'c', ...resources }], ...more },
  } as unknown as Pod
}
const asks = (requests: object) => pod({ resources: { requests } })

test.each([
  ['OutOfcpu', asks({ cpu: '1500m' }), 'cpu, requested: 1500, used: 1000, capacity: 2000'],
  ['OutOfmemory', asks({ memory: '1Gi' }), 'memory, requested: 1073741824, used: 104857600, capacity: 1073741824'],
  [
    'OutOfephemeral-storage',
    asks({ 'ephemeral-storage': '2Gi' }),
    'ephemeral-storage, requested: 2147483648, used: 0, capacity: 1073741824',
  ],
])('a pod that does not fit is refused as %s', (reason, wanted, text) => {
  const other = asks({ cpu: '1', memory: '100Mi' })
  expect(admission().refuses(wanted, [other])).toEqual({
    reason,
    message: `Node didn't have enough resource: ${text}`,
  })
})

test('one pod too many, labels, ports and taints refuse a pod in this order', () => {
  const small = asks({})
  const ports = (hostPort: number, hostIP?: string) => pod({ ports: [{ containerPort: 80, hostPort, hostIP }] })
  expect(admission().refuses(small, [asks({}), asks({}), asks({})])).toEqual({
    reason: 'OutOfpods',
    message: "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3",
  })
  expect(admission().refuses(pod({}, { nodeSelector: { disk: 'ssd' } }), [])).toEqual({
    reason: 'NodeAffinity',
    message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  })
  expect(admission().refuses(ports(8080, '127.0.0.1'), [ports(8080)])).toEqual({
    reason: 'NodePorts',
    message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  })
  expect(admission().refuses(ports(8081), [ports(8080)])).toBeUndefined()
  expect(admission({ taints: true }).refuses(small, [])).toEqual({
    reason: 'TaintToleration',
    message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
  })
  const tolerant = pod({}, { tolerations: [{ operator: 'Exists' }] })
  expect(admission({ taints: true }).refuses(tolerant, [])).toBeUndefined()
})

test('what no node of this kind can run is refused by its name', () => {
  const reasonOf = (wanted: Pod, stopping = false) => admission({ stopping }).refuses(wanted, [])?.reason
  expect(reasonOf(pod({}, { os: { name: 'windows' } }))).toBe('PodOSNotSupported')
  expect(reasonOf(pod({}, {}, { 'kubernetes.io/os': 'windows' }))).toBe('PodOSSelectorNodeLabelDoesNotMatch')
  expect(reasonOf(pod({}, { securityContext: { supplementalGroupsPolicy: 'Strict' } }))).toBe(
    'SupplementalGroupsPolicyNotSupported',
  )
  expect(reasonOf(pod({}), true)).toBe('NodeShutdown')
  expect(reasonOf(pod({}, { os: { name: 'linux' } }))).toBeUndefined()
})

test('what is unknown to the node belongs to the cluster and refuses nothing', () => {
  expect(admission().refuses(asks({ 'example.com/widgets': '3' }), [])).toBeUndefined()
})

test('a pod that is refused fails with its reason, and nothing of it is started', async () => {
  const bench = new PodBench()
  await bench.run(bench.pod({ containers: [container('a')] }), { settle: false })
  bench.runner.reject({ reason: 'OutOfcpu', message: 'no room' })
  await bench.settle()
  expect(bench.runtime.processes).toEqual([])
  expect(bench.status()).toMatchObject({
    phase: 'Failed',
    reason: 'OutOfcpu',
    message: 'Pod was rejected: no room',
  })
  expect(bench.status().containerStatuses).toBeUndefined()
  expect(bench.events).toEqual(['Warning OutOfcpu : no room'])
  bench.remove()
})

test('overhead and what the pod asks for as a whole count when it is taken in', () => {
  const whole = pod({}, { resources: { requests: { cpu: '1500m' } }, overhead: { cpu: '600m' } })
  expect(admission().refuses(whole, [])!.message).toContain('cpu, requested: 2100, used: 0, capacity: 2000')
})

test('settings of the kernel that belong to the machine refuse a pod', () => {
  const asks = (name: string) => pod({}, { securityContext: { sysctls: [{ name, value: '1' }] } })
  expect(admission().refuses(asks('kernel.msgmax'), [])).toEqual({
    reason: 'SysctlForbidden',
    message: 'forbidden sysctl: "kernel.msgmax" not allowlisted',
  })
  expect(admission().refuses(asks('net.ipv4.tcp_syncookies'), [])).toBeUndefined()
})
