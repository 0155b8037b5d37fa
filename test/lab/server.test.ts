import { request } from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { silentLogger } from '../../engine/base/log.ts'
import { UserError } from '../../engine/base/errors.ts'
import type { LabHost } from '../../engine/lab/host.ts'
import { startLabServer, type LabServer } from '../../engine/lab/server/server.ts'

const TOKEN = 'the-token'
let folder: string
let server: LabServer
let port: number
let downs = 0
const acted: string[] = []

/** As much of a host as the server asks for. */
const host = {
  config: {
    name: 'test',
    ports: { labServer: 0, apiServer: 1, proxy: 2 },
    machines: [{ name: 'master-1', role: 'control-plane' }],
  },
  paths: { kubeconfig: 'k', pki: '', logs: '', machine: () => folder },
  record: { token: TOKEN },
  status: () => ({ name: 'test', machines: [] }),
  onChange: () => () => undefined,
  allowHostPrograms: (allowed: boolean) => void acted.push(`programs ${allowed}`),
  act: async (machine: string, action: string) => {
    if (machine === 'nobody') throw new UserError('There is no machine nobody.', 'The machines are: master-1.')
    acted.push(`${machine} ${action}`)
  },
} as unknown as LabHost

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-server-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(folder, 'assets', 'a.js'), 'export {}')
  writeFileSync(join(folder, '..', 'kubarium-secret.txt'), 'secret')
  server = await startLabServer({ host, log: silentLogger, rendererDir: folder, binDir: folder, onDown: () => downs++ })
  port = Number(new URL(server.url).port)
})
afterAll(async () => {
  await server.close()
  rmSync(join(folder, '..', 'kubarium-secret.txt'))
  rmSync(folder, { recursive: true })
})

interface Answer {
  code: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, response => {
      let text = ''
      response.on('data', chunk => (text += chunk))
      response.on('end', () => resolve({ code: response.statusCode!, headers: response.headers, text }))
    })
    sent.on('error', reject)
    sent.end()
  })
}
const signedIn = { authorization: `Bearer ${TOKEN}` }

test('what the user says of programs of the machine goes to the host, and nothing else does', async () => {
  expect((await ask('POST', '/lab/v1/images/host/allow', signedIn)).code).toBe(200)
  expect((await ask('POST', '/lab/v1/images/host/deny', signedIn)).code).toBe(200)
  expect((await ask('POST', '/lab/v1/images/host/maybe', signedIn)).code).toBe(404)
  expect((await ask('POST', '/lab/v1/images/host/allow')).code).toBe(401)
  expect(acted.splice(0)).toEqual(['programs true', 'programs false'])
})

test('the figures of the last hour are told line by line, to those who may know', async () => {
  expect((await ask('GET', '/lab/v1/metrics')).code).toBe(401)
  const { code, text } = await ask('GET', '/lab/v1/metrics', signedIn)
  expect(code).toBe(200)
  const lines = text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { type: string; bank?: string })
  expect(lines.filter(line => line.type === 'bank').map(line => line.bank)).toEqual(['fast', 'slow'])
  expect(lines.at(-1)).toEqual({ type: 'ready' })
})

describe('who may talk to the lab server', () => {
  test('nobody without the token', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { cookie: `kubarium=${TOKEN}` }])
      for (const path of ['/lab/v1/status', `/lab/v1/status?token=${TOKEN}`, '/cluster/api'])
        expect((await ask('GET', path, headers as never)).code).toBe(401)
    expect((await ask('GET', '/lab/v1/status', signedIn)).code).toBe(200)
  })

  test('everybody gets the files of the interface, and no cookie with them: browsers would show it to every port', async () => {
    const page = await ask('GET', '/map')
    expect(page.code).toBe(200)
    expect(page.headers['set-cookie']).toBeUndefined()
  })

  test('no name but loopback, so that none can be rebound to it', async () => {
    expect((await ask('GET', '/lab/v1/status', { ...signedIn, host: 'evil.example' })).code).toBe(403)
  })

  test('no page of another site or port, not even with the token', async () => {
    for (const origin of ['http://evil.example', `http://127.0.0.1:${port + 1}`])
      expect((await ask('POST', '/lab/v1/down', { ...signedIn, origin })).code).toBe(403)
    expect((await ask('GET', '/lab/v1/status', { ...signedIn, origin: `http://127.0.0.1:${port}` })).code).toBe(200)
    expect(downs).toBe(0)
  })

  test('sockets are held to the same', async () => {
    const outcome = (headers: Record<string, string>, protocols: string[] = []) =>
      new Promise<string>(resolve => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/lab/v1/watch`, protocols, { headers })
        socket.on('message', data => (resolve(String(data)), socket.close()))
        socket.on('error', error => resolve(error.message))
      })
    expect(await outcome(signedIn)).toContain('"name":"test"')
    expect(await outcome({})).toContain('403')
    expect(await outcome({ ...signedIn, origin: 'http://evil.example' })).toContain('403')
    // A page has no other way to say it.
    expect(await outcome({}, ['kubarium', `kubarium.bearer.${TOKEN}`])).toContain('"name":"test"')
    expect(await outcome({}, ['kubarium', 'kubarium.bearer.wrong'])).toContain('403')
  })
})

test('closing does not wait for pages that look on', async () => {
  const other = await startLabServer({
    host,
    log: silentLogger,
    rendererDir: folder,
    binDir: folder,
    onDown: () => undefined,
  })
  const socket = new WebSocket(`${other.url.replace('http', 'ws')}/lab/v1/watch`, { headers: signedIn })
  await new Promise(done => socket.once('message', done))
  const closed = new Promise(done => socket.once('close', done))
  await other.close()
  await closed
})

describe('what it serves', () => {
  test('the page for every view, with a strict policy; files as they are', async () => {
    for (const path of ['/', '/map', '/objects/v1/pods']) {
      const page = await ask('GET', path, signedIn)
      expect(page.text).toContain('<title>page</title>')
      expect(String(page.headers['content-security-policy'])).toContain("script-src 'self'")
    }
    expect((await ask('GET', '/assets/a.js', signedIn)).headers['content-type']).toContain('javascript')
    expect((await ask('GET', '/assets/none.js', signedIn)).code).toBe(404)
  })

  test('nothing outside its folder', async () => {
    for (const path of [
      '/../kubarium-secret.txt',
      '/assets/../../kubarium-secret.txt',
      '/%2e%2e/kubarium-secret.txt',
      '/..%2fkubarium-secret.txt',
      '/%00.txt',
      '/%',
    ])
      expect((await ask('GET', path, signedIn)).text).not.toContain('secret')
  })

  test('actions on machines; errors say what to do', async () => {
    expect((await ask('POST', '/lab/v1/machines/master-1/kill', signedIn)).code).toBe(200)
    expect(acted).toEqual(['master-1 kill'])
    const unknown = await ask('POST', '/lab/v1/machines/master-1/explode', signedIn)
    expect(unknown.code).toBe(404)
    const missing = await ask('POST', '/lab/v1/machines/nobody/kill', signedIn)
    expect(missing.code).toBe(409)
    expect(JSON.parse(missing.text)).toEqual({
      error: 'There is no machine nobody.',
      advice: 'The machines are: master-1.',
    })
  })

  test('logs of the lab, as a list, as text, and over the streams of a page', async () => {
    writeFileSync(join(folder, 'machine.log'), 'one\ntwo\n')
    const list = await ask('GET', '/lab/v1/logs', signedIn)
    expect(JSON.parse(list.text)).toEqual([{ name: 'master-1', role: 'control-plane', bytes: 8 }])
    expect((await ask('GET', '/lab/v1/logs/master-1?tail=1', signedIn)).text).toBe('two\n')
    expect((await ask('GET', '/lab/v1/logs/..%2Fmaster-1', signedIn)).code).toBe(404)
    expect((await ask('GET', '/lab/v1/logs/master-1')).code).toBe(401)
    const socket = new WebSocket(`ws://127.0.0.1:${port}/lab/v1/streams`, { headers: signedIn })
    const heard: unknown[] = []
    socket.on('message', data => heard.push(JSON.parse(String(data))))
    await new Promise(done => socket.once('open', done))
    const ask1 = (id: number, path: string) => socket.send(JSON.stringify({ op: 'open', id, path, accept: '*/*' }))
    ask1(1, '/lab/v1/logs/master-1?tail=1')
    ask1(2, '/lab/v1/status')
    await expect.poll(() => heard).toHaveLength(4)
    expect(heard).toEqual(
      expect.arrayContaining([
        { id: 1, status: 200 },
        { id: 1, data: 'two\n', bytes: 4 },
        { id: 1, end: true },
        { id: 2, end: true, error: expect.stringContaining('can be streamed') },
      ]),
    )
    socket.close()
  })

  test('terminals and shells', async () => {
    expect(JSON.parse((await ask('GET', '/lab/v1/terminals', signedIn)).text)).toEqual([])
    const shells = JSON.parse((await ask('GET', '/lab/v1/shells', signedIn)).text) as object[]
    expect(shells[0]).toEqual({ id: expect.any(String), name: expect.any(String) })
  })

  test('down is answered before it happens', async () => {
    expect((await ask('POST', '/lab/v1/down', signedIn)).code).toBe(202)
    expect(downs).toBe(1)
  })
})
