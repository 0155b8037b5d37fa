import { request as httpsRequest } from 'node:https'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- answers of any kind */
const MAPS = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
})

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const create = (name: string, more: object = {}) => cluster.ask(MAPS, { method: 'POST', body: configMap(name, more) })

describe('writes', () => {
  it('creates, reads, replaces and deletes an object', async () => {
    const created = await create('a', { data: { k: '1' } })
    expect(created.code).toBe(201)
    expect(created.json.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
    const read = await cluster.ask(`${MAPS}/a`)
    expect(read.json).toEqual(created.json)
    const replaced = await cluster.ask(`${MAPS}/a`, { method: 'PUT', body: { ...read.json, data: { k: '2' } } })
    expect(replaced.code).toBe(200)
    expect(Number(replaced.json.metadata.resourceVersion)).toBeGreaterThan(Number(read.json.metadata.resourceVersion))
    const deleted = await cluster.ask(`${MAPS}/a`, { method: 'DELETE' })
    expect(deleted.json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: created.json.metadata.uid },
    })
    expect((await cluster.ask(`${MAPS}/a`)).code).toBe(404)
  })

  it('refuses a second object of the same name', async () => {
    await create('twice')
    const again = await create('twice')
    expect(again.code).toBe(409)
    expect(again.json.reason).toBe('AlreadyExists')
    expect(again.json.message).toBe('configmaps "twice" already exists')
  })

  it('refuses an update of an outdated version, and keeps the version of one that changes nothing', async () => {
    const { json: first } = await create('versions', { data: { n: '1' } })
    const { json: second } = await cluster.ask(`${MAPS}/versions`, {
      method: 'PUT',
      body: { ...first, data: { n: '2' } },
    })
    const stale = await cluster.ask(`${MAPS}/versions`, { method: 'PUT', body: { ...first, data: { n: '3' } } })
    expect(stale.code).toBe(409)
    expect(stale.json.message).toBe(
      'Operation cannot be fulfilled on configmaps "versions": the object has been modified; please apply your changes to the latest version and try again',
    )
    const same = await cluster.ask(`${MAPS}/versions`, { method: 'PUT', body: second })
    expect(same.json.metadata.resourceVersion).toBe(second.metadata.resourceVersion)
  })

  it('loses no patch when many change one object at once', async () => {
    await create('counter', { data: {} })
    const patches = Array.from({ length: 20 }, (_, i) =>
      cluster.ask(`${MAPS}/counter`, {
        method: 'PATCH',
        body: { data: { [`k${i}`]: String(i) } },
        headers: { 'content-type': 'application/merge-patch+json' },
      }),
    )
    for (const answer of await Promise.all(patches)) expect(answer.code).toBe(200)
    expect(Object.keys((await cluster.ask(`${MAPS}/counter`)).json.data)).toHaveLength(20)
  })

  it('stores nothing in a dry run', async () => {
    const dry = await cluster.ask(`${MAPS}?dryRun=All`, { method: 'POST', body: configMap('dry') })
    expect(dry.code).toBe(201)
    expect((await cluster.ask(`${MAPS}/dry`)).code).toBe(404)
  })

  it('completes a generated name', async () => {
    const { json } = await cluster.ask(MAPS, { method: 'POST', body: { metadata: { generateName: 'gen-' } } })
    expect(json.metadata.name).toMatch(/^gen-[a-z0-9]{5}$/)
  })

  it('keeps an object with finalizers until the last is gone', async () => {
    await cluster.ask(MAPS, { method: 'POST', body: { metadata: { name: 'held', finalizers: ['example.com/hold'] } } })
    const marked = await cluster.ask(`${MAPS}/held`, { method: 'DELETE' })
    expect(marked.json.metadata.deletionTimestamp).toBeDefined()
    await cluster.ask(`${MAPS}/held`, {
      method: 'PATCH',
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    expect((await cluster.ask(`${MAPS}/held`)).code).toBe(404)
  })

  it('deletes only what the preconditions describe', async () => {
    await create('guarded')
    const wrong = await cluster.ask(`${MAPS}/guarded`, {
      method: 'DELETE',
      body: { preconditions: { uid: '11111111-2222-3333-4444-555555555555' } },
    })
    expect(wrong.code).toBe(409)
    expect((await cluster.ask(`${MAPS}/guarded`)).code).toBe(200)
  })

  it('takes nothing new into a namespace that is not there', async () => {
    const answer = await cluster.ask('/api/v1/namespaces/absent/configmaps', { method: 'POST', body: configMap('x') })
    expect([answer.code, answer.json.message]).toEqual([404, 'namespaces "absent" not found'])
  })
})

describe('lists and watches', () => {
  it('pages through one snapshot, whatever happens between the pages', async () => {
    await cluster.ask('/api/v1/namespaces', { method: 'POST', body: { metadata: { name: 'paged' } } })
    const path = '/api/v1/namespaces/paged/configmaps'
    for (let i = 0; i < 5; i++) await cluster.ask(path, { method: 'POST', body: configMap(`m${i}`) })
    const first = (await cluster.ask(`${path}?limit=2`)).json
    expect(first.metadata.remainingItemCount).toBe(3)
    const before = (await cluster.ask(path)).json.items
    for (const name of ['m2', 'm3']) await cluster.ask(`${path}/${name}`, { method: 'DELETE' })
    for (const name of ['m2', 'm9', 'm30']) await cluster.ask(path, { method: 'POST', body: configMap(name) })
    const merge = { 'content-type': 'application/merge-patch+json' }
    await cluster.ask(`${path}/m4`, { method: 'PATCH', body: { data: { v: 'later' } }, headers: merge })
    const rest = (await cluster.ask(`${path}?limit=10&continue=${first.metadata.continue}`)).json
    expect([...first.items, ...rest.items]).toEqual(before)
    expect(before.map((item: any) => item.metadata.name)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4'])
    const found = []
    for (let token = first.metadata.continue, left = 2; token; left--) {
      const page = (await cluster.ask(`${path}?limit=1&continue=${token}`)).json
      expect(page.metadata.remainingItemCount ?? 0).toBe(left)
      found.push(...page.items)
      token = page.metadata.continue
    }
    expect(found).toEqual(rest.items)
    expect(rest.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  it('sends long lists piece by piece, packed for those who unpack, and to slow readers too', async () => {
    await cluster.ask('/api/v1/namespaces', { method: 'POST', body: { metadata: { name: 'long' } } })
    const maps = '/api/v1/namespaces/long/configmaps'
    for (let i = 0; i < 30; i++)
      await cluster.ask(maps, {
        method: 'POST',
        body: { metadata: { name: `m${i}` }, data: { v: `${i}ü`.repeat(20_000) } },
      })
    const plain = await cluster.ask(maps)
    expect(plain.headers['content-length']).toBe(String(Buffer.byteLength(plain.text)))
    expect(plain.json.items).toHaveLength(30)
    const packed = await new Promise<Buffer>((resolve, reject) => {
      const request = httpsRequest({
        ...{ host: '127.0.0.1', port: cluster.server.port, path: maps, ca: cluster.ca.pem, ...cluster.admin },
        headers: { 'accept-encoding': 'gzip' },
      })
      request.on('error', reject)
      request.on('response', response => {
        expect(response.headers['content-encoding']).toBe('gzip')
        const chunks: Buffer[] = []
        // It reads a piece, then nothing for a turn, and so on.
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          response.pause()
          setImmediate(() => response.resume())
        })
        response.on('end', () => resolve(Buffer.concat(chunks)))
      })
      request.end()
    })
    expect(gunzipSync(packed).toString()).toBe(plain.text)
  })

  it('continues a watch where the list ended, without gap or duplicate', async () => {
    const list = (await cluster.ask(MAPS)).json
    await create('w1')
    await create('w2')
    await cluster.ask(`${MAPS}/w1`, { method: 'DELETE' })
    const events = await cluster.watch(
      `${MAPS}?watch=true&resourceVersion=${list.metadata.resourceVersion}`,
      seen => seen.length === 3,
    )
    expect(events.map(event => [event.type, event.object.metadata.name])).toEqual([
      ['ADDED', 'w1'],
      ['ADDED', 'w2'],
      ['DELETED', 'w1'],
    ])
  })

  it('shows objects that enter and leave a selector as added and deleted', async () => {
    const { metadata } = (await cluster.ask(MAPS)).json
    await cluster.ask(MAPS, { method: 'POST', body: { metadata: { name: 'sel', labels: { x: 'y' } } } })
    const label = (value: string | null) =>
      cluster.ask(`${MAPS}/sel`, {
        method: 'PATCH',
        body: { metadata: { labels: { x: value } } },
        headers: { 'content-type': 'application/merge-patch+json' },
      })
    await label('z')
    await label('y')
    const events = await cluster.watch(
      `${MAPS}?watch=true&labelSelector=x%3Dy&resourceVersion=${metadata.resourceVersion}`,
      seen => seen.length === 3,
    )
    expect(events.map(event => event.type)).toEqual(['ADDED', 'DELETED', 'ADDED'])
  })

  it('ends the initial events of a watch list with a bookmark', async () => {
    const path = `${MAPS}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`
    const events = await cluster.watch(path, seen => seen.some(event => event.type === 'BOOKMARK'))
    const bookmark = events.at(-1)
    expect(bookmark.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
    expect(events.slice(0, -1).every(event => event.type === 'ADDED')).toBe(true)
  })

  it('answers 410 to a watch from a version that has been compacted away', async () => {
    await create('old')
    const { metadata } = (await cluster.ask(MAPS)).json
    const other = await cluster.startAnother('late')
    await cluster.store.compact(Number(metadata.resourceVersion))
    // The second server's cache begins after that version.
    const answer = await cluster.ask(`${MAPS}?watch=true&resourceVersion=1`)
    expect(answer.code).toBe(410)
    expect(answer.json.reason).toBe('Expired')
    await other.close()
  })

  it('refuses versions that are no numbers', async () => {
    const answer = await cluster.ask(`${MAPS}?watch=true&resourceVersion=abc`)
    expect([answer.code, answer.json.message]).toEqual([
      500,
      'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ])
  })
})

describe('answers', () => {
  it('says 404 in plain text for paths, and as a Status for resources', async () => {
    expect(await cluster.ask('/nothing/here')).toMatchObject({ code: 404, text: '404 page not found\n' })
    expect((await cluster.ask('/api/v1/namespaces/default/gadgets')).json).toMatchObject({
      code: 404,
      details: {},
      message: 'the server could not find the requested resource',
    })
  })

  it('refuses media types that it does not speak', async () => {
    expect((await cluster.ask(`${MAPS}/a`, { headers: { accept: 'text/plain' } })).code).toBe(406)
    expect(
      (await cluster.ask(MAPS, { method: 'POST', body: 'hello', headers: { 'content-type': 'text/plain' } })).code,
    ).toBe(415)
  })

  it('refuses bodies beyond the limit', async () => {
    const answer = await cluster.ask(MAPS, { method: 'POST', body: 'x'.repeat(3 * 1024 * 1024 + 1) })
    expect([answer.code, answer.json.reason]).toEqual([413, 'RequestEntityTooLarge'])
  })

  it('warns of unknown fields whatever their names are made of', async () => {
    const name = 'a\u0000b\r\nx: "y\u007f\\한'
    const answer = await cluster.ask(MAPS, { method: 'POST', body: { metadata: { name: 'odd' }, [name]: 1 } })
    expect(answer.code).toBe(201)
    expect(Buffer.from(String(answer.headers.warning), 'latin1').toString()).toContain('unknown field')
    expect(answer.headers.x).toBeUndefined()
  })

  it('takes numbers as Go does, and remarks on a body in the order of its text', async () => {
    const post = (body: string, type = 'application/json') =>
      cluster.ask('/apis/apps/v1/namespaces/default/deployments', {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      })
    const float = await post(
      '{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"d"},"spec":{"replicas":3.0}}',
    )
    expect(float.code).toBe(400)
    expect(float.json.message).toContain(
      'cannot unmarshal number 3.0 into Go struct field DeploymentSpec.spec.replicas of type int32',
    )
    const { headers } = await cluster.ask(MAPS, {
      method: 'POST',
      body: '{"zz":1,"metadata":{"name":"order","aa":2},"metadata":{"name":"order"}}',
    })
    expect([headers.warning].flat().join()).toMatch(/zz.*aa|zz.*metadata/)
  })

  it('explains malformed JSON as Kubernetes does', async () => {
    const answer = await cluster.ask(MAPS, { method: 'POST', body: '{"apiVersion":"v1","kind":"ConfigMap",' })
    expect(answer.json.message).toBe(
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({"apiVersion":"v1","kind":"Con ...)`,
    )
  })

  it('tells Prometheus what it did, without a label for everything that anybody asks for', async () => {
    for (let i = 0; i < 5; i++) await cluster.ask(`/apis/made-up-${i}/v1/things-${i}/x/part-${i}`)
    await cluster.ask(`${MAPS}/nothing-of-this-name/part`)
    await cluster.ask(MAPS)
    const { text, headers } = await cluster.ask('/metrics')
    expect(headers['content-type']).toContain('text/plain; version=0.0.4')
    expect(text).not.toMatch(/made-up|things-|part/)
    const list = 'verb="LIST",group="",version="v1",resource="configmaps",subresource="",scope="namespace"'
    expect(
      Number(new RegExp(`^apiserver_request_total\\{${list},code="200"\\} (\\d+)$`, 'm').exec(text)?.[1]),
    ).toBeGreaterThan(0)
    const bucket = (le: string) =>
      Number(text.split(`apiserver_request_duration_seconds_bucket{${list},le="${le}"} `)[1]?.split('\n')[0])
    expect(bucket('60')).toBeLessThanOrEqual(bucket('+Inf'))
    expect(bucket('0.005')).toBeLessThanOrEqual(bucket('60'))
    expect(text).toMatch(/^apiserver_current_inflight_requests\{request_kind="readOnly"\} 1$/m)
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? [\d.e+-]+)$/)
  })

  it('is healthy', async () => {
    expect(await cluster.ask('/readyz', { as: 'anonymous' })).toMatchObject({ code: 200, text: 'ok' })
    expect((await cluster.ask('/readyz?verbose')).text).toContain('[+]poststarthook/rbac/bootstrap-roles ok\n')
    expect((await cluster.ask('/livez/nothing')).code).toBe(404)
  })
})

describe('secrets', () => {
  it('are never in clear text in the store', async () => {
    await cluster.ask('/api/v1/namespaces/default/secrets', {
      method: 'POST',
      body: { metadata: { name: 's' }, data: { password: 'c2VjcmV0LXZhbHVl' } },
    })
    const { kvs } = await cluster.store.range({ key: Buffer.from('/registry/secrets/default/s') })
    const value = Buffer.from(kvs[0]!.value).toString('latin1')
    expect(value.startsWith('k8s:enc:aesgcm:v1:key1:')).toBe(true)
    expect(value).not.toContain('c2VjcmV0LXZhbHVl')
    expect((await cluster.ask('/api/v1/namespaces/default/secrets/s')).json.data).toEqual({
      password: 'c2VjcmV0LXZhbHVl',
    })
  })
})
