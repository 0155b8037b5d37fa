import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../../resources/images/nginx/configuration.ts'
import { locationFor, serverFor } from '../../../resources/images/nginx/routes.ts'
import { eventually } from '../../e2e/lab.ts'
import { freePort, Program, runProgram } from './programs.ts'

const base = mkdtempSync(join(tmpdir(), 'kubarium-nginx-'))
const running: Program[] = []
const backends: Server[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(program => program.close('SIGKILL')))
  for (const server of backends.splice(0)) server.close()
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

let count = 0
const rootWith = (files: Record<string, string>) => {
  const root = join(base, String(count++))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}
const env = (root: string) => ({ KUBARIUM_ROOT: root, KUBARIUM_MOUNTS: '[]' })
const start = async (root: string, port: number) => {
  const program = new Program('nginx', [], env(root))
  running.push(program)
  await program.said(`listening on port ${port}`)
  return program
}
const ask = (port: number, path = '/', host = 'x') =>
  new Promise<{ code: number; text: string }>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { host }, agent: false }, response => {
      let text = ''
      response.on('data', chunk => (text += String(chunk)))
      response.on('end', () => resolve({ code: response.statusCode!, text }))
    }).on('error', reject)
  })
const backend = async (answer: string) => {
  const port = await freePort()
  const server = createServer((request, response) => response.end(`${answer} ${request.url}`))
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  backends.push(server)
  return port
}

describe('where a request goes', () => {
  const [server] = parseConfiguration(
    'server { location / {} location /a/ {} location = /a/b {} location ^~ /img/ {} location ~ \\.png$ {} }',
  ).servers
  const found = (path: string) => locationFor(server, path)?.path

  test('the very path, a pattern, the longest beginning, and beginnings that stand before patterns', () => {
    expect(['/a/b', '/a/c', '/x.png', '/img/x.png', '/z'].map(found)).toEqual(['/a/b', '/a/', '\\.png$', '/img/', '/'])
  })

  test('the server whose name the client says, else the default', () => {
    const { servers } = parseConfiguration(
      'server { server_name a.example; } server { listen 80 default_server; } server { server_name *.b.example; }',
    )
    const index = (host: string) => servers.indexOf(serverFor(servers, host))
    expect([index('a.example:80'), index('x.b.example'), index('other')]).toEqual([0, 2, 1])
  })
})

test('try_files looks for files, and goes on with its last word', async () => {
  const port = await freePort()
  const root = rootWith({
    'etc/nginx/conf.d/a.conf': `server { listen ${port};
      location / { try_files $uri $uri/ /index.html; }
      location /strict/ { try_files $uri =404; } }`,
    'usr/share/nginx/html/index.html': 'the app',
    'usr/share/nginx/html/style.css': 'css',
  })
  await start(root, port)
  expect((await ask(port, '/style.css')).text).toBe('css')
  expect((await ask(port, '/some/page')).text).toBe('the app')
  expect((await ask(port, '/strict/x')).code).toBe(404)
})

test('an upstream is asked in turn, and one that does not answer is passed over', async () => {
  const [port, one, two, dead] = [await freePort(), await backend('one'), await backend('two'), await freePort()]
  const root = rootWith({
    'etc/nginx/nginx.conf': `http { upstream app { server 127.0.0.1:${one}; server 127.0.0.1:${two}; }
      upstream half { server 127.0.0.1:${dead}; server 127.0.0.1:${two}; }
      server { listen ${port}; location / { proxy_pass http://app; } location /api/ { proxy_pass http://app/v1/; }
        location /half { proxy_pass http://half; } } }`,
  })
  await start(root, port)
  const texts = [await ask(port, '/x?q=1'), await ask(port, '/x?q=1')].map(a => a.text)
  expect(texts.sort()).toEqual(['one /x?q=1', 'two /x?q=1'])
  expect((await ask(port, '/api/users')).text).toContain(' /v1/users')
  expect((await ask(port, '/half')).text).toBe('two /half')
})

test.skipIf(process.platform === 'win32')(
  'reload takes a new configuration, and keeps the old one if the new is no good',
  async () => {
    const port = await freePort()
    const reply = (text: string) => `server { listen ${port}; location / { return 200 "${text}"; } gzip on; }`
    const root = rootWith({ 'etc/nginx/conf.d/a.conf': reply('old') })
    const file = join(root, 'etc/nginx/conf.d/a.conf')
    const program = await start(root, port)
    expect(program.errors).toContain('the directive "gzip" is not followed here')
    writeFileSync(file, reply('new'))
    expect((await runProgram('nginx', ['-s', 'reload'], env(root))).code).toBe(0)
    await eventually(async () => (await ask(port)).text === 'new')
    writeFileSync(file, 'server { listen ')
    const checked = await runProgram('nginx', ['-t'], env(root))
    expect([checked.code, checked.errors]).toEqual([1, expect.stringContaining('[emerg] unexpected end of file')])
    program.child.kill('SIGHUP')
    await program.said('[emerg]')
    expect((await ask(port)).text).toBe('new')
  },
)
