import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { candidates, readResolver } from '../../../engine/network/dns/resolv-conf.ts'
import { endpoint, PATHS, service, slice } from '../fake-api.ts'
import { startCluster, type TestCluster } from '../two-nodes.ts'

const PROGRAM = join(import.meta.dirname, '../../../resources/images/busybox/nslookup/main.ts')
const CLUSTER_FIRST =
  'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n'
let cluster: TestCluster
let folder: string
let env: Record<string, string>

beforeAll(async () => {
  cluster = await startCluster()
  folder = mkdtempSync(join(tmpdir(), 'kubarium-nslookup-'))
  mkdirSync(join(folder, 'etc'))
  cluster.api.put(PATHS.services, service('web', { clusterIP: '10.96.0.50', ports: [{ name: 'http', port: 80 }] }))
  cluster.api.put(PATHS.services, service('away', { type: 'ExternalName', externalName: 'example.com' }))
  cluster.api.put(PATHS.services, service('db', { clusterIP: 'None', ports: [{ port: 1 }] }))
  cluster.api.put(PATHS.slices, slice('db', [{ port: 1 }], [endpoint('10.244.1.7', 'worker-1')]))
  const pod = { uid: 'asks', namespace: 'default', name: 'asks', hostNetwork: false, ports: [] }
  env = (await cluster.first.network.attach(pod)).env
})
afterAll(async () => {
  await cluster.stop()
  rmSync(folder, { recursive: true })
})

async function nslookup(args: string[], resolvConf = CLUSTER_FIRST): Promise<{ code: number; said: string }> {
  writeFileSync(join(folder, 'etc/resolv.conf'), resolvConf)
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH, ...env, KUBARIUM_ROOT: folder, KUBARIUM_MOUNTS: '[]' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, said: out + err }
}

it('nslookup completes names from the container’s search list and prints server, name and address', async () => {
  expect(await nslookup(['web'])).toEqual({
    code: 0,
    said: 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.0.50\n\n',
  })
  const other = 'search other.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n'
  expect((await nslookup(['web'], other)).code).toBe(1)
})

it('nslookup shows aliases, ports, names of addresses and pods behind headless Services', async () => {
  const said = async (...args: string[]) => (await nslookup(args)).said.split('\n\n')[1]?.trim()
  expect(await said('away')).toBe('away.default.svc.cluster.local\tcanonical name = example.com')
  expect(await said('-type=srv', '_http._tcp.web')).toBe(
    '_http._tcp.web.default.svc.cluster.local\tservice = 0 100 80 web.default.svc.cluster.local',
  )
  expect(await said('10.96.0.50')).toBe('50.0.96.10.in-addr.arpa\tname = web.default.svc.cluster.local')
  expect(await said('db')).toBe('Name:\tdb.default.svc.cluster.local\nAddress: 10.244.1.7')
})

it('nslookup fails with the reason: no such name, no such record, a server that is out of reach', async () => {
  expect(await nslookup(['nothing'])).toMatchObject({
    code: 1,
    said: expect.stringContaining("** server can't find nothing: NXDOMAIN") as string,
  })
  expect((await nslookup(['-type=AAAA', 'web'])).said).toContain("Can't find web.default.svc.cluster.local: No answer")
  expect(await nslookup(['web', '1.1.1.1'])).toMatchObject({
    code: 1,
    said: expect.stringContaining('has no way to it; its DNS is 10.96.0.10') as string,
  })
  expect(await nslookup(['web'], 'nameserver 192.0.2.1\n')).toMatchObject({ code: 1 })
})

it('names are tried in the order that ndots asks for', () => {
  const settings = readResolver('search a.b c\nnameserver 1.2.3.4\noptions timeout:1 ndots:2\n')
  expect(settings).toEqual({ servers: ['1.2.3.4'], search: ['a.b', 'c'], ndots: 2 })
  expect(candidates('x.y', settings)).toEqual(['x.y.a.b', 'x.y.c', 'x.y'])
  expect(candidates('x.y.z', settings)).toEqual(['x.y.z', 'x.y.z.a.b', 'x.y.z.c'])
  expect(candidates('x.', settings)).toEqual(['x'])
})
