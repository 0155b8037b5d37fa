import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildRenderer, rendererIsFresh } from '../../tools/renderer.ts'
import { root } from '../../tools/sources.ts'
import { chromiumPath, launchBrowser } from '../e2e/browser.ts'
import { startMockLab, type MockLab } from './mock-lab.ts'
import { DRAWERS, reach, settled, STOPS } from './walk.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
type Theme = Pick<NonNullable<Parameters<Page['emulateMedia']>[0]>, 'colorScheme' | 'contrast'>
/** Everything is looked at in the first; in the others colours alone, as nothing else depends on them. */
const LIGHT: Theme = { colorScheme: 'light', contrast: 'no-preference' }
const DARK: Theme = { colorScheme: 'dark', contrast: 'no-preference' }
/** One state after the other: each token is on many of them. */
const HIGH: Theme[] = [
  { colorScheme: 'light', contrast: 'more' },
  { colorScheme: 'dark', contrast: 'more' },
]

describe.skipIf(!chromiumPath)(
  chromiumPath ? 'accessibility (WCAG 2.2 AA)' : 'accessibility (skipped: no Chromium found; set CHROMIUM to its path)',
  () => {
    let lab: MockLab
    let browser: Browser
    let page: Page
    let looked = 0

    beforeAll(async () => {
      if (!rendererIsFresh()) await buildRenderer()
      lab = await startMockLab(join(root, 'dist/renderer'))
      browser = await launchBrowser()
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
        locale: 'en',
      })
      page = await context.newPage()
      page.setDefaultTimeout(10_000)
      await page.addInitScript(AXE)
    })

    afterAll(async () => {
      await browser?.close()
      await lab?.close()
    })

    /** What is wrong with what is on the page, in every theme. */
    async function faults(): Promise<string[]> {
      const found: string[] = []
      // What is around all views is looked at once.
      const where = looked ? { exclude: ['.app > nav', '.column > header'] } : { include: ['html'] }
      for (const theme of [LIGHT, DARK, HIGH[looked++ % HIGH.length]!]) {
        await page.emulateMedia(theme)
        const runOnly: RunOptions['runOnly'] =
          theme === LIGHT ? { type: 'tag', values: LEVELS } : { type: 'rule', values: ['color-contrast'] }
        const options: RunOptions = { runOnly, resultTypes: ['violations'], preload: false }
        const { violations } = await page.evaluate<AxeResults>(
          `axe.run(${JSON.stringify(where)}, ${JSON.stringify(options)})`,
        )
        for (const { id, nodes } of violations)
          for (const { html, failureSummary } of nodes)
            found.push(`${id} (${theme.colorScheme}, contrast ${theme.contrast}): ${html}\n${failureSummary}`)
      }
      await page.emulateMedia(LIGHT)
      return found
    }

    it.each(STOPS)('of $name', async stop => {
      await reach(page, lab.url, stop)
      expect(await faults()).toEqual([])
    })

    it.each(DRAWERS)('of each tab of %s', async path => {
      // Pods have names that are made anew.
      if (path.endsWith('name=')) {
        const { json } = await lab.cluster.ask('/api/v1/namespaces/shop/pods')
        path += (json as { items: { metadata: { name: string } }[] }).items[0]!.metadata.name
      }
      await reach(page, lab.url, { name: path, path, sign: '.drawer [role=tab]' })
      const tabs = page.locator('.drawer [role=tab]')
      expect(await tabs.count()).toBeGreaterThan(3)
      for (const tab of await tabs.all()) {
        await tab.click()
        await settled(page)
        expect(await faults(), await tab.innerText()).toEqual([])
      }
    })
  },
)
