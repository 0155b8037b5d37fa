import { expect } from 'vitest'
import { CONFIG_MAPS, SECRETS } from '../../../engine/client/resources.ts'
import { AGNHOST, Conformance, refusal, type Space } from './cluster.ts'

const suite = new Conformance('storage', 'payload')
const holds: typeof suite.holds = (...test) => suite.holds(...test)

const LINUX = '[LinuxOnly] [NodeConformance]'
const NODE = '[NodeConformance]'

/** The three kinds of volumes whose files come from an object's keys. */
interface Source {
  /** How names of the suite call it. */
  title: string
  create(space: Space, name: string, data: Record<string, string>): Promise<unknown>
  volume(name: string, options?: Options): object
  resource: typeof CONFIG_MAPS
  encode(text: string): string
}

interface Options {
  defaultMode?: number
  optional?: boolean
  items?: { key: string; path: string; mode?: number }[]
}

const encode = (text: string) => Buffer.from(text).toString('base64')
const CONFIG_MAP: Source = {
  title: 'ConfigMap',
  create: (space, name, data) => space.configMap(name, data),
  volume: (name, options = {}) => ({ configMap: { name, ...options } }),
  resource: CONFIG_MAPS,
  encode: text => text,
}
const SECRET: Source = {
  title: 'Secrets',
  create: (space, name, data) => space.secret(name, data),
  volume: (secretName, options = {}) => ({ secret: { secretName, ...options } }),
  resource: SECRETS,
  encode,
}
const projected = (kind: 'configMap' | 'secret', of: Source): Source => ({
  ...of,
  title: `Projected ${kind}`,
  volume: (name, { defaultMode, ...options } = {}) => ({
    projected: { ...(defaultMode === undefined ? {} : { defaultMode }), sources: [{ [kind]: { name, ...options } }] },
  }),
})

const MAPPED = [{ key: 'data-2', path: 'path/to/data-2' }]
const NON_ROOT = { runAsUser: 1000 }

for (const source of [CONFIG_MAP, projected('configMap', CONFIG_MAP), SECRET, projected('secret', SECRET)]) {
  const { title } = source
  const isSecret = title.toLowerCase().includes('secret')
  holds(`${title} should be consumable from pods in volume ${NODE}`, space => shows(space, source, {}, '-rw-r--r--'))
  holds(`${title} should be consumable from pods in volume with defaultMode set ${LINUX}`, space =>
    shows(space, source, { defaultMode: 0o400 }, '-r--------'),
  )
  holds(`${title} should be consumable from pods in volume with mappings ${NODE}`, space =>
    shows(space, source, { items: MAPPED }, '-rw-r--r--'),
  )
  holds(
    `${title} should be consumable from pods in volume with mappings and Item ${isSecret ? 'Mode' : 'mode'} set ${LINUX}`,
    space => shows(space, source, { items: [{ ...MAPPED[0], mode: 0o400 }] }, '-r--------'),
  )
  if (isSecret)
    holds(
      `${title} should be consumable from pods in volume as non-root with defaultMode and fsGroup set ${LINUX}`,
      space => shows(space, source, { defaultMode: 0o440 }, '-r--r-----', { ...NON_ROOT, fsGroup: 1001 }),
    )
  else {
    holds(`${title} should be consumable from pods in volume as non-root ${NODE}`, space =>
      shows(space, source, {}, '-rw-r--r--', NON_ROOT),
    )
    holds(`${title} should be consumable from pods in volume with mappings as non-root ${NODE}`, space =>
      shows(space, source, { items: MAPPED }, '-rw-r--r--', NON_ROOT),
    )
  }
  holds(
    `${title} should be consumable in multiple volumes in ${isSecret ? 'a' : 'the same'} pod ${NODE}`,
    async space => {
      await source.create(space, 'source', { 'data-1': 'value-1' })
      const output = await space.output({
        spec: {
          volumes: ['one', 'two'].map(name => ({ name, ...source.volume('source') })),
          containers: [
            {
              command: ['sh', '-c', 'cat /etc/one/data-1 /etc/two/data-1'],
              volumeMounts: ['one', 'two'].map(name => ({ name, mountPath: `/etc/${name}`, readOnly: true })),
            },
          ],
        },
      })
      expect(output).toBe('value-1value-1')
    },
  )
  holds(`${title} optional updates should be reflected in volume ${NODE}`, space => optionalUpdates(space, source))
  if (!isSecret)
    holds(`${title} updates should be reflected in volume ${NODE}`, async space => {
      await source.create(space, 'source', { 'data-1': 'value-1' })
      await space.pod('pod', watching({ volume: source.volume('source') }, '/etc/volume/data-1'))
      await space.says('pod', 'content of file "/etc/volume/data-1": value-1')
      await space
        .of(source.resource)
        .patch(space.name, 'source', 'merge', { data: { 'data-1': source.encode('value-2') } })
      await space.says('pod', 'content of file "/etc/volume/data-1": value-2')
    })
}

holds(`ConfigMap binary data should be reflected in volume ${NODE}`, async space => {
  const bytes = Buffer.from([0xde, 0xca, 0xfe, 0xba, 0xd0, 0xfe, 0xff])
  await space.configMap('source', { 'data-1': 'value-1' }, { binaryData: { 'dump.bin': bytes.toString('base64') } })
  const output = await space.output({
    spec: {
      volumes: [{ name: 'volume', configMap: { name: 'source' } }],
      containers: [
        {
          command: ['sh', '-c', 'cat /etc/volume/data-1; echo; od -An -tx1 /etc/volume/dump.bin'],
          volumeMounts: [{ name: 'volume', mountPath: '/etc/volume' }],
        },
      ],
    },
  })
  expect(output.trim().split('\n')).toEqual(['value-1', ' de ca fe ba d0 fe ff'])
})

holds(
  'Secrets should be able to mount in a volume regardless of a different secret existing with same name in different namespace [NodeConformance]',
  async space => {
    await space.create(SECRETS, 'elsewhere') // a second one, so that names are not confused with contents
    const other = `${space.name}-other`
    await space.rest.request('POST', '/api/v1/namespaces', { body: { metadata: { name: other } } })
    await space.rest.request('POST', `/api/v1/namespaces/${other}/secrets`, {
      body: { metadata: { name: 'source' }, data: { 'data-1': encode('from another namespace') } },
    })
    await shows(space, SECRET, {}, '-rw-r--r--')
    await space.rest.request('DELETE', `/api/v1/namespaces/${other}`)
  },
)

for (const source of [CONFIG_MAP, SECRET])
  holds(`${source.title} should be immutable if \`immutable\` field is set`, async space => {
    const client = space.of(source.resource)
    await source.create(space, 'fixed', { key: 'one' })
    const patch = (body: object) => client.patch(space.name, 'fixed', 'merge', body)
    await patch({ data: { key: source.encode('two') } })
    await patch({ immutable: true })
    expect((await refusal(patch({ data: { key: source.encode('three') } })))?.code).toBe(422)
    expect((await refusal(patch({ immutable: false })))?.code).toBe(422)
    await patch({ metadata: { labels: { still: 'possible' } } })
    await client.delete(space.name, 'fixed')
  })

const COMBINED =
  'Projected combined should project all components that make up the projection API [Projection] [NodeConformance]'
holds(COMBINED, async space => {
  await space.configMap('configuration', { 'configmap-data': 'configmap-value-1' })
  await space.secret('secrets', { 'secret-data': 'secret-value-1' })
  const sources = [
    { configMap: { name: 'configuration', items: [{ key: 'configmap-data', path: 'all/cm' }] } },
    { secret: { name: 'secrets', items: [{ key: 'secret-data', path: 'all/secret' }] } },
    { downwardAPI: { items: [{ path: 'podname', fieldRef: { fieldPath: 'metadata.name' } }] } },
  ]
  const output = await space.output({
    spec: {
      volumes: [{ name: 'all', projected: { sources } }],
      containers: [
        {
          command: ['sh', '-c', 'cd /all; cat podname all/secret all/cm'],
          volumeMounts: [{ name: 'all', mountPath: '/all' }],
        },
      ],
    },
  })
  expect(output).toBe('podsecret-value-1configmap-value-1')
})

holds('EmptyDir wrapper volumes should not conflict', async space => {
  await space.secret('secrets', { 'data-1': 'from a secret' })
  await space.configMap('configuration', { 'data-1': 'from a map' })
  const output = await space.output({
    spec: {
      volumes: [
        { name: 's', secret: { secretName: 'secrets' } },
        { name: 'c', configMap: { name: 'configuration' } },
      ],
      containers: [
        {
          command: ['sh', '-c', 'cat /s/data-1 /c/data-1'],
          volumeMounts: ['s', 'c'].map(name => ({ name, mountPath: `/${name}` })),
        },
      ],
    },
  })
  expect(output).toBe('from a secretfrom a map')
})

holds('EmptyDir wrapper volumes should not cause race condition when used for configmaps [Serial]', async space => {
  const names = Array.from({ length: 50 }, (_, i) => `map-${i}`)
  await Promise.all(names.map(name => space.configMap(name, { 'data-1': name })))
  const spec = {
    volumes: names.map(name => ({ name, configMap: { name } })),
    containers: [
      { image: AGNHOST, args: ['pause'], volumeMounts: names.map(name => ({ name, mountPath: `/etc/${name}` })) },
    ],
  }
  const pods = Array.from({ length: 5 }, (_, i) => `pod-${i}`)
  await Promise.all(pods.map(name => space.pod(name, { spec })))
  for (const name of pods) await space.running(name)
})

/** Mounts the source and looks at a file of it: its content, and the mode that it must have. */
async function shows(
  space: Space,
  source: Source,
  options: Options,
  mode: string,
  securityContext: object = {},
): Promise<void> {
  await source.create(space, 'source', { 'data-1': 'value-1', 'data-2': 'value-2', 'data-3': 'value-3' })
  const path = options.items ? '/etc/volume/path/to/data-2' : '/etc/volume/data-1'
  const output = await space.output({
    spec: {
      securityContext,
      volumes: [{ name: 'volume', ...source.volume('source', options) }],
      containers: [
        {
          image: AGNHOST,
          args: ['mounttest', `--file_content=${path}`, `--file_mode=${path}`],
          volumeMounts: [{ name: 'volume', mountPath: '/etc/volume', readOnly: true }],
        },
      ],
    },
  })
  expect(output).toContain(`content of file "${path}": value-${options.items ? 2 : 1}`)
  expect(output).toContain(`mode of file "${path}": ${mode}`)
}

/** One source that comes later, one that changes, one that goes: all are seen from within. */
async function optionalUpdates(space: Space, source: Source): Promise<void> {
  const client = space.of(source.resource)
  await source.create(space, 'changing', { 'data-1': 'value-1' })
  await source.create(space, 'going', { 'data-1': 'value-1' })
  const names = ['coming', 'changing', 'going']
  await space.pod('pod', {
    spec: {
      volumes: names.map(name => ({ name, ...source.volume(name, { optional: true }) })),
      containers: names.map(name => ({
        name,
        image: AGNHOST,
        args: ['mounttest', '--break_on_expected_content=false', `--file_content_in_loop=/etc/${name}/data-1`],
        volumeMounts: [{ name, mountPath: `/etc/${name}` }],
      })),
    },
  })
  await space.says('pod', 'Error reading file /etc/coming/data-1', 'coming')
  await space.says('pod', 'content of file "/etc/changing/data-1": value-1', 'changing')
  await space.says('pod', 'content of file "/etc/going/data-1": value-1', 'going')
  await client.delete(space.name, 'going')
  await client.patch(space.name, 'changing', 'merge', { data: { 'data-1': source.encode('value-2') } })
  await source.create(space, 'coming', { 'data-1': 'value-1' })
  await space.says('pod', 'content of file "/etc/coming/data-1": value-1', 'coming')
  await space.says('pod', 'content of file "/etc/changing/data-1": value-2', 'changing')
  await space.says('pod', 'Error reading file /etc/going/data-1', 'going')
}

function watching({ volume }: { volume: object }, path: string) {
  return {
    spec: {
      volumes: [{ name: 'volume', ...volume }],
      containers: [
        {
          image: AGNHOST,
          args: ['mounttest', '--break_on_expected_content=false', `--file_content_in_loop=${path}`],
          volumeMounts: [{ name: 'volume', mountPath: '/etc/volume' }],
        },
      ],
    },
  }
}
