import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ServiceCIDR } from '../../engine/api/types.ts'
import { eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('service-cidr')
const RANGE = '10.99.0.0/30'

describe.skipIf(!has('kubectl', 'version', '--client'))('the addresses of Services (needs kubectl)', () => {
  beforeAll(() => lab.up('--masters', '1', '--workers', '1'), 90_000)
  afterAll(() => lab.remove())

  const create = (name: string, clusterIP: string) =>
    lab.kubectl('create', 'service', 'clusterip', name, '--tcp=80', `--clusterip=${clusterIP}`)
  const rows = async (kind: string) =>
    (await lab.k('get', kind, '--no-headers'))
      .trim()
      .split('\n')
      .map(r => r.split(/ +/))
  const ready = async (name: string) => {
    const { status } = JSON.parse(await lab.k('get', 'servicecidr', name, '-o', 'json')) as ServiceCIDR
    const condition = status?.conditions?.find(c => c.type === 'Ready')
    return [condition?.status, condition?.reason].filter(Boolean).join(' ')
  }

  test('are listed with what has them, and their range with them', async () => {
    expect((await rows('servicecidr')).map(row => row.slice(0, 2))).toEqual([['kubernetes', '10.96.0.0/16']])
    expect((await rows('ipaddress')).map(row => row.slice(0, 2))).toContainEqual([
      '10.96.0.1',
      'services/default/kubernetes',
    ])
    await eventually(async () => (await ready('kubernetes')) === 'True')
  })

  test('come from a second range too, until it is full; it stays while they are in use, and goes with the last one', async () => {
    await lab.apply({
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'small' } },
      spec: { cidrs: [RANGE] },
    })
    await eventually(async () => (await ready('small')) === 'True')
    for (const [name, ip] of [
      ['one', '10.99.0.1'],
      ['two', '10.99.0.2'],
    ])
      expect(await create(name, ip)).toMatchObject({ code: 0 })
    for (const ip of ['10.99.0.0', '10.99.0.3', '10.99.0.4'])
      expect((await create('edge', ip)).stderr).toContain(
        `failed to allocate IP ${ip}: the provided network does not match the current range`,
      )
    expect((await create('taken', '10.99.0.2')).stderr).toContain('provided IP is already allocated')

    await lab.k('delete', 'servicecidr', 'small', '--wait=false')
    await eventually(async () => (await ready('small')) === 'False Terminating')
    await lab.k('delete', 'service', 'one')
    expect((await create('late', '10.99.0.1')).stderr).toContain('does not match the current range')
    expect(await rows('ipaddress')).toContainEqual(['10.99.0.2', 'services/default/two'])
    expect(await ready('small')).toBe('False Terminating')
    await lab.k('delete', 'service', 'two')
    // Not before ten seconds after its deletion.
    await eventually(async () => (await lab.kubectl('get', 'servicecidr', 'small')).code !== 0, 60_000)
    expect((await rows('ipaddress')).map(row => row[0]).filter(ip => ip.startsWith('10.99.'))).toEqual([])
  })

  test('of an added range are reached, and are refused where no Service has the port', async () => {
    await lab.apply(
      {
        ...{ apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'second' } },
        spec: { cidrs: ['10.97.0.0/24'] },
      },
      {
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'server', labels: { app: 'web' } } },
        spec: { containers: [{ name: 'c', image: 'agnhost', args: ['netexec', '--http-port=8080'] }] },
      },
    )
    await lab.apply({
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
      spec: { clusterIP: '10.97.0.9', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    })
    await lab.k('wait', '--for=condition=Ready', 'pod/server', '--timeout=60s')
    const curl = (url: string) => lab.kubectl('exec', 'server', '--', 'curl', '-sf', url)
    for (const url of ['http://10.97.0.9/hostname', 'http://web/hostname'])
      await eventually(async () => (await curl(url)).stdout === 'server')
    expect((await curl('http://10.97.0.9:81/')).code).not.toBe(0)
    expect(await lab.k('exec', 'server', '--', 'nslookup', '10.97.0.9')).toContain('web.default.svc.cluster.local')
  })

  test('stay as they were when the cluster is started again', async () => {
    const before = await rows('ipaddress')
    await lab.cli('down', lab.name)
    await lab.up()
    await eventually(async () => (await rows('ipaddress')).length === before.length)
    expect((await rows('ipaddress')).map(row => row.slice(0, 2))).toEqual(before.map(row => row.slice(0, 2)))
  })
})
