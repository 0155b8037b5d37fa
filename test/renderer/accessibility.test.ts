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
/** What other words, and so other widths, can break. */
const WORDS = [
  ...['button-name', 'link-name', 'label', 'select-name', 'input-button-name', 'summary-name', 'document-title'],
  ...['aria-command-name', 'aria-input-field-name', 'aria-toggle-field-name', 'aria-dialog-name', 'aria-tooltip-name'],
  ...['image-alt', 'svg-img-alt', 'role-img-alt', 'html-has-lang', 'html-lang-valid', 'valid-lang', 'target-size'],
]
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** All rules are for the first look; in the others only what depends on colours, and on words. */
interface Look {
  theme: 'light' | 'dark'
  contrast: 'normal' | 'more'
  language: 'en' | 'ko'
}
const LIGHT: Look = { theme: 'light', contrast: 'normal', language: 'en' }
const DARK: Look = { theme: 'dark', contrast: 'normal', language: 'ko' }
/** One state after the other: each token is on many of them. */
const HIGH: Look[] = [
  { theme: 'light', contrast: 'more', language: 'en' },
  { theme: 'dark', contrast: 'more', language: 'en' },
]
const OPTIONS: RunOptions = { resultTypes: ['violations'], preload: false }

interface Found {
  id: string
  html: string
  summary: string
}

interface Question {
  look: Look
  where: object
  /** Absent: the look alone is taken on. */
  options?: RunOptions
}

/** In the page: takes on a look in place, as if another window had chosen it, and says what is wrong then. */
async function inspect({ look, where, options }: Question): Promise<Found[]> {
  const page = globalThis as unknown as {
    axe: { run(where: object, options: RunOptions): Promise<AxeResults> }
    localStorage: Record<string, string>
    dispatchEvent(event: object): void
    StorageEvent: new (type: string, init: object) => object
    requestAnimationFrame(callback: () => void): void
  }
  for (const [key, value] of Object.entries(look)) {
    page.localStorage[key] = value
    page.dispatchEvent(new page.StorageEvent('storage', { key, storageArea: page.localStorage }))
  }
  // What follows from it is on the page after a frame, and is drawn after the next.
  for (let i = 0; i < 2; i++) await new Promise<void>(done => page.requestAnimationFrame(done))
  if (!options) return []
  const { violations } = await page.axe.run(where, options)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => ({ id, html, summary: failureSummary ?? '' })),
  )
}

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
      // A Service that is opened would lie over the page, which is drawn once a second behind it.
      context.on('page', opened => opened.close())
      await page.addInitScript(AXE)
    })

    afterAll(async () => {
      await browser?.close()
      await lab?.close()
    })

    /** What is wrong with a part of the page, or all of it, in every theme and language. */
    async function faults(part?: string): Promise<string[]> {
      // What is around all views is looked at once.
      const where = part
        ? { include: [part] }
        : looked
          ? { exclude: ['.app > nav', '.column > header'] }
          : { include: ['html'] }
      const found: string[] = []
      for (const look of [LIGHT, DARK, HIGH[looked++ % HIGH.length]!]) {
        const rules = look === DARK ? ['color-contrast', ...WORDS] : ['color-contrast']
        const runOnly: RunOptions['runOnly'] =
          look === LIGHT ? { type: 'tag', values: LEVELS } : { type: 'rule', values: rules }
        const question = { look, where, options: { ...OPTIONS, runOnly } }
        for (const { id, html, summary } of await page.evaluate(inspect, question))
          found.push(`${id} (${Object.values(look).join(', ')}): ${html}\n${summary}`)
      }
      await page.evaluate(inspect, { look: LIGHT, where })
      return found
    }

    /** Whether nothing was done in what the page shows. */
    let untouched = false

    it.each(STOPS)('of $name', async stop => {
      await reach(page, lab.url, stop, untouched)
      untouched = !stop.act
      expect(await faults(stop.part)).toEqual([])
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
        expect(await faults('.drawer'), await tab.innerText()).toEqual([])
      }
    })
  },
)
