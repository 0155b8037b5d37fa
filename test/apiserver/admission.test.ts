import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const NS = '/api/v1/namespaces/default'
const merge = { 'content-type': 'application/merge-patch+json' }
const strategic = { 'content-type': 'application/strategic-merge-patch+json' }

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
  await post(`${NS}/serviceaccounts`, { metadata: { name: 'default' } })
})
afterAll(() => cluster.close())

const post = (path: string, body: object) => cluster.ask(path, { method: 'POST', body })
const pod = (name: string, spec: object) =>
  post(`${NS}/pods`, { metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } })

it('gives a pod what its runtime class says, and refuses what contradicts it', async () => {
  await post('/apis/node.k8s.io/v1/runtimeclasses', {
    metadata: { name: 'fast' },
    handler: 'fast',
    overhead: { podFixed: { cpu: '250m' } },
    scheduling: {
      nodeSelector: { rt: 'fast' },
      tolerations: [
        { key: 'rt', operator: 'Exists' },
        { key: 'rt', operator: 'Exists', effect: 'NoSchedule' },
      ],
    },
  })
  const { spec } = (await pod('a', { runtimeClassName: 'fast', nodeSelector: { disk: 'ssd' } })).json
  expect(spec.overhead).toEqual({ cpu: '250m' })
  expect(spec.nodeSelector).toEqual({ disk: 'ssd', rt: 'fast' })
  expect(spec.tolerations.filter((t: { key: string }) => t.key === 'rt')).toEqual([{ key: 'rt', operator: 'Exists' }])
  const same = await pod('b', { runtimeClassName: 'fast', overhead: { cpu: '0.25' } })
  expect(same.code).toBe(201)
  const refusals = [
    [{ runtimeClassName: 'fast', overhead: { cpu: '1' } }, "pod rejected: Pod's Overhead doesn't match"],
    [{ runtimeClassName: 'fast', nodeSelector: { rt: 'slow' } }, 'conflict: runtimeClass.scheduling.nodeSelector[rt]'],
    [{ overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass'],
    [{ runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found'],
  ] as const
  for (const [wanted, text] of refusals) {
    const { code, json } = await pod('c', wanted)
    expect(code).toBe(403)
    expect(json.message).toContain(`pods "c" is forbidden: ${text}`)
  }
})

it('gives an ingress the default class, unless it names one in either way', async () => {
  const classes = '/apis/networking.k8s.io/v1/ingressclasses'
  await post(classes, { metadata: { name: 'other' }, spec: { controller: 'example.com/o' } })
  await post(classes, {
    metadata: { name: 'usual', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'example.com/u' },
  })
  const ingress = async (name: string, spec: object, annotations = {}) => {
    const defaultBackend = { service: { name: 'a', port: { number: 80 } } }
    const body = { metadata: { name, annotations }, spec: { defaultBackend, ...spec } }
    return (await post('/apis/networking.k8s.io/v1/namespaces/default/ingresses', body)).json.spec.ingressClassName
  }
  expect(await ingress('none', {})).toBe('usual')
  expect(await ingress('own', { ingressClassName: 'other' })).toBe('other')
  expect(await ingress('old', {}, { 'kubernetes.io/ingress.class': 'x' })).toBeUndefined()
})

it('lets a claim grow only when it is bound and its class allows it', async () => {
  for (const allowVolumeExpansion of [true, false])
    await post('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: allowVolumeExpansion ? 'elastic' : 'rigid' },
      provisioner: 'example.com/p',
      allowVolumeExpansion,
    })
  const grow = async (storageClassName: string) => {
    const path = `${NS}/persistentvolumeclaims`
    const resources = (storage: string) => ({ resources: { requests: { storage } } })
    await post(path, {
      metadata: { name: storageClassName },
      spec: { storageClassName, accessModes: ['ReadWriteOnce'], ...resources('1Gi') },
    })
    const patch = (sub: string, body: object) =>
      cluster.ask(`${path}/${storageClassName}${sub}`, { method: 'PATCH', headers: merge, body })
    await patch('/status', { status: { phase: 'Bound', capacity: { storage: '1Gi' } } })
    return patch('', { spec: resources('2Gi') })
  }
  expect((await grow('elastic')).code).toBe(200)
  const refused = await grow('rigid')
  expect(refused.code).toBe(403)
  expect(refused.json.message).toMatch(/"rigid" is forbidden: only dynamically provisioned pvc can be resized and the/)
})

it('keeps the system priority classes', async () => {
  const path = '/apis/scheduling.k8s.io/v1/priorityclasses'
  await post(path, { metadata: { name: 'system-node-critical' }, value: 2000001000 })
  const { code, json } = await cluster.ask(`${path}/system-node-critical`, { method: 'DELETE' })
  expect(code).toBe(403)
  expect(json.message).toMatch(/is forbidden: this is a system priority class and cannot be deleted$/)
})

it('says of a gated pod that it is not scheduled, and takes no ephemeral containers at creation', async () => {
  const { json } = await pod('gated', { schedulingGates: [{ name: 'example.com/wait' }] })
  expect(json.status.conditions).toEqual([
    expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }),
  ])
  const refused = await pod('debugged', { ephemeralContainers: [{ name: 'e', image: 'i' }] })
  expect(refused.code).toBe(422)
  expect(refused.json.message).toBe(
    'Pod "debugged" is invalid: spec.ephemeralContainers: Forbidden: cannot be set on create',
  )
})

it('answers a patch whose result the kind cannot hold with 422, and quotes what it looked at', async () => {
  await post(`${NS}/configmaps`, { metadata: { name: 'm' } })
  const patch = (headers: Record<string, string>, body: object, query = '') =>
    cluster.ask(`${NS}/configmaps/m${query}`, { method: 'PATCH', headers, body })
  const wrong = await patch(merge, { immutable: 'yes' })
  expect(wrong.code).toBe(422)
  expect(wrong.json.reason).toBe('Invalid')
  expect(wrong.json.message).toMatch(
    /^ "" is invalid: patch: Invalid value: "\{.*\\"immutable\\":\\"yes\\".*\}": json: cannot/,
  )
  const unknown = await patch(
    strategic,
    { metadata: { '$setElementOrder/finalizers': ['a.b/c'], finalizers: ['a.b/c'] }, extra: { b: [1, 2], a: null } },
    '?fieldValidation=Strict',
  )
  expect(unknown.json.message).toBe(
    ' "" is invalid: patch: Invalid value: "map[extra:map[a:<nil> b:[1 2]] metadata:map[]]": strict decoding error: unknown field "extra"',
  )
  expect((await cluster.ask(`${NS}/configmaps/m`)).json.metadata.finalizers).toBeUndefined()
})

it('names the missing role of a binding when it refuses', async () => {
  const group = 'rbac.authorization.k8s.io'
  await post(`/apis/${group}/v1/namespaces/default/rolebindings`, {
    metadata: { name: 'b' },
    roleRef: { apiGroup: group, kind: 'Role', name: 'ghost' },
    subjects: [{ apiGroup: group, kind: 'User', name: 'gus' }],
  })
  const { code, json } = await cluster.ask(`${NS}/configmaps/a`, { headers: { 'impersonate-user': 'gus' } })
  expect(code).toBe(403)
  expect(json.message).toMatch(
    /in the namespace "default": RBAC: role\.rbac\.authorization\.k8s\.io "ghost" not found$/,
  )
})

it('refuses a quota whose scope has nothing to do with what it limits', async () => {
  const quota = (spec: object) => post(`${NS}/resourcequotas`, { metadata: { name: 'q' }, spec })
  const { json } = await quota({ hard: { cpu: '1', services: '2' }, scopes: ['BestEffort'] })
  expect(json.message).toBe(
    'ResourceQuota "q" is invalid: spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
  )
  const scopeSelector = { matchExpressions: [{ scopeName: 'Terminating', operator: 'In', values: ['x'] }] }
  expect((await quota({ hard: { pods: '1' }, scopeSelector })).json.message).toContain("must be 'Exists' when scope is")
})
