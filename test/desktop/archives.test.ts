import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Bridge } from '../../app/desktop/contract.ts'
import { KEY_FILES, newManifest } from '../../engine/lab/archive/manifest.ts'
import { labPaths } from '../../engine/lab/config.ts'
import { writeArchive } from '../lab/archive/lab.ts'
import { FakeDesktop } from './harness/electron.ts'
import { call, Fixture } from './harness/fixture.ts'
import { whyNoBrowser } from './harness/shell.ts'
import { until } from '../until.ts'

declare const window: { kubarium: Bridge }

/** In place of the command line, which is tried on real labs elsewhere: notes what it was asked for, and does or fails as told. */
const CLI = `
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs')
const args = process.argv.slice(2)
const dataDir = args.at(-1)
appendFileSync(dataDir + '/asked', JSON.stringify(args) + '\\n')
if (existsSync(dataDir + '/refuse')) {
  console.error('error: The archive is damaged: its end is missing.\\nCopy it again.')
  process.exit(1)
}
if (args[1] === 'save') writeFileSync(args[3], 'archive')
if (args[1] === 'load') mkdirSync(dataDir + '/labs/' + args[args.indexOf('--name') + 1], { recursive: true })
`
/** In place of the app itself, when it is started for another lab. */
const APP = "require('node:fs').writeFileSync(__dirname + '/started', JSON.stringify(process.argv.slice(2)))"

/** Programs are started, which takes its time on a busy machine. */

describe.skipIf(whyNoBrowser)(`labs as files${whyNoBrowser}`, () => {
  const fixture = new Fixture()
  const inData = (name: string) => join(fixture.dataDir, name)
  const asked = () =>
    existsSync(inData('asked'))
      ? readFileSync(inData('asked'), 'utf8')
          .trim()
          .split('\n')
          .map(line => JSON.parse(line) as string[])
      : []
  const started = () => until(() => existsSync(inData('started')) && readFileSync(inData('started'), 'utf8'))

  beforeEach(() => {
    writeFileSync(
      join(fixture.bundles, 'cli.mjs'),
      `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\n${CLI}`,
    )
    writeFileSync(inData('app.cjs'), APP)
  })

  async function archive(name = 'shop.kubarium', change: object = {}): Promise<string> {
    const manifest = newManifest({
      productVersion: '0.1.0',
      savedAt: '2026-01-02T03:04:05.000Z',
      lab: {
        ...{
          name: 'default',
          createdAt: '2026-01-01T00:00:00.000Z',
          bare: false,
          nodeMonitorGraceMs: 50_000,
          lastMaster: 1,
        },
        network: {
          podCIDR: '10.244.0.0/16',
          serviceCIDR: '10.96.0.0/16',
          clusterDomain: 'cluster.local',
          proxyMode: 'iptables',
        },
        machines: [{ role: 'control-plane', name: 'master-1', address: '172.18.0.11' }],
      },
      store: { revision: 100, keys: 80 },
      images: ['team/mine'],
      files: ['store.db', ...KEY_FILES].map(file => ({ name: file, bytes: 0, sha256: '0'.repeat(64) })),
    })
    const content = Buffer.from(JSON.stringify({ ...manifest, ...change }))
    return writeArchive(inData(name), [{ name: 'manifest.json', content }])
  }

  const options = (answers: number[]) => {
    const desktop = new FakeDesktop()
    desktop.answers = answers.map(response => ({ response }))
    return { desktop, manifest: { main: 'app.cjs' } }
  }

  test('the menu saves the lab where the user says, and says what is in the file', async () => {
    await fixture.lab.up()
    const shell = await fixture.run(options([1]))
    const page = await shell.page('kubarium://lab/')
    shell.menu.click('save-lab', shell.windows[0])
    await until(() => shell.desktop.saveDialogs.length === 1)
    expect(shell.desktop.saveDialogs[0]).toMatchObject({ defaultPath: 'default.kubarium' })
    expect(asked()).toEqual([])
    shell.desktop.savePath = inData('mine.kubarium')
    shell.menu.click('save-lab', shell.windows[0])
    await until(() => shell.desktop.boxes.length === 1)
    expect(asked()).toEqual([
      ['lab', 'save', 'default', shell.desktop.savePath, '--overwrite', '--data-dir', fixture.dataDir],
    ])
    expect(shell.desktop.boxes[0]).toMatchObject({
      message: 'The lab default is saved in mine.kubarium.',
      detail: expect.stringContaining('keys and the Secrets'),
    })
    await until(() => shell.desktop.revealed.includes(shell.desktop.savePath!))
    // The page does the same through the contract, and hears nothing of the path.
    expect(await page.evaluate(() => window.kubarium.saveLab())).toBe(true)
    writeFileSync(inData('refuse'), '')
    expect(await page.evaluate(() => window.kubarium.saveLab())).toBe(false)
    expect(shell.desktop.errors).toEqual([
      { title: 'The lab could not be saved', content: 'The archive is damaged: its end is missing.\n\nCopy it again.' },
    ])
  })

  test('one that is opened is described first, then made under a name that is free, and shown by an app of its own', async () => {
    await fixture.lab.up()
    const shell = await fixture.run(options([0]))
    await shell.page('kubarium://lab/')
    const file = await archive()
    shell.app.emit('second-instance', {}, ['kubarium', 'shop.kubarium'], fixture.dataDir)
    expect(JSON.parse(await started())).toEqual(['--lab=default-2'])
    expect(shell.desktop.boxes).toHaveLength(1)
    expect(shell.desktop.boxes[0]!.message).toBe('Make a lab of shop.kubarium?')
    expect(shell.desktop.boxes[0]!.detail).toMatch(
      /Lab default, saved January 2, 2026.* by Kubarium 0\.1\.0\.\n1 master, 0 workers, 80 objects.*\nImages: team\/mine\.\n\n.*default-2.*\n\n.*your rights/,
    )
    expect(asked()).toEqual([['lab', 'load', file, '--name', 'default-2', '--data-dir', fixture.dataDir]])
    expect(shell.app.quitted).toBe(false)
  })

  test('one that is dropped on the window comes by its path, which only a real file has', async () => {
    await fixture.lab.up()
    const shell = await fixture.run(options([0]))
    const page = await shell.page('kubarium://lab/')
    const refused = await page.evaluate(() =>
      window.kubarium.openDropped(new File(['x'], 'made-up.kubarium')).then(
        () => '',
        (error: Error) => error.message,
      ),
    )
    expect(refused).toBe('This is not what openDropped accepts.')
    const paths = { 'shop.kubarium': await archive(), 'passwd.txt': '/etc/passwd' }
    await page.evaluate(given => Object.assign(globalThis, { [Symbol.for('harness.paths')]: given }), paths)
    await page.evaluate(() => window.kubarium.openDropped(new File(['x'], 'passwd.txt')))
    expect(shell.desktop.boxes).toEqual([])
    await page.evaluate(() => window.kubarium.openDropped(new File(['x'], 'shop.kubarium')))
    expect(JSON.parse(await started())).toEqual(['--lab=default-2'])
  })

  test('an app that is started by one asks about it before it starts a lab, and leaves it to the other', async () => {
    const file = await archive('first.kubarium', {})
    const shell = await fixture.run({ ...options([0]), argv: [file] })
    await until(() => shell.app.quitted)
    expect(JSON.parse(await started())).toEqual(['--lab=default'])
    expect(shell.windows).toEqual([])
  })

  test('an app that is started by one shows its own lab if the user does not want the other', async () => {
    const file = await archive()
    const shell = await fixture.run({ ...options([1]), argv: [file], system: 'darwin' })
    expect(shell.desktop.boxes).toEqual([])
    await shell.page('kubarium://start/')
    shell.app.emit('open-file', { preventDefault: () => {} }, file)
    await until(() => shell.desktop.boxes.length === 1)
    expect(existsSync(labPaths(fixture.dataDir, 'default-2').root)).toBe(false)
  })

  test('what cannot be read, is of a newer Kubarium or fails on the way is said with what to do', async () => {
    await fixture.lab.up()
    const shell = await fixture.run(options([0]))
    await shell.page('kubarium://lab/')
    const open = (file: string) => shell.app.emit('second-instance', {}, ['kubarium', file], fixture.dataDir)
    const error = async (count: number) => {
      await until(() => shell.desktop.errors.length === count)
      return shell.desktop.errors[count - 1]!
    }
    writeFileSync(inData('text.kubarium'), 'kind: Pod')
    open('text.kubarium')
    expect(await error(1)).toMatchObject({
      title: 'The lab could not be opened',
      content: expect.stringContaining('is no lab archive'),
    })
    open(await archive('newer.kubarium', { formatVersion: 7, productVersion: '4.0.0' }))
    expect((await error(2)).content).toMatch(/Kubarium 4\.0\.0[^]*\n\nLoad it with that version or a newer one\./)
    mkdirSync(inData('folder.kubarium'))
    open('folder.kubarium')
    expect((await error(3)).content).toMatch(/is no file/)
    expect(shell.desktop.boxes).toEqual([])
    writeFileSync(inData('refuse'), '')
    open(await archive())
    expect((await error(4)).content).toBe('The archive is damaged: its end is missing.\n\nCopy it again.')
    expect(existsSync(inData('started'))).toBe(false)
  })

  test('it speaks Korean, and nothing is made of one that the user does not want after all', async () => {
    await fixture.lab.up()
    const shell = await fixture.run({ ...options([1]), languages: ['ko-KR'] })
    await shell.page('kubarium://lab/')
    expect(shell.menu.item('save-lab').label).toBe('랩 저장…')
    shell.desktop.chosenFiles = [await archive()]
    shell.menu.click('open-archive', shell.windows[0])
    await until(() => shell.desktop.boxes.length === 1)
    await call(shell, 'labState')
    expect(asked()).toEqual([])
    expect(shell.desktop.boxes[0]!.detail).toMatch(/2026년 1월 2일.*Kubarium 0\.1\.0/)
  })
})
