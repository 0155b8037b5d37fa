import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readImage } from '../../../engine/kubelet/images/image.ts'
import { manifestProblems } from '../../../engine/kubelet/images/manifest.ts'
import { ImageStore } from '../../../engine/kubelet/images/store.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kubarium-images-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Puts an image into a folder of the store; gives its own folder. */
function put(into: string, name: string, manifest: object, files: Record<string, string> = { 'main.mjs': '1' }) {
  const dir = join(into, name)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'image.json'), JSON.stringify(manifest))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text)
  return dir
}

const node = (names: string[], more: object = {}) => ({ names, runs: 'node', entry: ['main.mjs'], ...more })
const store = (more: object = {}) =>
  new ImageStore({ builtIn: join(folder, 'built-in'), added: join(folder, 'added'), ...more })
const problemOf = (reference: string, images = store()) => {
  const found = images.resolve(reference)
  return 'problem' in found ? found.problem : undefined
}

describe('image.json', () => {
  test('a sound manifest has no problems', () => {
    expect(
      manifestProblems({
        names: ['a', 'registry.example.com:5000/b'],
        description: 'A thing.',
        tags: ['1', 'v2.0'],
        tagPattern: '\\d+',
        tagEnv: 'VERSION',
        runs: 'node',
        entry: ['main.mjs', '--quiet'],
        cmd: ['serve'],
        env: { A: 'b' },
        workingDir: '/app',
        ports: [80],
        user: 1000,
        stopSignal: 'SIGQUIT',
        commands: { tool: 'tool.mjs' },
        platforms: ['linux'],
      }),
    ).toEqual([])
  })

  test.each([
    [{ names: [] }, 'names: must not be empty'],
    [{ names: ['a:1'] }, 'names[0]: "a:1" must be without tag and digest; tags have a field'],
    [
      { names: ['Big'] },
      'names[0]: "Big" cannot be a name: invalid reference format: repository name must be lowercase',
    ],
    [{ names: ['host/sh'] }, "names[0]: names in host/ stand for this machine's programs"],
    [{ runs: 'docker' }, 'runs: must be "node" or "host"'],
    [{ entry: 'main.mjs' }, 'entry: must be a list'],
    [{ entry: [] }, 'entry: an image for Node must name its script'],
    [{ env: { A: 1 } }, 'env.A: must be a text'],
    [{ env: { '1A': 'x' } }, 'env: "1A" cannot be a variable\'s name'],
    [{ workingDir: 'app' }, 'workingDir: must be an absolute path, such as "/app"'],
    [{ ports: [0] }, 'ports[0]: 0 is no port; those are 1 to 65535'],
    [{ user: -1 }, 'user: must be the number of a user'],
    [{ stopSignal: 'TERM' }, 'stopSignal: "TERM" is not one of'],
    [{ tags: ['a b'] }, 'tags[0]: "a b" cannot be a tag'],
    [{ tagPattern: '(' }, 'tagPattern: "(" is not a regular expression'],
    [{ platforms: ['beos'] }, 'platforms[0]: must be one of linux, darwin, windows'],
    [{ commands: { 'a/b': 'x' } }, 'commands: "a/b" cannot be a command\'s name'],
    [{ volumes: [] }, 'volumes: there is no such field; there is: names'],
    [{ names: undefined }, 'names: is missing'],
  ])('%j is refused: %s', (more, problem) => {
    const problems = manifestProblems({ ...node(['a']), ...more })
    expect(problems.some(p => p.startsWith(problem))).toBe(true)
  })

  test('a folder is read whole or refused with everything that is wrong with it', () => {
    const dir = put(folder, 'a', node(['a'], { entry: ['gone.mjs'], commands: { out: '../../etc/passwd' } }))
    expect(() => readImage(dir)).toThrow(
      'entry[0]: the image has no file "gone.mjs"; commands.out: "../../etc/passwd" lies outside the image',
    )
    expect(() => readImage(join(folder, 'nothing'))).toThrow('there is no image.json in it')
    writeFileSync(join(dir, 'image.json'), '{')
    expect(() => readImage(dir)).toThrow(/image\.json is not valid: .*JSON/)
  })

  test('the digest is over names and contents of all files, and nothing else', () => {
    const one = readImage(put(join(folder, 'x'), 'a', node(['a']), { 'main.mjs': '1', b: 'two' }))
    const same = readImage(put(join(folder, 'y'), 'other', node(['a']), { b: 'two', 'main.mjs': '1' }))
    expect(same.digest).toBe(one.digest)
    expect(one.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    const changed = readImage(put(join(folder, 'z'), 'a', node(['a']), { 'main.mjs': '1t', b: 'wo' }))
    expect(changed.digest).not.toBe(one.digest)
  })
})

describe('a reference', () => {
  beforeEach(() => {
    put(join(folder, 'built-in'), 'nginx', node(['nginx'], { tagPattern: 'latest|1(\\.\\d{1,2}){0,2}', tagEnv: 'V' }))
    put(join(folder, 'built-in'), 'boot', node(['boot'], { tags: ['v1', 'v2'] }))
    put(join(folder, 'built-in'), 'shell', {
      names: ['shell'],
      runs: 'host',
      entry: [],
      platforms: ['linux', 'darwin'],
    })
  })

  test('finds an image by each of its spellings, and tells the program its tag', () => {
    for (const reference of ['nginx', 'docker.io/library/nginx:1.25', 'nginx:1.14.2'])
      expect(store().find(reference)?.names, reference).toEqual(['nginx'])
    expect(store().find('nginx:1.14.2')?.env).toEqual({ V: '1.14.2' })
  })

  test('finds by digest that content alone', () => {
    const { digest } = store().find('nginx')!
    expect(store().find(`nginx@${digest}`)?.digest).toBe(digest)
    expect(problemOf(`nginx@sha256:${'0'.repeat(64)}`)).toBe(`not found: here nginx has the digest ${digest}, no other`)
  })

  test('to a tag that there is not names those that there are', () => {
    expect(problemOf('boot:v9')).toBe('not found: boot has no tag "v9" here; there is: v1, v2')
    expect(problemOf('boot')).toContain('no tag "latest"')
    expect(problemOf('nginx:1.161')).toContain('nginx has no tag "1.161" here')
  })

  test('to an image that there is not names near ones, or all', () => {
    expect(problemOf('ngnix:1')).toBe('not found: this lab is offline; near names: nginx')
    expect(problemOf('postgres')).toBe('not found: this lab is offline; there is: boot, nginx, shell')
  })

  test('that is malformed is invalid, not unknown', () => {
    expect(store().resolve('Not Valid')).toMatchObject({ invalid: true })
  })

  test('to an image for other platforms says which', () => {
    expect(problemOf('shell', store({ platform: 'windows' }))).toBe(
      'no match for platform in manifest: shell runs on linux and darwin, this machine is windows',
    )
    expect(problemOf('shell', store({ platform: 'darwin' }))).toBeUndefined()
  })
})

describe('images that were added', () => {
  test('stand before built-in ones, come and go while the store lives, and damage is told', () => {
    put(join(folder, 'built-in'), 'web', node(['web']))
    const images = store()
    expect(images.isBuiltIn(images.find('web')!)).toBe(true)
    put(join(folder, 'added'), 'mine', node(['web', 'mine']))
    expect(images.isBuiltIn(images.find('web')!)).toBe(false)
    put(join(folder, 'added'), 'broken', { names: ['broken'] })
    expect(images.damaged).toEqual([{ dir: join(folder, 'added', 'broken'), problem: expect.stringContaining('runs') }])
    rmSync(join(folder, 'added', 'mine'), { recursive: true })
    expect(images.find('mine')).toBeUndefined()
    expect(images.isBuiltIn(images.find('web')!)).toBe(true)
  })
})

describe('host/<program>', () => {
  const allow = (hostPrograms: boolean) => {
    mkdirSync(join(folder, 'added'), { recursive: true })
    writeFileSync(join(folder, 'added', 'settings.json'), JSON.stringify({ hostPrograms }))
  }

  test('is refused until the lab allows it, and the refusal says how', () => {
    expect(problemOf('host/node')).toContain('allow it with "kubarium lab image host allow"')
    allow(false)
    expect(problemOf('host/node')).toContain('does not run programs of this machine')
  })

  test('runs a program on the PATH once it is allowed, and no other', () => {
    allow(true)
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'tool.exe'), 'x', { mode: 0o755 })
    const images = store({ env: { PATH: bin, PATHEXT: '.EXE;.exe' } })
    expect(images.find('host/tool')).toMatchObject({ runs: 'host', entry: ['tool'], names: ['host/tool'] })
    expect(problemOf('host/other', images)).toBe('not found: this machine has no program "other" on its PATH')
    expect(images.find('host/../tool')).toBeUndefined()
    allow(false)
    expect(images.find('host/tool')).toBeUndefined()
  })
})
