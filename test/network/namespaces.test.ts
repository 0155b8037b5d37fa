import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { tryNetwork } from '../../engine/kubelet/runtime/bubblewrap/probe.ts'
import { choosePodNetwork } from '../../engine/network/namespaces/choose.ts'
import { endpoint, PATHS, service, slice } from './fake-api.ts'
import { startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'

const helperDir = join(import.meta.dirname, '../../engine/network/namespaces/helper')
const options = {
  platform: currentPlatform(),
  program: join(helperDir, 'main.py'),
  enters: true,
  tryOut: tryNetwork,
  processes: () => [],
  clock: systemClock,
  log: silentLogger,
}
const trial = await choosePodNetwork('auto', options)
trial.keeper?.stop()
/** How anybody enters a new network namespace, by util-linux. */
const UNSHARE = process.getuid?.() === 0 ? ['-n'] : ['-rn']
const TPROXY = `add table ip t
add chain ip t c { type filter hook prerouting priority mangle; }
add rule ip t c meta l4proto udp tproxy to :1 accept
`
/** Whether this machine lets others than us have such namespaces: then ours have to work, too. */
const others =
  spawnSync('unshare', [...UNSHARE, 'nft', '-f', '-'], { input: TPROXY }).status === 0 &&
  spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-net', 'true']).status === 0

/** Says who called, for as long as it lives; says first where it listens. */
const SERVER = `
import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((sys.argv[1], int(sys.argv[2]))); s.listen(64); print('listening')
while True:
    c, a = s.accept(); c.sendall((a[0] + ' to ' + c.getsockname()[0] + ' ' + sys.argv[3]).encode()); c.close()
`
/** Connects to each HOST:PORT and prints what is said there, or the error, and how many seconds that took at most. */
const CLIENT = `
import socket, sys, errno, time
for target in sys.argv[1:]:
    host, port = target.split(':'); start = time.time()
    try:
        c = socket.create_connection((host, int(port)), 3); text = b''
        while True:
            part = c.recv(4096)
            if not part: break
            text += part
        print(text.decode())
    except OSError as e:
        print('timed out' if isinstance(e, TimeoutError) and not e.errno else errno.errorcode.get(e.errno, str(e)))
`
/** Answers each datagram with who sent it. */
const UDP_SERVER = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('0.0.0.0', 53)); print('listening')
while True:
    data, a = s.recvfrom(65535); s.sendto(a[0].encode() + b' ' + str(len(data)).encode(), a)
`
const UDP_CLIENT = `
import socket, sys, errno
for target in sys.argv[1:]:
    host, port, size = target.split(':')
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3); s.connect((host, int(port)))
    try:
        s.send(b'x' * int(size)); print(s.recv(65535).decode())
    except OSError as e:
        print('timed out' if isinstance(e, TimeoutError) and not e.errno else errno.errorcode.get(e.errno, str(e)))
`
const PYTHON = '/usr/bin/python3'
const python = (source: string, ...args: string[]) => [PYTHON, '-c', source, ...args]

describe.skipIf(!trial.keeper)(`pods with network namespaces${trial.why ? ` (skipped: ${trial.why})` : ''}`, () => {
  let cluster: TestCluster
  let web: TestProgram
  let names: TestProgram
  beforeAll(async () => {
    cluster = await startCluster('iptables', { namespaces: true })
    web = await cluster.start(cluster.first, 'web', python(SERVER, '0.0.0.0', '80', 'web'))
    names = await cluster.start(cluster.second, 'names', python(UDP_SERVER))
    expect(await web.line()).toBe('listening')
    expect(await names.line()).toBe('listening')
    cluster.api.put(
      PATHS.services,
      service('web', { clusterIP: '10.96.0.50', ports: [{ port: 8080, targetPort: 80 }] }),
    )
    cluster.api.put(
      PATHS.slices,
      slice('web', [{ name: '', port: 80, protocol: 'TCP' }], [endpoint(web.ip, 'worker-1')]),
    )
    const udp = { name: 'a', port: 53, protocol: 'UDP' }
    cluster.api.put(PATHS.services, service('names', { clusterIP: '10.96.0.70', ports: [udp] }))
    cluster.api.put(PATHS.slices, slice('names', [udp], [endpoint(names.ip, 'worker-2')]))
  })
  afterAll(() => cluster?.stop())

  const linesOf = async (program: TestProgram, count: number) => {
    const lines: string[] = []
    for (let i = 0; i < count; i++) lines.push(await program.line())
    return lines
  }

  it('are reached by any program, on this node and from another, by address, Service and name, and see who calls', async () => {
    for (const on of [cluster.first, cluster.second]) {
      const targets = [`${web.ip}:80`, '10.96.0.50:8080', 'web:8080', 'web.default.svc.cluster.local:8080']
      const client = await cluster.start(on, 'client', python(CLIENT, ...targets))
      const expected = `${client.ip} to ${web.ip} web`
      expect(await linesOf(client, 4)).toEqual([expected, expected, expected, expected])
    }
  })

  it('have no variables that speak of a proxy, and their own address alone', async () => {
    const client = await cluster.start(cluster.first, 'env', [
      'sh',
      '-c',
      'env | grep -ic proxy; echo $NODE_OPTIONS.; echo $POD_IP',
    ])
    expect(await linesOf(client, 3)).toEqual(['0', '.', client.ip])
  })

  it('hear at once what refuses them and what cannot be reached', async () => {
    const targets = [`${web.ip}:81`, '10.96.0.50:1', '10.244.2.200:80', '198.51.100.1:80']
    const client = await cluster.start(cluster.second, 'client', python(CLIENT, ...targets))
    expect(await linesOf(client, 4)).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])
  })

  it('have a localhost of their own', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map(name => cluster.start(cluster.first, name, python(SERVER, '127.0.0.1', '8080', name))),
    )
    for (const server of [one, two]) expect(await server.line()).toBe('listening')
    const client = await cluster.start(cluster.first, 'two', python(CLIENT, '127.0.0.1:8080', `${one.ip}:8080`), {
      uid: two.uid,
    })
    expect(await linesOf(client, 2)).toEqual(['127.0.0.1 to 127.0.0.1 two', 'ECONNREFUSED'])
    const forwarded = await cluster.first.network.dialInside(one.uid, 8080)
    const [said] = (await once(forwarded, 'data')) as [Buffer]
    expect(String(said)).toBe('127.0.0.1 to 127.0.0.1 one')
    forwarded.destroy()
  })

  it('are reached by their node, which has its own address', async () => {
    const probe = await cluster.first.network.dial(web.ip, 80)
    expect(String((await once(probe, 'data'))[0])).toBe(`172.18.0.101 to ${web.ip} web`)
    probe.destroy()
    await expect(cluster.first.network.dial(web.ip, 81)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('send and get datagrams, to pods, Services and the DNS; what nobody hears is refused', async () => {
    const targets = [`${names.ip}:53:10`, '10.96.0.70:53:60000', `${names.ip}:54:1`, `${web.ip}:53:1`]
    const client = await cluster.start(cluster.first, 'client', python(UDP_CLIENT, ...targets))
    expect(await linesOf(client, 4)).toEqual([`${client.ip} 10`, `${client.ip} 60000`, 'ECONNREFUSED', 'ECONNREFUSED'])
    const asking = await cluster.start(cluster.first, 'client', ['getent', 'ahostsv4', 'web'])
    expect(await asking.line()).toContain('10.96.0.50')
  })

  it('and those of the overlay reach each other', async () => {
    const source = `
      import { connect } from 'node:net'
      connect(80, '${web.ip}').on('data', data => console.log(String(data)))`
    const overlaid = await cluster.run(cluster.second, 'overlaid', source)
    expect(await overlaid.line()).toBe(`${overlaid.ip} to ${web.ip} web`)
    const server = `
      import { createServer } from 'node:net'
      createServer(s => s.end(s.remoteAddress)).listen(90, '0.0.0.0', () => console.log('listening'))`
    const node = await cluster.run(cluster.first, 'server', server)
    expect(await node.line()).toBe('listening')
    const client = await cluster.start(cluster.second, 'client', python(CLIENT, `${node.ip}:90`))
    expect(await client.line()).toBe(client.ip)
  })

  it('are under policies: what is dropped is silence, and what is allowed again comes through', async () => {
    const server = await cluster.start(cluster.first, 'guarded', python(SERVER, '0.0.0.0', '80', 'guarded'), {
      namespace: 'shop',
    })
    expect(await server.line()).toBe('listening')
    const policies = '/apis/networking.k8s.io/v1/networkpolicies'
    const policy = (ingress: object[]) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed', namespace: 'shop' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress },
    })
    cluster.api.put(policies, policy([]))
    const shut = async () => {
      const client = await cluster.start(cluster.second, 'client', python(CLIENT, `${server.ip}:80`))
      return { client, line: await client.line() }
    }
    await expect.poll(async () => (await shut()).line).toBe('timed out')
    cluster.api.put(policies, policy([{}]))
    await expect.poll(async () => (await shut()).line).toMatch(/ guarded$/)
  })

  it('are under policies of egress, which see the DNS as a pod of its own', async () => {
    const policies = '/apis/networking.k8s.io/v1/networkpolicies'
    const policy = (egress: object[]) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'inward', namespace: 'kept' },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress },
    })
    const look = async (...options: string[]) => {
      const script = `${options.join(' ')} timeout 3 getent ahostsv4 web.default.svc.cluster.local | head -1; echo over`
      const asking = await cluster.start(cluster.first, 'kept', ['bash', '-c', script], { namespace: 'kept' })
      return asking.line()
    }
    cluster.api.put('/api/v1/namespaces', { metadata: { name: 'kube-system', labels: { app: 'system' } } })
    cluster.api.put(policies, policy([]))
    await expect.poll(() => look()).toBe('over')
    expect(await look('RES_OPTIONS=use-vc')).toBe('over')
    const dns = {
      namespaceSelector: { matchLabels: { app: 'system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    }
    cluster.api.put(policies, policy([{ to: [dns] }]))
    await expect.poll(() => look()).toContain('10.96.0.50')
    expect(await look('RES_OPTIONS=use-vc')).toContain('10.96.0.50')
  })

  it('do not reach what captures their packets', async () => {
    const targets = [`127.0.0.1:65533:1`, `${web.ip}:65533:1`]
    const client = await cluster.start(cluster.first, 'client', python(UDP_CLIENT, ...targets))
    const own = await cluster.start(cluster.first, 'client', python(UDP_CLIENT, `${client.ip}:65533:1`), {
      uid: client.uid,
    })
    expect(await linesOf(client, 2)).toEqual(['timed out', 'timed out'])
    expect(await own.line()).toBe('timed out')
  })

  it('are joined again when the helper is lost', async () => {
    const { helper } = cluster.first.keeper!
    process.kill(helper!.pid!, 'SIGKILL')
    const again = () => ![undefined, helper].includes(cluster.first.keeper!.helper)
    await expect.poll(again, { timeout: 10_000 }).toBe(true)
    const call = async () => {
      const client = await cluster.start(cluster.first, 'client', python(CLIENT, `${web.ip}:80`, '10.96.0.50:8080'))
      const expected = `${client.ip} to ${web.ip} web`
      return (await linesOf(client, 2)).every(line => line === expected)
    }
    await expect.poll(call, { timeout: 10_000 }).toBe(true)
  })

  it('leave nothing when they are gone', async () => {
    const before = await cluster.start(cluster.first, 'gone', ['sleep', '60'])
    cluster.first.network.detach(before.uid)
    await cluster.kill(before)
    await expect(cluster.first.network.dial(before.ip, 80)).rejects.toMatchObject({ code: 'EHOSTUNREACH' })
  })
})

describe('how pods are on the network', () => {
  it.skipIf(!others)('is by namespaces wherever the machine lets anybody have them', () => {
    expect(trial.why).toBeUndefined()
    expect(trial.keeper).toBeDefined()
  })

  it.skipIf(!others)('is by the same rules, be they set by nftables’ library or by its command', () => {
    const rules = (library: string) => {
      const program = [
        'import sys, os; sys.path.insert(0, sys.argv[1]); import kernel',
        library,
        'kernel.furnish(bytes([10, 244, 1, 9]))',
        "os.execvp('nft', ['nft', 'list', 'ruleset'])",
      ].join('\n')
      return execFileSync('unshare', [...UNSHARE, PYTHON, '-B', '-c', program, helperDir], { encoding: 'utf8' })
    }
    const byCommand = rules('kernel.nftables = lambda: None')
    expect(byCommand).toContain('tproxy to :65533')
    expect(rules('assert kernel.nftables()')).toBe(byCommand)
  })

  it('is by the overlay where namespaces cannot be had, unless that was not wanted', async () => {
    const windows = { ...options, platform: { name: 'windows' as const } }
    expect(await choosePodNetwork('auto', windows)).toEqual({ why: 'only Linux has them' })
    await expect(choosePodNetwork('namespaces', windows)).rejects.toThrow('only Linux has them')
    expect(await choosePodNetwork('overlay', options)).toEqual({ why: 'the lab wants none' })
    const without = await choosePodNetwork('auto', { ...options, enters: false })
    expect(without.why).toContain('bubblewrap')
  })

  it.skipIf(!trial.keeper)(
    'is by the overlay where a program cannot be started in a namespace; no helper is left',
    async () => {
      const tryOut = () => Promise.reject(new Error('no bwrap'))
      expect(await choosePodNetwork('auto', { ...options, tryOut })).toEqual({ why: 'no bwrap' })
      const found = spawn('pgrep', ['-P', String(process.pid), '-f', 'helper/main.py'])
      let pids = ''
      found.stdout.on('data', (chunk: Buffer) => (pids += chunk))
      await once(found, 'close')
      expect(pids).toBe('')
    },
  )
})
