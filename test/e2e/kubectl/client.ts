import { expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from './bench.ts'

/** What asks the server about itself, or the client about its configuration. */
export function clientCases(bench: Bench): void {
  const { minor } = bench

  test('version tells both sides', async () => {
    const { clientVersion, serverVersion } = JSON.parse(await bench.k('version', '-o', 'json')) as Record<
      string,
      { gitVersion: string; minor: string }
    >
    expect(clientVersion!.gitVersion).toMatch(/^v1\./)
    expect(serverVersion).toMatchObject({ minor: '36' })
  })

  test('api-versions lists every group version once', async () => {
    const lines = (await bench.k('api-versions')).trim().split('\n')
    expect(lines).toEqual([...lines].sort())
    expect(new Set(lines).size).toBe(lines.length)
    for (const wanted of ['v1', 'apps/v1', 'batch/v1', 'metrics.k8s.io/v1beta1']) expect(lines).toContain(wanted)
  })

  test('api-resources: all, by group, by scope, by verb, names only', async () => {
    expect(await bench.k('api-resources')).toMatch(/^pods +po +v1 +true +Pod$/m)
    const apps = (await bench.k('api-resources', '--api-group=apps', '-o', 'name', '--no-headers')).trim().split('\n')
    expect(apps.sort()).toEqual(
      ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'].map(r => `${r}.apps`),
    )
    const cluster = (await bench.k('api-resources', '--namespaced=false', '-o', 'name')).split('\n')
    expect(cluster).toContain('nodes')
    expect(cluster).not.toContain('pods')
    expect(await bench.k('api-resources', '--verbs=list,get', '-o', 'wide', '--sort-by=name')).toContain('deployments')
    expect(
      (await bench.k('api-resources', '--api-group=metrics.k8s.io', '-o', 'name')).trim().split('\n').sort(),
    ).toEqual(['nodes.metrics.k8s.io', 'pods.metrics.k8s.io'])
  })

  test('cluster-info names the control plane, and its dump holds what runs', async () => {
    expect(await bench.k('cluster-info')).toMatch(/is running at .*https:\/\/127\.0\.0\.1:\d+/)
    const folder = join(bench.folder, 'dump')
    await bench.k('cluster-info', 'dump', '--namespaces=kube-system', `--output-directory=${folder}`)
    expect(JSON.parse(readFileSync(join(folder, 'nodes.json'), 'utf8'))).toMatchObject({ items: [{}, {}] })
    expect(JSON.parse(readFileSync(join(folder, 'kube-system', 'pods.json'), 'utf8'))).toHaveProperty('items')
  })

  test('config edits a kubeconfig that then works', async () => {
    const file = bench.file('kubeconfig', readFileSync(bench.lab.paths.kubeconfig, 'utf8'))
    const config = async (...args: string[]) => bench.k('config', ...args, '--kubeconfig', file)
    await config(
      'set-context',
      'second',
      '--cluster=kubarium-kubectl',
      '--user=kubarium-kubectl-admin',
      '--namespace=kube-system',
    )
    expect((await config('get-contexts', '-o', 'name')).trim().split('\n')).toContain('second')
    await config('use-context', 'second')
    expect(await config('current-context')).toBe('second\n')
    expect(await config('view', '--minify', '-o', 'jsonpath={.contexts[0].context.namespace}')).toBe('kube-system')
    await config('rename-context', 'second', 'third')
    await config('set', 'contexts.third.namespace', 'default')
    expect(
      await bench.k('get', 'service', 'kubernetes', '-o', 'name', '--kubeconfig', file, '--namespace=default'),
    ).toBe('service/kubernetes\n')
    await config('unset', 'contexts.third.namespace')
    await config('delete-context', 'third')
    expect(await config('get-contexts', '-o', 'name')).not.toContain('third')
  })

  test('explain describes kinds and fields, one level or all', async () => {
    expect(await bench.k('explain', 'pod')).toMatch(/KIND: +Pod\n/)
    expect(await bench.k('explain', 'pod.spec.containers.livenessProbe.httpGet.port')).toMatch(/FIELD: +port/)
    const all = await bench.k('explain', 'deployment.spec', '--recursive')
    expect(all).toContain('maxUnavailable')
    expect(await bench.k('explain', 'hpa', '--api-version=autoscaling/v1')).toContain('autoscaling')
    expect((await bench.run('explain', 'pod.spec.nothing')).stderr).toContain('field "nothing" does not exist')
  })

  test('completion offers names of the cluster', async () => {
    expect(await bench.k('completion', 'bash')).toContain('kubectl')
    if (minor < 22) return // the clients before ask through a hidden script
    expect(await bench.k('__complete', 'get', 'service', '--namespace=default', '')).toContain('kubernetes')
  })

  test('kustomize builds, and apply -k makes what it built', async () => {
    bench.file('kustom/map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kustom}\ndata: {a: "1"}\n')
    bench.file(
      'kustom/kustomization.yaml',
      'resources: [map.yaml]\nnamePrefix: pre-\ncommonLabels: {made: kustomize}\nconfigMapGenerator:\n- name: generated\n  literals: [x=y]\n',
    )
    const folder = join(bench.folder, 'kustom')
    expect(await bench.k('kustomize', folder)).toContain('name: pre-kustom')
    await bench.k('apply', '-k', folder)
    expect(await bench.get('configmap/pre-kustom', '.metadata.labels.made')).toBe('kustomize')
    const names = await bench.k('get', 'configmap', '-l', 'made=kustomize', '-o', 'name')
    expect(names).toMatch(/configmap\/pre-generated-\w+\n/)
    await bench.k('delete', '-k', folder)
    expect(await bench.k('get', 'configmap', '-l', 'made=kustomize', '-o', 'name')).toBe('')
  })

  test('get --raw asks any path', async () => {
    expect(await bench.k('get', '--raw', '/readyz')).toBe('ok')
    expect(JSON.parse(await bench.k('get', '--raw', '/api/v1/namespaces/default'))).toMatchObject({ kind: 'Namespace' })
  })

  test('options and plugin list answer without a server', async () => {
    expect(await bench.k('options')).toContain('--kubeconfig')
    expect((await bench.run('plugin', 'list')).stderr).toMatch(/unable to find any kubectl plugins|compatible plugins/)
  })
}
