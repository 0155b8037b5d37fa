import { freePort } from '../../../engine/base/ports.ts'
import { expect, test } from 'vitest'
import { eventually } from '../lab.ts'
import { webDeployment, type Bench } from './bench.ts'

/** `kubectl proxy`, and the proxies of the API server behind it. */
export function proxyCases(bench: Bench): void {
  const raw = (path: string) => bench.k('get', '--raw', path)
  const root = `/api/v1/namespaces/${bench.namespace}`

  /** A web server with a Service before it, ready. Gives the name of its pod. */
  async function served(name: string): Promise<string> {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ name: 'web', port: 8080, targetPort: 'http' }] },
    }
    await bench.k('create', '-f', bench.file(`${name}.json`, [webDeployment(name), service]))
    await bench.k('rollout', 'status', `deployment/${name}`, '--timeout=60s')
    return bench.get('pod', `.items[?(@.metadata.labels.app=="${name}")].metadata.name`)
  }

  test('pods and services are reached through the API server', async () => {
    const pod = await served('proxied')
    await eventually(async () => (await raw(`${root}/services/proxied:web/proxy/`)).includes('nginx'))
    expect(await raw(`${root}/services/http:proxied:8080/proxy/`)).toContain('nginx')
    expect(await raw(`${root}/pods/${pod}/proxy/`)).toContain('nginx')
    expect(await raw(`${root}/pods/${pod}:80/proxy/`)).toContain('nginx')
    expect((await bench.run('get', '--raw', `${root}/services/nobody:80/proxy/`)).stderr).toContain(
      'services "nobody" not found',
    )
    await bench.k('create', 'service', 'clusterip', 'empty', '--tcp=80')
    expect((await bench.run('get', '--raw', `${root}/services/empty:80/proxy/`)).stderr).toContain(
      'no endpoints available for service "empty"',
    )
    await bench.k('delete', 'deployment/proxied', 'service/proxied', 'service/empty')
  })

  test('kubelets are reached through the API server', async () => {
    const pod = await served('observed')
    expect(JSON.parse(await raw('/api/v1/nodes/worker-1/proxy/pods'))).toMatchObject({ kind: 'PodList' })
    expect(await raw('/api/v1/nodes/worker-1/proxy/healthz')).toBe('ok')
    const node = await bench.get(`pod/${pod}`, '.spec.nodeName')
    const kubelet = (path: string) => raw(`/api/v1/nodes/${node}/proxy${path}`)
    expect(await kubelet('/metrics')).toContain(`kubelet_node_name{node="${node}"} 1`)
    expect(await kubelet('/metrics/cadvisor')).toMatch(/container_memory_rss\{container="web",.*image="nginx:1\.25"/)
    expect(await kubelet('/metrics/resource')).toContain(`pod_memory_working_set_bytes{namespace="bench",pod="${pod}"}`)
    expect(await kubelet('/runningpods/')).toContain(pod)
    expect(JSON.parse(await kubelet('/configz'))).toMatchObject({ kubeletconfig: { clusterDomain: 'cluster.local' } })
    const logs = `/containerLogs/${bench.namespace}/${pod}/web`
    expect(await kubelet(`${logs}?tailLines=1`)).toMatch(/\n$|^$/)
    expect(JSON.parse(await raw('/api/v1/nodes/worker-1/proxy/stats/summary'))).toMatchObject({
      node: { nodeName: 'worker-1' },
    })
    await bench.k('delete', 'deployment/observed', 'service/observed')
  })

  test('proxy serves the API on loopback', async () => {
    const pod = await served('forwarded')
    const port = await freePort()
    const client = bench.start('proxy', `--port=${port}`)
    try {
      await eventually(async () => client.text.includes('Starting to serve'))
      const at = `http://127.0.0.1:${port}`
      expect(await (await fetch(`${at}/version`)).json()).toMatchObject({ minor: '36' })
      expect(await (await fetch(`${at}${root}/pods/${pod}/proxy/?a=b`)).text()).toContain('nginx')
      const slash = await fetch(`${at}${root}/pods/${pod}/proxy`, { redirect: 'manual' })
      expect([slash.status, slash.headers.get('location')]).toEqual([301, `${root}/pods/${pod}/proxy/`])
      expect((await fetch(`${at}${root}/pods/${pod}/proxy/nothing-here`)).status).toBe(404)
    } finally {
      client.child.kill()
    }
    await bench.k('delete', 'deployment/forwarded', 'service/forwarded')
  })
}
