import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildRenderer, rendererIsFresh } from '../../../tools/renderer.ts'
import { chromiumPath, launchBrowser } from '../../e2e/browser.ts'
import { startMockLab, type MockLab } from '../mock-lab.ts'

const WITHIN = { timeout: 60_000 }

describe.skipIf(!chromiumPath)('the page of metrics', () => {
  let lab: MockLab
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  /** Steps that came to the page. */
  let steps = 0

  beforeAll(async () => {
    if (!rendererIsFresh()) await buildRenderer()
    lab = await startMockLab(fileURLToPath(new URL('../../../dist/renderer', import.meta.url)))
    browser = await launchBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', locale: 'en' })
    page.on('websocket', socket =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('\\"bank\\":\\"fast\\",\\"at\\"')) steps++
      }),
    )
    page.on('pageerror', error => complaints.push(error.message))
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  })

  afterAll(async () => {
    await browser?.close()
    await lab?.close()
  })

  const open = async (part: string) => {
    await page.goto(`${lab.url}/metrics/${part}`)
    await page.locator('canvas').first().waitFor(WITHIN)
  }
  const chart = (name: string) => page.getByRole('article', { name, exact: true })
  const picture = (name: string) =>
    chart(name)
      .locator('canvas')
      .evaluate(canvas => (canvas as unknown as { toDataURL(): string }).toDataURL())

  it('shows an hour at once, in charts that move with each step', async () => {
    await open('machines')
    const legend = chart('CPU of machines').getByRole('list')
    await legend.getByText('lab host').waitFor(WITHIN)
    expect(await legend.getByText(/^[\d.]+m$/).count()).toBeGreaterThan(5)
    const before = await picture('CPU of machines')
    await expect.poll(() => picture('CPU of machines'), WITHIN).not.toBe(before)
  })

  it('stands still when it is paused, and goes on', async () => {
    await open('control')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText(/^Paused at/).waitFor(WITHIN)
    const before = await picture('API latency')
    const told = steps
    await expect.poll(() => steps, WITHIN).toBeGreaterThan(told)
    expect(await picture('API latency')).toBe(before)
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(() => picture('API latency'), WITHIN).not.toBe(before)
  })

  it('moves one cursor through all charts by the keyboard, and says what stands there', async () => {
    await open('store')
    await chart('Term').getByRole('application').focus()
    await page.keyboard.press('Home')
    const time = /^\d\d:\d\d:\d\d$/
    const first = await chart('Term').getByText(time).textContent()
    expect(await chart('Database size').getByText(time).textContent()).toBe(first)
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => chart('Log commits').getByText(time).textContent(), WITHIN).not.toBe(first)
    await expect.poll(() => chart('Term').locator('[aria-live]').textContent(), WITHIN).toMatch(/master-1 \d/)
    await page.keyboard.press('Escape')
    await expect.poll(() => chart('Term').getByText('now', { exact: true }).count(), WITHIN).toBe(1)
  })

  it('tells the same as a table', async () => {
    await open('control')
    await page.getByRole('button', { name: 'API requests by verb as a table' }).click()
    const table = chart('API requests by verb').getByRole('table')
    await table.getByRole('columnheader', { name: 'PATCH' }).waitFor(WITHIN)
    expect(await table.getByRole('row').count()).toBeGreaterThan(20)
  })

  it('draws the pods that are chosen, or those of workloads', async () => {
    await open('workloads')
    const lines = chart('CPU of the chosen').getByRole('list').getByRole('listitem')
    await expect.poll(() => lines.count(), WITHIN).toBe(5)
    await page.getByRole('checkbox', { checked: true }).first().click()
    await expect.poll(() => lines.count(), WITHIN).toBe(4)
    await page.getByText('By workload').click()
    await page.getByRole('checkbox', { name: 'Draw web', exact: true }).waitFor(WITHIN)
  })

  it('says of an autoscaler what it does and what it has decided', async () => {
    await open('autoscalers')
    const web = page.getByRole('region', { name: 'web', exact: true })
    await web.getByText('5 are right for the load.').waitFor(WITHIN)
    await web.getByText(/Grew to 5/).waitFor(WITHIN)
    await web.getByText('57 %', { exact: true }).waitFor(WITHIN)
  })

  it('had nothing to complain of', () => expect(complaints).toEqual([]))
})
