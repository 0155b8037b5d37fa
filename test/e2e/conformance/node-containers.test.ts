import { expect } from 'vitest'
import { CONFIG_MAPS, SECRETS } from '../../../engine/client/resources.ts'
import { AGNHOST, Conformance, ready, refusal, type Space } from './cluster.ts'

const suite = new Conformance('node', 'containers')
const holds: typeof suite.holds = (...test) => suite.holds(...test)

const NODE = '[NodeConformance]'

/** What a pod with this one container writes. */
function says(space: Space, container: object, spec: object = {}, metadata?: Record<string, unknown>): Promise<string> {
  return space.output({ metadata, spec: { ...spec, containers: [container] } })
}
const shell = (script: string) => ({ command: ['sh', '-c', script] })

for (const [title, container, written] of [
  [
    "override the image's default arguments (container cmd)",
    { args: ['entrypoint-tester', 'override', 'arguments'] },
    '[/agnhost entrypoint-tester override arguments]',
  ],
  [
    "override the image's default command and arguments",
    { command: ['/agnhost', 'entrypoint-tester', 'override'] },
    '[/agnhost entrypoint-tester override]',
  ],
  [
    "override the image's default command (container entrypoint)",
    { command: ['/agnhost', 'entrypoint-tester'] },
    '[/agnhost entrypoint-tester]',
  ],
] as const)
  holds(`Containers should be able to ${title} ${NODE}`, async space => {
    expect(await says(space, { image: AGNHOST, ...container })).toBe(`${written}\n`)
  })

holds(`Containers should use the image defaults if command and args are blank ${NODE}`, async space => {
  await space.pod('pod', { spec: { containers: [{ image: AGNHOST }] } })
  await space.running('pod')
  await space.says('pod', 'Paused')
})

// Configuration in the environment

holds(`ConfigMap should be consumable via environment variable ${NODE}`, async space => {
  await space.configMap('source', { 'data-1': 'value-1' })
  const valueFrom = { configMapKeyRef: { name: 'source', key: 'data-1' } }
  expect(await says(space, { ...shell('echo $DATA'), env: [{ name: 'DATA', valueFrom }] })).toBe('value-1\n')
})
holds(`Secrets should be consumable from pods in env vars ${NODE}`, async space => {
  await space.secret('source', { 'data-1': 'value-1' })
  const valueFrom = { secretKeyRef: { name: 'source', key: 'data-1' } }
  expect(await says(space, { ...shell('echo $DATA'), env: [{ name: 'DATA', valueFrom }] })).toBe('value-1\n')
})
for (const [title, ref] of [
  ['ConfigMap', 'configMapRef'],
  ['Secrets', 'secretRef'],
] as const) {
  const make = (space: Space) =>
    space[ref === 'secretRef' ? 'secret' : 'configMap']('source', { data_1: 'v1', data_2: 'v2' })
  const envFrom = [{ [ref]: { name: 'source' } }, { prefix: 'p-', [ref]: { name: 'source' } }]
  const names = ref === 'secretRef' ? 'as environment variable names variable names' : 'as environment variable names'
  holds(`${title} should be consumable via the environment ${NODE}`, async space => {
    await make(space)
    expect(
      (await says(space, { ...shell('env | grep data_ | sort'), envFrom: envFrom.slice(0, 1) })).trim().split('\n'),
    ).toEqual(['data_1=v1', 'data_2=v2'])
  })
  holds(`${title} should be consumable ${names} with various prefixes`, async space => {
    await make(space)
    const prefixed = ['p_', 'p-', 'p.', '1p-'].map(prefix => ({ prefix, [ref]: { name: 'source' } }))
    // A shell would drop what it cannot name itself.
    const output = await says(space, {
      image: 'node',
      command: ['node', '-e', 'console.log(Object.keys(process.env).filter(k => /data_1/.test(k)).sort().join())'],
      envFrom: prefixed,
    })
    expect(output.trim().split(',').sort()).toEqual(['1p-data_1', 'p-data_1', 'p.data_1', 'p_data_1'])
  })
}
holds('ConfigMap should fail to create ConfigMap with empty key', async space => {
  expect((await refusal(space.configMap('bad', { '': 'value' })))?.code).toBe(422)
})
holds('Secrets should fail to create secret due to empty secret key', async space => {
  expect((await refusal(space.secret('bad', { '': 'value' })))?.code).toBe(422)
})
holds(`ConfigMap should update ConfigMap successfully ${NODE}`, async space => {
  await space.configMap('source', { data: 'value' })
  await space.of(CONFIG_MAPS).patch(space.name, 'source', 'merge', { data: { data: 'value-2' } })
  expect(await space.of(CONFIG_MAPS).get(space.name, 'source')).toMatchObject({ data: { data: 'value-2' } })
})
holds('ConfigMap should run through a ConfigMap lifecycle', async space => {
  const client = space.of(CONFIG_MAPS)
  const labels = { 'test-configmap-static': 'true' }
  await space.configMap('source', { key: 'one' }, { metadata: { labels } })
  await client.patch(space.name, 'source', 'strategic', { data: { key: 'two' } })
  const all = await client.list(undefined, { labelSelector: 'test-configmap-static=true' })
  expect(all.items).toMatchObject([{ data: { key: 'two' } }])
  await client.deleteCollection(space.name, { labelSelector: 'test-configmap-static=true' })
  expect((await client.list(space.name, { labelSelector: 'test-configmap-static=true' })).items).toEqual([])
})
holds('Secrets should patch a secret', async space => {
  const client = space.of(SECRETS)
  await space.secret('source', { key: 'one' }, { metadata: { labels: { testsecret: 'true' } } })
  const value = Buffer.from('two').toString('base64')
  await client.patch(space.name, 'source', 'strategic', { data: { key: value } })
  expect((await client.list(undefined, { labelSelector: 'testsecret=true' })).items).toMatchObject([
    { data: { key: value } },
  ])
  await client.deleteCollection(space.name, { labelSelector: 'testsecret=true' })
  expect((await refusal(client.get(space.name, 'source')))?.code).toBe(404)
})

// Facts about the pod

const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } })
const amount = (name: string, resource: string) => ({ name, valueFrom: { resourceFieldRef: { resource } } })

holds(`Downward API should provide pod name, namespace and IP address as env vars ${NODE}`, async space => {
  const env = [field('NAME', 'metadata.name'), field('SPACE', 'metadata.namespace'), field('IP', 'status.podIP')]
  const output = await says(space, { ...shell('echo $NAME $SPACE $IP'), env })
  expect(output).toMatch(new RegExp(`^pod ${space.name} \\d+\\.\\d+\\.\\d+\\.\\d+\n$`))
})
holds(`Downward API should provide host IP as an env var ${NODE}`, async space => {
  const output = await says(space, { ...shell('echo $IP'), env: [field('IP', 'status.hostIP')] })
  expect(output.trim()).toBe((await space.getPod('pod')).status!.hostIP)
})
holds(`Downward API should provide hostIPs as an env var ${NODE}`, async space => {
  const output = await says(space, { ...shell('echo $IPS'), env: [field('IPS', 'status.hostIPs')] })
  expect(output.trim()).toBe((await space.getPod('pod')).status!.hostIPs!.map(({ ip }) => ip).join())
})
holds(`Downward API should provide pod UID as env vars ${NODE}`, async space => {
  const output = await says(space, { ...shell('echo $POD_UID'), env: [field('POD_UID', 'metadata.uid')] })
  expect(output.trim()).toBe((await space.getPod('pod')).metadata.uid)
})
const AMOUNTS = [
  amount('CPU_LIMIT', 'limits.cpu'),
  amount('MEMORY_LIMIT', 'limits.memory'),
  amount('CPU_REQUEST', 'requests.cpu'),
  amount('MEMORY_REQUEST', 'requests.memory'),
]
holds(
  `Downward API should provide container's limits.cpu/memory and requests.cpu/memory as env vars ${NODE}`,
  async space => {
    const resources = { requests: { cpu: '250m', memory: '32Mi' }, limits: { cpu: '1250m', memory: '64Mi' } }
    const output = await says(space, {
      ...shell('echo $CPU_LIMIT $MEMORY_LIMIT $CPU_REQUEST $MEMORY_REQUEST'),
      env: AMOUNTS,
      resources,
    })
    expect(output).toBe('2 67108864 1 33554432\n')
  },
)
holds(`Downward API should provide default limits.cpu/memory from node allocatable ${NODE}`, async space => {
  const output = await says(space, { ...shell('echo $CPU_LIMIT $MEMORY_LIMIT'), env: AMOUNTS.slice(0, 2) })
  expect(output).toMatch(/^[1-9]\d* [1-9]\d{6,}\n$/)
})

// Expansion

holds(`Variable Expansion should allow composing env vars into new env vars ${NODE}`, async space => {
  const env = [
    { name: 'FOO', value: 'foo' },
    { name: 'BAR', value: 'bar' },
    { name: 'BOTH', value: '$(FOO);;$(BAR)' },
  ]
  expect(await says(space, { ...shell('echo "$BOTH"'), env })).toBe('foo;;bar\n')
})
holds(`Variable Expansion should allow substituting values in a container's command ${NODE}`, async space => {
  const command = ['sh', '-c', 'TEST_VAR=wrong; echo "$(TEST_VAR)"']
  expect(await says(space, { command, env: [{ name: 'TEST_VAR', value: 'right' }] })).toBe('right\n')
})
holds(`Variable Expansion should allow substituting values in a container's args ${NODE}`, async space => {
  const container = { command: ['sh', '-c'], args: ['TEST_VAR=wrong; echo "$(TEST_VAR)"'] }
  expect(await says(space, { ...container, env: [{ name: 'TEST_VAR', value: 'right' }] })).toBe('right\n')
})

const POD_NAME = field('POD_NAME', 'metadata.name')
const EMPTY = [{ name: 'work', emptyDir: {} }]
holds('Variable Expansion should allow substituting values in a volume subpath', async space => {
  const volumeMounts = [
    { name: 'work', mountPath: '/logscontainer', subPathExpr: '$(POD_NAME)' },
    { name: 'work', mountPath: '/testcontainer' },
  ]
  const container = { ...shell('test -d /testcontainer/pod; echo $?'), env: [POD_NAME], volumeMounts }
  expect(await says(space, container, { volumes: EMPTY })).toBe('0\n')
})
for (const [title, value] of [
  ['backticks', '..'],
  ['absolute path', '/tmp'],
] as const)
  holds(`Variable Expansion should fail substituting values in a volume subpath with ${title}`, async space => {
    await space.pod('pod', {
      spec: {
        volumes: EMPTY,
        containers: [
          {
            ...shell('true'),
            env: [{ name: 'WHERE', value }],
            volumeMounts: [{ name: 'work', mountPath: '/logs', subPathExpr: '$(WHERE)' }],
          },
        ],
      },
    })
    const pod = await space.podWhen('pod', p => !!p.status?.containerStatuses?.[0]?.state?.waiting?.message)
    expect(pod.status!.containerStatuses![0].state!.waiting!.reason).toBe('CreateContainerConfigError')
  })
holds('Variable Expansion should succeed in writing subpaths in container', async space => {
  const volumeMounts = [
    { name: 'work', mountPath: '/subpath_mount', subPathExpr: '$(ANNOTATION)' },
    { name: 'work', mountPath: '/volume_mount' },
  ]
  const env = [POD_NAME, field('ANNOTATION', "metadata.annotations['mysubpath']")]
  await space.pod('pod', {
    metadata: { annotations: { mysubpath: 'mypath' } },
    spec: { volumes: EMPTY, containers: [{ ...shell('sleep 1000'), env, volumeMounts }] },
  })
  await space.running('pod')
  expect(
    await space.exec('pod', ['sh', '-c', 'touch /volume_mount/mypath/test.log && test -f /subpath_mount/test.log']),
  ).toMatchObject({ code: 0 })
  await space.patchPod('pod', { metadata: { annotations: { mysubpath: 'newsubpath' } } })
  await space.deletePod('pod')
  await space.gone('pod')
})
holds(
  'Variable Expansion should verify that a failing subpath expansion can be modified during the lifecycle of a container [Slow]',
  async space => {
    const env = [field('ANNOTATION', "metadata.annotations['notmysubpath']")]
    await space.pod('pod', {
      spec: {
        volumes: EMPTY,
        containers: [
          {
            ...shell('sleep 1000'),
            env,
            volumeMounts: [{ name: 'work', mountPath: '/m', subPathExpr: '$(ANNOTATION)$(MISSING)' }],
          },
        ],
      },
      metadata: { annotations: { notmysubpath: '..' } },
    })
    await space.podWhen(
      'pod',
      p => p.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
    )
    await space.patchPod('pod', { metadata: { annotations: { notmysubpath: 'mypath' } } })
    await space.podWhen('pod', pod => ready(pod) || !!pod.status?.containerStatuses?.[0]?.state?.waiting?.message)
  },
)
