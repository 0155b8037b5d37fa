import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, TestLab } from './lab.ts'

const lab = new TestLab('kubelet-api')
let port: number

interface Answer {
  status: number
  body: string
}

/** Asks the kubelet itself, as it is reached on this machine. */
function ask(path: string, identity: { token?: string; certificate?: string } = {}, method = 'GET'): Promise<Answer> {
  const file = (name: string) => readFileSync(join(lab.paths.pki, name), 'utf8')
  const { token, certificate } = identity
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port, path, method, ca: file('ca.crt'), servername: 'localhost', agent: false },
        headers: token ? { authorization: `Bearer ${token}` } : {},
        ...(certificate ? { cert: file(`${certificate}.crt`), key: file(`${certificate}.key`) } : {}),
      },
      response => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', chunk => (body += chunk))
        response.on('end', () => resolve({ status: response.statusCode!, body }))
      },
    )
    asked.once('error', reject)
    asked.end()
  })
}

describe("the kubelet's own API", () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '1')
    port = Number(
      await lab.k('get', 'node', 'worker-1', '-o', 'jsonpath={.status.daemonEndpoints.kubeletEndpoint.Port}'),
    )
    await lab.k('create', 'serviceaccount', 'watcher')
    await lab.k('run', 'web', '--image=nginx', '--port=80')
    await eventually(async () => (await lab.k('get', 'pod', 'web')).includes('Running'))
  })
  afterAll(() => lab.remove())

  test('knows nobody without a certificate or a token of the cluster', async () => {
    for (const path of ['/pods', '/healthz', '/metrics', '/exec/default/web/web?command=id&output=1'])
      expect(await ask(path)).toEqual({ status: 401, body: 'Unauthorized' })
    expect((await ask('/pods', { token: 'made-up' })).status).toBe(401)
  })

  test('lets each do what the cluster allows them on nodes, and no more', async () => {
    const token = (await lab.k('create', 'token', 'watcher')).trim()
    const name = 'system:serviceaccount:default:watcher'
    expect(await ask('/metrics', { token })).toEqual({
      status: 403,
      body: `Forbidden (user=${name}, verb=get, resource=nodes, subresource(s)=[metrics])\n`,
    })
    await lab.k('create', 'clusterrole', 'watch-nodes', '--verb=get', '--resource=nodes/stats,nodes/pods')
    await lab.k('create', 'clusterrolebinding', 'w', '--clusterrole=watch-nodes', '--serviceaccount=default:watcher')
    await eventually(async () => (await ask('/stats/summary', { token })).status === 200)
    expect(JSON.parse((await ask('/pods', { token })).body)).toMatchObject({ kind: 'PodList' })
    expect((await ask('/containerLogs/default/web/web', { token })).body).toContain('subresource(s)=[proxy]')
    expect((await ask('/configz', { token })).body).toContain('subresource(s)=[configz proxy]')
    const node = await ask('/pods', { certificate: 'worker-1-kubelet' })
    expect(node.body).toContain('Forbidden (user=system:node:worker-1,')
  })

  test('answers whoever may ask with all that it has, and says what it has not', async () => {
    const admin = { certificate: 'admin' }
    const get = async (path: string) => {
      const { status, body } = await ask(path, admin)
      expect([path, status]).toEqual([path, 200])
      return body
    }
    expect(await get('/healthz')).toBe('ok')
    expect(await get('/healthz/syncloop')).toBe('ok')
    expect(await get('/containerLogs/default/web/web?tailLines=1')).toBeDefined()
    expect(JSON.parse(await get('/configz')).kubeletconfig).toMatchObject({
      kind: 'KubeletConfiguration',
      nodeLeaseDurationSeconds: 40,
      evictionHard: { 'memory.available': '100Mi' },
    })
    expect(JSON.parse(await get('/runningpods/')).items[0].metadata.name).toBe('web')
    for (const part of ['', '/cadvisor', '/resource', '/probes'])
      expect(await get(`/metrics${part}`)).toMatch(/^# HELP \w+ /)
    const summary = await eventually(async () => {
      const { node, pods } = JSON.parse(await get('/stats/summary'))
      return pods[0]?.['ephemeral-storage'] && { node, web: pods[0] }
    })
    expect(summary.web.containers[0]).toMatchObject({ name: 'web', rootfs: { capacityBytes: 20 * 2 ** 30 } })
    expect(summary.web.process_stats.process_count).toBeGreaterThan(0)
    expect(summary.node.rlimit.curproc).toBeGreaterThan(1)
    expect(summary.node.fs.availableBytes).toBeLessThan(summary.node.fs.capacityBytes)
    expect(await ask('/logs/', admin)).toEqual({ status: 405, body: 'logs endpoint is disabled.' })
    expect((await ask('/checkpoint/default/web/web', admin, 'POST')).body).toContain('cannot be checkpointed')
    expect((await ask('/nothing', admin)).status).toBe(404)
  })

  test('is reached through the API server as before: logs, exec and the proxy to a node', async () => {
    expect(await lab.k('exec', 'web', '--', 'sh', '-c', 'echo inside')).toBe('inside\n')
    expect(await lab.k('get', '--raw', '/api/v1/nodes/worker-1/proxy/healthz')).toBe('ok')
    expect((await lab.kubectl('logs', 'web')).code).toBe(0)
  })
})
