import { describe, expect, test } from 'vitest'
import type { Preferences } from '../../app/desktop/preferences.ts'
import { StandInLab } from './harness/lab.ts'
import { call, Fixture } from './harness/fixture.ts'
import { whyNoBrowser, type RunningShell } from './harness/shell.ts'
import { until } from '../until.ts'

const notice = { title: 'worker-1 died', body: 'killed', address: '/map?select=machine%2Fworker-1' }
const imageOf = (shell: RunningShell) => shell.tray.image?.split('/').at(-1)

describe.skipIf(whyNoBrowser)(`around the windows${whyNoBrowser}`, () => {
  const fixture = new Fixture()

  describe('the tray', () => {
    test('shows how the lab and others are, opens, starts, stops and quits', async () => {
      const other = new StandInLab(fixture.dataDir, 'other')
      await other.up()
      await fixture.lab.up()
      const shell = await fixture.run()
      await shell.page('kubarium://lab/')
      expect(imageOf(shell)).toBe('up.png')
      expect(shell.tray.tip).toBe('Kubarium · Lab default: running')
      expect(shell.tray.item('tray-others').submenu!.map(item => item.label)).toEqual(['Lab other: running'])
      shell.windows[0]!.minimize()
      shell.tray.click('tray-open')
      expect(shell.windows[0]!.isMinimized()).toBe(false)
      shell.tray.click('tray-stop')
      await until(() => shell.tray.item('tray-start').enabled)
      expect([imageOf(shell), shell.tray.tip]).toEqual(['down.png', 'Kubarium · Lab default: down'])
      await fixture.lab.up()
      shell.tray.click('tray-start')
      await until(() => imageOf(shell) === 'up.png')
      shell.desktop.answers = [{ response: 0 }]
      shell.tray.click('tray-quit')
      await until(() => shell.app.quitted)
      await other.down()
    })

    test('goes when the user does not want it, and stays away', async () => {
      await fixture.lab.up()
      const shell = await fixture.run()
      await shell.page('kubarium://lab/')
      await call(shell, 'changePreferences', { tray: false })
      expect(shell.tray.image).toBeUndefined()
      expect((await fixture.run()).tray.image).toBeUndefined()
      await call(shell, 'changePreferences', { tray: true })
      expect(imageOf(shell)).toBe('up.png')
    })

    test('is drawn as a mask on macOS', async () => {
      const shell = await fixture.run({ system: 'darwin' })
      expect(imageOf(shell)).toMatch(/^\w+Template\.png$/)
    })
  })

  describe('notifications of the system', () => {
    test('come only if they are wanted and nobody is looking, once each, and lead to the view', async () => {
      await fixture.lab.up()
      const shell = await fixture.run()
      await shell.page('kubarium://lab/')
      shell.windows[0]!.focused = false
      await call(shell, 'notify', notice)
      expect(shell.notifications.shown).toEqual([])
      await call(shell, 'changePreferences', { notifications: true })
      shell.windows[0]!.focused = true
      await call(shell, 'notify', notice)
      expect(shell.notifications.shown).toEqual([])
      shell.windows[0]!.focused = false
      await call(shell, 'notify', notice)
      await call(shell, 'notify', notice)
      expect(shell.notifications.shown).toMatchObject([{ title: notice.title, body: notice.body }])
      shell.notifications.shown[0]!.click()
      expect(shell.windows[0]!.focusCount).toBe(1)
      expect(shell.windows[0]!.webContents.sent.at(-1)).toEqual({
        channel: 'kubarium:event:menu',
        args: [{ command: 'go', address: notice.address }],
      })
      for (let i = 0; i < 20; i++) await call(shell, 'notify', { ...notice, title: `pod ${i}` })
      expect(shell.notifications.shown).toHaveLength(5)
    })

    test('cannot lead out of the views, nor say without end', async () => {
      await fixture.lab.up()
      const shell = await fixture.run()
      for (const wrong of [
        { ...notice, address: 'https://example.com/' },
        { ...notice, address: '/terminal?exec=a/b' },
        { ...notice, address: '//example.com/map' },
        { ...notice, body: 'x'.repeat(2_000) },
        { ...notice, icon: 'file:///etc/passwd' },
      ])
        await expect(call(shell, 'notify', wrong)).rejects.toThrow('not what notify accepts')
    })
  })

  describe('the dock or the taskbar', () => {
    test('says that the lab starts, that it failed, and what has not been seen', async () => {
      fixture.lab.state = 'starting'
      await fixture.lab.up()
      const shell = await fixture.run()
      await until(() => shell.windows[0]?.progress.mode === 'indeterminate')
      fixture.lab.state = 'running'
      await until(() => shell.windows[0]!.progress.value === -1)
      await call(shell, 'setUnseen', 3)
      expect(shell.app.badge).toBe(3)
      await expect(call(shell, 'setUnseen', -1)).rejects.toThrow('not what setUnseen accepts')
    })

    test('has an image in place of a figure on Windows, with words for it', async () => {
      const shell = await fixture.run({ system: 'win32', languages: ['ko-KR'] })
      await until(() => shell.windows[0]?.progress.mode === 'error')
      await call(shell, 'setUnseen', 2)
      expect(shell.windows[0]!.overlay).toEqual({
        image: expect.stringMatching(/unseen\.png$/),
        description: '새 알림 2개',
      })
      await call(shell, 'setUnseen', 0)
      expect(shell.windows[0]!.overlay.image).toBeNull()
      expect(shell.app.badge).toBe(0)
    })
  })

  describe('the language', () => {
    test('is that of the system until the interface says one, which is kept', async () => {
      const shell = await fixture.run({ languages: ['fr-FR', 'ko-KR', 'en-US'] })
      const page = await shell.page('kubarium://start/')
      await page.waitForSelector('#start:visible')
      expect(await page.textContent('#title')).toBe('랩 default을(를) 시작하지 못했습니다')
      expect(await page.textContent('#start')).toBe('랩 시작')
      expect(shell.menu.item('start-lab').label).toBe('랩 시작')
      await call(shell, 'changePreferences', { language: 'en' })
      expect(shell.menu.item('start-lab').label).toBe('Start Lab')
      expect(shell.tray.tip).toContain('did not come up')
      expect(shell.app.about.credits).toMatch(/^A Kubernetes cluster/)
      expect((await fixture.run({ languages: ['ko'] })).menu.item('start-lab').label).toBe('Start Lab')
    })
  })

  describe('newer versions', () => {
    const releases = 'https://api.example.com/repos/kubarium/releases/latest'
    const page = 'https://example.com/kubarium/releases/v9.1.0'
    const answer = (more: object = {}) => Response.json({ tag_name: 'v9.1.0', html_url: page, ...more })

    test('are not looked for unless the user turns it on', async () => {
      const shell = await fixture.run({ manifest: { releases } })
      await until(() => shell.windows.length > 0)
      expect(await call<Preferences>(shell, 'preferences')).toMatchObject({ updates: false, canUpdate: true })
      expect(shell.updates.requests).toEqual([])
    })

    test('are told of, once a day, and a click opens the page of the release', async () => {
      const shell = await fixture.run({ manifest: { releases } })
      shell.updates.answer = answer
      await until(() => shell.windows.length > 0)
      shell.windows[0]!.focused = false
      await call(shell, 'changePreferences', { updates: true, notifications: true })
      await until(() => shell.notifications.shown.length > 0)
      expect(await call<Preferences>(shell, 'preferences')).toMatchObject({
        release: { version: '9.1.0', address: page },
      })
      shell.notifications.shown[0]!.click()
      await until(() => shell.desktop.opened.length > 0)
      expect(shell.desktop.opened).toEqual([page])
      await call(shell, 'changePreferences', { updates: false })
      await call(shell, 'changePreferences', { updates: true })
      expect(shell.updates.requests).toEqual([releases])
      expect((await fixture.run({ manifest: { releases } })).updates.requests).toEqual([])
    })

    test('pages and other addresses stay out of reach while it is on', async () => {
      await fixture.lab.up()
      const shell = await fixture.run({ manifest: { releases } })
      await shell.page('kubarium://lab/')
      await call(shell, 'changePreferences', { updates: true })
      await until(() => shell.updates.requests.length === 1)
      expect(await shell.session.inspect(releases, 'xhr', {})).toBeUndefined()
      expect(await shell.updates.inspect('https://example.com/elsewhere', 'other', {})).toBeUndefined()
    })

    test('are nothing that a build without an address looks for', async () => {
      for (const manifest of [{}, { releases: 'http://api.example.com/' }, { releases: 7 }]) {
        const shell = await fixture.run({ manifest })
        await call(shell, 'changePreferences', { updates: true })
        expect(await call<Preferences>(shell, 'preferences')).toMatchObject({ canUpdate: false })
        expect(shell.updates.requests).toEqual([])
      }
    })
  })

  describe('the smoke test', () => {
    test('ends the app when the interface has spoken, and leaves a lab that was there', async () => {
      await fixture.lab.up()
      const shell = await fixture.run({ argv: ['--smoke-test'] })
      await shell.page('kubarium://lab/')
      expect(shell.app.exitCode).toBeUndefined()
      await call(shell, 'takeOpened')
      await until(() => shell.app.exitCode !== undefined)
      expect(shell.app.exitCode).toBe(0)
      expect(fixture.lab.requests.map(({ path }) => path)).not.toContain('/lab/v1/down')
    })

    test('fails if the lab does not come up', async () => {
      const shell = await fixture.run({ argv: ['--smoke-test'] })
      await until(() => shell.app.exitCode !== undefined)
      expect(shell.app.exitCode).toBe(1)
    })
  })
})
