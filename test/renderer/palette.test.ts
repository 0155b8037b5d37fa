import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rank } from '../../renderer/src/palette/rank.ts'
import { buildRenderer, rendererIsFresh } from '../../tools/renderer.ts'
import { root } from '../../tools/sources.ts'
import { chromiumPath, launchBrowser } from '../e2e/browser.ts'
import { startMockLab, type MockLab } from './mock-lab.ts'

describe('what a text finds', () => {
  const commands = ['Show logs', 'Log out', 'Catalogue', 'Pods'].map((title, i) => ({
    ...{ id: String(i), title, run: () => undefined },
    ...(title === 'Pods' && { words: 'workload logs' }),
  }))
  const titles = (text: string) => rank(commands, text).map(({ command }) => command.title)

  it('is all, as it comes, without a text', () => expect(titles(' ')).toEqual(commands.map(({ title }) => title)))

  it('stands before what finds it later: title, word, middle, further words', () =>
    expect(titles('log')).toEqual(['Log out', 'Show logs', 'Catalogue', 'Pods']))

  it('has every word of it', () => {
    expect(titles('logs show')).toEqual(['Show logs'])
    expect(titles('logs nothing')).toEqual([])
  })

  it('is marked where it is found', () => {
    expect(rank(commands, 'log').map(({ spans }) => spans)).toEqual([[[0, 3]], [[5, 8]], [[4, 7]], []])
    expect(rank(commands, 'logs show')[0]!.spans).toEqual([
      [0, 4],
      [5, 9],
    ])
  })
})

describe.skipIf(!chromiumPath)('the palette (needs Chromium)', () => {
  let lab: MockLab
  let browser: Browser
  beforeAll(async () => {
    if (!rendererIsFresh()) await buildRenderer()
    lab = await startMockLab(join(root, 'dist', 'renderer'))
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await lab?.close()
  })

  it('hears what is typed right after the key that calls it, and gives the focus back', async () => {
    const page = await browser.newPage({ locale: 'en' })
    await page.goto(`${lab.url}/events`)
    const search = page.locator('main [data-search]').first()
    await search.focus()
    // Nothing more comes from now on: what hears keys must be there already.
    await page.route('**/*.js', () => undefined)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('settings')
    const field = page.getByRole('combobox', { name: /^Find a view/ })
    expect(await field.inputValue()).toBe('settings')
    await page.keyboard.press('Escape')
    await field.waitFor({ state: 'detached' })
    expect(await search.evaluate(element => element.matches(':focus'))).toBe(true)
    await page.context().close()
  })
})
