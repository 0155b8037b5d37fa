import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, test } from 'vitest'
import { menuTemplate, type MenuActions } from '../../app/desktop/menu.ts'
import { shellPlatform, trayImage, type SystemName } from '../../app/desktop/platform.ts'
import { isPreferenceChange } from '../../app/desktop/preferences.ts'
import { newerRelease, releasesAddress } from '../../app/desktop/release.ts'
import { isRoute, routeOfLink } from '../../app/desktop/routes.ts'
import { languageFor } from '../../app/desktop/texts/define.ts'
import { shellTexts } from '../../app/desktop/texts/shell.ts'
import { startTexts } from '../../app/desktop/texts/start.ts'
import { cascade, placeOn } from '../../app/desktop/window-place.ts'
import { root } from '../../tools/sources.ts'

const SYSTEMS: SystemName[] = ['linux', 'darwin', 'windows']

describe('links', () => {
  test.each([
    ['kubarium://open/map', '/map'],
    ['kubarium://open/map?select=machine%2Fmaster-1&lens=network', '/map?select=machine%2Fmaster-1&lens=network'],
    ['KUBARIUM://open/objects/apps/v1/deployments?name=cart&ns=shop', '/objects/apps/v1/deployments?name=cart&ns=shop'],
    ['kubarium://open/events?q=%EC%83%81%EC%A0%90', '/events?q=%EC%83%81%EC%A0%90'],
    ['kubarium://open/machines/', '/machines/'],
  ])('%s lead to views', (link, address) => {
    expect(routeOfLink(link)).toBe(address)
    expect(isRoute(address)).toBe(true)
  })

  test.each([
    'kubarium://open/terminal',
    'kubarium://open/terminal?exec=shop/cart/main',
    'kubarium://open/map/../terminal?exec=a/b',
    'kubarium://open/',
    'kubarium://open',
    'kubarium://open/unknown',
    'kubarium://open/lab/v1/down',
    'kubarium://open/cluster/api/v1/pods',
    'kubarium://lab/map',
    'kubarium://start/',
    'kubarium://user@open/map',
    'kubarium://user:pw@open/map',
    'kubarium://open:80/map',
    'kubarium://open/map#token=x',
    'kubarium://open/objects/%2e%2e/%2e%2e/etc',
    'kubarium://open/objects/a%00b',
    'kubarium://open/map?select=%0d%0a',
    'kubarium://open/map?select=%ff',
    'kubarium://open/map?select=a%5Cb',
    'kubarium://open/objects/"><script>',
    `kubarium://open/map?select=${'x'.repeat(2_000)}`,
    'kubarium:open/map',
    'javascript:alert(1)',
    'https://open/map',
    '',
  ])('%s are refused', link => {
    expect(routeOfLink(link)).toBeUndefined()
  })

  test.each(['//example.com/map', 'https://example.com/map', '/map#x', 'map', '/map/../events', '/%6dap', ''])(
    '%s is no route',
    address => expect(isRoute(address)).toBe(false),
  )
})

describe('preferences of a page', () => {
  test.each([{}, { tray: false }, { language: 'ko', theme: 'dark' }, { onQuit: 'keep', updates: true }])(
    '%o are taken',
    some => expect(isPreferenceChange(some)).toBe(true),
  )
  test.each([
    null,
    [],
    'tray',
    { tray: 1 },
    { window: { x: 0 } },
    { updatesAskedAt: 0 },
    { language: 'xx' },
    { onQuit: 'kill' },
    { toString: true },
    JSON.parse('{"__proto__": true}'),
  ])('%o are refused', some => expect(isPreferenceChange(some)).toBe(false))
})

describe('releases', () => {
  const asked = 'https://api.example.com/repos/k/k/releases/latest'
  const sound = { tag_name: 'v1.10.0', html_url: 'https://example.com/k/k/releases/v1.10.0', draft: false }

  test('are news if they are newer by number', () => {
    expect(newerRelease(sound, '1.9.3', asked)).toEqual({ version: '1.10.0', address: sound.html_url })
    for (const own of ['1.10.0', '1.10.1', '2.0.0', 'unknown'])
      expect(newerRelease(sound, own, asked), own).toBeUndefined()
  })

  test.each([
    null,
    'v9.0.0',
    { ...sound, tag_name: 'nightly' },
    { ...sound, tag_name: 'v9.0.0-rc.1' },
    { ...sound, tag_name: 'v9.0.0; rm -rf /' },
    { ...sound, draft: true },
    { ...sound, prerelease: true },
    { ...sound, html_url: 'https://elsewhere.example/' },
    { ...sound, html_url: 'http://example.com/' },
    { ...sound, html_url: 'https://u:p@example.com/' },
    { ...sound, html_url: 'file:///etc/passwd' },
  ])('%o is none', answer => expect(newerRelease(answer, '0.1.0', asked)).toBeUndefined())

  test('are asked for at one https address of the manifest, or not at all', () => {
    expect(releasesAddress({ releases: asked })).toBe(asked)
    for (const releases of [undefined, '', 'http://a.example/', 'https://u:p@a.example/', 'file:///x', 7])
      expect(releasesAddress({ releases })).toBeUndefined()
  })
})

describe('the place of a window', () => {
  const bounds = { x: 100, y: 80, width: 1280, height: 820, maximized: false }
  const laptop = { x: 0, y: 25, width: 1440, height: 875 }
  const second = { x: 1440, y: -200, width: 2560, height: 1440 }

  test('is kept where a screen shows its upper edge, also across two', () => {
    expect(placeOn(bounds, [laptop])).toBe(bounds)
    const across = { ...bounds, x: 1300 }
    expect(placeOn(across, [laptop, second])).toBe(across)
  })

  test('moves to the nearest screen when its own is gone, and shrinks to it', () => {
    expect(placeOn({ ...bounds, x: 2000, y: -100, width: 2400 }, [laptop])).toEqual({
      ...{ x: 0, y: 25, width: 1440, height: 820, maximized: false },
    })
    expect(placeOn({ ...bounds, x: -3000 }, [second, laptop])).toMatchObject({ x: 0, y: 80 })
  })

  test.each([
    ['above the screen', { y: -60 }],
    ['below it', { y: 890 }],
    ['but for a sliver at its right', { x: 1400 }],
    ['but for a sliver at its left', { x: -1250 }],
  ])('is mended %s', (_, off) => {
    const placed = placeOn({ ...bounds, ...off }, [laptop])!
    expect(placed.x).toBeGreaterThanOrEqual(laptop.x)
    expect(placed.y).toBeGreaterThanOrEqual(laptop.y)
    expect(placed.x + placed.width).toBeLessThanOrEqual(laptop.x + laptop.width)
    expect(placed.y + placed.height).toBeLessThanOrEqual(laptop.y + laptop.height)
  })

  test('is left to the system without a screen, and is not exactly over another window', () => {
    expect(placeOn(bounds, [])).toBeUndefined()
    expect(cascade(bounds, [bounds, { ...bounds, x: 128, y: 108 }])).toMatchObject({ x: 156, y: 136 })
  })
})

describe('operating systems', () => {
  test('differ where they should', () => {
    const [linux, mac, windows] = SYSTEMS.map(shellPlatform)
    expect([linux, mac, windows].map(p => p!.quitsWithLastWindow)).toEqual([true, false, true])
    expect([linux, mac, windows].map(p => p!.opensByArguments)).toEqual([true, false, true])
    expect([linux, mac, windows].map(p => p!.unseenAs)).toEqual(['count', 'count', 'overlay'])
    expect([linux, mac, windows].map(p => p!.trayClickOpens)).toEqual([true, false, true])
    expect(windows!.registersLinks(false, {})).toBe(false)
  })

  test.each(SYSTEMS)('every image of the tray is there for %s, also for dense screens', name => {
    for (const phase of ['down', 'ended', 'starting', 'up', 'stopping', 'failed'] as const) {
      const file = join(root, 'resources', 'icons', 'tray', shellPlatform(name).trayFile(trayImage({ phase } as never)))
      expect(existsSync(file), file).toBe(true)
      expect(existsSync(file.replace('.png', '@2x.png')), file).toBe(true)
    }
  })
})

describe('the menu', () => {
  const actions = new Proxy({} as MenuActions, { get: () => () => {} })
  const menu = (name: SystemName, language: 'en' | 'ko' = 'en', isPackaged = true) =>
    menuTemplate(actions, {
      ...{ isMac: shellPlatform(name).isMac, isPackaged, texts: shellTexts[language] },
      lab: { phase: 'up', lab: 'default' },
      settings: { theme: 'system', onQuit: 'ask', tray: true, notifications: false, updates: false },
    })
  const items = (name: SystemName, language?: 'en' | 'ko', isPackaged?: boolean) =>
    flatten(menu(name, language, isPackaged))

  test('has its own app menu on macOS, with settings, about and quit; else they are in File and Help', () => {
    expect(menu('darwin')[0]!.label).toBe('Kubarium')
    for (const name of SYSTEMS)
      for (const id of ['about', 'settings', 'quit']) expect(items(name).filter(item => item.id === id)).toHaveLength(1)
  })

  test.each(SYSTEMS)('says everything in the language of the user on %s', name => {
    for (const item of items(name, 'ko', false)) {
      if (item.type === 'separator' || item.label === 'Kubarium') continue
      expect(item.label, JSON.stringify(item)).toMatch(/\p{Script=Hangul}/u)
    }
  })

  test.each(SYSTEMS)('gives no accelerator twice on %s, and none for developers in a package', name => {
    const keys = items(name).flatMap(item => item.accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    expect(items(name).some(item => item.role === 'toggleDevTools')).toBe(false)
  })
})

/** Made of a name, or of words that come from elsewhere and are looked at there. */
const OF_OTHER_WORDS = new Set(['licence', 'step', 'waiting', 'fromEngine'])

describe('texts of the shell', () => {
  test.each([
    ['menus and dialogs', shellTexts],
    ['the page that waits', startTexts],
  ])('of %s are there in both languages', (_, { en, ko }) => {
    expect(Object.keys(ko)).toEqual(Object.keys(en))
    for (const [name, text] of Object.entries(ko)) {
      const said = typeof text === 'function' ? (text as (...values: string[]) => string)('x', '3') : text
      if (!OF_OTHER_WORDS.has(name)) expect(said, name).toMatch(/\p{Script=Hangul}/u)
    }
  })

  test('are in the first language of the system that there is, or as the user says', () => {
    expect(languageFor(undefined, ['fr-CA', 'ko-KR', 'en'])).toBe('ko')
    expect(languageFor(undefined, ['ko_KR'])).toBe('ko')
    expect(languageFor(undefined, ['kok-IN', 'de'])).toBe('en')
    expect(languageFor('en', ['ko-KR'])).toBe('en')
  })
})

function flatten(items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap(item => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])])
}
