import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LabStatus } from '../../engine/lab/contract.ts'
import { chromiumPath, launchBrowser } from './browser.ts'
import { startLab, type RunningLab } from './lab.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const shots = join(root, 'test-results', 'screens')
const WITHIN = { timeout: 60_000 }

/** How each view looks and what it shows of the lab; what is done in them is proven in `desktop`. */
describe.skipIf(!chromiumPath)(
  chromiumPath
    ? 'the interface on a real lab'
    : 'the interface on a real lab (skipped: no Chromium found; set CHROMIUM to its path)',
  () => {
    let lab: RunningLab
    let browser: Browser
    let context: BrowserContext
    let page: Page
    /** What the browser complained of: errors, refusals of the content security policy, requests to other hosts. */
    const complaints: string[] = []

    beforeAll(async () => {
      lab = await startLab('screens')
      browser = await launchBrowser()
      context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
      // The welcome of a first start is a view of its own.
      await context.addInitScript("localStorage.setItem('welcome', 'answered')")
      page = await context.newPage()
      page.on('pageerror', error => complaints.push(error.message))
      page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
      page.on('request', request => {
        if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== new URL(lab.origin).host)
          complaints.push(`request to ${request.url()}`)
      })
      await page.goto(lab.address)
    })

    afterAll(async () => {
      await browser?.close()
      await lab?.close()
    })

    const open = (path: string) => page.goto(lab.origin + path)
    const signedIn = () => ({ authorization: `Bearer ${/#token=(.+)/.exec(lab.address)![1]}` })
    const get = async (path: string) => (await context.request.get(lab.origin + path, { headers: signedIn() })).json()
    const status = () => get('/lab/v1/status') as Promise<LabStatus>
    const leader = async () =>
      (await status()).machines.find(m => m.state === 'running' && m.store?.role === 'leader')?.name

    it('signs in with the token and takes it out of the address; no cookie shows it to the ports of pods', async () => {
      expect(page.url()).not.toContain('token')
      expect(await context.cookies()).toEqual([])
    })

    it('says what to do in a page that has no token', async () => {
      const stranger = await (await browser.newContext()).newPage()
      await stranger.goto(`${lab.origin}/map`)
      await stranger.getByText('This page may not use the lab').waitFor(WITHIN)
      await stranger.context().close()
    })

    it('applies a file of many documents and says of each that it was applied', async () => {
      await page.getByRole('button', { name: 'Apply YAML' }).click()
      await page.locator('input[type=file]').setInputFiles(join(root, 'resources/examples/shop.yaml'))
      await page.getByRole('dialog').locator('.count', { hasText: '9 objects' }).waitFor(WITHIN)
      await page.getByRole('button', { name: 'Apply', exact: true }).click()
      await expect
        .poll(() => page.getByRole('list', { name: 'Results' }).getByText('Applied', { exact: true }).count(), WITHIN)
        .toBe(9)
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    })

    it('shows the leader on the map, and its details when it is chosen with the keyboard', async () => {
      const name = (await leader())!
      await open('/map')
      const map = page.getByRole('application')
      await map.focus()
      await page.keyboard.press('ArrowRight')
      await page.getByRole('complementary', { name: 'Details of master-1' }).waitFor(WITHIN)
      await open(`/map?select=${encodeURIComponent(`machine/${name}`)}`)
      const details = page.getByRole('complementary', { name: `Details of ${name}` })
      await details.getByText(/^Leader · term \d+$/).waitFor(WITHIN)
    })

    it('shows workloads as they belong together, also as a list that opens and closes them', async () => {
      await open('/map?lens=workloads')
      await page.getByRole('button', { name: 'List of what is drawn' }).click()
      const tree = page.getByRole('tree')
      const pods = tree.getByRole('treeitem', { name: /^front-\S+ Running/ })
      await expect.poll(() => pods.count(), WITHIN).toBe(3)
      await tree
        .getByRole('treeitem', { name: /^front 3 of 3 ready/ })
        .first()
        .click()
      await page.getByRole('complementary', { name: 'Details of front' }).waitFor(WITHIN)
      await page.keyboard.press('Enter')
      await expect.poll(() => pods.count(), WITHIN).toBe(0)
    })

    it('shows who leads by the Leases, and messages as they are sent', async () => {
      await open('/map?lens=control')
      await page.getByRole('button', { name: 'List of what is drawn' }).click()
      await expect.poll(() => page.getByRole('treeitem', { name: /Leads: holds the Lease/ }).count(), WITHIN).toBe(2)
      await page
        .locator('[data-pulses] > span')
        .first()
        .waitFor({ ...WITHIN, state: 'attached' })
    })

    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const)
        it(`fits ${width}×${height} in the ${colorScheme} theme, view by view`, async () => {
          mkdirSync(shots, { recursive: true })
          await page.setViewportSize({ width, height })
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          const master = encodeURIComponent(`machine/${await leader()}`)
          const views: [name: string, path: string, sign: string][] = [
            ['map', '/map', 'canvas'],
            ['map-workloads', '/map?lens=workloads', '[title="Save as SVG"]:enabled'],
            ['map-control', '/map?lens=control', '[title="Save as SVG"]:enabled'],
            ['map-selected', `/map?select=${master}`, 'aside h3'],
            ['objects', '/objects/core/v1/pods', '.row'],
            ['drawer', '/objects/apps/v1/deployments?ns=shop&name=front', '.drawer dl'],
            ['yaml', '/objects/apps/v1/deployments?ns=shop&name=front&tab=yaml', '.cm-line'],
            ['services', '/services', '.row'],
            ['service', '/services/shop/front', 'td'],
            ['service-try', '/services/shop/front?tab=try', 'form'],
            ['service-rules', '/services/shop/front?tab=rules', 'td'],
            ['logs', '/logs', '.lines .row'],
            ['terminal', '/terminal', '.xterm-rows'],
            ['machines', '/machines', 'article'],
            ['events', '/events', '.row'],
            ['metrics', '/metrics/control', 'article canvas'],
          ]
          for (const [name, path, sign] of views) {
            await open(path)
            await page.locator(sign).first().waitFor(WITHIN)
            // As text: this file is checked for Node, which knows no window.
            const overflow = await page.evaluate<boolean>(
              'document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight',
            )
            expect(overflow, `${name} is larger than the window`).toBe(false)
            await page.screenshot({ path: join(shots, `${name}-${colorScheme}-${width}.png`) })
          }
        })

    it('kills the leader after asking, shows the next one, and starts the machine again', async () => {
      const killed = (await leader())!
      await open('/machines')
      const card = page.getByRole('article', { name: killed, exact: true })
      await card.getByRole('button', { name: 'Kill' }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: `Kill ${killed}` })
        .click()
      await card.getByRole('button', { name: 'Start' }).waitFor(WITHIN)
      await expect
        .poll(() => page.locator('article.leads h3').allTextContents(), WITHIN)
        .toEqual([expect.not.stringContaining(killed)])
      await card.getByRole('button', { name: 'Start' }).click()
      await card.getByText('Running', { exact: true }).waitFor(WITHIN)
    })

    it('asked no other host, broke no rule of the content security policy and logged no error', () => {
      expect(complaints).toEqual([])
    })
  },
)
