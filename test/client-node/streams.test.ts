import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { connect as connectTLS } from 'node:tls'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, TestLab } from '../e2e/lab.ts'
import { SpdySession } from '../../engine/base/spdy/session.ts'
import type { RestClient } from '../../engine/client/rest.ts'

const lab = new TestLab('streams')
const PODS = '/api/v1/namespaces/default/pods'
let client: RestClient
let identity: { ca: string; cert: string; key: string }
let server: URL

/** What a client was told instead of an upgrade. */
interface Refusal {
  code: number
  status: { kind: string; status: string; reason: string; message: string; code: number }
}

/** A WebSocket of one of the streaming subresources, and all that came over it. */
function open(path: string, protocols: string | string[] | undefined) {
  const socket = new WebSocket(`wss://${server.host}${path}`, protocols, identity)
  const channels = new Map<number, Buffer>()
  const messages: Buffer[] = []
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    messages.push(data)
    const channel = isBinary ? data[0]! : data[0]! - 0x30
    const payload = isBinary ? data.subarray(1) : Buffer.from(data.toString('latin1', 1), 'base64')
    channels.set(channel, Buffer.concat([channels.get(channel) ?? Buffer.alloc(0), payload]))
  })
  socket.on('error', () => socket.terminate())
  const closed = new Promise<number>(resolve => socket.on('close', code => resolve(code)))
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (_request, answer) => reject(new Error(`HTTP ${answer.statusCode}`)))
    socket.once('error', reject)
  })
  opened.catch(() => undefined) // those who look for a refusal await it; others look at the channels
  return { socket, messages, opened, closed, text: (channel: number) => (channels.get(channel) ?? '').toString() }
}

const query = (command: string[], more = 'stdout=true&stderr=true') =>
  `${command.map(word => `command=${encodeURIComponent(word)}`).join('&')}&${more}`
const exec = (command: string[], more?: string, protocols: string | string[] | undefined = 'v5.channel.k8s.io') =>
  open(`${PODS}/box/exec?${query(command, more)}`, protocols)

/** Asks for an upgrade that is not granted. */
function refused(path: string, headers: Record<string, string>, method = 'GET'): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      ...{ host: server.hostname, port: server.port, path, method, ...identity },
      headers: { connection: 'Upgrade', ...headers },
    })
    request.on('error', reject)
    request.on('upgrade', (_answer, socket) => {
      socket.destroy()
      reject(new Error('the upgrade was granted'))
    })
    request.on('response', answer => {
      let text = ''
      answer.on('data', chunk => (text += String(chunk)))
      answer.on('end', () => resolve({ code: answer.statusCode!, status: JSON.parse(text) as Refusal['status'] }))
    })
    request.end()
  })
}

const websocket = (protocol?: string) => ({
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16, 7).toString('base64'),
  ...(protocol ? { 'sec-websocket-protocol': protocol } : {}),
})

/** Whether this machine runs something with this among its arguments, in whatever namespace. */
const isAlive = (mark: string) => execFileSync('ps', ['-axww', '-o', 'args='], { encoding: 'utf8' }).includes(mark)

describe('streams', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '1')
    client = await lab.client()
    server = new URL((await lab.status()).apiServer)
    const read = (file: string) => readFileSync(join(lab.paths.pki, file), 'utf8')
    identity = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') }
    await eventually(() => client.request('GET', '/api/v1/namespaces/default/serviceaccounts/default'))
    const spec = {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'box', image: 'busybox', command: ['sh', '-c', 'while :; do echo tick; sleep 0.1; done'] }],
    }
    const web = { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] }
    await client.request('POST', PODS, { body: { metadata: { name: 'box' }, spec } })
    await client.request('POST', PODS, { body: { metadata: { name: 'web' }, spec: web } })
    for (const name of ['box', 'web'])
      await eventually(async () => {
        const pod = await client.request<{ status: { phase: string } }>('GET', `${PODS}/${name}`)
        return pod.status.phase === 'Running'
      })
  })
  afterAll(async () => {
    client?.dispose()
    await lab.remove()
  })

  test('a command whose client is gone ends, even one that does not want to', async () => {
    const { socket, text } = exec([
      'sh',
      '-c',
      'trap "" HUP TERM INT; echo up; while :; do sleep 0.05; done',
      'deaf-one',
    ])
    await eventually(async () => text(1) === 'up\n')
    expect(isAlive('deaf-one')).toBe(true)
    socket.terminate()
    await eventually(async () => !isAlive('deaf-one'))
  })

  test('over SPDY as well', async () => {
    const session = await spdy(
      `${PODS}/box/exec?${query(['sh', '-c', 'trap "" HUP; echo up; exec sleep 1000.04711'], 'stdout=true')}`,
    )
    await session.open(new Map([['streamtype', 'error']]))
    const stdout = await session.open(new Map([['streamtype', 'stdout']]))
    await once(stdout, 'data')
    expect(isAlive('sleep 1000.04711')).toBe(true)
    session.leave()
    await eventually(async () => !isAlive('sleep 1000.04711'))
  })

  test('a command ends with its container, and its client is told', async () => {
    const spec = {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'c', image: 'busybox', command: ['sleep', '1000'] }],
    }
    await client.request('POST', PODS, { body: { metadata: { name: 'short' }, spec } })
    await eventually(async () => {
      const pod = await client.request<{ status: { phase: string } }>('GET', `${PODS}/short`)
      return pod.status.phase === 'Running'
    })
    const { text, closed } = open(
      `${PODS}/short/exec?${query(['sh', '-c', 'echo up; sleep 1000.04712'])}`,
      'v5.channel.k8s.io',
    )
    await eventually(async () => text(1) === 'up\n')
    expect(isAlive('sleep 1000.04712')).toBe(true)
    await client.request('DELETE', `${PODS}/short`, { body: { gracePeriodSeconds: 0 } })
    await closed
    await eventually(async () => !isAlive('sleep 1000.04712'))
  })

  test.skipIf(process.platform !== 'linux')(
    'clients that go away in the middle leave no socket and no file open on the machines (counts /proc, Linux)',
    async () => {
      const machines = (await lab.status()).machines.map(m => m.pid!)
      const counts = () => machines.map(pid => readdirSync(`/proc/${pid}/fd`).length)
      const leaveAll = async () => {
        const sockets = [
          ...Array.from({ length: 5 }, () => exec(['cat'], 'stdin=true&stdout=true')),
          ...Array.from({ length: 5 }, () => open(`${PODS}/web/portforward?ports=80`, 'v4.channel.k8s.io')),
          ...Array.from({ length: 5 }, () => open(`${PODS}/box/log?follow=true`, 'binary.k8s.io')),
          ...Array.from({ length: 5 }, () => open(`${PODS}/box/attach?stdout=true`, 'v5.channel.k8s.io')),
        ]
        await Promise.all(sockets.map(s => s.opened))
        const halves = Array.from({ length: 5 }, () => halfUpgrade(`${PODS}/box/exec?command=cat&stdin=true`))
        await Promise.all(halves.map(half => half.sent))
        for (const { socket } of sockets) socket.terminate()
        for (const half of halves) half.leave()
      }
      await leaveAll() // what is opened once and kept is open now
      let settled = counts()
      await eventually(async () => {
        const now = counts()
        const same = now.every((count, i) => count === settled[i])
        settled = now
        return same
      })
      for (let round = 0; round < 3; round++) await leaveAll()
      await eventually(async () => counts().every((count, i) => count <= settled[i]! + 8))
    },
  )

  test('an unknown protocol, or none that fits, is refused with a Status', async () => {
    const path = `${PODS}/box/exec?${query(['true'])}`
    const odd = await refused(path, websocket('v9.channel.k8s.io'))
    expect(odd).toMatchObject({ code: 400, status: { kind: 'Status', reason: 'BadRequest' } })
    expect(odd.status.message).toContain('v9.channel.k8s.io')
    const spdy = { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v9.channel.k8s.io' }
    const oddSpdy = await refused(path, spdy, 'POST')
    expect(oddSpdy).toMatchObject({ code: 403, status: { kind: 'Status', status: 'Failure' } })
    expect(oddSpdy.status.message).toContain('unable to negotiate protocol')
    expect(await refused(path, { upgrade: 'h2c' })).toMatchObject({ code: 400, status: { kind: 'Status' } })
    expect(await refused(`${PODS}/web/portforward`, websocket('v9.x'))).toMatchObject({ code: 400 })
    expect(await refused(`${PODS}/web/portforward`, websocket('v4.channel.k8s.io'))).toMatchObject({ code: 400 })
    expect(await refused(`${PODS}/web/portforward?ports=0`, websocket('v4.channel.k8s.io'))).toMatchObject({
      code: 400,
    })
    expect(await refused(`${PODS}/box/log`, websocket('v9.x'))).toMatchObject({
      code: 400,
      status: { reason: 'BadRequest' },
    })
    const keyless = {
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'v5.channel.k8s.io',
    }
    expect(await refused(path, keyless)).toMatchObject({ code: 400, status: { kind: 'Status' } })
  })

  test('what is not there is refused with a Status', async () => {
    const to = (pod: string, more: string) => refused(`${PODS}/${pod}/exec?${more}`, websocket('v5.channel.k8s.io'))
    expect(await to('box', 'command=true&stdout=true&container=x')).toMatchObject({
      code: 400,
      status: { reason: 'BadRequest', message: 'container x is not valid for pod box' },
    })
    expect(await to('none', 'command=true&stdout=true')).toMatchObject({ code: 404, status: { reason: 'NotFound' } })
    expect(await to('box', 'stdout=true')).toMatchObject({ code: 400 })
    expect(await to('box', 'command=true')).toMatchObject({ code: 400 })
  })

  test('a program that is not there is told over the stream', async () => {
    const { text, closed } = exec(['no-such-program'])
    expect(await closed).toBe(1000)
    expect(JSON.parse(text(3))).toMatchObject({ status: 'Failure', reason: 'InternalError', code: 500 })
    expect(text(3)).toContain('executable file not found')
  })

  test('a terminal takes sizes, and survives what is none', async () => {
    const { socket, opened, text, closed } = exec(['sh'], 'stdin=true&stdout=true&tty=true')
    await opened
    const resize = (value: string | Buffer) => socket.send(Buffer.concat([Buffer.from([4]), Buffer.from(value)]))
    for (const odd of ['', '{', 'null', '[]', '{"Width":-1,"Height":5}', '{"Width":1e9,"Height":1e9}', '{"Width":"a"}'])
      resize(odd)
    resize(Buffer.from([0xff, 0xfe, 0]))
    socket.send(Buffer.alloc(0))
    socket.send(Buffer.from([77, 1, 2]))
    resize('{"Width":91,"Height":37}')
    socket.send(Buffer.from('\0stty size; exit 3\n'))
    await closed
    expect(text(1)).toContain('37 91')
    expect(JSON.parse(text(3))).toMatchObject({ details: { causes: [{ message: '3' }] } })
    resize('{"Width":10,"Height":10}')
  })

  test('the older protocols: plain text at the end, base64 for those who cannot read bytes, nothing offered', async () => {
    const failing = ['sh', '-c', 'echo out; exit 4']
    const legacy = exec(failing, undefined, 'channel.k8s.io')
    await legacy.closed
    expect([legacy.text(1), legacy.text(3)]).toEqual([
      'out\n',
      'command terminated with non-zero exit code: exit status 4',
    ])
    const encoded = exec(failing, undefined, 'v4.base64.channel.k8s.io')
    await encoded.closed
    expect(encoded.text(1)).toBe('out\n')
    expect(JSON.parse(encoded.text(3))).toMatchObject({ reason: 'NonZeroExitCode' })
    const silent = exec(['echo', 'out'], undefined, [])
    await silent.closed
    expect([silent.text(1), silent.text(3)]).toEqual(['out\n', ''])
  })

  test('a log over WebSocket is the log', async () => {
    const plain = open(`${PODS}/box/log?tailLines=2`, 'binary.k8s.io')
    expect(await plain.closed).toBe(1000)
    expect(Buffer.concat(plain.messages).toString()).toBe('tick\ntick\n')
    const encoded = open(`${PODS}/box/log?limitBytes=5`, 'base64.binary.k8s.io')
    await encoded.closed
    expect(Buffer.from(encoded.messages.join(''), 'base64').toString()).toBe('tick\n')
  })

  test('fifty commands at once keep their outputs and exit codes apart', async () => {
    const all = Array.from({ length: 50 }, (_, i) =>
      exec(['sh', '-c', `cat; echo "I am ${i}"; exit ${i}`], 'stdin=true&stdout=true'),
    )
    await Promise.all(
      all.map(async (one, i) => {
        await one.opened
        one.socket.send(Buffer.from(`\0in ${i}\n`))
        one.socket.send(Buffer.from([255, 0]))
        await one.closed
      }),
    )
    all.forEach(({ text }, i) => {
      expect(text(1)).toBe(`in ${i}\nI am ${i}\n`)
      const status = JSON.parse(text(3)) as { status: string; details?: { causes: { message: string }[] } }
      expect(status.details?.causes[0]?.message ?? '0').toBe(String(i))
    })
  })
})

/** Sends the head of an upgrade without its end. */
function halfUpgrade(path: string) {
  const socket = connectTLS({ host: server.hostname, port: Number(server.port), ...identity })
  socket.on('error', () => socket.destroy())
  const sent = new Promise<void>(resolve =>
    socket.once('secureConnect', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`, () => resolve()),
    ),
  )
  return { sent, leave: () => socket.destroy() }
}

/** An upgraded connection on which streams are opened. */
function spdy(path: string) {
  return new Promise<{ open: SpdySession['open']; leave(): void }>((resolve, reject) => {
    const request = httpsRequest({
      ...{ host: server.hostname, port: server.port, path, method: 'POST', ...identity },
      headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' },
    })
    request.on('error', reject)
    request.on('response', answer => reject(new Error(`HTTP ${answer.statusCode}`)))
    request.on('upgrade', (_answer, socket, head) => {
      if (head.length) socket.unshift(head)
      const session = new SpdySession(socket, { role: 'client' })
      resolve({ open: headers => session.open(headers), leave: () => socket.destroy() })
    })
    request.end()
  })
}
