import { expect } from 'vitest'
import { AGNHOST, Conformance, type Space } from './cluster.ts'

const suite = new Conformance('storage', 'folders')
const holds: typeof suite.holds = (...test) => suite.holds(...test)

const LINUX = '[LinuxOnly] [NodeConformance]'
const NODE = '[NodeConformance]'
const MODES: Record<string, string> = { '0644': '-rw-r--r--', '0666': '-rw-rw-rw-', '0777': '-rwxrwxrwx' }

for (const user of ['non-root', 'root'])
  for (const mode of ['0644', '0666', '0777'])
    for (const medium of ['default', 'tmpfs'])
      holds(`EmptyDir volumes should support (${user},${mode},${medium}) ${LINUX}`, async space => {
        const output = await emptyDir(
          space,
          medium === 'tmpfs' ? { medium: 'Memory' } : {},
          [`--new_file_${mode}=/test-volume/test-file`, '--file_perm=/test-volume/test-file'],
          user === 'root' ? {} : { runAsUser: 1001 },
        )
        expect(output).toContain('content of file "/test-volume/test-file": mount-tester new file')
        expect(output).toContain(`perms of file "/test-volume/test-file": ${MODES[mode]}`)
        if (medium === 'tmpfs') expect(output).toContain('mount type of "/test-volume": tmpfs')
      })

for (const [medium, title] of [
  ['', 'volume on default medium'],
  ['Memory', 'volume on tmpfs'],
])
  holds(`EmptyDir volumes ${title} should have the correct mode ${LINUX}`, async space => {
    const output = await emptyDir(space, { medium }, ['--file_perm=/test-volume'])
    expect(output).toContain('perms of file "/test-volume": drwxrwxrwx')
    if (medium) expect(output).toContain('mount type of "/test-volume": tmpfs')
  })

holds('EmptyDir volumes pod should support shared volumes between containers', async space => {
  const volumeMounts = [{ name: 'shared', mountPath: '/usr/share/volumeshare' }]
  await space.pod('pod', {
    spec: {
      volumes: [{ name: 'shared', emptyDir: {} }],
      containers: [
        { name: 'reader', command: ['sh', '-c', 'sleep 100000'], volumeMounts },
        {
          name: 'writer',
          command: ['sh', '-c', 'echo Hello from the writer > /usr/share/volumeshare/data.txt; sleep 100000'],
          volumeMounts,
        },
      ],
    },
  })
  await space.running('pod')
  const { stdout } = await space.exec('pod', ['cat', '/usr/share/volumeshare/data.txt'], 'reader')
  expect(stdout).toBe('Hello from the writer\n')
})

/** The two forms in which a pod's own facts come as files. */
const FACTS = {
  'Downward API volume': (items: object[], defaultMode?: number) => ({ downwardAPI: { items, defaultMode } }),
  'Projected downwardAPI': (items: object[], defaultMode?: number) => ({
    projected: { sources: [{ downwardAPI: { items } }], defaultMode },
  }),
}

for (const [title, volume] of Object.entries(FACTS)) {
  const resource = (name: string, divisor?: string) => ({
    path: 'fact',
    resourceFieldRef: { containerName: 'client', resource: name, divisor },
  })
  const bounded = {
    requests: { cpu: '250m', memory: '32Mi' },
    limits: { cpu: '1250m', memory: '64Mi' },
  }
  for (const [what, item, shown] of [
    ["container's cpu limit", resource('limits.cpu'), '2'],
    ["container's cpu request", resource('requests.cpu'), '1'],
    ["container's memory limit", resource('limits.memory'), '67108864'],
    ["container's memory request", resource('requests.memory'), '33554432'],
    ['podname only', { path: 'fact', fieldRef: { fieldPath: 'metadata.name' } }, 'pod'],
  ] as const)
    holds(`${title} should provide ${what} ${NODE}`, async space => {
      const output = await facts(space, volume([item]), { resources: bounded }, ['--file_content=/etc/podinfo/fact'])
      expect(output).toBe(`content of file "/etc/podinfo/fact": ${shown}\n`)
    })
  for (const [kind, field] of [
    ['cpu', 'limits.cpu'],
    ['memory', 'limits.memory'],
  ])
    holds(
      `${title} should provide node allocatable (${kind}) as default ${kind} limit if the limit is not set ${NODE}`,
      async space => {
        const output = await facts(space, volume([resource(field)]), {}, ['--file_content=/etc/podinfo/fact'])
        expect(Number(/": (\d+)$/m.exec(output)?.[1])).toBe(await allocatable(space, kind))
      },
    )
  const name = { path: 'fact', fieldRef: { fieldPath: 'metadata.name' } }
  holds(`${title} should set DefaultMode on files ${LINUX}`, async space => {
    const output = await facts(space, volume([name], 0o400), {}, ['--file_mode=/etc/podinfo/fact'])
    expect(output).toBe('mode of file "/etc/podinfo/fact": -r--------\n')
  })
  holds(`${title} should set mode on item file ${LINUX}`, async space => {
    const output = await facts(space, volume([{ ...name, mode: 0o400 }]), {}, ['--file_mode=/etc/podinfo/fact'])
    expect(output).toBe('mode of file "/etc/podinfo/fact": -r--------\n')
  })
  for (const field of ['annotations', 'labels'])
    holds(`${title} should update ${field} on modification ${NODE}`, async space => {
      await space.pod('pod', {
        metadata: { [field]: { builder: 'bar' } },
        spec: factsSpec(volume([{ path: 'fact', fieldRef: { fieldPath: `metadata.${field}` } }]), {}, [
          '--break_on_expected_content=false',
          '--file_content_in_loop=/etc/podinfo/fact',
        ]),
      })
      await space.says('pod', 'builder="bar"')
      await space.patchPod('pod', { metadata: { [field]: { builder: 'foo' } } })
      await space.says('pod', 'builder="foo"')
    })
}

/** What a volume of each kind holds under the path "sub/fact", for mounts of a part of it. */
const SUBPATHS: Record<string, (space: Space) => Promise<object>> = {
  'configmap pod': async space => {
    await space.configMap('source', { key: 'a fact' })
    return { configMap: { name: 'source', items: [{ key: 'key', path: 'sub/fact' }] } }
  },
  'downward pod': async () => ({
    downwardAPI: { items: [{ path: 'sub/fact', fieldRef: { fieldPath: "metadata.annotations['fact']" } }] },
  }),
  'projected pod': async () => ({
    projected: {
      sources: [
        {
          downwardAPI: { items: [{ path: 'sub/fact', fieldRef: { fieldPath: "metadata.annotations['fact']" } }] },
        },
      ],
    },
  }),
  'secret pod': async space => {
    await space.secret('source', { key: 'a fact' })
    return { secret: { secretName: 'source', items: [{ key: 'key', path: 'sub/fact' }] } }
  },
}

for (const [title, prepare] of Object.entries(SUBPATHS))
  holds(`Subpath Atomic writer volumes should support subpaths with ${title}`, async space => {
    expect(await subpath(space, await prepare(space), 'sub', '/probe', '/probe/fact')).toBe('a fact')
  })

holds(
  'Subpath Atomic writer volumes should support subpaths with configmap pod with mountPath of existing file',
  async space => {
    const volume = await SUBPATHS['configmap pod'](space)
    expect(await subpath(space, volume, 'sub/fact', '/etc/resolv.conf', '/etc/resolv.conf')).toBe('a fact')
  },
)

function subpath(space: Space, volume: object, subPath: string, mountPath: string, path: string): Promise<string> {
  return space.output({
    metadata: { annotations: { fact: 'a fact' } },
    spec: {
      volumes: [{ name: 'volume', ...volume }],
      containers: [{ command: ['cat', path], volumeMounts: [{ name: 'volume', mountPath, subPath }] }],
    },
  })
}

function emptyDir(space: Space, source: object, args: string[], securityContext: object = {}): Promise<string> {
  return space.output({
    spec: {
      securityContext,
      volumes: [{ name: 'volume', emptyDir: source }],
      containers: [
        {
          image: AGNHOST,
          args: ['mounttest', '--fs_type=/test-volume', ...args],
          volumeMounts: [{ name: 'volume', mountPath: '/test-volume' }],
        },
      ],
    },
  })
}

function factsSpec(volume: object, container: object, args: string[]) {
  return {
    volumes: [{ name: 'podinfo', ...volume }],
    containers: [
      {
        name: 'client',
        image: AGNHOST,
        args: ['mounttest', ...args],
        volumeMounts: [{ name: 'podinfo', mountPath: '/etc/podinfo' }],
        ...container,
      },
    ],
  }
}

function facts(space: Space, volume: object, container: object, args: string[]): Promise<string> {
  return space.output({ spec: factsSpec(volume, container, args) })
}

/** Of the node on which the pod ran: whole processors, or bytes. */
async function allocatable(space: Space, kind: string): Promise<number> {
  const node = (await space.getPod('pod')).spec!.nodeName!
  const { status } = await space.rest.request<{ status: { allocatable: Record<string, string> } }>(
    'GET',
    `/api/v1/nodes/${node}`,
  )
  const text = status.allocatable[kind]
  if (kind === 'cpu') return Math.ceil(text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text))
  const units: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }
  return Number.parseInt(text) * (units[text.slice(-2)] ?? 1)
}
