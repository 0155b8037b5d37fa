import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { eventually, has, TestLab } from './lab.ts'

/** Programs of this machine that pods run here; none of them knows anything of the cluster. */
const tools = ['curl', 'getent', 'sleep'].every(tool => has(tool, '--help')) && has('/usr/bin/python3', '--version')
const HTTP = `
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = (os.environ['HOSTNAME'] + ' ' + self.client_address[0]).encode()
        self.send_response(200); self.send_header('Content-Length', str(len(text))); self.end_headers(); self.wfile.write(text)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()`
const UDP = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 53))
while True:
    data, a = s.recvfrom(65535); s.sendto(a[0].encode(), a)`
const ASK_UDP = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5)
s.sendto(b'x', (sys.argv[1], 53)); data, a = s.recvfrom(65535); print(data.decode(), a[0])`

const COULD_NOT_CONNECT = 7
const TIMED_OUT = 28

describe.skipIf(!tools)('pods with network namespaces', () => {
  const lab = new TestLab('pod-network')
  let why = ''
  const ips: Record<string, string> = {}

  beforeAll(async () => {
    try {
      await lab.up('--workers', '2', '--runtime', 'bubblewrap', '--pod-network', 'namespaces')
    } catch (error) {
      if (!/cannot have network namespaces|do not work on this machine/.test(String(error))) throw error
      why = String(error)
      return
    }
    const python = (source: string, ...args: string[]) => ['/usr/bin/python3', '-c', source, ...args]
    const user = { securityContext: { runAsUser: process.getuid!() === 0 ? 1000 : process.getuid!() } }
    await lab.apply(
      pod('web', 'worker-1', python(HTTP, '0.0.0.0', '80'), {
        ...user,
        readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
      }),
      pod('inward', 'worker-1', python(HTTP, '127.0.0.1', '80')),
      pod('udp', 'worker-1', python(UDP), user),
      pod('client', 'worker-2', ['sleep', '100000']),
      pod('neighbour', 'worker-1', ['sleep', '100000']),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { selector: { app: 'web' }, ports: [{ port: 8080, targetPort: 80 }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'udp' },
        spec: { selector: { app: 'udp' }, ports: [{ port: 53, protocol: 'UDP' }] },
      },
    )
    await lab.k('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s')
    for (const line of (
      await lab.k('get', 'pods', '-o', 'jsonpath={range .items[*]}{.metadata.name} {.status.podIP}{"\\n"}{end}')
    )
      .trim()
      .split('\n')) {
      const [name, ip] = line.split(' ')
      ips[name] = ip
    }
  })
  afterAll(() => lab.remove())

  const exec = (name: string, ...command: string[]) => lab.kubectl('exec', name, '--', ...command)
  const curl = async (from: string, url: string) => {
    const { code, stdout } = await exec(from, 'curl', '-s', '-m', '3', url)
    return code === 0 ? stdout : code
  }
  const namespaces = (name: string, title: string, run: () => Promise<void>, ms = 60_000) =>
    test(
      `${name} ${title}`,
      async ({ skip }) => {
        if (why) skip(why)
        await run()
      },
      ms,
    )

  namespaces('a node', 'says so', async () => {
    const said = await lab.k(
      'get',
      'node',
      'worker-1',
      '-o',
      'jsonpath={.metadata.annotations.kubarium\\.io/pod-network}',
    )
    expect(said).toBe('namespaces')
  })

  namespaces(
    'any program',
    'binds port 80 as any user, is reached by address, Service and name, and sees who calls',
    async () => {
      for (const from of ['client', 'neighbour'])
        for (const host of [ips.web, 'web:8080', 'web.default.svc.cluster.local:8080'])
          expect(await curl(from, `http://${host}/`)).toBe(`web ${ips[from]}`)
      // A command in the container is on its network, and so is its localhost.
      expect(await curl('web', 'http://127.0.0.1/')).toBe('web 127.0.0.1')
    },
  )

  namespaces('the API server', 'is reached by the address and the token that the pod has', async () => {
    const script =
      'd=/var/run/secrets/kubernetes.io/serviceaccount; curl -s -m 5 --cacert $d/ca.crt -H "Authorization: Bearer $(cat $d/token)" https://kubernetes.default.svc/version'
    const { stdout } = await exec('client', 'sh', '-c', script)
    expect(JSON.parse(stdout)).toMatchObject({ major: '1' })
  })

  namespaces('a refused connection', 'is refused at once, and localhost is the pod', async () => {
    expect(await curl('client', `http://${ips.web}:81/`)).toBe(COULD_NOT_CONNECT)
    expect(await curl('client', `http://${ips.inward}/`)).toBe(COULD_NOT_CONNECT)
    expect(await curl('neighbour', 'http://127.0.0.1/')).toBe(COULD_NOT_CONNECT)
    expect(await curl('inward', 'http://127.0.0.1/')).toBe('inward 127.0.0.1')
  })

  namespaces('datagrams', 'reach pods and Services, and names are resolved', async () => {
    for (const host of [ips.udp, 'udp']) {
      const { stdout } = await exec('client', '/usr/bin/python3', '-c', ASK_UDP, host)
      expect(stdout.split(' ')[0]).toBe(ips.client)
    }
    const service = await lab.k('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}')
    expect((await exec('client', 'getent', 'hosts', 'web')).stdout).toContain(service)
  })

  namespaces('a policy', 'is silence while it drops, and is over when it is gone', async () => {
    await lab.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed' },
      spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] },
    })
    await eventually(async () => (await curl('client', `http://${ips.web}/`)) === TIMED_OUT)
    await lab.k('delete', 'networkpolicy', 'closed')
    await eventually(async () => (await curl('client', `http://${ips.web}/`)) === `web ${ips.client}`)
  })

  namespaces('pods', 'are on the network again when their worker was killed', async () => {
    const before = await lab.k('get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[*].containerID}')
    const old = await helpers(lab)
    expect(old).toHaveLength(2)
    await lab.machine('kill', 'worker-1')
    await eventually(async () => !old.every(lives))
    await lab.machine('start', 'worker-1')
    await eventually(async () => (await curl('client', 'http://web:8080/')) === `web ${ips.client}`)
    await eventually(async () => (await curl('neighbour', 'http://web:8080/')) === `web ${ips.neighbour}`)
    expect(await lab.k('get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[*].containerID}')).toBe(
      before,
    )
  })

  namespaces('a lab', 'that is down leaves no helper behind', async () => {
    const running = await helpers(lab)
    expect(running.length).toBeGreaterThan(0)
    await lab.cli('down', 'pod-network')
    await eventually(async () => !running.some(lives))
  })
})

const platform = currentPlatform()
const lives = (pid: number) => platform.identify([pid]).size > 0

/** The helpers of the lab's workers, which are their children. */
async function helpers(lab: TestLab): Promise<number[]> {
  const { machines } = await lab.status()
  const workers = machines.flatMap(machine => (machine.role === 'worker' && machine.pid ? [machine.pid] : []))
  return workers.flatMap(pid => {
    try {
      return execFileSync('pgrep', ['-P', String(pid), '-f', 'namespace-helper'])
        .toString()
        .trim()
        .split('\n')
        .map(Number)
    } catch {
      return [] // pgrep fails where it finds none
    }
  })
}

function pod(name: string, nodeName: string, command: string[], container: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'c', image: 'busybox', command, ...container }],
    },
  }
}
