import { describe, expect, test } from 'vitest'
import type { Bridge } from '../../app/desktop/contract.ts'
import { call, Fixture } from './harness/fixture.ts'
import { whyNoBrowser } from './harness/shell.ts'
import { until } from '../until.ts'

declare const window: { kubarium: Bridge; draft: string }
declare const history: { pushState(state: null, title: string, address: string): void }

describe.skipIf(whyNoBrowser)(`recovery${whyNoBrowser}`, () => {
  const fixture = new Fixture()

  test('a page that crashed comes back at the address that it showed', async () => {
    await fixture.lab.up()
    const shell = await fixture.run()
    const page = await shell.page('kubarium://lab/')
    await page.evaluate(() => history.pushState(null, '', '/objects/v1/pods?name=cart'))
    await until(() => shell.windows[0]!.webContents.getURL().endsWith('name=cart'))
    await shell.windows[0]!.webContents.crash()
    expect((await shell.page('kubarium://lab/objects')).url()).toMatch(/\/objects\/v1\/pods\?name=cart$/)
  })

  test('a page that hangs is waited for, or ended and loaded again, as the user says', async () => {
    await fixture.lab.up()
    const shell = await fixture.run()
    await shell.page('kubarium://lab/')
    const [window] = shell.windows
    window!.emit('unresponsive')
    await until(() => shell.desktop.boxes.length === 1)
    expect(shell.desktop.boxes[0]!.buttons).toEqual(['Wait', 'Load It Again'])
    shell.desktop.answers = [{ response: 1 }]
    await until(() => {
      window!.emit('unresponsive')
      return shell.desktop.boxes.length > 1
    })
    await until(() => window!.webContents.reloads === 1)
    expect(await (await shell.page('kubarium://lab/')).textContent('#state')).toBe('ran')
  })

  test('the question about a page that hangs goes when it answers again', async () => {
    await fixture.lab.up()
    const shell = await fixture.run()
    await shell.page('kubarium://lab/')
    shell.desktop.leavesOpen = true
    shell.windows[0]!.emit('unresponsive')
    shell.windows[0]!.emit('unresponsive')
    expect(shell.desktop.boxes).toHaveLength(1)
    shell.windows[0]!.emit('responsive')
    await until(() => {
      shell.windows[0]!.emit('unresponsive')
      return shell.desktop.boxes.length === 2
    })
    expect(shell.windows[0]!.webContents.reloads).toBe(0)
  })

  test('a lab host that crashed is said, and started again without touching the page', async () => {
    await fixture.lab.up()
    const shell = await fixture.run()
    const page = await shell.page('kubarium://lab/')
    await page.evaluate(() => void (window.draft = 'not applied yet'))
    await call(shell, 'changePreferences', { notifications: true })
    shell.windows[0]!.focused = false
    shell.desktop.leavesOpen = true
    await fixture.lab.crash()
    shell.app.emit('browser-window-focus')
    await until(() => shell.desktop.boxes.length === 1)
    expect(shell.desktop.boxes[0]!).toMatchObject({
      message: 'The lab default ended by itself.',
      buttons: ['Start Lab', 'Show Log', 'Later'],
    })
    expect(shell.notifications.shown[0]!.title).toBe('The lab default ended by itself.')
    expect(shell.tray.tip).toContain('ended by itself')
    expect(shell.windows[0]!.progress.mode).toBe('error')
    expect(await page.evaluate(() => window.draft)).toBe('not applied yet')
    await fixture.lab.up()
    shell.menu.click('start-lab')
    await until(() => shell.menu.item('stop-lab').enabled)
    await page.waitForLoadState('load')
    expect(shell.windows[0]!.progress.value).toBe(-1)
  })

  test('a lab that somebody stopped is no crash', async () => {
    await fixture.lab.up()
    const shell = await fixture.run()
    await shell.page('kubarium://lab/')
    await fixture.lab.down()
    shell.app.emit('browser-window-focus')
    await until(() => shell.menu.item('start-lab').enabled)
    expect(shell.tray.tip).toBe('Kubarium · Lab default: down')
    expect(shell.desktop.boxes).toEqual([])
  })
})
