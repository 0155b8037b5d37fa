import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseApiVersion } from '../../engine/api/object.ts'
import { parseManifests } from '../../renderer/src/yaml/documents.ts'
import { checkDocument } from '../../renderer/src/yaml/schema/check.ts'
import { SchemaTree } from '../../renderer/src/yaml/schema/openapi.ts'
import { pathAt, placeAt } from '../../renderer/src/yaml/schema/place.ts'
import { suggest } from '../../renderer/src/yaml/schema/suggest.ts'
import { yamlTexts } from '../../renderer/src/yaml/text.ts'
import { startCluster, type Cluster } from '../apiserver/harness.ts'

/** The place of the bar in a text, which is taken out. */
function at(text: string) {
  const offset = text.indexOf('¦')
  return placeAt(text.replace('¦', ''), offset)
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # its name
spec:
  template:
    spec:
      containers:
        - name: web
          image: nginx
          ports:
          - containerPort: 80
        - name: side
          ¦
      restartPolicy: Always
`

describe('the place of the cursor', () => {
  it('is a way through mappings and lists, with what is written of the key and what stands beside it', () => {
    expect(at(DEPLOYMENT)).toMatchObject({
      ...{ what: 'key', path: ['spec', 'template', 'spec', 'containers', 0], word: '', column: 10 },
      ...{ siblings: ['name'], apiVersion: 'apps/v1', kind: 'Deployment' },
    })
    expect(at(DEPLOYMENT.replace('          ¦\n', '      dns¦\n'))).toMatchObject({
      ...{ path: ['spec', 'template', 'spec'], word: 'dns', siblings: ['containers', 'restartPolicy'] },
    })
  })

  it('is at the beginning of an item, whether lists are indented or not', () => {
    expect(at('spec:\n  containers:\n    - na¦')).toMatchObject({
      path: ['spec', 'containers', 0],
      word: 'na',
      column: 6,
    })
    expect(at('spec:\n  containers:\n  - name: a\n    ports:\n    - po¦')).toMatchObject({
      path: ['spec', 'containers', 0, 'ports', 0],
    })
    expect(at('items:\n- a: 1\n- b: 2\n  c¦')).toMatchObject({ path: ['items', 0], siblings: ['b'] })
    expect(at('spec:\n  list:\n    - a: 1\n    - b¦\n      c: 2')).toMatchObject({ siblings: ['c'] })
  })

  it('is in a value after its key', () => {
    expect(at('spec:\n  type: Clu¦')).toMatchObject({ what: 'value', path: ['spec', 'type'], word: 'Clu' })
    expect(at('spec:\n  - type: "No¦')).toMatchObject({ what: 'value', path: ['spec', 0, 'type'], word: 'No' })
    expect(at('kind: ¦')).toMatchObject({ what: 'value', path: ['kind'], word: '' })
  })

  it('belongs to its own document of several', () => {
    const text = '---\napiVersion: v1\nkind: Pod\n---\napiVersion: apps/v1\nkind: DaemonSet\nsp¦\n---\nkind: Job\n'
    expect(at(text)).toMatchObject({ path: [], word: 'sp', kind: 'DaemonSet', siblings: ['kind', 'apiVersion'] })
    expect(at('kind: Pod\nsp¦\n---\nkind: Job\n')).toMatchObject({ kind: 'Pod' })
  })

  it('is none in comments, in texts of several lines and in flow style', () => {
    expect(at('a: b # c¦')).toBeUndefined()
    expect(at('data:\n  script: |\n    if foo¦')).toBeUndefined()
    expect(at('a: [b, c¦')).toBeUndefined()
  })

  it('of what is written already is the way to the key under the pointer', () => {
    const offset = DEPLOYMENT.indexOf('containerPort') + 3
    expect(pathAt(DEPLOYMENT, offset)).toMatchObject({
      path: ['spec', 'template', 'spec', 'containers', 0, 'ports', 0, 'containerPort'],
      from: DEPLOYMENT.indexOf('containerPort'),
    })
    expect(pathAt(DEPLOYMENT, DEPLOYMENT.indexOf('nginx'))).toBeUndefined()
  })
})

describe('the schemas of an API server', () => {
  let cluster: Cluster
  const trees = new Map<string, SchemaTree>()
  beforeAll(async () => {
    cluster = await startCluster()
    const { paths } = (await cluster.ask('/openapi/v3')).json as {
      paths: Record<string, { serverRelativeURL: string }>
    }
    for (const version of ['v1', 'apps/v1', 'autoscaling/v2']) {
      const path = version.includes('/') ? `apis/${version}` : `api/${version}`
      trees.set(version, new SchemaTree((await cluster.ask(paths[path]!.serverRelativeURL)).json))
    }
  })
  afterAll(() => cluster.close())

  const treeOf = (apiVersion: string) => trees.get(apiVersion)!
  function suggested(text: string) {
    const place = at(text)!
    const root = treeOf(place.apiVersion).root({ ...parseApiVersion(place.apiVersion), kind: place.kind })!
    return suggest(treeOf(place.apiVersion), root, place)
  }
  const labels = (text: string) => suggested(text).map(s => s.label)
  function problems(text: string) {
    const { documents } = parseManifests(text, yamlTexts.en)
    return documents.flatMap(document => {
      const { apiVersion, kind } = document.toJS() as { apiVersion: string; kind: string }
      const root = treeOf(apiVersion).root({ ...parseApiVersion(apiVersion), kind })!
      return checkDocument(document, treeOf(apiVersion), root, yamlTexts.en).map(f => ({
        ...{ line: text.slice(0, f.from).split('\n').length, message: f.message, severity: f.severity },
      }))
    })
  }

  it('name the kinds that can be written', () => {
    expect(treeOf('apps/v1').kinds({ group: 'apps', version: 'v1' })).toEqual(
      expect.arrayContaining(['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet']),
    )
    expect(treeOf('apps/v1').kinds({ group: 'apps', version: 'v1' })).not.toContain('DeploymentList')
  })

  it('suggest the fields of a container that are not there yet, the required one first, with what follows them', () => {
    const found = suggested(DEPLOYMENT)
    expect(found.map(s => s.label)).not.toContain('name')
    expect(found.map(s => s.label)).toEqual(expect.arrayContaining(['image', 'ports', 'resources', 'livenessProbe']))
    expect(found.find(s => s.label === 'ports')).toMatchObject({
      text: 'ports:\n            - ',
      detail: expect.stringMatching(/^\[\]/),
    })
    expect(found.find(s => s.label === 'resources')!.text).toBe('resources:\n            ')
    expect(found.find(s => s.label === 'image')).toMatchObject({ text: 'image: ', detail: 'string' })
    expect(found.find(s => s.label === 'image')!.description).not.toBe('')
    expect(labels('apiVersion: apps/v1\nkind: Deployment\nspec:\n  ¦').slice(0, 2)).toEqual(['selector', 'template'])
  })

  it('suggest values where there are only some', () => {
    expect(labels(DEPLOYMENT.replace('          ¦', '          imagePullPolicy: ¦'))).toEqual(
      expect.arrayContaining(['Always', 'IfNotPresent', 'Never']),
    )
    expect(labels('apiVersion: v1\nkind: Pod\nspec:\n  hostNetwork: ¦')).toEqual(['true', 'false'])
    expect(labels('apiVersion: v1\nkind: Service\nspec:\n  type: ¦')).toContain('NodePort')
  })

  it('find unknown fields, and the one that was meant, with their lines', () => {
    expect(
      problems('apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: a\n    imge: b\n'),
    ).toEqual([
      { line: 8, severity: 'warning', message: expect.stringMatching(/“spec\.containers\[0\]\.imge”.*“image”/) },
    ])
    expect(
      problems('apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {any: thing}\nspec:\n  Containers: []\n').map(
        p => p.line,
      ),
    ).toEqual(expect.arrayContaining([6]))
  })

  it('find wrong types, values that are not allowed and fields that are missing', () => {
    const deployment = (spec: string) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n${spec}`
    const full = '  selector: {}\n  template: {}\n'
    expect(problems(deployment(`${full}  replicas: many\n`))).toEqual([
      { line: 7, severity: 'error', message: 'spec.replicas must be integer, not string.' },
    ])
    expect(problems(deployment('  replicas: 1\n')).map(p => p.message)).toEqual([
      'spec.selector is required.',
      'spec.template is required.',
    ])
    expect(problems('apiVersion: v1\nkind: ConfigMap\ndata:\n  count: 4\n')).toEqual([
      { line: 4, severity: 'error', message: expect.stringContaining('must be string, not integer') },
    ])
    expect(problems('apiVersion: v1\nkind: Service\nspec:\n  type: Nodeport\n')[0]).toMatchObject({
      line: 4,
      severity: 'warning',
    })
  })

  it('let quantities, ports and what is being written pass', () => {
    expect(
      problems(
        'apiVersion: v1\nkind: Pod\nmetadata:\nspec:\n  containers:\n  - name: a\n    resources: {requests: {cpu: 1, memory: 1Gi}}\n    readinessProbe: {httpGet: {port: http}}\n    livenessProbe: {tcpSocket: {port: 80}}\n',
      ),
    ).toEqual([])
  })

  it('check a text of 5,000 lines, and find the place in it', () => {
    const one = DEPLOYMENT.replace('          ¦\n', '          image: busybox\n').replace(
      'spec:\n',
      'spec:\n  selector: {}\n',
    )
    const text = Array.from({ length: Math.ceil(5_000 / one.split('\n').length) }, () => one).join('---\n')
    expect(text.split('\n').length).toBeGreaterThan(4_900)
    expect(problems(text)).toEqual([])
    expect(placeAt(text, text.length - 1)?.kind).toBe('Deployment')
  })
})
