import { request as httpsRequest } from 'node:https'
import { connect as tlsConnect } from 'node:tls'
import { connect, type Socket } from 'node:net'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Pki } from '../../engine/lab/pki.ts'
import { systemRandom } from '../../engine/base/random.ts'
import { eventually, TestLab } from './lab.ts'

const lab = new TestLab('hostile')
let port: number
let ca: string
let admin: { cert: string; key: string }

interface Answer {
  code: number
  body: { reason?: string; message?: string; kind?: string }
  headers: Record<string, unknown>
}

describe('bad input gets a clear answer, and the cluster stays up', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '0')
    port = Number(new URL((await lab.status()).apiServer).port)
    const read = (file: string) => readFileSync(join(lab.paths.pki, file), 'utf8')
    ca = read('ca.crt')
    admin = { cert: read('admin.crt'), key: read('admin.key') }
    await eventually(async () => (await ask('GET', '/api/v1/namespaces/default/serviceaccounts/default')).code === 200)
  })
  afterAll(() => lab.remove())

  function ask(
    method: string,
    path: string,
    options: { body?: string | Buffer; headers?: Record<string, string>; identity?: object } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        {
          host: '127.0.0.1',
          port,
          method,
          path,
          ca,
          agent: false,
          ...(options.identity ?? admin),
          headers: { 'content-type': 'application/json', ...options.headers },
        },
        response => {
          let text = ''
          response.on('data', chunk => (text += chunk))
          response.on('end', () =>
            resolve({
              code: response.statusCode ?? 0,
              body: text.startsWith('{') ? JSON.parse(text) : { message: text },
              headers: response.headers,
            }),
          )
        },
      )
      request.on('error', reject)
      request.end(options.body)
    })
  }

  const isUp = async () => expect((await ask('GET', '/readyz')).code).toBe(200)

  test('malformed YAML', async () => {
    const answer = await ask('POST', '/api/v1/namespaces/default/configmaps', {
      body: 'a: [1,\nb: }',
      headers: { 'content-type': 'application/yaml' },
    })
    expect(answer.code).toBe(400)
    expect(answer.body).toMatchObject({ kind: 'Status', reason: 'BadRequest' })
  })

  test('malformed JSON', async () => {
    const answer = await ask('POST', '/api/v1/namespaces/default/configmaps', { body: '{"kind":' })
    expect(answer).toMatchObject({ code: 400, body: { kind: 'Status', reason: 'BadRequest' } })
  })

  test('unknown fields are refused when asked to be strict, and named', async () => {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, dta: {} })
    const strict = await ask('POST', '/api/v1/namespaces/default/configmaps?fieldValidation=Strict&dryRun=All', {
      body,
    })
    expect(strict.code).toBe(400)
    expect(strict.body.message).toContain('unknown field "dta"')
    const warned = await ask('POST', '/api/v1/namespaces/default/configmaps?fieldValidation=Warn&dryRun=All', { body })
    expect(warned.code).toBe(201)
    expect(String(warned.headers.warning)).toContain('unknown field \\"dta\\"')
  })

  test('a certificate of another authority does not get in', async () => {
    const foreign = new Pki(join(lab.dataDir, 'foreign'), systemRandom)
    const identity = await foreign.issue({
      file: 'eve',
      commonName: 'kubernetes-admin',
      organizations: ['system:masters'],
      client: true,
    })
    const outcome = await ask('GET', '/api/v1/secrets', { identity }).catch((error: Error) => error)
    if (outcome instanceof Error) expect(outcome.message).toMatch(/certificate|alert|socket|ECONNRESET/i)
    else expect([401, 403]).toContain(outcome.code)
    await isUp()
  })

  test('a bad token is 401, and no token is 403 for what needs rights', async () => {
    const bad = await ask('GET', '/api/v1/secrets', { identity: {}, headers: { authorization: 'Bearer nonsense' } })
    expect(bad).toMatchObject({ code: 401, body: { reason: 'Unauthorized' } })
    const none = await ask('GET', '/api/v1/secrets', { identity: {} })
    expect(none).toMatchObject({ code: 403, body: { reason: 'Forbidden' } })
    expect(none.body.message).toContain('system:anonymous')
  })

  test('a body of more than 3 MiB is 413', async () => {
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'huge' },
      data: { a: 'x'.repeat(4 << 20) },
    })
    const answer = await ask('POST', '/api/v1/namespaces/default/configmaps', { body })
    expect(answer).toMatchObject({ code: 413, body: { reason: 'RequestEntityTooLarge' } })
  })

  test('200 half-open connections leave room for others', async () => {
    const sockets: Socket[] = []
    try {
      for (let i = 0; i < 100; i++) sockets.push(connect(port, '127.0.0.1'))
      for (let i = 0; i < 100; i++) {
        const socket = tlsConnect({ port, host: '127.0.0.1', ca, checkServerIdentity: () => undefined })
        socket.once('secureConnect', () => socket.write('GET /api/v1/pods HTTP/1.1\r\nHost: x\r\nX-Slow: '))
        sockets.push(socket)
      }
      for (const socket of sockets) socket.on('error', () => socket.destroy())
      await eventually(async () => sockets.every(s => !s.connecting))
      await isUp()
      const answer = await ask('POST', '/api/v1/namespaces/default/configmaps', {
        body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'beside' } }),
      })
      expect(answer.code).toBe(201)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })

  test('a watcher that does not read is cut off, and memory stays bounded', async () => {
    const socket = tlsConnect({ port, host: '127.0.0.1', ca, ...admin, checkServerIdentity: () => undefined })
    let closed = false
    socket.on('error', () => socket.destroy())
    socket.once('close', () => (closed = true))
    await new Promise(done => socket.once('secureConnect', done))
    socket.write(
      'GET /api/v1/namespaces/default/configmaps?watch=true HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n',
    )
    await new Promise(done => socket.once('readable', done))
    const filler = 'y'.repeat(900_000)
    const memory = async () => {
      const pid = (await lab.status()).machines[0].pid!
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
    }
    const before = await memory()
    for (let i = 0; i < 80; i++) {
      const body = JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'big' },
        data: { i: String(i), filler },
      })
      const answer =
        i === 0
          ? await ask('POST', '/api/v1/namespaces/default/configmaps', { body })
          : await ask('PUT', '/api/v1/namespaces/default/configmaps/big', { body })
      expect([200, 201]).toContain(answer.code)
    }
    // 72 MB of events went out, more than any buffer on the way holds.
    socket.resume()
    await eventually(async () => closed)
    expect((await memory()) - before).toBeLessThan(400)
    await isUp()
  })

  test('kubectl says what is wrong with a manifest', async () => {
    const file = join(lab.dataDir, 'bad.yaml')
    writeFileSync(file, 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  replicas: many\n')
    const { code, stderr } = await lab.kubectl('apply', '-f', file)
    expect(code).toBe(1)
    expect(stderr).toMatch(/replicas|spec\.selector|Required value/)
  })
})

describe('the lab command says what is wrong and what to do', () => {
  test('a port that is taken', async () => {
    const other = new TestLab('port')
    const server = (await import('node:net')).createServer()
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    try {
      const taken = (server.address() as { port: number }).port
      const { code, stderr } = await other.cli(
        'up',
        'port',
        '--masters',
        '1',
        '--workers',
        '0',
        '--port',
        String(taken),
      )
      expect(code).toBe(1)
      expect(stderr).toContain(`Port ${taken} is taken`)
      expect(stderr).toContain('--port')
    } finally {
      server.close()
      await other.remove()
    }
  })

  test('numbers of masters that make no sense, names that cannot be, labs that are not there', async () => {
    const other = new TestLab('odd')
    try {
      expect((await other.cli('up', 'odd', '--masters', '2')).stderr).toContain('Use 1, 3 or 5')
      expect((await other.cli('up', 'No Good')).stderr).toContain('cannot be the name of a lab')
      expect((await other.cli('status', 'nobody')).stderr).toContain('Make it: kubarium lab up nobody')
    } finally {
      await other.remove()
    }
  })

  test('a second up, a killed host with machines left behind, a down that tidies up', async () => {
    const other = new TestLab('twice')
    try {
      await other.up('--masters', '1', '--workers', '0')
      const second = await other.cli('up', 'twice')
      expect(second.code).toBe(1)
      expect(second.stderr).toContain('is up already')
      const { pid, machines } = await other.status()
      await other.machine('pause', 'master-1')
      process.kill(pid, 'SIGKILL')
      expect(await eventually(async () => /is down/.test((await other.cli('status', 'twice')).stdout))).toBe(true)
      const { stdout } = await other.cli('down', 'twice')
      expect(stdout).toMatch(/ended 1 processes that it left|is down/)
      await eventually(async () => !isAlive(machines[0].pid!))
      await other.up()
      expect((await other.status()).state).toBe('running')
    } finally {
      await other.remove()
    }
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
