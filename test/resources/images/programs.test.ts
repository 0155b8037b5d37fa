import { createServer, type Server } from 'node:http'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { missingScripts, manifestProblems } from '../../../engine/kubelet/images/manifest.ts'
import { ImageStore } from '../../../engine/kubelet/images/store.ts'
import { parseReference } from '../../../engine/kubelet/images/reference.ts'
import { parseBytes, parseDuration, parseFlags } from '../../../resources/images/container/flags.ts'
import { parseCurl } from '../../../resources/images/curl/options.ts'
import { summary } from '../../../resources/images/load/summary.ts'
import { pi } from '../../../resources/images/perl/pi.ts'
import { readLoad } from '../../../resources/images/stress/options.ts'
import { Follower } from '../../../resources/images/tail/follow.ts'
import { root } from '../../../tools/sources.ts'
import { freePort, Program, runProgram } from './programs.ts'

const IMAGES = join(root, 'resources/images')
let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kubarium-programs-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const inFolder = () => ({ KUBARIUM_ROOT: folder, KUBARIUM_MOUNTS: '[]' })

describe('the built-in images', () => {
  const store = new ImageStore(IMAGES)

  test('are sound, described, and no two have a name in common', () => {
    const names = store.images.flatMap(i => i.names.map(n => parseReference(n).name))
    expect(names.filter((n, i) => names.indexOf(n) !== i)).toEqual([])
    for (const { dir, digest, sizeBytes, commands, ...image } of store.images) {
      expect(image.description, dir).toBeTruthy()
      expect(manifestProblems({ ...image }), dir).toEqual([])
      expect([typeof digest, sizeBytes > 0]).toEqual(['string', true])
      const scripts = [...(image.runs === 'node' ? [image.entry[0]] : []), ...Object.values(commands ?? {})]
      const built = scripts.map(s => s.replace(/\.mjs$/, '.ts'))
      const from = built.map(s => (s.startsWith('../') ? { dir: IMAGES, s: s.slice(3) } : { dir, s }))
      for (const { dir, s } of from) expect(missingScripts({ ...image, entry: [s], commands: {} }, dir)).toEqual([])
    }
  })

  test('every folder with a program belongs to an image, or is shared by them', () => {
    const folders = readdirSync(IMAGES, { withFileTypes: true }).filter(e => e.isDirectory() && e.name !== 'container')
    expect(store.images.length).toBe(folders.length)
  })

  test.each([
    ['nginx:1.14.2', true],
    ['nginx:1.161', false],
    ['nginx:1.27-alpine', true],
    ['nginx:stable-alpine3.20', true],
    ['registry.k8s.io/nginx-slim:0.24', true],
    ['nginx', true],
    ['httpd:2.4-alpine', true],
    ['httpd:3.0', false],
    ['docker.io/jocatalin/kubernetes-bootcamp:v2', true],
    ['gcr.io/google-samples/kubernetes-bootcamp:v10', false],
    ['gcr.io/google-samples/hello-app:2.0', true],
    ['perl:5.34.0', true],
    ['redis:7-alpine', true],
    ['busybox:1.28', true],
    ['registry.k8s.io/e2e-test-images/agnhost:2.53', true],
  ])('%s is there: %s', (reference, there) => expect(!!store.find(reference)).toBe(there))
})

describe('flags', () => {
  test('as Go takes them', () => {
    const { flags, rest } = parseFlags(['-a=1', '--b', 'x', '-c', '--list=1', '-list', '2', 'word', '-a', '2'], {
      a: 0,
      b: '',
      c: false,
      list: [] as string[],
    })
    expect([flags, rest]).toEqual([{ a: 1, b: 'x', c: true, list: ['1', '2'] }, ['word', '-a', '2']])
    expect(() => parseFlags(['--nope'], {})).toThrow('unknown flag: --nope')
    expect(() => parseFlags(['-a', 'x'], { a: 0 })).toThrow('invalid argument "x" for --a')
  })

  test('durations and sizes', () => {
    expect([parseDuration('1m30s'), parseDuration('500ms'), parseDuration('7')]).toEqual([90_000, 500, 7_000])
    expect([parseBytes('150M'), parseBytes('1Gi'), parseBytes('64')]).toEqual([157_286_400, 2 ** 30, 64])
    expect(() => parseDuration('soon')).toThrow('not a duration')
    expect(() => parseBytes('much')).toThrow('not a size')
  })
})

describe('hello servers tell their version and who they are', () => {
  const ask = async (env: Record<string, string>) => {
    const port = await freePort()
    const program = new Program('hello', [], { ...env, PORT: String(port), HOSTNAME: 'pod-1' })
    try {
      await program.said(env.HELLO_STYLE === 'bootcamp' ? 'Bootcamp App Started' : 'listening')
      return await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text()
    } finally {
      expect(await program.close()).toBe(0)
    }
  }
  test('bootcamp', async () =>
    expect(await ask({ HELLO_STYLE: 'bootcamp', VERSION: 'v2' })).toBe(
      'Hello Kubernetes bootcamp! | Running on: pod-1 | v=2\n',
    ))
  test('hello-app', async () =>
    expect(await ask({ HELLO_STYLE: 'hello-app', VERSION: '1.0' })).toBe(
      'Hello, world!\nVersion: 1.0.0\nHostname: pod-1\n',
    ))
})

describe('curl', () => {
  let server: Server
  let base: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', piece => (body += piece))
      request.on('end', () => {
        if (request.url === '/moved') response.writeHead(302, { location: '/' })
        else if (request.url === '/gone') response.writeHead(404)
        else if (request.url === '/slow') return
        response.end(`${request.method} ${request.headers['x-a'] ?? ''} ${body}`)
      })
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.closeAllConnections())
  afterAll(() => void server.close())

  test.each([
    [['-s', '/'], 0, 'GET  '],
    [['-sX', 'PUT', '-H', 'X-A: b', '-d', 'c=d', '/'], 0, 'PUT b c=d'],
    [['-s', '-d', 'a=1', '-d', 'b=2', '/'], 0, 'POST  a=1&b=2'],
    [['-sL', '/moved'], 0, 'GET  '],
    [['-so', '/dev/null', '-w', '%{http_code}\\n', '/gone'], 0, '404\n'],
    [['-sf', '/gone'], 22, ''],
    [['-s', '-m', '0.2', '/slow'], 28, ''],
  ] as [string[], number, string][])('%j ends with %i', async (args, code, output) => {
    const full = args.map(a => (a.startsWith('/') && a !== '/dev/null' ? base + a : a))
    const done = await runProgram('curl', full)
    expect([done.code, done.output]).toEqual([code, output])
  })

  test('says why nobody answers, in its own codes', async () => {
    const port = await freePort()
    const refused = await runProgram('curl', ['-sS', `127.0.0.1:${port}`])
    expect([refused.code, refused.errors]).toEqual([
      7,
      `curl: (7) Failed to connect to 127.0.0.1 port ${port}: Could not connect to server\n`,
    ])
    expect((await runProgram('curl', ['--nope', 'x'])).code).toBe(2)
  })

  test('reads options as curl does', () => {
    expect(parseCurl(['-fsSL', '-ofile', '--max-time', '2', 'web'])).toMatchObject({
      urls: ['http://web'],
      failOnError: true,
      follow: true,
      output: 'file',
      maxTimeMs: 2000,
    })
    expect(() => parseCurl([])).toThrow('no URL')
  })

  test('the load generator counts answers by their codes', async () => {
    const done = await runProgram('load', ['-n', '20', '-c', '4', `${base}/gone`])
    expect(done.code).toBe(0)
    expect(done.output).toContain('[404]\t20 responses')
  })
})

test('the summary of a run names the usual shares', () => {
  const text = summary(
    Array.from({ length: 100 }, (_, i) => (i + 1) * 10),
    new Map([['200', 100]]),
    2000,
  )
  expect(text).toContain('50% in 0.5000 secs')
  expect(text).toContain('99% in 0.9900 secs')
  expect(text).toContain('Requests/sec:\t50.0')
})

test('pi is pi, to the last digit asked for', () => {
  expect(pi(1)).toBe('3')
  expect(pi(5)).toBe('3.1416')
  expect(pi(30)).toBe('3.14159265358979323846264338328')
  expect(pi(2000)).toHaveLength(2001)
  expect(pi(1000).slice(0, -1)).toBe(pi(1100).slice(0, 1000))
})

test('perl prints the pi of the tutorial', async () => {
  const { code, output } = await runProgram('perl', ['-Mbignum=bpi', '-wle', 'print bpi(20)'])
  expect([code, output]).toEqual([0, '3.1415926535897932385\n'])
})

test('node runs scripts of the container, hands on exit codes and signals', async () => {
  mkdirSync(join(folder, 'app'))
  writeFileSync(join(folder, 'app', 'a.mjs'), 'console.log(process.argv[2]); process.exit(3)')
  const done = await runProgram('node', ['/app/a.mjs', 'hello'], inFolder())
  expect([done.code, done.output]).toEqual([3, 'hello\n'])
  const waiting = new Program('node', ['-e', 'console.log("up"); setInterval(() => 0, 1e6)'])
  await waiting.said('up')
  expect(await waiting.close()).toBe(143)
})

test('stress takes what it is told, and no wrong words', async () => {
  expect(readLoad(['--vm', '1', '--vm-bytes', '150M', '--vm-hang', '1'])).toMatchObject({ vm: 1, vmBytes: 157_286_400 })
  expect(readLoad(['-cpus', '2'])).toMatchObject({ cpu: 2 })
  expect((await runProgram('stress', [])).errors).toContain('nothing to do')
  const done = await runProgram('stress', ['--cpu', '1', '--timeout', '0.2'])
  expect([done.code, done.output.includes('successful run completed')]).toEqual([0, true])
})

test('a follower reads on after a rotation, loses nothing, and begins anew in a file that was cut', () => {
  const file = join(folder, 'log')
  const follower = new Follower(file)
  const read = () => follower.read().toString()
  expect(read()).toBe('')
  writeFileSync(file, '1\n')
  expect(read()).toBe('1\n')
  appendFileSync(file, '2\n')
  renameSync(file, file + '.1')
  writeFileSync(file, '3\n')
  expect(read()).toBe('2\n3\n')
  writeFileSync(file, '')
  expect(read()).toBe('')
  appendFileSync(file, '4\n')
  expect(read()).toBe('4\n')
  follower.close()
})

test('httpd serves its folder, its own page without one, and nothing outside', async () => {
  const port = await freePort()
  mkdirSync(join(folder, 'usr/local/apache2/conf'), { recursive: true })
  writeFileSync(join(folder, 'usr/local/apache2/conf/httpd.conf'), `Listen ${port}\nDocumentRoot "/site"\n`)
  writeFileSync(join(folder, 'secret'), 'no')
  const program = new Program('httpd', [], inFolder())
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })
    return `${answer.status} ${await answer.text()}`
  }
  try {
    await program.said('resuming normal operations')
    expect(await ask('/')).toContain('200 <html><body><h1>It works!')
    mkdirSync(join(folder, 'site'))
    writeFileSync(join(folder, 'site', 'index.html'), 'mine')
    expect(await ask('/')).toBe('200 mine')
    expect(await ask('/%2e%2e/secret')).toContain('404')
    expect(await ask('/%ff')).toContain('400')
    expect(program.output).toContain('"GET / HTTP/1.1" 200 4')
  } finally {
    expect(await program.close('SIGWINCH')).toBe(0)
  }
})

describe('agnhost', () => {
  test('prints its arguments, and says which subcommands there are', async () => {
    expect((await runProgram('agnhost', ['entrypoint-tester', 'a', 'b'])).output).toBe(
      '[/agnhost entrypoint-tester a b]\n',
    )
    const unknown = await runProgram('agnhost', ['nope'])
    expect([unknown.code, unknown.errors]).toEqual([1, expect.stringContaining('there is: crd-conversion-webhook')])
  })

  test('looks at files of the container', async () => {
    mkdirSync(join(folder, 'etc'))
    writeFileSync(join(folder, 'etc/resolv.conf'), 'nameserver 10.96.0.10\nsearch a.svc b.local\n')
    writeFileSync(join(folder, 'x'), 'content', { mode: 0o640 })
    expect((await runProgram('agnhost', ['dns-suffix'], inFolder())).output).toBe('a.svc,b.local\n')
    expect((await runProgram('agnhost', ['dns-server-list'], inFolder())).output).toBe('10.96.0.10\n')
    const args = ['mounttest', '--file_content=/x', '--file_mode=/x']
    expect((await runProgram('agnhost', args, inFolder())).output).toBe(
      'mode of file "/x": -rw-r-----\ncontent of file "/x": content\n',
    )
  })

  test('writes the lines of a log that it was asked for', async () => {
    const { output } = await runProgram('agnhost', ['logs-generator', '--log-lines-total=5', '--run-duration=1ms'])
    expect(output.trim().split('\n')).toHaveLength(5)
  })
})
