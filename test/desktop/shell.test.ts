import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Bridge, MenuCommand } from '../../app/desktop/contract.ts'
import { StandInLab } from './harness/lab.ts'
import { Studio, whyNoBrowser, type RunningShell, type ShellOptions } from './harness/shell.ts'
import { until } from '../until.ts'

/** The page's own globals, for code that runs there. */
declare const window: { kubarium: Bridge; heard: MenuCommand[] }
declare const document: {
  title: string
  head: { append(element: object): void }
  createElement(name: string): { textContent: string }
  getElementById(id: string): { click(): void }
}
declare const location: { href: string }
declare function open(address: string): object | null

describe.skipIf(whyNoBrowser)(`the desktop shell${whyNoBrowser}`, () => {
  let studio: Studio
  let dataDir: string
  let lab: StandInLab
  let shells: RunningShell[]

  beforeAll(async () => {
    studio = await Studio.open()
  })
  afterAll(() => studio.close())
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'kubarium-desktop-'))
    lab = new StandInLab(dataDir)
    shells = []
  })
  afterEach(async () => {
    for (const shell of shells) await shell.close()
    await lab.down()
    rmSync(dataDir, { recursive: true, force: true })
  })

  async function run(options: Partial<ShellOptions> = {}): Promise<RunningShell> {
    const shell = await studio.run({ dataDir, ...options })
    shells.push(shell)
    return shell
  }

  describe('start', () => {
    test('shows the interface of a lab that is up', async () => {
      await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://lab/')
      expect(await page.textContent('#state')).toBe('ran')
      expect(shell.windows).toHaveLength(1)
      expect(shell.schemes).toEqual([
        { scheme: 'kubarium', privileges: expect.objectContaining({ standard: true, secure: true }) },
      ])
      expect(shell.proxy.strays).toEqual([])
    })

    test('shows a window at once while the lab is coming up, and goes in when it is ready', async () => {
      lab.state = 'starting'
      await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://start/')
      await page.waitForSelector('#step:has-text("coming up")')
      expect(await page.textContent('#title')).toBe('Starting the lab default')
      lab.state = 'running'
      await shell.page('kubarium://lab/')
      expect(shell.windows).toHaveLength(1)
    })

    test('says what to do when the lab does not come up, and tries again when asked', async () => {
      // The folder of bundles has no daemon: its process ends at once.
      const shell = await run()
      const page = await shell.page('kubarium://start/')
      await page.waitForSelector('#start:visible')
      expect(await page.textContent('#step')).toContain('The lab host ended')
      expect(await page.textContent('#advice')).toContain('host.log')
      await lab.up()
      await page.click('#start')
      await shell.page('kubarium://lab/')
    })

    test('a second start brings the first to the front and opens nothing itself', async () => {
      await lab.up()
      const first = await run()
      await first.page('kubarium://lab/')
      first.windows[0]!.minimize()
      const second = await run({ lockGranted: false })
      expect(second.app.quitted).toBe(true)
      expect(second.windows).toEqual([])
      first.app.emit('second-instance', {}, ['electron', '.'], dataDir)
      expect(first.windows[0]!.isMinimized()).toBe(false)
      expect(first.windows[0]!.focusCount).toBe(1)
      expect(first.windows).toHaveLength(1)
    })

    test('a name that no lab can have is refused with the way out', async () => {
      const shell = await run({ argv: ['--lab=../elsewhere'] })
      expect(shell.app.exitCode).toBe(1)
      expect(shell.desktop.errors[0]!.content).toMatch(/cannot be the name of a lab[\s\S]*lower-case/)
    })

    test('a missing Node is refused with the way out', async () => {
      const shell = await run({ env: { KUBARIUM_NODE: join(dataDir, 'no-node') } })
      expect(shell.desktop.errors[0]!.content).toMatch(/Node is missing[\s\S]*KUBARIUM_NODE/)
    })
  })

  describe('the contract', () => {
    test('is all that a page gets from the preload', async () => {
      const url = await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://lab/')
      const own = await page.evaluate(() =>
        Object.keys(globalThis).filter(key => /kubarium|electron|ipc|require|process|harness/i.test(key)),
      )
      expect(own).toEqual(['kubarium'])
      const bridge = await page.evaluate(() =>
        Object.entries(window.kubarium).map(([key, value]) => [key, typeof value]),
      )
      expect(Object.fromEntries(bridge)).toEqual({
        platform: 'string',
        version: 'string',
        socketBase: 'string',
        openExternal: 'function',
        chooseFiles: 'function',
        saveFile: 'function',
        saveLab: 'function',
        chooseArchive: 'function',
        openDropped: 'function',
        labState: 'function',
        startLab: 'function',
        showLog: 'function',
        language: 'string',
        preferences: 'function',
        changePreferences: 'function',
        takeOpened: 'function',
        notify: 'function',
        setUnseen: 'function',
        onMenu: 'function',
        onLab: 'function',
        onPreferences: 'function',
        onOpened: 'function',
      })
      expect(await page.evaluate(() => window.kubarium.socketBase)).toBe(url.replace('http', 'ws'))
      expect(shell.windows[0]!.options.webPreferences).toMatchObject({
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
      })
      expect(shell.app.sandboxed).toBe(true)
    })

    test('never shows the token to a page', async () => {
      await lab.up()
      const page = await (await run()).page('kubarium://lab/')
      const seen = await page.evaluate(async () =>
        JSON.stringify([window.kubarium, await window.kubarium.labState(), location.href]),
      )
      expect(seen + (await page.content())).not.toContain(lab.token)
    })

    test('refuses senders that are no page of ours, and frames inside one', async () => {
      await lab.up()
      const shell = await run()
      const ask = (address: string, isSubframe = false) =>
        shell.ipc.invoke(
          'kubarium:call:openExternal',
          ['https://kubernetes.io/'],
          shell.windows[0]!.webContents,
          address,
          isSubframe,
        )
      const refusal = { ok: false, message: 'Only pages of Kubarium may ask this.' }
      for (const address of [
        'https://example.com/',
        'kubarium://other/',
        'kubarium://x@lab/',
        'file:///etc/passwd',
        'about:blank',
        '',
      ])
        expect(await ask(address), address).toEqual(refusal)
      expect(await ask('kubarium://lab/', true)).toEqual(refusal)
      expect(shell.ipc.sync('kubarium:environment', 'https://example.com/')).toBeNull()
      expect(shell.desktop.opened).toEqual([])
      expect(await ask('kubarium://lab/')).toEqual({ ok: true, value: undefined })
      expect(shell.desktop.opened).toEqual(['https://kubernetes.io/'])
    })

    test('refuses payloads that are not what the call accepts', async () => {
      await lab.up()
      const shell = await run()
      const ask = (call: string, ...payloads: unknown[]) =>
        shell.ipc.invoke(`kubarium:call:${call}`, payloads, shell.windows[0]!.webContents, 'kubarium://lab/')
      const refused = { ok: false, message: expect.stringMatching(/^This is not what \w+ accepts\.$/) }
      expect(await ask('openExternal', 7)).toEqual(refused)
      expect(await ask('openExternal', 'https://a.example/', 'more')).toEqual(refused)
      expect(await ask('openExternal', `https://a.example/${'x'.repeat(2_000)}`)).toEqual(refused)
      expect(await ask('chooseFiles', { defaultPath: '/etc' })).toEqual(refused)
      expect(await ask('saveFile', { name: '../../.bashrc', text: '' })).toEqual(refused)
      expect(await ask('saveFile', { name: 'a.yaml', text: '', path: '/etc/a' })).toEqual(refused)
      expect(await ask('openDropped', '')).toEqual(refused)
      expect(await ask('openDropped', { path: '/etc/passwd' })).toEqual(refused)
      await expect(ask('readFile', '/etc/passwd')).rejects.toThrow('No handler')
    })

    test('opens only https and this machine in the browser', async () => {
      await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://lab/')
      const open = (address: string) =>
        page.evaluate(
          it =>
            window.kubarium.openExternal(it).then(
              () => 'opened',
              (e: Error) => e.message,
            ),
          address,
        )
      for (const address of [
        'file:///etc/passwd',
        'javascript:alert(1)',
        'http://example.com/',
        'smb://host/x',
        'https://user:pw@a.example/',
        'ms-settings:',
      ])
        expect(await open(address), address).toMatch(/^Only https/)
      expect(await open('http://127.0.0.1:30080/shop')).toBe('opened')
      expect(shell.desktop.opened).toEqual(['http://127.0.0.1:30080/shop'])
    })

    test('reads the manifests that the user chose, and saves where the user says', async () => {
      await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://lab/')
      expect(await page.evaluate(() => window.kubarium.chooseFiles())).toEqual([])
      const file = join(dataDir, 'pod.yaml')
      writeFileSync(file, 'kind: Pod\n')
      shell.desktop.chosenFiles = [file]
      expect(await page.evaluate(() => window.kubarium.chooseFiles())).toEqual([
        { name: 'pod.yaml', text: 'kind: Pod\n' },
      ])
      expect(await page.evaluate(() => window.kubarium.saveFile({ name: 'a.yaml', text: 'kind: Pod\n' }))).toBe(false)
      shell.desktop.savePath = join(dataDir, 'saved.yaml')
      expect(await page.evaluate(() => window.kubarium.saveFile({ name: 'a.yaml', text: 'kind: Node\n' }))).toBe(true)
      expect(readFileSync(shell.desktop.savePath, 'utf8')).toBe('kind: Node\n')
    })
  })

  describe('what a page can reach', () => {
    test('files come with a policy that names the one socket origin and no other', async () => {
      const url = await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://lab/')
      const response = await page.reload()
      const policy = (await response!.allHeaders())['content-security-policy']!
      const directives = Object.fromEntries(
        policy.split('; ').map(each => [each.split(' ')[0], each.split(' ').slice(1).join(' ')]),
      )
      expect(directives).toMatchObject({ 'default-src': "'none'", 'script-src': "'self'", 'frame-ancestors': "'none'" })
      expect(directives['connect-src']).toBe(`'self' ${url.replace('http', 'ws')}`)
      const inline = await page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'document.title = "inline"'
        document.head.append(script)
        return document.title
      })
      expect(inline).toBe('Kubarium')
    })

    test('paths cannot leave the folder of the interface', async () => {
      await lab.up()
      const shell = await run()
      const handle = shell.session.handlers.get('kubarium')!
      const status = async (address: string, init?: RequestInit) => (await handle(new Request(address, init))).status
      expect(await status('kubarium://lab/page.js')).toBe(200)
      expect(await status('kubarium://lab/map/pods/a')).toBe(200)
      expect(await status('kubarium://lab/..%2fdesktop%2fmain.mjs')).toBe(404)
      expect(await status('kubarium://lab/%2e%2e%2f%2e%2e%2fetc%2fpasswd.txt')).toBe(404)
      expect(await status('kubarium://lab/%ff.js')).toBe(404)
      expect(await status('kubarium://other/index.html')).toBe(404)
      expect(await status('kubarium://start/lab/v1/status', { method: 'POST' })).toBe(405)
    })

    test('the lab server through the protocol, with the token added and the page taken out', async () => {
      await lab.up()
      const page = await (await run()).page('kubarium://lab/')
      const answer = await page.evaluate(async () => {
        const response = await fetch('/cluster/api/v1/namespaces?dryRun=All', {
          method: 'POST',
          body: '{"kind":"Namespace"}',
        })
        return response.json() as Promise<unknown>
      })
      expect(answer).toEqual({
        path: '/cluster/api/v1/namespaces?dryRun=All',
        method: 'POST',
        body: '{"kind":"Namespace"}',
      })
      const { headers } = lab.requests.find(request => request.method === 'POST')!
      expect(headers.authorization).toBe(`Bearer ${lab.token}`)
      expect(headers.origin).toBeUndefined()
    })

    test('a watch streams as it comes, and ends at the lab when the page stops reading', async () => {
      await lab.up()
      const page = await (await run()).page('kubarium://lab/')
      const first = await page.evaluate(async () => {
        const gone = new AbortController()
        const reader = (await fetch('/cluster/watch', { signal: gone.signal })).body!.getReader()
        Object.assign(window, { gone, reader })
        return new TextDecoder().decode((await reader.read()).value)
      })
      expect([first, lab.watching]).toEqual(['first\n', 1])
      // Only now, or the two could come in one piece.
      lab.emit('second')
      const second = await page.evaluate(async () => {
        const { gone, reader } = window as unknown as {
          gone: AbortController
          reader: ReadableStreamDefaultReader<Uint8Array>
        }
        const { value } = await reader.read()
        gone.abort()
        return new TextDecoder().decode(value)
      })
      expect(second).toBe('second\n')
      await until(() => lab.watching === 0)
    })

    test("the lab server's sockets directly, with the token that the page does not have", async () => {
      await lab.up()
      const page = await (await run()).page('kubarium://lab/')
      const heard = await page.evaluate(
        () =>
          new Promise<unknown>(resolve => {
            const socket = new WebSocket(`${window.kubarium.socketBase}/lab/v1/watch`)
            socket.onmessage = message => resolve(message.data)
            socket.onerror = () => resolve('error')
          }),
      )
      expect(heard).toBe('hello')
      expect(lab.requests.find(request => request.method === 'UPGRADE')!.headers.authorization).toBe(
        `Bearer ${lab.token}`,
      )
    })

    test('no socket for another origin, another port or another path', async () => {
      const url = (await lab.up()).replace('http', 'ws')
      const shell = await run()
      await shell.page('kubarium://lab/')
      const inspect = (address: string, Origin: string, type = 'webSocket') =>
        shell.session.inspect(address, type, { Origin })
      const page = 'kubarium://lab'
      expect(await inspect(`${url}/lab/v1/watch`, page)).toMatchObject({ Authorization: `Bearer ${lab.token}` })
      expect(await inspect(`${url}/lab/v1/watch`, 'https://example.com')).toBeUndefined()
      expect(await inspect(`${url}/lab/v1/watch`, 'kubarium://start')).toBeUndefined()
      expect(await inspect(`${url}/lab/v1/watch`, page, 'xhr')).toBeUndefined()
      expect(await inspect(`${url}/other`, page)).toBeUndefined()
      expect(await inspect('ws://127.0.0.1:1/lab/v1/watch', page)).toBeUndefined()
      expect(await inspect('ws://127.0.0.1.example.com/lab/v1/watch', page)).toBeUndefined()
    })

    test('nothing else: requests, navigations, windows and permissions are denied', async () => {
      await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://lab/')
      expect(
        await page.evaluate(() =>
          fetch('https://example.com/').then(
            () => 'reached',
            () => 'denied',
          ),
        ),
      ).toBe('denied')

      for (const leave of [
        () => document.getElementById('out').click(),
        () => void (location.href = 'https://example.com/'),
      ]) {
        const refused = once(shell.windows[0]!.webContents, 'will-frame-navigate') as Promise<
          [{ defaultPrevented: boolean }]
        >
        await page.evaluate(leave)
        expect((await refused)[0].defaultPrevented).toBe(true)
      }
      await page.evaluate(() => void open('http://example.com/'))
      await page.evaluate(() => void open('https://kubernetes.io/docs/'))
      await until(() => shell.desktop.opened.length > 0)
      expect(shell.desktop.opened).toEqual(['https://kubernetes.io/docs/'])
      expect(page.url()).toBe('http://lab.kubarium.localhost/')
      expect(shell.windows).toHaveLength(1)
      expect(shell.attachWebview()).toBe(false)

      const denied = { asked: false, checked: false, device: false }
      for (const permission of [
        'notifications',
        'media',
        'geolocation',
        'clipboard-read',
        'openExternal',
        'fileSystem',
        'hid',
        'unknown',
      ])
        expect(await shell.session.permission(permission, 'kubarium://lab/'), permission).toEqual(denied)
      expect(await shell.session.permission('clipboard-sanitized-write', 'kubarium://lab/')).toMatchObject({
        asked: true,
        checked: true,
      })
      expect(await shell.session.permission('clipboard-sanitized-write', 'https://example.com/')).toEqual(denied)
      expect(shell.proxy.strays).toEqual([])
    })

    test('a lab that ended is told apart from one that refuses', async () => {
      await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://lab/')
      await lab.down()
      const answer = await page.evaluate(async () => {
        const response = await fetch('/lab/v1/status')
        return { status: response.status, body: (await response.json()) as unknown }
      })
      expect(answer).toEqual({
        status: 502,
        body: { error: expect.stringContaining('does not answer'), advice: 'Start it from the Lab menu.' },
      })
      expect(await page.evaluate(() => window.kubarium.labState())).toEqual({ phase: 'down', lab: 'default' })
      expect(shell.menu.item('start-lab').enabled).toBe(true)
      await lab.up()
      shell.menu.click('start-lab')
      await until(() => shell.menu.item('stop-lab').enabled)
      expect((await shell.page('kubarium://lab/')).url()).toContain('lab.')
    })
  })

  describe('the menu', () => {
    test('opens windows, and gives them the theme, which is remembered', async () => {
      await lab.up()
      const shell = await run()
      const page = await shell.page('kubarium://lab/')
      await page.evaluate(() => {
        window.heard = []
        window.kubarium.onMenu(command => void window.heard.push(command))
      })
      shell.menu.click('theme-dark')
      expect(shell.nativeTheme.themeSource).toBe('dark')
      await page.waitForFunction(() => window.heard.length === 1)
      expect(await page.evaluate(() => window.heard)).toEqual([{ command: 'theme', theme: 'dark' }])
      expect(shell.menu.item('theme-dark').checked).toBe(true)
      shell.menu.click('new-window')
      expect(await (await shell.page('kubarium://lab/', 1)).textContent('#state')).toBe('ran')
      const next = await run()
      expect(next.nativeTheme.themeSource).toBe('dark')
    })

    test('reloads, copies the path of the kubeconfig, and opens folders', async () => {
      await lab.up()
      const shell = await run()
      await shell.page('kubarium://lab/')
      shell.menu.click('reload', shell.windows[0])
      expect(shell.windows[0]!.webContents.reloads).toBe(1)
      shell.menu.click('copy-kubeconfig')
      expect(shell.desktop.clipboardText).toBe(lab.paths.kubeconfig)
      shell.menu.click('open-data-folder')
      shell.menu.click('show-log')
      shell.menu.click('about')
      expect(shell.desktop.revealed).toEqual([dataDir, join(lab.paths.logs, 'host.log')])
      expect(shell.app.aboutShown).toBe(1)
    })

    test('stops the lab, and windows, also new ones, then wait for it', async () => {
      await lab.up()
      const shell = await run()
      await shell.page('kubarium://lab/')
      shell.menu.click('stop-lab')
      await until(() => shell.menu.item('start-lab').enabled)
      expect(lab.requests.map(request => request.path)).toContain('/lab/v1/down')
      shell.menu.click('new-window')
      for (const index of [0, 1]) {
        const page = await shell.page('kubarium://start/', index)
        await page.waitForSelector('#start:visible')
        expect(await page.textContent('#title')).toBe('The lab default is down')
      }
    })
  })

  describe('windows', () => {
    test('come back where they were', async () => {
      await lab.up()
      const first = await run()
      await first.page('kubarium://lab/')
      first.windows[0]!.setBounds({ x: 40, y: 50, width: 900, height: 700 })
      first.windows[0]!.close()
      const second = await run()
      expect(second.windows[0]!.options).toMatchObject({ x: 40, y: 50, width: 900, height: 700 })
    })

    test('do not come back on a screen that is gone, nor from a damaged file', async () => {
      await lab.up()
      mkdirSync(join(dataDir, 'desktop'))
      const file = join(dataDir, 'desktop', 'settings.json')
      writeFileSync(
        file,
        JSON.stringify({ theme: 'dark', window: { x: 9000, y: 0, width: 900, height: 700, maximized: false } }),
      )
      const off = await run()
      expect(off.windows[0]!.options).toMatchObject({ x: 1020, y: 0, width: 900, height: 700 })
      writeFileSync(file, '{"theme": ')
      expect((await run()).nativeTheme.themeSource).toBe('system')
    })

    test('are loaded again when their process crashes, and not endlessly', async () => {
      await lab.up()
      const shell = await run()
      for (const crash of [1, 2, 3]) {
        await shell.page('kubarium://lab/')
        await shell.windows[0]!.webContents.crash()
        await until(() => shell.desktop.boxes.length >= crash)
        if (crash < 3) expect(await (await shell.page('kubarium://lab/')).textContent('#state')).toBe('ran')
      }
      expect(shell.desktop.boxes.slice(0, 3).map(box => box.message)).toEqual([
        'The page ended and was loaded again.',
        'The page ended and was loaded again.',
        'The page keeps ending.',
      ])
      expect(shell.windows[0]?.webContents.reloads ?? 2).toBe(2)
    })
  })

  describe('quitting', () => {
    test('with the lab up asks, and stays when the user cancels', async () => {
      await lab.up()
      const shell = await run()
      await shell.page('kubarium://lab/')
      shell.app.quit()
      await until(() => shell.desktop.boxes.length === 1)
      expect(shell.desktop.boxes[0]!.buttons).toEqual(['Leave It Running', 'Stop the Lab', 'Cancel'])
      expect(shell.app.quitted).toBe(false)
    })

    test('can leave the lab running, and remembers that it may', async () => {
      await lab.up()
      const shell = await run()
      await shell.page('kubarium://lab/')
      shell.desktop.answers = [{ response: 0, checkboxChecked: true }]
      shell.app.quit()
      await until(() => shell.app.quitted)
      expect(lab.requests.map(request => request.path)).not.toContain('/lab/v1/down')
      const next = await run()
      await next.page('kubarium://lab/')
      next.app.quit()
      expect(next.app.quitted).toBe(true)
      expect(next.desktop.boxes).toEqual([])
    })

    test('can stop the lab, and goes only when it is gone', async () => {
      await lab.up()
      const shell = await run()
      await shell.page('kubarium://lab/')
      shell.desktop.answers = [{ response: 1 }]
      shell.app.quit()
      expect(shell.app.quitted).toBe(false)
      await until(() => shell.app.quitted)
      expect(lab.requests.map(request => request.path)).toContain('/lab/v1/down')
    })

    test('without a lab asks nothing; the last window ends the app', async () => {
      await lab.up()
      const shell = await run()
      await shell.page('kubarium://lab/')
      await lab.down()
      shell.windows[0]!.close()
      expect(shell.app.quitted).toBe(true)
      expect(shell.desktop.boxes).toEqual([])
    })
  })
})
