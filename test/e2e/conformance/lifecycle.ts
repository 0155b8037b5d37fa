import { expect } from 'vitest'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { ResourceClient, Resource } from '../../../engine/client/resource-client.ts'
import { eventually } from '../lab.ts'
import { refusal, type Space } from './cluster.ts'

export type Loose = KubeObject & Record<string, unknown>

/** A kind, and what an object of it needs. */
export interface Kind {
  apiVersion: string
  kind: string
  resource: string
  namespaced?: boolean
  fields: (space: Space) => object
  /** Names of two objects, where not any will do. */
  names?: [string, string]
}

export function clientOf(
  space: Space,
  { fields: _fields, names: _names, namespaced = false, ...resource }: Kind,
): ResourceClient<Loose> {
  return space.of({ ...resource, namespaced } as unknown as Resource<Loose>)
}

/** Create, read, list, watch, patch, replace, delete and delete a collection: all that the API has for a kind. */
export async function lifecycle(space: Space, kind: Kind): Promise<void> {
  const client = clientOf(space, kind)
  const namespace = kind.namespaced ? space.name : undefined
  const label = `lifecycle-${space.name}`
  const [one, two] = kind.names ?? ['one', 'two'].map(name => `${space.name}-${name}.example.com`)
  const make = (name: string) =>
    client.create({
      ...kind.fields(space),
      metadata: { name, namespace, labels: { [label]: 'yes' } },
    } as unknown as Loose)
  const found = async () =>
    (await client.list(namespace, { labelSelector: `${label}=yes` })).items.map(o => o.metadata.name)
  await make(one)
  const read = await client.get(namespace, one)
  expect(read).toMatchObject({ ...kind.fields(space), metadata: { name: one } })
  expect(await found()).toEqual([one])
  const watch = await space.rest.stream('GET', client.path(namespace), {
    query: { watch: true, resourceVersion: read.metadata.resourceVersion, labelSelector: `${label}=yes` },
  })
  const events = eventsOf(watch)
  const patched = await client.patch(namespace, one, 'merge', { metadata: { annotations: { patched: 'yes' } } })
  expect(patched.metadata.annotations).toMatchObject({ patched: 'yes' })
  const replaced = await eventually(async () => {
    const now = await client.get(namespace, one)
    return client.update({
      ...now,
      metadata: { ...now.metadata, annotations: { ...now.metadata.annotations, replaced: 'yes' } },
    })
  })
  expect(replaced.metadata.annotations).toMatchObject({ patched: 'yes', replaced: 'yes' })
  await make(two)
  expect((await found()).sort()).toEqual([one, two])
  await client.delete(namespace, one)
  await eventually(async () => (await refusal(client.get(namespace, one)))?.code === 404)
  await client.deleteCollection(namespace, { labelSelector: `${label}=yes` })
  await eventually(async () => (await found()).length === 0)
  await eventually(async () => events.some(e => e === 'MODIFIED') && events.filter(e => e === 'DELETED').length === 2)
  watch.destroy()
}

/** The types of the events of a watch, as they come. */
function eventsOf(watch: NodeJS.ReadableStream): string[] {
  const types: string[] = []
  let rest = ''
  watch.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop()!
    types.push(...lines.filter(Boolean).map(line => (JSON.parse(line) as { type: string }).type))
  })
  watch.on('error', () => undefined) // the test ends it itself
  return types
}

/** Patches and replaces the status of a new object. */
export async function status(space: Space, kind: Kind, wanted: object): Promise<void> {
  const client = clientOf(space, kind)
  const namespace = kind.namespaced ? space.name : undefined
  const name = `${space.name}-status`
  await client.create({ ...kind.fields(space), metadata: { name, namespace } } as unknown as Loose)
  const patched = await client.patch(namespace, name, 'merge', { status: wanted }, { subresource: 'status' })
  expect(patched.status).toMatchObject(wanted)
  await eventually(async () => {
    const now = await client.get(namespace, name)
    const replaced = await client.updateStatus({ ...now, status: { ...(now.status as object), ...wanted } })
    expect(replaced.status).toMatchObject(wanted)
    return true
  })
  await client.delete(namespace, name)
}
