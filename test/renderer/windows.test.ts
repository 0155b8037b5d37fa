import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildRenderer, rendererIsFresh } from '../../tools/renderer.ts'
import { root } from '../../tools/sources.ts'
import { chromiumPath, launchBrowser } from '../e2e/browser.ts'
import { startMockLab, type MockLab } from './mock-lab.ts'

const DEPLOYMENT = '/objects/apps/v1/deployments?ns=shop&name=front&tab=yaml'

describe.skipIf(!chromiumPath)(
  chromiumPath ? 'windows of one lab' : 'windows of one lab (skipped: no Chromium found; set CHROMIUM to its path)',
  () => {
    let lab: MockLab
    let browser: Browser
    let context: BrowserContext
    let page: Page

    beforeAll(async () => {
      if (!rendererIsFresh()) await buildRenderer()
      lab = await startMockLab(join(root, 'dist/renderer'))
      browser = await launchBrowser()
      context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en' })
      page = await open(DEPLOYMENT)
    })
    afterAll(async () => {
      await browser?.close()
      await lab?.close()
    })

    async function open(path: string): Promise<Page> {
      const opened = await context.newPage()
      await opened.goto(lab.url + path)
      return opened
    }

    const typeInto = async (where: string, text: string) => {
      await page.locator(`${where} .cm-content`).click()
      await page.keyboard.press('Control+Home')
      await page.keyboard.type(text)
    }

    it('keep what was typed and not applied when their page is loaded again, and only then', async () => {
      await typeInto('.drawer', '# mine ')
      await page.getByText('Edited').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Apply YAML' }).click()
      await typeInto('dialog', '# to apply ')
      await page.reload()
      await page.locator('dialog[open] .cm-line', { hasText: '# to apply' }).waitFor()
      await page.locator('.drawer .cm-line', { hasText: '# mine' }).waitFor()
      // Another window has its own.
      const other = await open(DEPLOYMENT)
      await other.locator('.drawer .cm-line').first().waitFor()
      expect(await other.locator('.cm-line', { hasText: '# mine' }).count()).toBe(0)
      expect(await other.locator('dialog[open]').count()).toBe(0)
      await other.close()
      // Who has closed the dialog, or discarded the change, is done with it.
      await page.locator('dialog[open]').getByRole('button', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'Discard' }).click()
      await page.reload()
      await page.locator('.drawer .cm-line').first().waitFor()
      expect(await page.locator('.cm-line', { hasText: '# mine' }).count()).toBe(0)
      expect(await page.locator('dialog[open]').count()).toBe(0)
    })

    it('follow each other in language, theme, contrast and columns at once', async () => {
      const other = await open('/settings')
      await other.getByRole('radio', { name: '한국어' }).check({ force: true })
      await page.locator('html[lang=ko]').waitFor({ state: 'attached' })
      await page.locator('nav').getByText('지도').waitFor()
      await other.getByRole('radio', { name: '어둡게' }).check({ force: true })
      await page.locator('html[data-theme=dark]').waitFor({ state: 'attached' })
      await other.evaluate(() =>
        localStorage.setItem('columns/apps/deployments', JSON.stringify({ shown: [], hidden: ['Age'] })),
      )
      await page.getByRole('columnheader', { name: 'Age' }).waitFor({ state: 'detached' })
      // All that was kept is gone: each is as it would be without.
      await other.evaluate(() => localStorage.clear())
      await page.locator('html[lang=en]:not([data-theme])').waitFor({ state: 'attached' })
    })
  },
)
