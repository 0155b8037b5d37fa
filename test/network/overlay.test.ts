import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import { probeHttp } from '../../engine/kubelet/probes/http.ts'
import { endpoint, PATHS, service, slice } from './fake-api.ts'
import { talk } from './talk.ts'
import { startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'

const SERVER = `
  import { createServer } from 'node:http'
  const server = createServer((req, res) => res.end(process.env.HOSTNAME + ' ' + req.headers.host + ' ' + req.url))
  server.listen(80, () => console.log(JSON.stringify(server.address())))
`

let cluster: TestCluster
let web: TestProgram
let listening: string

beforeAll(async () => {
  cluster = await startCluster()
  web = await cluster.run(cluster.first, 'web', SERVER)
  listening = await web.line()
  cluster.api.put(
    PATHS.services,
    service('web', {
      type: 'NodePort',
      clusterIP: '10.96.0.50',
      ports: [{ port: 8080, targetPort: 80, nodePort: 30080 }],
    }),
  )
  cluster.api.put(PATHS.services, service('empty', { clusterIP: '10.96.0.51', ports: [{ port: 80 }] }))
  cluster.api.put(PATHS.slices, slice('web', [{ name: '', port: 80, protocol: 'TCP' }], [endpoint(web.ip, 'worker-1')]))
})
afterAll(() => cluster.stop())

describe('a program in a pod', () => {
  it('listens on port 80 without rights, and sees the address it asked for', () => {
    expect(JSON.parse(listening)).toEqual({ address: '::', family: 'IPv6', port: 80 })
  })

  it('has an address of its node', () => {
    expect(web.ip).toBe('10.244.1.2')
  })

  it('is reached from a pod of another node by address, by Service address and by every spelling of its name', async () => {
    const client = await cluster.run(
      cluster.second,
      'client',
      `
      import http from 'node:http'
      const get = url => new Promise(resolve => http.get(url, res => {
        let text = ''
        res.on('data', d => text += d).on('end', () => resolve(text))
      }).on('error', error => resolve(error.code)))
      for (const url of [
        'http://${web.ip}/a', 'http://10.96.0.50:8080/b', 'http://web:8080/c', 'http://web.default:8080/d',
        'http://web.default.svc.cluster.local:8080/e', 'http://172.18.0.102:30080/f',
      ]) console.log(await get(url))
      console.log(await (await fetch('http://web:8080/fetch')).text())
    `,
    )
    expect(await client.line()).toBe(`web ${web.ip} /a`)
    expect(await client.line()).toBe('web 10.96.0.50:8080 /b')
    expect(await client.line()).toBe('web web:8080 /c')
    expect(await client.line()).toBe('web web.default:8080 /d')
    expect(await client.line()).toBe('web web.default.svc.cluster.local:8080 /e')
    expect(await client.line()).toBe('web 172.18.0.102:30080 /f')
    expect(await client.line()).toBe('web web:8080 /fetch')
  })

  it('gets the errors of a real network', async () => {
    const client = await cluster.run(
      cluster.second,
      'client',
      `
      import net from 'node:net'
      const dial = (host, port) => new Promise(resolve => {
        const socket = net.connect({ host, port })
        socket.on('connect', () => { resolve('connected'); socket.destroy() })
        socket.on('error', error => resolve([error.code, error.syscall, error.message].join(' | ')))
      })
      for (const [host, port] of [['${web.ip}', 81], ['empty', 80], ['nobody', 80], ['10.244.1.200', 80], ['192.0.2.1', 80], ['127.0.0.1', 9]])
        console.log(await dial(host, port))
    `,
    )
    expect(await client.line()).toBe(`ECONNREFUSED | connect | connect ECONNREFUSED ${web.ip}:81`)
    expect(await client.line()).toBe('ECONNREFUSED | connect | connect ECONNREFUSED 10.96.0.51:80')
    expect(await client.line()).toBe('ENOTFOUND | getaddrinfo | getaddrinfo ENOTFOUND nobody')
    expect(await client.line()).toMatch(/^EHOSTUNREACH/)
    expect(await client.line()).toMatch(/^ENETUNREACH/)
    expect(await client.line()).toBe('ECONNREFUSED | connect | connect ECONNREFUSED 127.0.0.1:9')
  })

  it('reaches itself on localhost, and others do not reach what listens on localhost only', async () => {
    const program = await cluster.run(
      cluster.first,
      'inner',
      `
      import net from 'node:net'
      const server = net.createServer(s => s.end('inside'))
      server.listen(7000, '127.0.0.1', () => {
        net.connect(7000, 'localhost').on('data', d => console.log(String(d)))
      })
    `,
    )
    expect(await program.line()).toBe('inside')
    await expect(cluster.first.network.dial(program.ip, 7000)).rejects.toThrow('connection refused')
  })

  it('is told EADDRINUSE when another program of its pod has the port, and the port is free again after that one is killed', async () => {
    const pod = { uid: 'shared' }
    const source = `
      import net from 'node:net'
      const server = net.createServer()
      server.on('error', error => console.log(error.code))
      server.listen(6000, () => console.log('listening'))
    `
    const one = await cluster.run(cluster.first, 'one', source, pod)
    expect(await one.line()).toBe('listening')
    const two = await cluster.run(cluster.first, 'one', source, pod)
    expect(await two.line()).toBe('EADDRINUSE')
    const gone = new Promise(resolve => one.child.once('exit', resolve))
    one.child.kill('SIGKILL')
    await gone
    await expect
      .poll(() =>
        cluster.first.network.dial(one.ip, 6000).then(
          s => s.destroy(),
          e => e.message,
        ),
      )
      .toMatch(/refused/)
    const three = await cluster.run(cluster.first, 'one', source, pod)
    expect(await three.line()).toBe('listening')
  })

  it('speaks TLS through the overlay', async () => {
    const program = await cluster.run(
      cluster.first,
      'secure',
      `
      import tls from 'node:tls'
      const options = { ciphers: 'aNULL:@SECLEVEL=0', maxVersion: 'TLSv1.2', dhparam: 'auto' }
      const server = tls.createServer(options, s => s.end('secret'))
      server.listen(443, () => {
        const client = tls.connect({ host: process.env.POD_IP, port: 443, ...options, rejectUnauthorized: false, checkServerIdentity: () => undefined })
        client.on('data', d => console.log(String(d) + ' ' + client.remoteAddress + ':' + client.remotePort))
        client.on('error', e => console.log(e.message))
      })
    `,
    )
    expect(await program.line()).toBe(`secret ${program.ip}:443`)
  })

  it.runIf(process.platform === 'linux')(
    'sees who calls it: pods by their address, the laptop as its node',
    async () => {
      const program = await cluster.run(
        cluster.first,
        'curious',
        `
      import net from 'node:net'
      net.createServer(s => { console.log(s.remoteAddress + ' to ' + s.localAddress + ':' + s.localPort); s.end() }).listen(5000, () => console.log('up'))
    `,
      )
      await program.line()
      const call = `import net from 'node:net'; net.connect(5000, '${program.ip}').resume()`
      const [near, far] = [
        await cluster.run(cluster.first, 'near', call),
        await cluster.run(cluster.second, 'far', call),
      ]
      const seen = new Set([await program.line(), await program.line()])
      expect(seen).toEqual(new Set([`${near.ip} to ${program.ip}:5000`, `${far.ip} to ${program.ip}:5000`]))
      await talk(cluster.second.port, `CONNECT ${program.ip}:5000 HTTP/1.1\r\nHost: x\r\n\r\n`, '')
      expect(await program.line()).toBe(`172.18.0.102 to ${program.ip}:5000`)
    },
  )

  it('without the preload listens on the port that it is told, and is reached on the port that its pod declares', async () => {
    const source = `
      import net from 'node:net'
      net.createServer(s => s.end('plain')).listen({ host: '127.0.0.1', port: Number(process.env.PORT) }, () => console.log('up'))
    `
    const ports = [{ containerPort: 8080, protocol: 'TCP' }]
    const program = await cluster.run(cluster.first, 'plain', source, { ports }, { NODE_OPTIONS: '' })
    expect(await program.line()).toBe('up')
    expect(Number(program.env.PORT)).not.toBe(8080)
    const socket = await cluster.second.network.dial(program.ip, 8080)
    for await (const chunk of socket) expect(String(chunk)).toBe('plain')
    // With the preload the same program sees the port that was declared.
    const joined = await cluster.run(
      cluster.first,
      'joined',
      source.replace("'up'", 'process.env.PORT').replace("host: '127.0.0.1', ", ''),
      { ports },
    )
    expect(await joined.line()).toBe('8080')
    const again = await cluster.second.network.dial(joined.ip, 8080)
    for await (const chunk of again) expect(String(chunk)).toBe('plain')
  })

  it('is joined in its worker threads and children too', async () => {
    const program = await cluster.run(
      cluster.first,
      'many',
      `
      import { Worker } from 'node:worker_threads'
      import { spawn } from 'node:child_process'
      const source = port => "process.getBuiltinModule('net').createServer(s => s.end()).listen(" + port + ", function () { console.log(this.address().port) })"
      new Worker(source(1001), { eval: true })
      spawn(process.execPath, ['-e', source(1002)], { stdio: 'inherit' })
    `,
    )
    expect(new Set([await program.line(), await program.line()])).toEqual(new Set(['1001', '1002']))
    for (const port of [1001, 1002]) (await cluster.second.network.dial(program.ip, port)).destroy()
    program.child.stdout!.destroy()
    await cluster.kill(program)
  })

  it('ends by itself when it has nothing to do any more', async () => {
    const program = await cluster.run(
      cluster.first,
      'brief',
      `import dns from 'node:dns/promises'; console.log(JSON.stringify(await dns.lookup('web')))`,
    )
    expect(JSON.parse(await program.line())).toEqual({ address: '10.96.0.50', family: 4 })
    await expect.poll(() => program.child.exitCode).toBe(0)
  })

  it('gets SRV records and reverse names from the cluster’s DNS', async () => {
    const program = await cluster.run(
      cluster.first,
      'asks',
      `
      import dns from 'node:dns'
      dns.resolve4('web.default.svc.cluster.local', (error, found) => console.log(JSON.stringify(found)))
      console.log(JSON.stringify(await dns.promises.reverse('10.96.0.50')))
      console.log(await dns.promises.resolve4('web').catch(e => e.message))
    `,
    )
    expect(new Set([await program.line(), await program.line()])).toEqual(
      new Set(['["10.96.0.50"]', '["web.default.svc.cluster.local"]']),
    )
    expect(await program.line()).toBe('queryA ENOTFOUND web')
  })
})

it('a program that gives up on a connection which a policy drops can end at once', async () => {
  const { api } = cluster
  api.put('/api/v1/namespaces', { metadata: { name: 'locked' } })
  const target = await cluster.run(
    cluster.first,
    'target',
    "import net from 'node:net'; net.createServer().listen(80, () => console.log('up'))",
    { namespace: 'locked' },
  )
  await target.line()
  api.put('/api/v1/pods', {
    metadata: { name: 'target', namespace: 'locked' },
    spec: {},
    status: { phase: 'Running', podIP: target.ip },
  })
  api.put('/apis/networking.k8s.io/v1/networkpolicies', {
    metadata: { name: 'closed', namespace: 'locked' },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  })
  const source = `
    import net from 'node:net'
    const socket = net.connect({ host: '${target.ip}', port: 80, timeout: 300 })
    socket.on('connect', () => { console.log('connected'); socket.destroy() })
    socket.on('timeout', () => { console.log('timeout'); socket.destroy() })
  `
  // The policy comes through a watch: until then connections are made.
  await expect
    .poll(async () => {
      const program = await cluster.run(cluster.second, 'caller', source)
      const said = await program.line()
      await expect.poll(() => program.child.exitCode, { timeout: 5000 }).toBe(0)
      return said
    })
    .toBe('timeout')
  // Its own node probes it all the same.
  ;(await cluster.first.network.dial(target.ip, 80)).destroy()
})

describe('the gateway', () => {
  it("gives a node's own connections to pods of other nodes as ones that flow: probes and hooks there get answers", async () => {
    const probed = await probeHttp({ name: 'web' }, { port: 80, path: '/probed' }, 5_000, {
      clock: systemClock,
      dial: (ip, port, signal) => cluster.second.network.dial(ip, port, signal),
      podIP: () => web.ip,
    })
    expect(probed).toEqual({ result: 'success', message: `web ${web.ip}:80 /probed` })
  })

  it('forwards a plain HTTP request with a whole address', async () => {
    expect(await proxied(cluster.second.port, 'http://web.default:8080/x?y=1')).toEqual({
      status: 200,
      body: 'web web.default:8080 /x?y=1',
    })
  })

  it('knows nothing of the internet and says so', async () => {
    const { status, body } = await proxied(cluster.first.port, 'http://192.0.2.1/')
    expect(status).toBe(403)
    expect(body).toContain('no way to the internet')
  })

  it('tunnels with CONNECT to a node port of any node, for programs outside', async () => {
    for (const port of [cluster.first.port, cluster.second.port])
      for (const address of ['172.18.0.101', '172.18.0.102']) {
        const answer = await talk(
          port,
          `CONNECT ${address}:30080 HTTP/1.1\r\nHost: x\r\n\r\n`,
          'GET /n HTTP/1.0\r\nHost: h\r\n\r\n',
        )
        expect(answer).toMatch(/^HTTP\/1.1 200 [^]*web h \/n$/)
      }
  })

  it('refuses what no pod listens on with the reason', async () => {
    expect(await talk(cluster.second.port, `CONNECT ${web.ip}:81 HTTP/1.1\r\nHost: x\r\n\r\n`, '')).toMatch(
      /^HTTP\/1.1 502 [^]*kubarium-error: ECONNREFUSED/,
    )
    expect(await talk(cluster.second.port, `CONNECT empty:80 HTTP/1.1\r\nHost: x\r\n\r\n`, '')).toMatch(
      /default\/empty has no endpoint/,
    )
  })

  it('refuses a pod’s token that it did not give out', async () => {
    const proof = Buffer.from('pod:wrong').toString('base64')
    expect(
      await talk(
        cluster.second.port,
        `CONNECT web:8080 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic ${proof}\r\n\r\n`,
        '',
      ),
    ).toMatch(/^HTTP\/1.1 407 /)
  })

  it('speaks SOCKS5 with names', async () => {
    const name = Buffer.from('web.default')
    const hello = Buffer.from([5, 1, 0])
    const ask = Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([8080 >> 8, 8080 & 255])])
    const answer = await talk(cluster.second.port, Buffer.concat([hello, ask]), 'GET /s HTTP/1.0\r\nHost: h\r\n\r\n')
    expect(answer).toContain('web h /s')
  })

  it('drops nonsense', async () => {
    expect(await talk(cluster.first.port, 'KUBARIUM/1 nobody\n', '')).toBe('')
    expect(await talk(cluster.first.port, 'nonsense\r\n\r\n', '')).toMatch(/^HTTP\/1.1 400 /)
    expect(await talk(cluster.first.port, `GET http://web/ HTTP/1.1\r\nA: ${'x'.repeat(9000)}\r\n\r\n`, '')).toMatch(
      /^HTTP\/1.1 4/,
    )
  })

  it('carries a large answer whole when both sides close in order', async () => {
    const size = 3_000_000
    const program = await cluster.run(
      cluster.first,
      'large',
      `
      import net from 'node:net'
      net.createServer({ allowHalfOpen: true }, s => s.on('end', () => s.end(Buffer.alloc(${size}))).resume()).listen(9000, () => console.log('up'))
    `,
    )
    await program.line()
    const socket = await cluster.second.network.dial(program.ip, 9000)
    socket.end('please')
    let received = 0
    for await (const chunk of socket) received += (chunk as Buffer).length
    expect(received).toBe(size)
  })

  it('counts the connections that are open to an endpoint', async () => {
    const active = async () => {
      const answer = await talk(ipvs.first.port, 'GET /kubarium/rules HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n', '')
      return [...answer.matchAll(/Masq +1 +(\d+)/g)].map(m => Number(m[1]))
    }
    const ipvs = await startCluster('ipvs')
    try {
      const program = await ipvs.run(
        ipvs.first,
        'web',
        "import net from 'node:net'; net.createServer().listen(80, () => console.log('up'))",
      )
      await program.line()
      ipvs.api.put(PATHS.services, service('web', { clusterIP: '10.96.0.50', ports: [{ port: 80 }] }))
      ipvs.api.put(
        PATHS.slices,
        slice('web', [{ name: '', port: 80, protocol: 'TCP' }], [endpoint(program.ip, 'worker-1')]),
      )
      await expect.poll(active).toEqual([0])
      const socket = connect(ipvs.first.port, '127.0.0.1')
      socket.write('CONNECT web:80 HTTP/1.1\r\nHost: x\r\n\r\n')
      await expect.poll(active).toEqual([1])
      socket.destroy()
      await expect.poll(active).toEqual([0])
    } finally {
      await ipvs.stop()
    }
  })

  it('shows the rules', async () => {
    const answer = await talk(
      cluster.first.port,
      'GET /kubarium/rules?format=iptables-save HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n',
      '',
    )
    expect(answer).toContain(`--to-destination ${web.ip}:80`)
  })
})

describe('ports for the laptop', () => {
  it('are told to the host once for each change', async () => {
    await expect
      .poll(() => cluster.first.exposed.at(-1))
      .toEqual([
        {
          kind: 'NodePort',
          namespace: 'default',
          service: 'web',
          protocol: 'TCP',
          port: 30080,
          connect: '172.18.0.101:30080',
        },
      ])
  })

  it('become the address of a load balancer, and an event where the port is another one', async () => {
    const { api, first } = cluster
    api.put(
      PATHS.services,
      service('lb', { type: 'LoadBalancer', clusterIP: '10.96.0.60', ports: [{ port: 80, nodePort: 30081 }] }),
    )
    await expect.poll(() => first.exposed.at(-1)?.filter(p => p.service === 'lb').length).toBe(2)
    const ports = first.exposed.at(-1)!
    first.network.exposed(
      ports.map(p => (p.port === 80 ? { ...p, boundPort: 49152, error: 'needs rights' } : { ...p, boundPort: p.port })),
    )
    const status = await api.written(w => w.path === '/api/v1/namespaces/default/services/lb/status')
    expect((status.body as { status: unknown }).status).toEqual({
      loadBalancer: { ingress: [{ ip: '127.0.0.1', ipMode: 'Proxy', ports: [{ port: 49152, protocol: 'TCP' }] }] },
    })
    const event = await api.written(w => w.path.endsWith('/events'))
    expect(event.body).toMatchObject({
      reason: 'PortInUse',
      message: expect.stringContaining('127.0.0.1:49152') as string,
    })
  })
})

function proxied(proxyPort: number, url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(url)
    request({ host: '127.0.0.1', port: proxyPort, path: url, headers: { host }, agent: false }, response => {
      let body = ''
      response.on('data', chunk => (body += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode!, body }))
    })
      .on('error', reject)
      .end()
  })
}
