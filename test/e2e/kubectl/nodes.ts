import { expect, test } from 'vitest'
import { eventually } from '../lab.ts'
import { webDeployment, type Bench } from './bench.ts'

/** cordon, uncordon, drain and taint: one after the other, since they are about the same two nodes. */
export function nodeCases(bench: Bench): void {
  const nodesOf = async (label: string) =>
    (
      await bench.k(
        'get',
        'pods',
        '-l',
        label,
        '--field-selector=status.phase=Running',
        '-o',
        'jsonpath={.items[*].spec.nodeName}',
      )
    )
      .split(' ')
      .filter(Boolean)

  test('cordon keeps new pods away, uncordon lets them in again', async () => {
    await bench.k('cordon', 'worker-1')
    expect(await bench.k('get', 'node', 'worker-1')).toContain('SchedulingDisabled')
    expect(await bench.k('cordon', 'worker-1')).toContain('already cordoned')
    await bench.fed(JSON.stringify(webDeployment('cordoned', 3)), 'create', '-f', '-')
    await bench.k('rollout', 'status', 'deployment/cordoned', '--timeout=60s')
    expect(new Set(await nodesOf('app=cordoned'))).toEqual(new Set(['worker-2']))
    await bench.k('uncordon', 'worker-1')
    expect(await bench.get('node/worker-1', '.spec.unschedulable')).toBe('')
    await bench.k('delete', 'deployment', 'cordoned')
  })

  test('drain moves pods, respects a budget, and leaves daemon sets', async () => {
    await bench.fed(JSON.stringify(webDeployment('drained', 2)), 'create', '-f', '-')
    const { spec } = webDeployment('guard')
    await bench.fed(
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { name: 'guard' },
        spec: { selector: spec.selector, template: spec.template },
      }),
      'create',
      '-f',
      '-',
    )
    await bench.k('rollout', 'status', 'deployment/drained', '--timeout=60s')
    await bench.k('rollout', 'status', 'daemonset/guard', '--timeout=60s')
    await bench.box('lonely', {
      spec: {
        nodeName: 'worker-1',
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'b', image: 'busybox', command: ['sleep', '3600'] }],
      },
    })
    const refused = await bench.run('drain', 'worker-1', '--ignore-daemonsets')
    expect(refused.stderr).toContain('lonely')
    const ignoring = bench.minor < 20 ? '--delete-local-data' : '--delete-emptydir-data'
    const text = await bench.k(
      'drain',
      'worker-1',
      '--ignore-daemonsets',
      '--force',
      ignoring,
      '--grace-period=1',
      '--timeout=60s',
    )
    expect(text).toContain('node/worker-1')
    expect((await bench.run('get', 'pod', 'lonely')).code).toBe(1)
    await bench.k('rollout', 'status', 'deployment/drained', '--timeout=60s')
    expect(new Set(await nodesOf('app=drained'))).toEqual(new Set(['worker-2']))
    expect((await nodesOf('app=guard')).sort()).toEqual(['worker-1', 'worker-2'])
    await bench.k('uncordon', 'worker-1')
    await bench.k('delete', 'deployment/drained', 'daemonset/guard')
  })

  test('taint keeps away and drives out, and a taint is taken back', async () => {
    await bench.box('tainted', {
      spec: {
        nodeName: 'worker-2',
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'b', image: 'busybox', command: ['sleep', '3600'] }],
      },
    })
    await bench.k('taint', 'node', 'worker-2', 'odd=yes:NoSchedule')
    await bench.k('run', 'elsewhere', '--image=busybox', '--', 'sleep', '3600')
    await bench.k('wait', '--for=condition=Ready', 'pod/elsewhere', '--timeout=60s')
    expect(await bench.get('pod/elsewhere', '.spec.nodeName')).toBe('worker-1')
    expect((await bench.run('taint', 'node', 'worker-2', 'odd=no:NoSchedule')).stderr).toContain('--overwrite')
    await bench.k('taint', 'node', 'worker-2', 'odd=out:NoExecute')
    await eventually(async () => (await bench.run('get', 'pod', 'tainted')).code === 1)
    await bench.k('taint', 'node', 'worker-2', 'odd-')
    expect(await bench.get('node/worker-2', '.spec.taints')).toBe('')
    await bench.k('delete', 'pod', 'elsewhere', '--now')
  })
}
