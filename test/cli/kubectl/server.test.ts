import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBench, STOCK, type Bench, type Said } from './harness.ts'

let bench: Bench

const WEB = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, labels: { app: web } }
data: { page: "<b>hello</b>\\nworld\\n", flag: "true" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`

beforeAll(async () => {
  bench = await startBench()
  const applied = await bench.ours(['apply', '-f', '-'], WEB)
  expect(applied).toEqual({
    out: 'configmap/settings created\ndeployment.apps/web created\nservice/web created\n',
    err: '',
    code: 0,
  })
})

afterAll(() => bench.close())

test('applying the same again changes nothing', async () => {
  const again = await bench.ours(['apply', '-f', '-'], WEB)
  expect(again.out).toBe('configmap/settings unchanged\ndeployment.apps/web unchanged\nservice/web unchanged\n')
})

test('applying takes away what was applied before and is no more', async () => {
  const first = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shrinking }\ndata: { a: "1", b: "2" }\n'
  await bench.ours(['apply', '-f', '-'], first)
  await bench.ours(['patch', 'cm', 'shrinking', '-p', '{"data":{"other":"3"}}'])
  expect((await bench.ours(['apply', '-f', '-'], first.replace(', b: "2"', ''))).out).toBe(
    'configmap/shrinking configured\n',
  )
  expect((await bench.ours(['get', 'cm', 'shrinking', '-o', 'jsonpath={.data}'])).out).toBe('{"a":"1","other":"3"}')
})

test('deleting waits until the object is gone', async () => {
  await bench.ours(['create', 'configmap', 'doomed', '--from-literal=a=b'])
  expect(await bench.ours(['delete', 'cm', 'doomed'])).toEqual({
    out: 'configmap "doomed" deleted\n',
    err: '',
    code: 0,
  })
  expect((await bench.ours(['get', 'cm', 'doomed'])).err).toBe(
    'Error from server (NotFound): configmaps "doomed" not found\n',
  )
})

test('what is not built in is refused with the way out', async () => {
  const refused = await bench.ours(['cp', 'a', 'b'])
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('Install kubectl')
})

test('a server that is not there is said so', async () => {
  const { err, code } = await bench.ours(['get', 'pods', '--server', 'https://127.0.0.1:1'])
  expect([err, code]).toEqual([
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
    1,
  ])
})

const SAME = [
  'get deploy,svc,cm',
  'get deploy web -o wide',
  'get all',
  'get cm -A --show-labels',
  'get cm settings -o yaml',
  'get deploy web -o json',
  'get deploy,svc -o yaml',
  'get cm -o name',
  'get svc -o custom-columns=NAME:.metadata.name,IP:.spec.clusterIP,NO:.spec.nope',
  'get cm -l app=web -L app --no-headers',
  'get pods',
  'get pods nope',
  'get nope',
  'get deploy/web nope',
  'get cm --field-selector foo=bar',
  'get --nope',
  'get',
  'api-resources',
  'api-versions',
  'auth whoami',
  'auth can-i create deployments',
  'auth can-i create deployments --as=nobody',
  'label deploy web a=b --dry-run=server',
  'scale deploy web --replicas=3 --dry-run=server',
  'set image deploy/web web=httpd --dry-run=server',
  'patch deploy web -p {"spec":{"replicas":-1}}',
  'delete deploy web --dry-run=server',
  'delete cm nope',
  'create deployment x --image=nginx --dry-run=client -o yaml',
  'run x --image=nginx --dry-run=client -o yaml',
  'expose deploy web --name=y --dry-run=client -o yaml',
  'rollout status deploy/web --watch=false',
  'wait deploy/web --for=condition=Nope --timeout=0s',
  'describe deploy web',
]

describe.skipIf(!STOCK)('beside stock kubectl on the same server', () => {
  /** Ages go on between the two runs. */
  const timeless = ({ out, err, code }: Said): Said => ({
    out: out.replace(/ \d+(?:m\d+)?[sm](?= |$)/gm, ' AGE').replace(/ +/g, ' '),
    err,
    code,
  })

  test.each(SAME)('kubectl %s says the same', async line => {
    const args = line.split(' ')
    const [ours, stock] = [await bench.ours(args), await bench.stock(args)]
    expect(timeless(ours)).toEqual(timeless(stock))
  })
})
