import { describe, expect, it } from 'vitest'
import type { EndpointSlice, Service } from '../../engine/api/types.ts'
import { ClusterZone, type RecordType } from '../../engine/network/dns/zone.ts'
import { ServiceTable } from '../../engine/network/services/service-table.ts'
import { endpoint, service, slice } from './fake-api.ts'

const table = new ServiceTable('worker-1')
const zone = new ClusterZone(table, 'cluster.local')
table.setService(
  service('web', { clusterIP: '10.96.0.50', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }) as Service,
)
table.setService(service('db', { clusterIP: 'None', ports: [{ name: 'pg', port: 5432 }] }, 'data') as Service)
table.setService(service('alias', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local.' }) as Service)
table.setService(service('away', { type: 'ExternalName', externalName: 'example.com' }) as Service)
table.setService(service('idle', { clusterIP: 'None', ports: [{ port: 1 }] }) as Service)
table.setSlice(
  slice(
    'db',
    [{ name: 'pg', port: 5432, protocol: 'TCP' }],
    [
      { ...endpoint('10.244.1.2', 'worker-1'), hostname: 'db-0' },
      endpoint('10.244.1.3', 'worker-1'),
      endpoint('10.244.1.4', 'worker-1', { ready: false, serving: false, terminating: false }),
    ],
    'data',
  ) as EndpointSlice,
)

const ask = (name: string, type: RecordType) => {
  const { status, records } = zone.query(name, type)
  return status === 'NXDOMAIN'
    ? status
    : records.map(r => (typeof r.data === 'string' ? `${r.type} ${r.data}` : `${r.type} ${r.data.port} ${r.data.name}`))
}

describe('the cluster’s DNS', () => {
  it('gives a Service’s address', () => {
    expect(ask('web.default.svc.cluster.local', 'A')).toEqual(['A 10.96.0.50'])
    expect(ask('WEB.default.svc.cluster.local.', 'A')).toEqual(['A 10.96.0.50'])
  })

  it('tells a name without such records from one that is not there', () => {
    expect(ask('web.default.svc.cluster.local', 'AAAA')).toEqual([])
    expect(ask('nothing.default.svc.cluster.local', 'A')).toBe('NXDOMAIN')
    expect(ask('example.com', 'A')).toBe('NXDOMAIN')
    expect(ask('idle.default.svc.cluster.local', 'A')).toBe('NXDOMAIN')
  })

  it('gives the ready pods behind a headless Service, and each by its name', () => {
    expect(ask('db.data.svc.cluster.local', 'A')).toEqual(['A 10.244.1.2', 'A 10.244.1.3'])
    expect(ask('db-0.db.data.svc.cluster.local', 'A')).toEqual(['A 10.244.1.2'])
    expect(ask('10-244-1-3.db.data.svc.cluster.local', 'A')).toEqual(['A 10.244.1.3'])
    expect(ask('db-9.db.data.svc.cluster.local', 'A')).toBe('NXDOMAIN')
  })

  it('gives ports as SRV records', () => {
    expect(ask('_http._tcp.web.default.svc.cluster.local', 'SRV')).toEqual(['SRV 80 web.default.svc.cluster.local'])
    expect(ask('_pg._tcp.db.data.svc.cluster.local', 'SRV')).toEqual([
      'SRV 5432 db-0.db.data.svc.cluster.local',
      'SRV 5432 10-244-1-3.db.data.svc.cluster.local',
    ])
    expect(ask('_http._udp.web.default.svc.cluster.local', 'SRV')).toBe('NXDOMAIN')
  })

  it('follows an alias inside the cluster', () => {
    expect(ask('alias.default.svc.cluster.local', 'A')).toEqual(['CNAME web.default.svc.cluster.local', 'A 10.96.0.50'])
    expect(ask('alias.default.svc.cluster.local', 'CNAME')).toEqual(['CNAME web.default.svc.cluster.local'])
    expect(ask('away.default.svc.cluster.local', 'A')).toEqual(['CNAME example.com'])
  })

  it('follows aliases that lead in a circle no further than eight times', () => {
    for (const [name, to] of ['ab', 'ba']) {
      const externalName = `${to}.default.svc.cluster.local`
      table.setService(service(name, { type: 'ExternalName', externalName }) as Service)
    }
    expect(ask('a.default.svc.cluster.local', 'A')).toHaveLength(8)
  })

  it('gives pods that are not ready if their Service publishes them, as its slices say', () => {
    table.setService(
      service('early', { clusterIP: 'None', publishNotReadyAddresses: true, ports: [{ port: 1 }] }) as Service,
    )
    const published = endpoint('10.244.1.8', 'worker-1', { ready: true, serving: false, terminating: true })
    table.setSlice(slice('early', [{ port: 1 }], [{ ...published, hostname: 'first' }]) as EndpointSlice)
    expect(ask('early.default.svc.cluster.local', 'A')).toEqual(['A 10.244.1.8'])
    expect(ask('first.early.default.svc.cluster.local', 'A')).toEqual(['A 10.244.1.8'])
    expect(ask('8.1.244.10.in-addr.arpa', 'PTR')).toEqual(['PTR first.early.default.svc.cluster.local'])
  })

  it('says for how long a record holds: a few seconds, for Services change', () => {
    for (const name of ['web.default', 'db.data', 'away.default'])
      for (const record of zone.query(`${name}.svc.cluster.local`, 'A').records) expect(record.ttl).toBe(5)
  })

  it('has no addresses of the other family, whoever writes them', () => {
    table.setService(service('six', { clusterIP: 'None', ports: [{ port: 1 }] }) as Service)
    const six = { ...slice('six', [{ port: 1 }], [endpoint('fd00::1', 'worker-1')]), addressType: 'IPv6' }
    table.setSlice(six as EndpointSlice)
    expect(ask('six.default.svc.cluster.local', 'A')).toBe('NXDOMAIN')
    for (const name of ['web.default', 'db.data', 'db-0.db.data'])
      expect(ask(`${name}.svc.cluster.local`, 'AAAA')).toEqual([])
  })

  it('gives pods by their address, and names by address', () => {
    expect(ask('10-244-7-8.default.pod.cluster.local', 'A')).toEqual(['A 10.244.7.8'])
    expect(ask('50.0.96.10.in-addr.arpa', 'PTR')).toEqual(['PTR web.default.svc.cluster.local'])
    expect(ask('2.1.244.10.in-addr.arpa', 'PTR')).toEqual(['PTR db-0.db.data.svc.cluster.local'])
  })

  it('completes short names from the caller’s namespace', () => {
    expect(zone.addresses('web', 'default')).toEqual(['10.96.0.50'])
    expect(zone.addresses('web', 'data')).toEqual([])
    expect(zone.addresses('web.default', 'data')).toEqual(['10.96.0.50'])
    expect(zone.addresses('web.default.svc', 'data')).toEqual(['10.96.0.50'])
    expect(zone.addresses('db', 'data')).toHaveLength(2)
    expect(zone.addresses('web.', 'default')).toEqual([])
    expect(zone.candidates('web', 'ns')).toEqual([
      'web.ns.svc.cluster.local',
      'web.svc.cluster.local',
      'web.cluster.local',
      'web',
    ])
  })
})
