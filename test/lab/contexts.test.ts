import { createServer, type IncomingMessage, type Server } from 'node:http'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { silentLogger } from '../../engine/base/log.ts'
import type { ContextEntry } from '../../engine/lab/contract.ts'
import type { LabHost } from '../../engine/lab/host.ts'
import { startLabServer, type LabServer } from '../../engine/lab/server/server.ts'

const TOKEN = 'the-token'
const OWN_PORT = 16443
let folder: string
let cluster: Server
let lab: LabServer
/** What the other cluster was asked. */
const asked: { url: string; authorization?: string; user?: string; cookie?: string }[] = []
let answers = (_request: IncomingMessage): number => 200
const before = { ...process.env }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-contexts-'))
  cluster = createServer((request, response) => {
    const { authorization, cookie } = request.headers
    asked.push({ url: request.url!, authorization, cookie, user: request.headers['impersonate-user'] as string })
    response.writeHead(answers(request), { 'content-type': 'application/json' })
    response.end('{"kind":"NodeList"}')
  })
  cluster.on('upgrade', (request, socket) => {
    asked.push({ url: request.url!, authorization: request.headers.authorization })
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
  })
  await new Promise<void>(done => cluster.listen(0, '127.0.0.1', done))
  process.env.KUBECONFIG = join(folder, 'config')
  writeConfig('secret-1')
  const host = {
    config: { name: 'test', ports: { labServer: 0, apiServer: OWN_PORT, proxy: 2 }, machines: [] },
    paths: { kubeconfig: 'k', pki: folder, logs: '', machine: () => folder },
    record: { token: TOKEN },
    status: () => ({ name: 'test', machines: [] }),
    onChange: () => () => undefined,
    otherLabs: () => [{ name: 'second', url: 'http://127.0.0.1:5/#token=t' }, { name: 'third' }],
  } as unknown as LabHost
  const options = { rendererDir: folder, binDir: folder, onDown: () => undefined }
  lab = await startLabServer({ host, log: silentLogger, ...options })
})
afterAll(async () => {
  process.env = before
  await lab.close()
  await new Promise(done => cluster.close(done))
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  asked.length = 0
  answers = () => 200
})

let writes = 0
function writeConfig(token: string): void {
  const server = `http://127.0.0.1:${(cluster.address() as AddressInfo).port}`
  const plugin = join(folder, 'plugin.mjs')
  writeFileSync(
    plugin,
    `import { existsSync, writeFileSync } from 'node:fs'
     const again = existsSync(${JSON.stringify(join(folder, 'asked'))})
     writeFileSync(${JSON.stringify(join(folder, 'asked'))}, '')
     const { apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
     console.log(JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token: again ? 'new' : 'old' } }))`,
  )
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath }
  const named = (kind: string, entries: Record<string, object>) =>
    Object.entries(entries).map(([name, entry]) => ({ name, [kind]: entry }))
  const config = {
    clusters: named('cluster', {
      away: { server },
      below: { server: `${server}/k8s/clusters/c-1/` },
      own: { server: `https://127.0.0.1:${OWN_PORT}` },
      behind: { server, 'proxy-url': 'http://proxy' },
      nowhere: { server: 'http://127.0.0.1:1' },
      odd: { server: 'file:///etc/passwd' },
    }),
    users: named('user', {
      teacher: { token, as: 'student' },
      plugin: { exec: { ...exec, args: [plugin] } },
      broken: { exec: { ...exec, args: ['-e', 'process.exit(3)'] } },
    }),
    contexts: named('context', {
      away: { cluster: 'away', user: 'teacher', namespace: 'n' },
      'a/b c': { cluster: 'below', user: 'teacher' },
      plugin: { cluster: 'away', user: 'plugin' },
      broken: { cluster: 'away', user: 'broken' },
      own: { cluster: 'own', user: 'teacher' },
      behind: { cluster: 'behind', user: 'teacher' },
      nowhere: { cluster: 'nowhere', user: 'teacher' },
      odd: { cluster: 'odd', user: 'teacher' },
      empty: {},
    }),
  }
  writeFileSync(process.env.KUBECONFIG!, JSON.stringify(config))
  // Two writes in the same moment are told apart as those of people are.
  utimesSync(process.env.KUBECONFIG!, 1_000 + ++writes, 1_000 + writes)
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<{ code: number; body: string }> {
  const answer = await fetch(lab.url + path, { headers: { authorization: `Bearer ${TOKEN}`, ...headers } })
  return { code: answer.status, body: await answer.text() }
}

describe('contexts of the user’s kubeconfig', () => {
  it('are listed, but for the lab’s own, with why one cannot be used; their clusters hear nothing of it', async () => {
    const list = JSON.parse((await ask('/lab/v1/contexts')).body) as ContextEntry[]
    const problems = Object.fromEntries(list.map(({ name, problem }) => [name, problem]))
    expect(Object.keys(problems)).toEqual(['away', 'a/b c', 'plugin', 'broken', 'behind', 'nowhere', 'odd', 'empty'])
    expect(problems).toMatchObject({ away: undefined, plugin: undefined })
    expect(problems.behind).toContain('proxy-url')
    expect(problems.odd).toContain('file:///etc/passwd')
    expect(problems.empty).toContain('no cluster')
    expect(list[0]).toMatchObject({ user: 'teacher', namespace: 'n' })
    expect(JSON.stringify(list)).not.toContain('secret')
    expect(asked).toEqual([])
  })

  it('are asked as their user, without what the page brings', async () => {
    expect(await ask('/contexts/away/api/v1/nodes?limit=5', { cookie: 'a=b' })).toEqual({
      code: 200,
      body: '{"kind":"NodeList"}',
    })
    expect(asked).toEqual([
      { url: '/api/v1/nodes?limit=5', authorization: 'Bearer secret-1', user: 'student', cookie: undefined },
    ])
  })

  it('may have any name, and a path before the cluster’s', async () => {
    expect((await ask('/contexts/a%2Fb%20c/api')).code).toBe(200)
    expect(asked[0]!.url).toBe('/k8s/clusters/c-1/api')
  })

  it('are read again when the file changes', async () => {
    writeConfig('secret-2')
    await ask('/contexts/away/api')
    expect(asked[0]!.authorization).toBe('Bearer secret-2')
  })

  it('get credentials from a program, once, and again when the cluster does not take them', async () => {
    await ask('/contexts/plugin/api')
    await ask('/contexts/plugin/api')
    answers = () => 401
    expect((await ask('/contexts/plugin/api')).code).toBe(401)
    answers = () => 200
    await ask('/contexts/plugin/api')
    expect(asked.map(({ authorization }) => authorization)).toEqual([
      ...Array.from({ length: 3 }, () => 'Bearer old'),
      'Bearer new',
    ])
  })

  it('say what is wrong, and what to do', async () => {
    const broken = await ask('/contexts/broken/api')
    expect([broken.code, JSON.parse(broken.body)]).toMatchObject([
      502,
      { kind: 'Status', reason: 'ServiceUnavailable' },
    ])
    expect(broken.body).toContain('Run `kubectl get nodes`')
    expect((await ask('/contexts/nowhere/api')).body).toMatch(/cannot be reached: .*ECONNREFUSED.*on its network\?/)
    expect((await ask('/contexts/behind/api')).body).toContain('proxy-url')
    expect((await ask('/contexts/nobody/api')).code).not.toBe(502)
    expect(asked).toEqual([])
  })

  it('are for nobody without the token', async () => {
    expect((await ask('/contexts/away/api', { authorization: 'Bearer wrong' })).code).toBe(401)
    expect((await ask('/lab/v1/contexts', { authorization: '' })).code).toBe(401)
    expect(asked).toEqual([])
  })

  it('take upgrades, whose refusal is passed on', async () => {
    const address = `${lab.url.replace('http', 'ws')}/contexts/away/api/v1/namespaces/n/pods/p/exec`
    const socket = new WebSocket(address, ['v5.channel.k8s.io', `kubarium.bearer.${TOKEN}`])
    const error = await new Promise<Error>(resolve => socket.on('error', resolve))
    expect(error.message).toContain('403')
    expect(asked).toMatchObject([{ url: '/api/v1/namespaces/n/pods/p/exec', authorization: 'Bearer secret-2' }])
  })
})

it('other labs are listed with where they are', async () => {
  expect(JSON.parse((await ask('/lab/v1/labs')).body)).toEqual([
    { name: 'second', url: 'http://127.0.0.1:5/#token=t' },
    { name: 'third' },
  ])
})
