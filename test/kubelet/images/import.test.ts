import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { finished } from 'node:stream/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UserError } from '../../../engine/base/errors.ts'
import { importImage, removeImage, writeImageSettings } from '../../../engine/kubelet/images/import.ts'
import { ImageStore } from '../../../engine/kubelet/images/store.ts'
import { create } from '../../../resources/images/container/tar/create.ts'

let folder: string
let source: string
let lab: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-import-'))
  source = join(folder, 'source')
  lab = join(folder, 'lab')
  mkdirSync(join(source, 'lib'), { recursive: true })
  write('image.json', JSON.stringify({ names: ['team/mine'], runs: 'node', entry: ['main.mjs'] }))
  write('main.mjs', 'console.log(1)')
  write('lib/a.mjs', 'export {}')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string) => writeFileSync(join(source, name), text)
const store = () => new ImageStore({ builtIn: join(folder, 'none'), added: lab })

/** Packs files of a folder as `lab image build` does. */
async function pack(from: string, names: string[], file = join(folder, 'image.tar')): Promise<string> {
  const out = createWriteStream(file)
  await create(out, from, names, text => {
    throw new Error(text)
  })
  out.end()
  await finished(out)
  return file
}

/** What importing fails with; the lab stays as it was. */
async function refusal(from: string, names: string[] = []): Promise<string> {
  const error: unknown = await importImage(from, lab, names).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UserError)) throw new Error(`it was not refused: ${String(error)}`)
  expect(readdirSync(lab)).toEqual([])
  return `${error.message} ${error.advice}`
}

test('a folder, its archive and its compressed archive are the same image', async () => {
  const { digest } = await importImage(source, lab)
  const inside = await pack(source, ['image.json', 'lib', 'main.mjs'])
  expect((await importImage(inside, lab)).digest).toBe(digest)
  const around = await pack(folder, ['source'], join(folder, 'around.tar'))
  expect((await importImage(around, lab)).digest).toBe(digest)
  const zipped = join(folder, 'image.tgz')
  writeFileSync(zipped, gzipSync(readFileSync(inside)))
  expect((await importImage(zipped, lab)).digest).toBe(digest)
  expect(store().images.map(i => [i.names, i.digest])).toEqual([[['team/mine'], digest]])
})

test('an image with the same name is replaced, whole', async () => {
  await importImage(source, lab)
  rmSync(join(source, 'lib'), { recursive: true })
  const { dir } = await importImage(source, lab)
  expect(readdirSync(dir).sort()).toEqual(['image.json', 'main.mjs'])
  expect(store().images).toHaveLength(1)
})

test('it can be given another name, and a tag that alone is served', async () => {
  await importImage(source, lab, ['other:v2', 'localhost:5000/other'])
  const images = store()
  expect([!!images.find('other:v2'), !!images.find('other:v1'), !!images.find('team/mine')]).toEqual([
    true,
    false,
    false,
  ])
  expect(images.find('localhost:5000/other:v2')?.names).toEqual(['other', 'localhost:5000/other'])
})

test('what was added can be removed', async () => {
  const images = store()
  removeImage(await importImage(source, lab))
  expect(images.find('team/mine')).toBeUndefined()
})

test('settings outlive the images, and are seen at once', async () => {
  const images = store()
  expect(images.settings).toEqual({ hostPrograms: false })
  writeImageSettings(lab, { hostPrograms: true })
  await importImage(source, lab)
  expect(images.settings).toEqual({ hostPrograms: true })
})

test('an archive of Docker is refused, with the reason', async () => {
  write('manifest.json', '[]')
  expect(await refusal(await pack(source, ['manifest.json']))).toMatch(
    /is an image of Docker .* need a container engine/,
  )
  write('oci-layout', '{}')
  expect(await refusal(await pack(source, ['oci-layout']))).toContain('a process of this machine')
})

test('a folder with a Dockerfile and nothing else learns what to do instead', async () => {
  rmSync(join(source, 'image.json'))
  write('Dockerfile', 'FROM x')
  mkdirSync(lab)
  expect(await refusal(source)).toContain('A Dockerfile cannot be built here. Write one, with names, runs and entry')
})

test('what is not an image is refused and leaves nothing', async () => {
  mkdirSync(lab)
  expect(await refusal(join(folder, 'absent'))).toContain('There is no ')
  expect(await refusal(await pack(source, ['main.mjs']))).toContain('There is no image.json in ')
  const garbage = join(folder, 'garbage.tar')
  writeFileSync(garbage, 'x'.repeat(2048))
  expect(await refusal(garbage)).toContain('This is not a tar archive.')
  const whole = readFileSync(await pack(source, ['image.json', 'main.mjs']))
  writeFileSync(garbage, whole.subarray(0, 700))
  expect(await refusal(garbage)).toContain('ends in the middle of a file')
  write('image.json', JSON.stringify({ names: ['Big'], runs: 'x', entry: [] }))
  expect(await refusal(source)).toMatch(/runs: must be "node" or "host".*names\[0\]|names\[0\].*runs: must be/)
  write('image.json', JSON.stringify({ names: ['a'], runs: 'node', entry: ['main.mjs'] }))
  expect(await refusal(source, ['a@sha256:00'])).toContain('cannot be a name')
})

test('nothing that leads out of the image comes in', async () => {
  mkdirSync(lab)
  symlinkSync('/etc', join(source, 'link'))
  expect(await refusal(source)).toContain('is a symbolic link')
  expect(await refusal(await pack(source, ['image.json', 'main.mjs', 'link']))).toContain('holds a link, link')
  const bytes = readFileSync(await pack(source, ['main.mjs']))
  // The same archive with a name that climbs, and the sum that goes with it.
  bytes.write('../../evil\0', 0)
  bytes.fill(0x20, 148, 156)
  bytes.write(
    `${bytes
      .subarray(0, 512)
      .reduce((a, b) => a + b, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  const evil = join(folder, 'evil.tar')
  writeFileSync(evil, bytes)
  expect(await refusal(evil)).toContain('holds ../../evil, which lies outside of it')
})
