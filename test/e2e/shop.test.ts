import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../tools/sources.ts'
import { eventually, has, run, TestLab } from './lab.ts'

const SHOP = join(root, 'resources/examples/shop.yaml')
const lab = new TestLab('shop')
const k = (...args: string[]) => lab.k('-n', 'shop', ...args)

describe.skipIf(!has('kubectl', 'version', '--client'))('the shop, with stock kubectl (needs kubectl)', () => {
  beforeAll(async () => {
    await lab.up('--workers', '2')
    await lab.k('apply', '-f', SHOP)
    await Promise.all([
      k('rollout', 'status', 'deployment/front', '--timeout=60s'),
      k('rollout', 'status', 'deployment/back', '--timeout=60s'),
    ])
  })
  afterAll(() => lab.remove())

  const replicas = async () =>
    (
      await k(
        'get',
        'pods',
        '-l',
        'app=front',
        '--field-selector=status.phase=Running',
        '-o',
        'jsonpath={.items[*].metadata.name}',
      )
    )
      .split(' ')
      .sort()

  /** Where a port of the front end answers on this machine: another lab may have taken the number that was asked for. */
  async function opened(kind: 'NodePort' | 'LoadBalancer'): Promise<string> {
    const port = await eventually(
      async () => (await lab.status()).exposed.find(e => e.kind === kind && e.service === 'front')?.boundPort,
    )
    return `http://127.0.0.1:${port}`
  }

  /** Asks until every replica has answered. */
  async function reachesAll(ask: () => Promise<string>): Promise<void> {
    const wanted = await replicas()
    const seen = new Set<string>()
    await eventually(async () => {
      seen.add((await ask()).trim())
      return wanted.every(name => seen.has(name))
    })
    expect([...seen].sort()).toEqual(wanted)
  }

  test('everything that was applied is there, on both nodes', async () => {
    const all = await k('get', 'all', '-o', 'wide')
    for (const word of [
      'deployment.apps/front',
      'deployment.apps/back',
      'daemonset.apps/node-watch',
      'job.batch/fill-catalogue',
      'service/front',
    ])
      expect(all).toContain(word)
    expect(all).toContain('worker-1')
    expect(all).toContain('worker-2')
  })

  test('describe tells of the pod and of its events', async () => {
    const text = await k('describe', 'pod', '-l', 'app=back')
    expect(text).toMatch(/Status:\s+Running/)
    expect(text).toContain('Started')
    expect(text).toMatch(/Scheduled\s+.*Successfully assigned shop\/back-/)
  })

  test('the job has run to its end, and its log says so', async () => {
    await k('wait', '--for=condition=complete', 'job/fill-catalogue', '--timeout=30s')
    expect(await k('logs', 'job/fill-catalogue')).toBe('added tea\nadded bread\nadded lamps\n')
  })

  test('logs -f goes on as long as the container writes', async () => {
    const child = spawn('kubectl', ['--kubeconfig', lab.paths.kubeconfig, '-n', 'shop', 'logs', '-f', 'deploy/front'])
    let text = ''
    child.stdout.on('data', chunk => (text += chunk))
    try {
      const before = await eventually(async () => text.length || undefined)
      await eventually(async () => text.length > before)
    } finally {
      child.kill()
    }
  })

  test('exec runs in the container: environment, exit code, input, terminal', async () => {
    expect(await k('exec', 'deploy/front', '--', 'sh', '-c', 'echo $GREETING, $API_KEY')).toBe(
      'Welcome to the shop, open-sesame\n',
    )
    expect((await lab.kubectl('-n', 'shop', 'exec', 'deploy/front', '--', 'sh', '-c', 'exit 7')).code).toBe(7)
    const echoed = await run(
      'kubectl',
      ['--kubeconfig', lab.paths.kubeconfig, '-n', 'shop', 'exec', '-i', 'deploy/front', '--', 'cat'],
      { input: 'through and back\n' },
    )
    expect(echoed.stdout).toBe('through and back\n')
  })

  test('configuration is mounted: the back end serves the page of the ConfigMap', async () => {
    expect(await k('exec', 'deploy/back', '--', 'cat', '/usr/share/nginx/html/index.html')).toContain(
      'Welcome to the shop',
    )
  })

  test('a NodePort reaches every replica from outside', async () => {
    const address = await opened('NodePort')
    await reachesAll(async () => (await fetch(`${address}/hostname`, { headers: { connection: 'close' } })).text())
  })

  test('a LoadBalancer has an address in its status, and answers there', async () => {
    const ip = await eventually(
      async () => (await k('get', 'svc', 'front', '-o', 'jsonpath={.status.loadBalancer.ingress[0].ip}')) || undefined,
    )
    expect(ip).toBe('127.0.0.1')
    const address = await opened('LoadBalancer')
    await reachesAll(async () => (await fetch(`${address}/hostname`, { headers: { connection: 'close' } })).text())
  })

  test.skipIf(!has('curl', '--version'))(
    'curl reaches every replica by the name of the Service, with the variables of `lab env` (needs curl)',
    async () => {
      const env = JSON.parse((await lab.cli('env', 'shop', '--shell', 'json')).stdout) as Record<string, string>
      const ask = async () => {
        const { stdout, stderr, code } = await run(
          'curl',
          ['-sS', '--max-time', '5', 'http://front.shop:8080/hostname'],
          { env },
        )
        if (code !== 0) throw new Error(stderr)
        return stdout
      }
      await reachesAll(ask)
    },
  )

  test('lab open gives a browser the way to a Service of any type, and says what is wrong with it', async () => {
    const page = async (service: string) => {
      const { stdout } = await lab.cli('open', service, '-n', 'shop', '--lab', 'shop', '--url')
      const response = await fetch(stdout.trim())
      return `${response.status} ${await response.text()}`
    }
    expect(await k('get', 'svc', 'back', '-o', 'jsonpath={.spec.type}')).toBe('ClusterIP')
    expect(await page('back')).toMatch(/^200 [^]*Welcome to the shop/)
    await k('create', 'service', 'clusterip', 'nobody', '--tcp=80')
    await eventually(async () => (await page('nobody')).includes('502 Service shop/nobody:80 has no endpoint'))
    const { code, stderr } = await lab.cli('open', 'missing', '--lab', 'shop', '--url')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('There is no Service missing in the namespace default.'),
    ])
  })

  test('pods reach Services by name and by address, transparently', async () => {
    const ip = (await k('get', 'svc', 'back', '-o', 'jsonpath={.spec.clusterIP}')).trim()
    const address = await opened('NodePort')
    for (const host of ['back', 'back.shop.svc.cluster.local', ip]) {
      const answer = await eventually(async () => {
        const text = await (await fetch(`${address}/dial?host=${host}&port=80&request=index.html`)).text()
        return text.includes('Welcome') ? text : undefined
      })
      expect(answer).toContain('Welcome to the shop')
    }
  })

  test('port-forward carries requests to the pod', async () => {
    const child = spawn('kubectl', [
      '--kubeconfig',
      lab.paths.kubeconfig,
      '-n',
      'shop',
      'port-forward',
      'svc/front',
      ':8080',
    ])
    let text = ''
    child.stdout.on('data', chunk => (text += chunk))
    try {
      const port = await eventually(async () => /127\.0\.0\.1:(\d+)/.exec(text)?.[1])
      expect(await replicas()).toContain(await (await fetch(`http://127.0.0.1:${port}/hostname`)).text())
    } finally {
      child.kill()
    }
  })

  test('scale, set image, rollout undo', async () => {
    const image = () => k('get', 'deploy', 'front', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')
    const before = await image()
    await k('scale', 'deployment/front', '--replicas=4')
    await k('rollout', 'status', 'deployment/front', '--timeout=60s')
    expect((await replicas()).length).toBe(4)
    await k('set', 'image', 'deployment/front', 'front=agnhost:next')
    await k('rollout', 'status', 'deployment/front', '--timeout=60s')
    expect(await image()).toBe('agnhost:next')
    await k('rollout', 'undo', 'deployment/front')
    await k('rollout', 'status', 'deployment/front', '--timeout=60s')
    expect(await image()).toBe(before)
  })

  test('an image that is not there says what there is', async () => {
    await k('run', 'odd', '--image=example.com/odd:1')
    const events = await eventually(async () => {
      const text = await k(
        'get',
        'events',
        '--field-selector=involvedObject.name=odd,reason=Failed',
        '-o',
        'jsonpath={.items[*].message}',
      )
      return text.includes('there is:') ? text : undefined
    })
    expect(events).toContain('nginx')
    await k('delete', 'pod', 'odd', '--now')
  })

  test('delete leaves nothing', async () => {
    await lab.k('delete', '-f', SHOP, '--ignore-not-found', '--timeout=60s')
    await eventually(async () => (await lab.kubectl('get', 'namespace', 'shop')).stderr.includes('not found'))
    expect(await lab.k('get', 'pods', '-A', '-o', 'name')).toBe('')
  })
})
