import { expect } from 'vitest'
import { AGNHOST, Conformance, type Space } from './cluster.ts'
import { becomes, client, inPod, resolves, server, service, SERVICE_KIND } from './network.ts'

const suite = new Conformance('network', 'names')
const holds: typeof suite.holds = (...test) => suite.holds(...test)

/** A headless Service and a pod that has a name in it; gives its address. */
async function named(space: Space): Promise<string> {
  await service(space, 'sub', { clusterIP: 'None', selector: { app: 'server' }, ports: [{ name: 'http', port: 8080 }] })
  const ip = await server(space, 'pod', { hostname: 'querier', subdomain: 'sub' })
  await client(space)
  return ip
}
const full = (space: Space, name: string) => `${name}.${space.name}.svc.cluster.local`

holds('DNS should provide /etc/hosts entries for the cluster', async space => {
  const spec = { hostname: 'querier', subdomain: 'sub', containers: [{ command: ['sh', '-c', 'cat /etc/hosts'] }] }
  const hosts = await space.output({ spec })
  const ip = (await space.getPod('pod')).status!.podIP!
  expect(hosts).toMatch(new RegExp(`^${ip}\\t${full(space, 'querier.sub')}\\tquerier$`, 'm'))
})
holds('DNS should provide DNS for ExternalName services', async space => {
  await client(space)
  await service(space, 'outside', { type: 'ExternalName', externalName: 'foo.example.com' })
  const cname = () => resolves(space, `resolveCname('${full(space, 'outside')}')`)
  await becomes(cname, ['foo.example.com'])
  const services = space.of(SERVICE_KIND)
  await services.patch(space.name, 'outside', 'merge', { spec: { externalName: 'bar.example.com' } })
  await becomes(cname, ['bar.example.com'])
  const inside = { type: 'ClusterIP', externalName: null, ports: [{ port: 80 }] }
  const { spec } = await services.patch(space.name, 'outside', 'merge', { spec: inside })
  await becomes(() => resolves(space, `resolve4('${full(space, 'outside')}')`), [spec!.clusterIP!])
})
holds('DNS should provide DNS for pods for Hostname', async space => {
  const ip = await named(space)
  await becomes(() => resolves(space, `resolve4('${full(space, 'querier.sub')}')`), [ip])
})
holds('DNS should provide DNS for pods for Subdomain', async space => {
  const ip = await named(space)
  await becomes(() => resolves(space, `resolve4('${full(space, 'sub')}')`), [ip])
})
holds('DNS should provide DNS for services', async space => {
  const ip = await named(space)
  const { spec } = await service(space, 'plain', { selector: { app: 'server' }, ports: [{ name: 'http', port: 80 }] })
  await becomes(() => resolves(space, `resolve4('${full(space, 'plain')}')`), [spec!.clusterIP!])
  await becomes(() => resolves(space, `resolve4('${full(space, 'sub')}')`), [ip])
  const found = await resolves(space, `resolveSrv('_http._tcp.${full(space, 'plain')}')`)
  expect(found).toMatchObject([{ name: full(space, 'plain'), port: 80 }])
  const headless = await resolves(space, `resolveSrv('_http._tcp.${full(space, 'sub')}')`)
  expect(headless).toMatchObject([{ name: full(space, 'querier.sub'), port: 8080 }])
  expect(await resolves(space, `reverse('${spec!.clusterIP!}')`)).toEqual([full(space, 'plain')])
})
holds('DNS should provide DNS for the cluster', async space => {
  await client(space)
  const [master] = (await resolves(space, `resolve4('kubernetes.default.svc.cluster.local')`)) as string[]
  expect(master).toMatch(/^10\.96\./)
  expect(await resolves(space, `lookup('kubernetes.default')`)).toMatchObject({ address: master })
})
holds('DNS should resolve DNS of partial qualified names for services [LinuxOnly]', async space => {
  const ip = await named(space)
  const { spec } = await service(space, 'plain', { selector: { app: 'server' }, ports: [{ name: 'http', port: 80 }] })
  for (const [name, address] of [
    ['sub', ip],
    ['plain', spec!.clusterIP!],
  ] as const)
    for (const spelled of [name, `${name}.${space.name}`, `${name}.${space.name}.svc`])
      await becomes(
        () =>
          inPod(
            space,
            `import dns from 'node:dns/promises'; console.log(JSON.stringify(await dns.lookup('${spelled}')))`,
          ),
        { address, family: 4 },
      )
})
holds('DNS should support configurable pod DNS nameservers', async space => {
  await space.pod('pod', {
    spec: {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['1.1.1.1'], searches: ['resolv.conf.local'] },
      containers: [{ image: AGNHOST, args: ['pause'] }],
    },
  })
  await space.running('pod')
  expect((await space.exec('pod', ['/agnhost', 'dns-suffix'])).stdout).toBe('resolv.conf.local\n')
  expect((await space.exec('pod', ['/agnhost', 'dns-server-list'])).stdout).toBe('1.1.1.1\n')
})
