import { expect, test } from 'vitest'
import { eventually } from '../lab.ts'
import { webDeployment, type Bench } from './bench.ts'

/** rollout, scale, autoscale and set, on workloads that run. */
export function workloadCases(bench: Bench): void {
  const make = async (name: string, replicas = 1) => {
    await bench.fed(JSON.stringify(webDeployment(name, replicas)), 'create', '-f', '-')
    if (replicas) await bench.k('rollout', 'status', `deployment/${name}`, '--timeout=60s')
  }

  test('rollout: status, history, undo to a revision, restart', async () => {
    await make('rolled')
    const image = () => bench.get('deployment/rolled', '.spec.template.spec.containers[0].image')
    await bench.k('set', 'image', 'deployment/rolled', 'web=nginx:1.26')
    await bench.k('annotate', 'deployment/rolled', 'kubernetes.io/change-cause=second', '--overwrite')
    expect(await bench.k('rollout', 'status', 'deployment/rolled', '--timeout=60s')).toContain(
      'successfully rolled out',
    )
    await eventually(async () => (await bench.k('rollout', 'history', 'deployment/rolled')).includes('second'))
    expect(await bench.k('rollout', 'history', 'deployment/rolled', '--revision=1')).toContain('nginx:1.25')
    await bench.k('rollout', 'undo', 'deployment/rolled', '--to-revision=1')
    expect(await image()).toBe('nginx:1.25')
    await bench.k('rollout', 'status', 'deployment/rolled', '--timeout=60s')
    await bench.k('rollout', 'restart', 'deployment/rolled')
    expect(await bench.get('deployment/rolled', '.spec.template.metadata.annotations')).toContain('restartedAt')
    await bench.k('rollout', 'status', 'deployment/rolled', '--timeout=60s')
    await bench.k('delete', 'deployment', 'rolled')
  })

  test('rollout pause holds a change back, and resume lets it go', async () => {
    await make('paused')
    await bench.k('rollout', 'pause', 'deployment/paused')
    await bench.k('set', 'env', 'deployment/paused', 'A=1')
    await eventually(
      async () =>
        (await bench.get('deployment/paused', '.status.observedGeneration')) ===
        (await bench.get('deployment/paused', '.metadata.generation')),
    )
    expect((await bench.k('get', 'rs', '-l', 'app=paused', '-o', 'name')).trim().split('\n')).toHaveLength(1)
    await bench.k('rollout', 'resume', 'deployment/paused')
    await bench.k('rollout', 'status', 'deployment/paused', '--timeout=60s')
    expect((await bench.k('get', 'rs', '-l', 'app=paused', '-o', 'name')).trim().split('\n')).toHaveLength(2)
    await bench.k('delete', 'deployment', 'paused')
  })

  test('scale: up, only from a number, several at once, a replica set', async () => {
    await make('scaled')
    await bench.k('scale', 'deployment/scaled', '--replicas=2')
    await bench.k('rollout', 'status', 'deployment/scaled', '--timeout=60s')
    expect(await bench.get('deployment/scaled', '.status.readyReplicas')).toBe('2')
    expect((await bench.run('scale', 'deployment/scaled', '--current-replicas=5', '--replicas=1')).stderr).toContain(
      'replicas to be 5',
    )
    await make('scaled-2', 0)
    await bench.k('scale', 'deployment/scaled', 'deployment/scaled-2', '--replicas=0')
    await eventually(async () => (await bench.k('get', 'pods', '-l', 'app=scaled', '-o', 'name')) === '')
    await bench.k('delete', 'deployment', 'scaled', 'scaled-2')
  })

  test('autoscale makes an autoscaler of the deployment', async () => {
    await make('auto', 0)
    await bench.k(
      'autoscale',
      'deployment',
      'auto',
      '--min=1',
      '--max=3',
      '--name=auto',
      bench.minor >= 34 ? '--cpu=80%' : '--cpu-percent=80',
    )
    expect(JSON.parse(await bench.get('hpa/auto', '.spec'))).toMatchObject({
      minReplicas: 1,
      maxReplicas: 3,
      scaleTargetRef: { kind: 'Deployment', name: 'auto' },
    })
    await bench.k('delete', 'hpa/auto', 'deployment/auto')
  })

  test('set: image, env, resources, selector, serviceaccount, subject', async () => {
    await make('set', 0)
    const spec = async () =>
      JSON.parse(await bench.get('deployment/set', '.spec.template.spec')) as {
        serviceAccountName: string
        containers: { image: string; env?: object[]; envFrom?: object[]; resources: object }[]
      }
    await bench.k('set', 'image', 'deployment/set', '*=nginx:1.27')
    await bench.k('create', 'configmap', 'set-source', '--from-literal=KEY=value')
    await bench.k('set', 'env', 'deployment/set', 'A=1', 'B=2')
    await bench.k('set', 'env', 'deployment/set', 'B-', '--from=configmap/set-source', '--prefix=P_')
    expect(await bench.k('set', 'env', 'deployment/set', '--list')).toContain('A=1')
    await bench.k(
      'set',
      'resources',
      'deployment/set',
      '-c=web',
      '--limits=cpu=200m,memory=64Mi',
      '--requests=cpu=100m',
    )
    await bench.k('create', 'serviceaccount', 'set')
    await bench.k('set', 'serviceaccount', 'deployment/set', 'set')
    const { containers, serviceAccountName } = await spec()
    expect(containers[0]).toMatchObject({
      image: 'nginx:1.27',
      resources: { limits: { cpu: '200m', memory: '64Mi' }, requests: { cpu: '100m' } },
    })
    expect(containers[0]!.env).toContainEqual({ name: 'A', value: '1' })
    expect(containers[0]!.env).not.toContainEqual({ name: 'B', value: '2' })
    expect(JSON.stringify(containers[0]!.env)).toContain('P_KEY')
    expect(serviceAccountName).toBe('set')
    await bench.k('create', 'service', 'clusterip', 'set', '--tcp=80')
    await bench.k('set', 'selector', 'service', 'set', 'app=set,tier=x')
    expect(JSON.parse(await bench.get('service/set', '.spec.selector'))).toEqual({ app: 'set', tier: 'x' })
    await bench.k('create', 'rolebinding', 'set', '--clusterrole=view', '--user=a')
    await bench.k('set', 'subject', 'rolebinding', 'set', '--user=b', '--group=g')
    expect(await bench.get('rolebinding/set', '.subjects[*].name')).toBe('a b g')
    await bench.k('delete', 'deployment/set')
  })

  test('rollout status and history of a daemon set', async () => {
    const { spec } = webDeployment('everywhere')
    const daemon = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'everywhere' },
      spec: { selector: spec.selector, template: spec.template },
    }
    await bench.fed(JSON.stringify(daemon), 'create', '-f', '-')
    expect(await bench.k('rollout', 'status', 'daemonset/everywhere', '--timeout=60s')).toContain(
      'successfully rolled out',
    )
    expect(await bench.get('daemonset/everywhere', '.status.numberReady')).toBe('2')
    await bench.k('set', 'image', 'daemonset/everywhere', 'web=nginx:1.26')
    await bench.k('rollout', 'status', 'daemonset/everywhere', '--timeout=60s')
    await bench.k('rollout', 'undo', 'daemonset/everywhere')
    expect(await bench.get('daemonset/everywhere', '.spec.template.spec.containers[0].image')).toBe('nginx:1.25')
    expect(await bench.k('rollout', 'history', 'daemonset/everywhere')).toMatch(/2 +<none>\n3 +<none>/)
    await bench.k('delete', 'daemonset/everywhere')
  })
}
