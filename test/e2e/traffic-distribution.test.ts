import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('traffic')
const ZONE = 'topology.kubernetes.io/zone'

describe.skipIf(!has('kubectl', 'version', '--client'))('traffic of a Service (needs kubectl)', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '2', '--proxy-mode', 'ipvs', '--ipvs-scheduler', 'rr')
    for (const number of [1, 2]) {
      await lab.k('label', 'node', `worker-${number}`, `${ZONE}=zone-${number}`)
      await lab.apply(pod(`web-${number}`, `worker-${number}`))
    }
    await lab.apply({
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    })
    await lab.k('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s')
  })
  afterAll(() => lab.remove())

  test('goes to all endpoints in turn, and stays in its zone or on its node when it is told to', async () => {
    const met = async () => {
      const script = 'for i in 1 2 3 4 5 6; do curl -s http://web/hostname; echo; done'
      const said = await lab.k('exec', 'web-1', '--', 'sh', '-c', script)
      return [...new Set(said.split('\n').filter(Boolean))].sort().join()
    }
    await eventually(async () => (await met()) === 'web-1,web-2')
    for (const distribution of ['PreferSameZone', 'PreferSameNode']) {
      const patch = JSON.stringify({ spec: { trafficDistribution: distribution } })
      await lab.k('patch', 'service', 'web', '-p', patch)
      await eventually(async () => (await met()) === 'web-1')
      await lab.k('patch', 'service', 'web', '-p', '{"spec":{"trafficDistribution":null}}')
      await eventually(async () => (await met()) === 'web-1,web-2')
    }
    const zones = await lab.k('get', 'endpointslice', '-l', 'kubernetes.io/service-name=web', '-o', 'json')
    const { items } = JSON.parse(zones) as { items: { endpoints: { zone: string }[] }[] }
    expect(items.flatMap(i => i.endpoints.map(e => e.zone)).sort()).toEqual(['zone-1', 'zone-2'])
  })

  test('comes back when the zone of a node is another one', async () => {
    await lab.k('patch', 'service', 'web', '-p', '{"spec":{"trafficDistribution":"PreferSameZone"}}')
    await lab.k('label', 'node', 'worker-2', '--overwrite', `${ZONE}=zone-1`)
    const script = 'for i in 1 2 3 4; do curl -s http://web/hostname; echo; done'
    await eventually(async () => (await lab.k('exec', 'web-1', '--', 'sh', '-c', script)).includes('web-2'))
  })
})

function pod(name: string, nodeName: string): object {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'web' } } },
    spec: {
      nodeName,
      containers: [{ name: 'c', image: 'agnhost', args: ['netexec', '--http-port=8080'] }],
    },
  }
}
