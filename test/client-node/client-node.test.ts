import { PassThrough, Readable, Writable } from 'node:stream'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ApiException,
  Attach,
  CoreV1Api,
  AppsV1Api,
  Cp,
  Exec,
  KubeConfig,
  Log,
  Metrics,
  PortForward,
  Watch,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  KubernetesObjectApi,
  type V1ConfigMap,
  type V1Status,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, TestLab } from '../e2e/lab.ts'

const lab = new TestLab('client-node')
const namespace = 'default'
const config = new KubeConfig()
const folder = mkdtempSync(join(tmpdir(), 'kubarium-client-node-'))
let core: CoreV1Api

const box = (name: string, command: string[], more: object = {}) => ({
  metadata: { name },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'box', image: 'busybox', command, ...more }],
  },
})

async function running(name: string, command: string[], more: object = {}): Promise<void> {
  await core.createNamespacedPod({ namespace, body: box(name, command, more) })
  await eventually(async () => (await core.readNamespacedPod({ namespace, name })).status?.phase === 'Running')
}

/** Runs a command in the pod `box` to its end. */
async function run(command: string[], stdin: Readable | null = null) {
  const [out, err] = [sink(), sink()]
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config).exec(namespace, 'box', 'box', command, out.stream, err.stream, stdin, false, resolve).catch(reject)
  })
  return { out, err, status }
}

/** A stream that remembers what was written to it. */
function sink() {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  return { stream, bytes: () => Buffer.concat(chunks), text: () => Buffer.concat(chunks).toString() }
}

describe('@kubernetes/client-node', () => {
  beforeAll(async () => {
    await lab.up('--masters', '3', '--workers', '1')
    config.loadFromFile(lab.paths.kubeconfig)
    core = config.makeApiClient(CoreV1Api)
    await eventually(
      async () => (await core.readNamespacedServiceAccount({ namespace, name: 'default' })) !== undefined,
    )
    await running('box', ['sh', '-c', 'echo up; sleep 3600'])
  })
  afterAll(async () => {
    await lab.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  test('typed objects: create, read, replace with a stale version, list, delete', async () => {
    const name = 'typed'
    const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { a: '1' } } })
    expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date)
    await core.replaceNamespacedConfigMap({ namespace, name, body: { ...made, data: { a: '2' } } })
    const stale = core.replaceNamespacedConfigMap({ namespace, name, body: { ...made, data: { a: '3' } } })
    await expect(stale).rejects.toSatisfy((error: ApiException<string>) => error.code === 409)
    const { items } = await core.listNamespacedConfigMap({ namespace, fieldSelector: `metadata.name=${name}` })
    expect(items.map(i => i.data)).toEqual([{ a: '2' }])
    await core.deleteNamespacedConfigMap({ namespace, name })
    await expect(core.readNamespacedConfigMap({ namespace, name })).rejects.toSatisfy(
      (error: ApiException<string>) => error.code === 404 && (JSON.parse(error.body) as V1Status).reason === 'NotFound',
    )
  })

  test('each kind of patch does what it says', async () => {
    const apps = config.makeApiClient(AppsV1Api)
    const name = 'patched'
    const labels = { app: name }
    const containers = [{ name: 'a', image: 'busybox' }]
    await apps.createNamespacedDeployment({
      namespace,
      body: {
        metadata: { name },
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers } },
        },
      },
    })
    const patch = (kind: (typeof PatchStrategy)[keyof typeof PatchStrategy], body: unknown) =>
      apps.patchNamespacedDeployment({ namespace, name, body }, setHeaderOptions('Content-Type', kind))
    const more = { spec: { template: { spec: { containers: [{ name: 'b', image: 'nginx' }] } } } }
    const strategic = await patch(PatchStrategy.StrategicMergePatch, more)
    expect(strategic.spec?.template.spec?.containers.map(c => c.name).sort()).toEqual(['a', 'b'])
    const merged = await patch(PatchStrategy.MergePatch, more)
    expect(merged.spec?.template.spec?.containers.map(c => c.name)).toEqual(['b'])
    const json = await patch(PatchStrategy.JsonPatch, [{ op: 'add', path: '/metadata/labels', value: { x: 'y' } }])
    expect(json.metadata?.labels).toEqual({ x: 'y' })
    await expect(
      patch(PatchStrategy.JsonPatch, [{ op: 'test', path: '/metadata/labels/x', value: 'z' }]),
    ).rejects.toSatisfy((error: ApiException<string>) => error.code === 422)
    await apps.deleteNamespacedDeployment({ namespace, name })
  })

  test('server-side apply: owners, a conflict with its causes, force', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config)
    const map = (a: string): V1ConfigMap & { apiVersion: string; kind: string; metadata: { name: string } } => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied', namespace } as { name: string },
      data: { a },
    })
    const apply = (a: string, manager: string, force = false) =>
      objects.patch(map(a), undefined, undefined, manager, force, PatchStrategy.ServerSideApply)
    await apply('1', 'one')
    await expect(apply('2', 'two')).rejects.toSatisfy((error: ApiException<string>) => {
      const { reason, details } = (typeof error.body === 'string' ? JSON.parse(error.body) : error.body) as V1Status
      return error.code === 409 && reason === 'Conflict' && details?.causes?.[0]?.message === 'conflict with "one"'
    })
    await apply('2', 'two', true)
    const { data, metadata } = await core.readNamespacedConfigMap({ namespace, name: 'applied' })
    expect(data).toEqual({ a: '2' })
    expect(metadata?.managedFields?.map(f => f.manager)).toEqual(['two'])
  })

  test('watch goes on from a version, without a gap', async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace })
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'seen' } } })
    const seen: string[] = []
    const watch = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      { resourceVersion: metadata!.resourceVersion!, allowWatchBookmarks: true },
      (phase, object: { metadata: { name: string } }) => void seen.push(`${phase} ${object.metadata.name}`),
      () => undefined,
    )
    await core.deleteNamespacedConfigMap({ namespace, name: 'seen' })
    await eventually(async () => seen.includes('DELETED seen'))
    watch.abort()
    expect(seen.filter(line => line.endsWith(' seen'))).toEqual(['ADDED seen', 'DELETED seen'])
  })

  test('exec: streams apart, exit code, a megabyte of any bytes in and out', async () => {
    const { out, err, status } = await run(['sh', '-c', 'echo to out; echo to err >&2; exit 5'])
    expect([out.text(), err.text()]).toEqual(['to out\n', 'to err\n'])
    expect(status).toMatchObject({ status: 'Failure', details: { causes: [{ reason: 'ExitCode', message: '5' }] } })
    const bytes = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => (i * 7 + (i >> 8)) & 255))
    const chunks = Array.from({ length: 16 }, (_, i) => bytes.subarray(i << 16, (i + 1) << 16))
    const echoed = await run(['cat'], Readable.from(chunks))
    expect(echoed.status.status).toBe('Success')
    expect(echoed.out.bytes().equals(bytes)).toBe(true)
  })

  test('attach hears what the container says and feeds it', async () => {
    await running('fed', ['sh', '-c', 'while read line; do echo "got $line"; done'], { stdin: true })
    const out = sink()
    const input = new PassThrough()
    const socket = await new Attach(config).attach(namespace, 'fed', 'box', out.stream, null, input, false)
    input.write('one\n')
    await eventually(async () => out.text() === 'got one\n')
    socket.close()
    await core.deleteNamespacedPod({ namespace, name: 'fed', gracePeriodSeconds: 0 })
  })

  test('port-forward carries a request to a port of the pod, and tells of a port that nobody has', async () => {
    await core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: 'web' },
        spec: {
          containers: [
            {
              name: 'web',
              image: 'nginx',
              ports: [{ containerPort: 80 }],
              readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
            },
          ],
        },
      },
    })
    await eventually(async () =>
      (await core.readNamespacedPod({ namespace, name: 'web' })).status?.conditions?.some(
        c => c.type === 'Ready' && c.status === 'True',
      ),
    )
    const [out, err] = [sink(), sink()]
    const input = new PassThrough()
    await new PortForward(config).portForward(namespace, 'web', [80], out.stream, err.stream, input)
    input.write('GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n')
    await eventually(async () => out.text().includes('nginx'))
    expect(out.text()).toMatch(/^HTTP\/1\.1 200/)
    await new PortForward(config).portForward(namespace, 'web', [81], sink().stream, err.stream, new PassThrough())
    await eventually(async () => err.text().includes('forwarding to port 81'))
    await core.deleteNamespacedPod({ namespace, name: 'web', gracePeriodSeconds: 0 })
  })

  test('a followed log ends with the container', async () => {
    await core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: 'told' },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'box', image: 'busybox', command: ['sh', '-c', 'echo a; sleep 1; echo b'] }],
        },
      },
    })
    await eventually(
      async () => (await core.readNamespacedPod({ namespace, name: 'told' })).status?.phase === 'Running',
    )
    const out = new PassThrough()
    let text = ''
    out.on('data', chunk => (text += String(chunk)))
    await new Log(config).log(namespace, 'told', 'box', out, { follow: true })
    await new Promise(done => out.once('end', done))
    expect(text).toBe('a\nb\n')
  })

  test('cp carries a folder in and out', async () => {
    mkdirSync(join(folder, 'in'))
    mkdirSync(join(folder, 'out'))
    writeFileSync(join(folder, 'in', 'file'), 'content')
    const cp = new Cp(config)
    // The library's promises say only that the copying has begun.
    await cp.cpToPod(namespace, 'box', 'box', join(folder, 'in'), '/data')
    await eventually(async () => (await run(['test', '-f', '/data/file'])).status.status === 'Success')
    await cp.cpFromPod(namespace, 'box', 'box', 'file', join(folder, 'out'), '/data')
    await eventually(async () => readFileSync(join(folder, 'out', 'file'), 'utf8') === 'content')
  })

  test('metrics are there for nodes and pods', async () => {
    const metrics = new Metrics(config)
    const { items } = await metrics.getNodeMetrics()
    expect(items.map(i => i.metadata.name)).toEqual(['worker-1'])
    await eventually(async () => (await metrics.getPodMetrics(namespace)).items.some(i => i.metadata.name === 'box'))
  })

  test('an informer misses nothing and repeats nothing while its API server is killed', async () => {
    const labelled = (name: string) => ({ metadata: { name, labels: { watched: 'yes' } } })
    const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'watched=yes' })
    const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list, 'watched=yes')
    const added: string[] = []
    informer.on('add', object => void added.push(object.metadata!.name!))
    informer.on('error', () => void informer.start())
    await informer.start()
    let made = 0
    let stop = false
    const writer = (async () => {
      while (!stop) {
        try {
          await core.createNamespacedConfigMap({ namespace, body: labelled(`w-${made}`) })
          made++
        } catch (error) {
          if (error instanceof ApiException && error.code === 409) made++ // the answer was lost, the write was not
        }
      }
    })()
    await eventually(async () => made > 5)
    const victim = (await lab.status()).machines.find(m => m.name === 'master-1')!
    await lab.machine('kill', victim.name)
    const before = made
    await eventually(async () => made > before + 5)
    stop = true
    await writer
    const wanted = Array.from({ length: made }, (_, i) => `w-${i}`)
    await eventually(async () => new Set(added).size >= made)
    await informer.stop()
    expect([...added].sort()).toEqual(wanted.sort())
    expect(informer.list().length).toBe(made)
  })
})
