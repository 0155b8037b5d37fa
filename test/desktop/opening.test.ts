import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Bridge, Opened } from '../../app/desktop/contract.ts'
import { call, Fixture } from './harness/fixture.ts'
import { whyNoBrowser, type RunningShell } from './harness/shell.ts'
import { until } from '../until.ts'

declare const window: { kubarium: Bridge; opened: number }

const take = (shell: RunningShell) => call<Opened>(shell, 'takeOpened')

describe.skipIf(whyNoBrowser)(`what is opened from outside${whyNoBrowser}`, () => {
  const fixture = new Fixture()

  function manifest(name: string, text = 'kind: Pod\n'): string {
    writeFileSync(join(fixture.dataDir, name), text)
    return join(fixture.dataDir, name)
  }

  test('waits for the interface, in whose hands it does nothing by itself', async () => {
    const file = manifest('shop.yaml')
    fixture.lab.state = 'starting'
    await fixture.lab.up()
    const shell = await fixture.run({ argv: ['kubarium://open/objects/apps/v1/deployments?ns=shop', file] })
    await shell.page('kubarium://start/')
    fixture.lab.state = 'running'
    const page = await shell.page('kubarium://lab/')
    await until(async () => page.evaluate(() => window.kubarium.socketBase !== ''))
    expect(await page.evaluate(() => window.kubarium.takeOpened())).toEqual({
      address: '/objects/apps/v1/deployments?ns=shop',
      files: [{ name: 'shop.yaml', text: 'kind: Pod\n' }],
    })
    expect(await take(shell)).toEqual({ files: [] })
    expect(fixture.lab.requests.filter(({ path }) => path.startsWith('/cluster/'))).toEqual([])
  })

  test('comes to the first app from a second start, by names relative to its folder', async () => {
    await fixture.lab.up()
    const shell = await fixture.run()
    const page = await shell.page('kubarium://lab/')
    await page.evaluate(() => {
      window.opened = 0
      window.kubarium.onOpened(() => void window.opened++)
    })
    shell.windows[0]!.minimize()
    manifest('pod.yml')
    const argv = ['kubarium', '--original-process-start-time=1', '--', 'kubarium://open/map?select=machine%2Fmaster-1']
    shell.app.emit('second-instance', {}, argv, fixture.dataDir)
    shell.app.emit('second-instance', {}, ['kubarium', 'pod.yml'], fixture.dataDir)
    await page.waitForFunction(() => window.opened === 2)
    expect(shell.windows[0]!.isMinimized()).toBe(false)
    expect(await take(shell)).toEqual({
      address: '/map?select=machine%2Fmaster-1',
      files: [{ name: 'pod.yml', text: 'kind: Pod\n' }],
    })
  })

  test('comes by events on macOS, also before there is a window', async () => {
    const shell = await fixture.run({ system: 'darwin', argv: ['kubarium://open/logs'] })
    expect(await take(shell)).toEqual({ files: [] })
    const event = { preventDefault: vi.fn() }
    shell.app.emit('open-url', event, 'kubarium://open/events?q=shop')
    shell.app.emit('open-file', event, manifest('a.json', '{}'))
    await until(() => shell.windows[0]!.webContents.sent.filter(s => s.channel === 'kubarium:event:opened').length > 1)
    expect(event.preventDefault).toHaveBeenCalledTimes(2)
    expect(await take(shell)).toEqual({ address: '/events?q=shop', files: [{ name: 'a.json', text: '{}' }] })
  })

  test('is refused if a link leads anywhere but to a view that shows', async () => {
    await fixture.lab.up()
    const shell = await fixture.run()
    const before = shell.windows[0]!.webContents.getURL()
    for (const link of ['kubarium://open/terminal?exec=shop/cart', 'kubarium://lab/cluster/api/v1', 'kubarium:map'])
      shell.app.emit('second-instance', {}, ['kubarium', link], fixture.dataDir)
    expect(await take(shell)).toEqual({ files: [] })
    expect(shell.windows[0]!.webContents.getURL()).toBe(before)
  })

  test('no option is read behind the mark that stands before a link', async () => {
    await fixture.lab.up()
    const shell = await fixture.run({ argv: ['--', 'kubarium://open/map', '--lab=other'] })
    expect(await call<{ lab: string }>(shell, 'labState')).toMatchObject({ lab: 'default' })
  })

  test('a file that cannot be read is said, and the others come all the same', async () => {
    await fixture.lab.up()
    mkdirSync(join(fixture.dataDir, 'folder.yaml'))
    const shell = await fixture.run({
      argv: [manifest('good.yaml'), join(fixture.dataDir, 'folder.yaml'), join(fixture.dataDir, 'gone.yaml')],
    })
    await until(() => shell.desktop.errors.length === 2)
    expect(shell.desktop.errors.map(error => error.content).sort()).toEqual([
      expect.stringContaining('ENOENT'),
      'folder.yaml is not a file.',
    ])
    expect((await take(shell)).files).toHaveLength(1)
  })

  test('the menu opens manifests in the editor', async () => {
    await fixture.lab.up()
    const shell = await fixture.run()
    await shell.page('kubarium://lab/')
    shell.desktop.chosenFiles = [manifest('chosen.yaml')]
    shell.menu.click('open-manifest', shell.windows[0])
    await until(() => shell.windows[0]!.webContents.sent.some(s => s.channel === 'kubarium:event:opened'))
    expect((await take(shell)).files.map(({ name }) => name)).toEqual(['chosen.yaml'])
  })

  test.each([
    ['linux', undefined, []],
    ['win32', undefined, ['--']],
    ['darwin', undefined, []],
    ['linux', { APPIMAGE: '/home/u/Kubarium.AppImage' }, undefined],
    ['win32', { PORTABLE_EXECUTABLE_DIR: 'D:\\' }, undefined],
  ] as const)('links are registered by a lasting package of %s %o', async (system, env, args) => {
    const resources = join(fixture.dataDir, 'resources')
    mkdirSync(join(resources, 'node'), { recursive: true })
    writeFileSync(join(resources, 'node', system === 'win32' ? 'node.exe' : 'node'), '')
    const shell = await fixture.run({ system, env, resources })
    expect(shell.app.linkClient?.args).toEqual(args)
  })
})
