import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { freePort } from '../../engine/base/ports.ts'
import { systemRandom } from '../../engine/base/random.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { startComponentServer } from '../../engine/lab/machine/component-server.ts'
import { Pki, type KeyPair } from '../../engine/lab/pki.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubarium-component-'))
const clock = new FakeClock()
let ca: string
let port: number
let users: Record<'admin' | 'reader' | 'nobody' | 'stranger', KeyPair>
let server: { close(): Promise<void> }
/** What the API server was asked, which knows one token and lets one user read. */
let asked: string[] = []

const rest = {
  async request(_: string, path: string, { body }: { body: { spec: Record<string, unknown> } }) {
    asked.push(path.split('/').at(-1)!)
    const { spec } = body
    if (path.endsWith('tokenreviews'))
      return { status: spec.token === 'good' ? { authenticated: true, user: { username: 'reader', groups: [] } } : {} }
    return { status: { allowed: spec.user === 'reader' } }
  },
} as unknown as RestClient

beforeAll(async () => {
  const pki = new Pki(folder, systemRandom)
  const other = new Pki(join(folder, 'other'), systemRandom)
  ca = (await pki.authority()).cert
  const issue = (from: Pki, commonName: string, organizations: string[] = []) =>
    from.issue({ file: commonName, commonName, organizations, client: true })
  users = {
    admin: await issue(pki, 'admin', ['other', 'system:masters']),
    reader: await issue(pki, 'reader'),
    nobody: await issue(pki, 'nobody'),
    stranger: await issue(other, 'reader', ['system:masters']),
  }
  port = await freePort()
  const serving = await pki.issue({ file: 's', commonName: 's', server: true, addresses: ['127.0.0.1'] })
  const families = () => [{ name: 'x_total', help: 'X.', type: 'counter' as const, samples: [{ value: 7 }] }]
  server = await startComponentServer({ port, ca, serving, rest, clock, log: silentLogger, families })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function get(path: string, user?: KeyPair, token?: string, method = 'GET'): Promise<[status: number, body: string]> {
  return new Promise((resolve, reject) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    request({ host: '127.0.0.1', port, path, method, ca, ...user, headers, agent: false }, response => {
      let body = ''
      response.on('data', piece => (body += piece)).on('end', () => resolve([response.statusCode!, body]))
    })
      .on('error', reject)
      .end()
  })
}

test('health is for everybody, and asks nobody', async () => {
  for (const path of ['/healthz', '/livez', '/readyz']) expect(await get(path)).toEqual([200, 'ok'])
  expect(asked).toEqual([])
})

test('metrics are for those whom the API server lets read them, by certificate or token', async () => {
  expect((await get('/metrics', users.reader))[1]).toContain('# TYPE x_total counter\nx_total 7\n')
  expect((await get('/metrics', undefined, 'good'))[0]).toBe(200)
  expect(await get('/metrics', users.nobody)).toEqual([403, 'forbidden: User "nobody" cannot get path "/metrics"\n'])
  expect((await get('/metrics'))[1]).toMatch(/User "system:anonymous"/)
  expect((await get('/metrics', undefined, 'forged'))[0]).toBe(401)
  // A certificate of somebody else's authority names nobody.
  expect((await get('/metrics', users.stranger))[1]).toMatch(/User "system:anonymous"/)
})

test('an answer of the API server counts for a while; masters need not be asked about', async () => {
  asked = []
  expect((await get('/metrics', users.admin))[0]).toBe(200)
  expect(asked).toEqual([])
  clock.advance(20_000)
  for (let i = 0; i < 3; i++) await get('/metrics', users.reader)
  expect(asked).toEqual(['subjectaccessreviews'])
})

test('there is nothing else, and nothing to write', async () => {
  expect((await get('/debug/pprof', users.admin))[0]).toBe(404)
  expect((await get('/metrics', users.admin, undefined, 'POST'))[0]).toBe(405)
})
