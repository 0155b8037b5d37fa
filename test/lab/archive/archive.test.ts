import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UserError } from '../../../engine/base/errors.ts'
import { freeLabName } from '../../../engine/lab/archive/free-name.ts'
import { KEY_FILES, type ArchiveManifest } from '../../../engine/lab/archive/manifest.ts'
import { saveLab } from '../../../engine/lab/archive/save.ts'
import { requireLab } from '../../../engine/lab/client.ts'
import { inspectArchive } from '../../../engine/lab/archive/read.ts'
import { labPaths, readLabConfig } from '../../../engine/lab/config.ts'
import { readTar } from '../../../engine/kubelet/images/tar.ts'
import { DownLab, partsOf, platform, sha256, writeArchive, type Part } from './lab.ts'

const lab = new DownLab()
let manifest: ArchiveManifest
let parts: Part[]

beforeAll(async () => {
  await lab.make()
  manifest = await lab.save()
  parts = await partsOf(lab.archive)
})
afterAll(() => lab.remove())

/** Loads a file that is to be refused: nothing may be left of it. Gives what was said. */
async function refusal(file: string, name = 'new'): Promise<string> {
  const labs = readdirSync(join(lab.dataDir, 'labs'))
  const error: unknown = await lab.load(file, { name }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UserError)) throw error ?? new Error('it was not refused')
  expect(readdirSync(join(lab.dataDir, 'labs'))).toEqual(labs)
  expect(readdirSync(join(lab.dataDir, 'unfinished'))).toEqual([])
  return `${error.message} ${error.advice}`
}

const fileOf = (name: string) => join(lab.dataDir, `${name}.kubarium`)

/** The archive with another manifest, or other files. */
function archive(name: string, change: (manifest: ArchiveManifest) => unknown, others: Part[] = parts.slice(1)) {
  const changed = structuredClone(manifest)
  const text = JSON.stringify(change(changed) ?? changed)
  return writeArchive(fileOf(name), [{ name: 'manifest.json', content: Buffer.from(text) }, ...others])
}

describe('saving', () => {
  test('holds settings, keys, images and the store, and neither folders of machines nor what was allowed here', () => {
    expect(parts.map(part => part.name)).toEqual([
      'manifest.json',
      ...KEY_FILES,
      'images/team_mine/image.json',
      expect.stringMatching(/^images\/team_mine\/lib\/(long-){30}명\.mjs$/),
      'images/team_mine/main.mjs',
      'store.db',
    ])
    expect(manifest).toMatchObject({
      format: 'kubarium-lab',
      formatVersion: 1,
      productVersion: '1.2.3',
      lab: { name: 'shop', runtime: 'process', createdAt: '2026-01-02T03:04:05.000Z' },
      store: { keys: 2 },
      images: ['team/mine'],
    })
    expect(JSON.stringify(manifest)).not.toMatch(/allowedHostPaths|dnsForward|\/srv|192\.0\.2|ports|token/)
    if (platform.name !== 'windows') expect(statSync(lab.archive).mode & 0o777).toBe(0o600)
  })

  test('can be read by tar, and says itself what it is', async () => {
    expect(await inspectArchive(lab.archive)).toEqual(manifest)
    const names: string[] = []
    for await (const { name, type } of readTar(createReadStream(lab.archive).pipe(createGunzip())))
      names.push(`${type} ${name}`)
    expect(names).toContain('file store.db')
  })

  test('replaces no file unless told to, and makes none if it is given up', async () => {
    await expect(lab.save()).rejects.toThrow(/There is a file/)
    await lab.save(lab.archive, { overwrite: true })
    const giveUp = new AbortController()
    giveUp.abort()
    const other = join(lab.dataDir, 'other.kubarium')
    await expect(lab.save(other, { signal: giveUp.signal })).rejects.toThrow(/given up/)
    await expect(lab.save(join(lab.dataDir, 'no', 'folder'))).rejects.toThrow(/There is no folder/)
    expect(readdirSync(lab.dataDir).filter(name => /other|part/.test(name))).toEqual([])
    expect(existsSync(lab.paths.host)).toBe(false)
  })

  test('a lab that keeps its state in an etcd is left to its tools', async () => {
    const entry = requireLab(lab.dataDir, lab.name, platform)
    const elsewhere = { ...entry, config: { ...entry.config, etcd: { endpoints: ['https://127.0.0.1:2379'] } } }
    await expect(saveLab(elsewhere, fileOf('etcd'), {} as never)).rejects.toThrow(/keeps its state in etcd/)
  })
})

describe('loading', () => {
  test('makes a lab of its own with what was saved, on ports of its own', async () => {
    expect((await lab.load(lab.archive, { name: 'again' })).name).toBe('again')
    const paths = labPaths(lab.dataDir, 'again')
    const [config, before] = [readLabConfig(paths)!, readLabConfig(lab.paths)!]
    expect(config).toMatchObject({
      name: 'again',
      runtime: platform.name === 'linux' ? 'process' : 'auto',
      lastMaster: 1,
    })
    expect(config.machines.map(({ name }) => name)).toEqual(['master-1', 'worker-1'])
    expect(config.clusterId).not.toBe(before.clusterId)
    expect(config).not.toHaveProperty('allowedHostPaths')
    expect(config.network).not.toHaveProperty('dnsForward')
    const portsOf = ({ ports, machines }: typeof config) =>
      [ports, ...machines.map(m => m.ports)].flatMap(p => Object.values(p))
    expect(portsOf(config).filter(port => portsOf(before).includes(port))).toEqual([])
    for (const file of KEY_FILES)
      expect(readFileSync(join(paths.root, file), 'utf8')).toBe(readFileSync(join(lab.paths.root, file), 'utf8'))
    expect(readdirSync(paths.images)).toEqual(['team_mine'])
    expect(readdirSync(paths.machines)).toEqual(['master-1'])
    expect(readdirSync(paths.root).sort()).toEqual(['images', 'lab.json', 'machines', 'pki'])
    // What was loaded can be saved, and is the same.
    const second = await lab.save(fileOf('second'), { name: 'again' })
    expect(second.store).toEqual(manifest.store)
    const files = (of: ArchiveManifest) => of.files.filter(file => file.name !== 'store.db')
    expect(files(second)).toEqual(files(manifest))
  })

  test('takes no name that is taken, or that none can have', async () => {
    expect(await refusal(lab.archive, 'shop')).toMatch(/There is a lab shop already.*--name/)
    expect(await refusal(lab.archive, '../shop')).toMatch(/cannot be the name of a lab/)
    mkdirSync(labPaths(lab.dataDir, 'half').root)
    expect(await refusal(lab.archive, 'half')).toMatch(/There is a lab half already/)
    expect(freeLabName(lab.dataDir, 'shop')).toBe('shop-2')
    expect(freeLabName(lab.dataDir, 'other')).toBe('other')
  })

  test('leaves nothing when it is interrupted, and clears away what a killed one has left', async () => {
    const giveUp = new AbortController()
    giveUp.abort()
    await expect(lab.load(lab.archive, { name: 'new', signal: giveUp.signal })).rejects.toThrow(/given up/)
    const left = join(lab.dataDir, 'unfinished', '1073741824-abc', 'content')
    mkdirSync(left, { recursive: true })
    await refusal(fileOf('absent'))
    expect(existsSync(left)).toBe(false)
  })
})

describe('what is refused', () => {
  test('a file that is none, or of something else', async () => {
    expect(await refusal(fileOf('absent'))).toMatch(/There is no file/)
    expect(await refusal(lab.dataDir)).toMatch(/is no file/)
    writeFileSync(fileOf('text'), 'kind: Pod\n')
    expect(await refusal(fileOf('text'))).toMatch(/is no lab archive: it is not compressed/)
    writeFileSync(fileOf('empty'), '')
    expect(await refusal(fileOf('empty'))).toMatch(/is (no lab archive|damaged)/)
    writeFileSync(fileOf('gzip'), gzipSync('hello'.repeat(500)))
    expect(await refusal(fileOf('gzip'))).toMatch(/is damaged: what is in it is not in order/)
    expect(await refusal(await writeArchive(fileOf('image'), parts.slice(1)))).toMatch(/does not begin with a manifest/)
    expect(await refusal(await archive('other', m => ({ ...m, format: 'zip' })))).toMatch(/of something else/)
  })

  test('one that is cut short anywhere, or has a wrong byte', async () => {
    const whole = readFileSync(lab.archive)
    for (const part of [0.02, 0.3, 0.7, 0.99]) {
      writeFileSync(fileOf('cut'), whole)
      truncateSync(fileOf('cut'), Math.floor(whole.length * part))
      expect(await refusal(fileOf('cut')), String(part)).toMatch(/is damaged|is no lab archive/)
    }
    writeFileSync(fileOf('cut'), whole.subarray(0, whole.length - 1))
    expect(await refusal(fileOf('cut'))).toMatch(/is damaged: its end is missing/)
    for (const at of [0.1, 0.5, 0.9]) {
      const bytes = Buffer.from(whole)
      bytes[Math.floor(bytes.length * at)]! ^= 0x55
      writeFileSync(fileOf('bent'), bytes)
      expect(await refusal(fileOf('bent')), String(at)).toMatch(/is damaged|manifest cannot be read/)
    }
    const tar = gunzipSync(whole)
    writeFileSync(fileOf('cut'), gzipSync(tar.subarray(0, tar.length / 2)))
    expect(await refusal(fileOf('cut'))).toMatch(/is damaged: it ends too early/)
  })

  test('one of a newer format, with the version that wrote it', async () => {
    const file = await archive('newer', m => ({ ...m, formatVersion: 2, productVersion: '9.1.0', lab: null }))
    expect(await refusal(file)).toMatch(/made by Kubarium 9\.1\.0, in format 2; this version reads up to 1/)
    await expect(inspectArchive(file)).rejects.toThrow(/format 2/)
  })

  test('files whose content is not what the manifest promises', async () => {
    const others = parts.slice(1)
    const bent = others.map(part =>
      part.name === 'pki/ca.key' ? { ...part, content: Buffer.from('x'.repeat(part.content.length)) } : part,
    )
    expect(await refusal(await archive('sum', m => m, bent))).toMatch(/checksum of pki\/ca\.key does not fit/)
    expect(await refusal(await archive('order', m => m, others.toReversed()))).toMatch(
      /holds "store\.db" where pki\/ca\.crt should be/,
    )
    expect(await refusal(await archive('more', m => m, [...others, { name: 'x', content: Buffer.from('y') }]))).toMatch(
      /more than it says/,
    )
    const missing = others.filter(part => part.name !== 'store.db')
    expect(await refusal(await archive('fewer', m => m, missing))).toMatch(/ends before store\.db/)
    expect(await refusal(await archive('no-key', m => ({ ...m, files: m.files.slice(1) }), others.slice(1)))).toMatch(
      /pki\/ca\.crt is not in it/,
    )
  })

  test.each([
    '../../outside',
    'images/../../outside',
    'images/x/../../../y',
    '/etc/cron.d/x',
    'images//etc/x',
    'images/x/C:\\y',
    'images/x/..\\..\\y',
    'images/x/nul.txt',
    'images/x/a\u0000b',
    'images/.new-x/y',
    'machines/worker-1/kubelet.json',
    'host.json',
    'pki/kube-proxy.key',
  ])('a file that lies elsewhere: %j', async name => {
    const content = Buffer.from('gotcha')
    const file = await archive(
      'path',
      m => ({ ...m, files: [...m.files, { name, bytes: content.length, sha256: sha256(content) }] }),
      [...parts.slice(1), { name, content }],
    )
    expect(await refusal(file)).toMatch(/which belongs to no lab/)
  })

  test('a machine, an address or a setting that none can have', async () => {
    const machines = manifest.lab.machines
    const withLab = (change: object) => archive('lab', m => ({ ...m, lab: { ...m.lab, ...change } }))
    const rename = (name: string) => withLab({ machines: [{ ...machines[0], name }, machines[1]] })
    expect(await refusal(await rename('../../../tmp/x'))).toMatch(/no name that one can have/)
    expect(await refusal(await rename('worker-1'))).toMatch(/one name|no name/)
    expect(await refusal(await withLab({ machines: [] }))).toMatch(/no lab has 0 masters/)
    expect(await refusal(await withLab({ machines: [null] }))).toMatch(/its machines are none/)
    expect(await refusal(await withLab({ machines: [{ ...machines[0], address: '8.8.8.8' }] }))).toMatch(/no address/)
    expect(await refusal(await withLab({ name: '../x' }))).toMatch(/cannot be the name/)
    expect(await refusal(await withLab({ kubelet: { staticPodPath: '/etc' } }))).toMatch(/staticPodPath means nothing/)
    expect(await refusal(await withLab({ runtime: 'docker' }))).toMatch(/its runtime is none/)
    expect(await refusal(await withLab({ network: { ...manifest.lab.network, clusterDomain: 'a b' } }))).toMatch(
      /its domain/,
    )
  })

  test('one that says that it is huge, before anything of it is written', async () => {
    const store = (bytes: number) =>
      archive('huge', m => ({ ...m, files: m.files.map(f => (f.name === 'store.db' ? { ...f, bytes } : f)) }))
    expect(await refusal(await store(9_000 * 2 ** 20))).toMatch(/its store is too large/)
    expect(await refusal(await store(600_000))).toMatch(/is damaged/)
    const key = (m: ArchiveManifest) => ({
      ...m,
      files: m.files.map(f => (f.name === 'pki/sa.key' ? { ...f, bytes: 1e9 } : f)),
    })
    expect(await refusal(await archive('huge', key))).toMatch(/too large/)
    const long = Buffer.alloc(9 * 2 ** 20, 0x20)
    expect(await refusal(await writeArchive(fileOf('huge'), [{ name: 'manifest.json', content: long }]))).toMatch(
      /manifest is too large/,
    )
  })

  test('a store that is none, and an image that is none', async () => {
    const replaced = (name: string, content: Buffer) =>
      archive(
        'replaced',
        m => ({
          ...m,
          files: m.files.map(f => (f.name === name ? { name, bytes: content.length, sha256: sha256(content) } : f)),
        }),
        parts.slice(1).map(part => (part.name === name ? { name, content } : part)),
      )
    expect(await refusal(await replaced('store.db', Buffer.from('x'.repeat(5000))))).toMatch(/its store cannot be used/)
    const image = Buffer.from(JSON.stringify({ names: ['x'], runs: 'node', entry: ['../../../../bin/x.mjs'] }))
    expect(await refusal(await replaced('images/team_mine/image.json', image))).toMatch(/an image in it cannot be used/)
  })
})
