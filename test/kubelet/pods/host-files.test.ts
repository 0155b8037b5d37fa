import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Pod } from '../../../engine/api/types.ts'
import { hostsFile, resolvConf, writeHostFiles } from '../../../engine/kubelet/pods/host-files.ts'
import { readHosts } from '../../../engine/network/preload/hosts.ts'

const host = { ip: '10.244.1.7', hostname: 'web-0', clusterDomain: 'cluster.local', clusterDNS: '10.96.0.10' }
const pod = (spec: object = {}) => ({ metadata: { name: 'web-0', namespace: 'shop' }, spec }) as unknown as Pod
const NODE = 'search corp.example\nnameserver 192.0.2.1\noptions timeout:2\n'

test('the hosts file has the names of loopback, of the pod, and what hostAliases add', () => {
  const text = hostsFile(pod({ hostAliases: [{ ip: '10.1.2.3', hostnames: ['db', 'db.local'] }] }), host, '')
  const lines = text.split('\n')
  expect(lines[0]).toBe('# Kubernetes-managed hosts file.')
  expect(lines).toContain('127.0.0.1\tlocalhost')
  expect(lines).toContain('10.244.1.7\tweb-0')
  expect(text.endsWith('\n\n# Entries added by HostAliases.\n10.1.2.3\tdb\tdb.local\n')).toBe(true)
})

test('a pod with a subdomain has its full name first; one on the host network has the names of its node', () => {
  expect(hostsFile(pod({ subdomain: 'nginx' }), host, '')).toContain(
    '10.244.1.7\tweb-0.nginx.shop.svc.cluster.local\tweb-0\n',
  )
  expect(hostsFile(pod({ hostNetwork: true }), host, '192.0.2.9 node\n')).toBe(
    '# Kubernetes-managed hosts file (host network).\n192.0.2.9 node\n',
  )
})

test.each([
  [
    {},
    'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n',
  ],
  [{ dnsPolicy: 'Default' }, NODE],
  [{ hostNetwork: true }, NODE],
  [
    { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
    'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n',
  ],
  [
    {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['1.1.1.1'],
        searches: ['a.b'],
        options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
      },
    },
    'search a.b\nnameserver 1.1.1.1\noptions ndots:2 edns0\n',
  ],
  [
    {
      dnsConfig: {
        nameservers: ['1.1.1.1', '10.96.0.10'],
        searches: ['svc.cluster.local'],
        options: [{ name: 'ndots', value: '1' }],
      },
    },
    'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\nnameserver 1.1.1.1\noptions ndots:1\n',
  ],
])('dnsPolicy and dnsConfig make the resolver: %j', (spec, text) => {
  expect(resolvConf(pod(spec), host, NODE)).toEqual({ text, problems: [] })
})

test('more name servers than resolvers take are left out, and that is said', () => {
  const dnsConfig = { nameservers: ['1.1.1.1', '2.2.2.2', '3.3.3.3'] }
  const { text, problems } = resolvConf(pod({ dnsConfig }), host, '')
  expect(text).not.toContain('3.3.3.3')
  expect(problems).toEqual([
    'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 1.1.1.1 2.2.2.2',
  ])
})

test('the files are written in place, so that containers which have them mounted see changes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'kubarium-hosts-'))
  try {
    const first = writeHostFiles(pod(), host, dir, () => '').mounts
    expect(first.map(m => m.containerPath)).toEqual(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'])
    const { ino } = statSync(first[0].hostPath)
    writeHostFiles(pod(), { ...host, ip: '10.244.1.8' }, dir, () => '')
    expect(statSync(first[0].hostPath).ino).toBe(ino)
    expect(readFileSync(first[0].hostPath, 'utf8')).toContain('10.244.1.8\tweb-0')
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('programs for Node know the names of their own hosts file, wherever it is, and of no other', () => {
  const text = hostsFile(pod({ hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }] }), host, '')
  const files: Record<string, string> = { '/etc/hosts': '10.9.9.9 machine\n', '/pods/hosts': text }
  const read = (path: string) => files[path]
  const mounts = JSON.stringify([['/etc/hosts', '/pods/hosts']])
  expect([...readHosts({ KUBARIUM_MOUNTS: mounts }, read)]).toEqual([
    ['web-0', '10.244.1.7'],
    ['db', '10.1.2.3'],
  ])
  expect(readHosts({}, read).size).toBe(0)
  expect(readHosts({}, () => text).get('db')).toBe('10.1.2.3')
})
