import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { LabStatus } from '../../engine/lab/contract.ts'
import { chromiumPath, launchBrowser } from './browser.ts'
import { startLab, type RunningLab } from './lab.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const shots = join(root, 'test-results', 'screens')
const WITHIN = { timeout: 60_000 }

describe.skipIf(!chromiumPath)(
  chromiumPath
    ? 'the interface on a real lab'
    : 'the interface on a real lab (skipped: no Chromium found; set CHROMIUM to its path)',
  { timeout: 180_000 },
  () => {
    let lab: RunningLab
    let browser: Browser
    let context: BrowserContext
    let page: Page
    /** What the browser complained of: errors, refusals of the content security policy, requests to other hosts. */
    const complaints: string[] = []

    /** What the lab's host knows as the user's kubeconfig. */
    const home = mkdtempSync(join(tmpdir(), 'kubarium-home-'))
    const kubeconfig = join(home, 'config')

    beforeAll(async () => {
      process.env.KUBECONFIG = kubeconfig
      lab = await startLab('screens')
      browser = await launchBrowser()
      context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
      // The lab is empty at first: the welcome would cover what is looked at.
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
      delete process.env.KUBECONFIG
      rmSync(home, { recursive: true })
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
      await page.keyboard.press('Escape')
    })

    it('lists pods as they come up, without being reloaded', async () => {
      await open('/objects/core/v1/pods')
      await page
        .getByRole('button', { name: /^shop front-/ })
        .first()
        .waitFor(WITHIN)
      await expect
        .poll(
          () =>
            page
              .locator('.row')
              .filter({ hasText: /front-.*Running/ })
              .count(),
          WITHIN,
        )
        .toBe(3)
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

    it('sends requests through a Service and shows which pod answered each, and by which rules', async () => {
      await open('/services')
      await page.getByRole('link', { name: /^front/ }).click()
      await page.getByText('3 of 3 ready').first().waitFor(WITHIN)
      await page.getByRole('tab', { name: 'Try it' }).click()
      await page.getByText('3 endpoints, 1/3 each').waitFor(WITHIN)
      await page.getByRole('spinbutton', { name: 'Requests' }).fill('60')
      await page.getByRole('button', { name: 'Send 60 requests' }).click()
      const who = page.getByRole('region', { name: 'Who answered' })
      await who.getByText('60 of 60').waitFor(WITHIN)
      // That one of three gets none of sixty happens once in ten thousand million times.
      const counts = await who.locator('li strong').allTextContents()
      expect(counts).toHaveLength(3)
      expect(counts.map(text => parseInt(text)).reduce((sum, n) => sum + n, 0)).toBe(60)
      expect(await who.getByRole('link', { name: /^front-/ }).count()).toBe(3)
      await page.getByRole('checkbox', { name: /one connection/ }).check()
      await page.getByRole('button', { name: 'Send 60 requests' }).click()
      await who.getByText(/^All stayed with front-/).waitFor(WITHIN)
      await page.getByRole('tab', { name: 'Rules' }).click()
      await page.getByText(/^50 % of what comes to this rule goes to front-.*: 33\.3 % of all\.$/).waitFor(WITHIN)
    })

    it('saves an edited object, and lets the user decide when it changed meanwhile', async () => {
      const path = '/cluster/api/v1/namespaces/shop/configmaps/shop-config'
      const edit = async (field: string) => {
        const object = (await get(path)) as { data: Record<string, string> }
        await page.locator('.cm-content').click()
        await page.keyboard.press('ControlOrMeta+a')
        await page.keyboard.insertText(JSON.stringify({ ...object, data: { ...object.data, [field]: 'by hand' } }))
      }
      await open('/objects/core/v1/configmaps?ns=shop&name=shop-config&tab=yaml')
      await edit('first')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('ConfigMap shop-config is saved.').waitFor(WITHIN)
      await edit('second')
      const patched = await context.request.patch(lab.origin + path, {
        headers: { ...signedIn(), 'content-type': 'application/merge-patch+json' },
        data: { data: { other: 'by another' } },
      })
      expect(patched.status()).toBe(200)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('It changed in the cluster since you began').waitFor(WITHIN)
      await page.getByRole('button', { name: 'Overwrite' }).click()
      await expect
        .poll(async () => ((await get(path)) as { data: object }).data, WITHIN)
        .toMatchObject({ first: 'by hand', second: 'by hand' })
    })

    it('follows the log of a pod and finds words in it', async () => {
      await open('/logs')
      await page.getByRole('button', { name: /^Source:/ }).click()
      await page.getByRole('combobox', { name: 'Filter Source' }).fill('back-')
      await page
        .getByRole('option', { name: /^back-/ })
        .first()
        .click()
      await page.locator('.lines .row').first().waitFor(WITHIN)
      await page.getByRole('textbox', { name: 'Search (/)' }).fill('listening')
      await page.locator('.bar .count', { hasText: /\d+ match/ }).waitFor(WITHIN)
      await page.keyboard.press('Enter')
      await page.locator('.bar .count', { hasText: /\d+ of \d+/ }).waitFor(WITHIN)
      expect(await page.locator('mark').first().textContent()).toBe('listening')
    })

    it('runs a shell of the user', async () => {
      await open('/terminal')
      await page.locator('.xterm-screen').click()
      // What is typed while the shell starts, its start may take away.
      await expect.poll(() => page.locator('.xterm-rows').textContent(), WITHIN).toMatch(/[$#%>]/)
      await page.keyboard.type('echo kubarium-$((40+2)) $KUBARIUM_LAB\n')
      await expect.poll(() => page.locator('.xterm-rows').textContent(), WITHIN).toContain('kubarium-42 screens')
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

    it('shows another cluster of the kubeconfig by the same views, and nothing of the lab with it', async () => {
      const own = readFileSync((await status()).kubeconfig, 'utf8')
      // By another name it is another cluster.
      const entries = own.replaceAll('https://127.0.0.1:', 'https://localhost:')
      const config = parse(entries) as { contexts: { name: string }[]; 'current-context': string }
      config.contexts[0]!.name = config['current-context'] = 'classroom'
      writeFileSync(kubeconfig, stringify(config))
      await open('/machines')
      await page.getByRole('button', { name: /^Cluster:/ }).click()
      await page.getByRole('option', { name: /^classroom/ }).click()
      await page.getByRole('button', { name: 'Cluster: classroom' }).waitFor(WITHIN)
      await expect.poll(() => page.getByRole('link', { name: 'Machines' }).count(), WITHIN).toBe(0)
      await open('/machines')
      await page.getByText('Only a lab shows this').waitFor(WITHIN)
      await open('/objects/core/v1/pods')
      await page
        .getByRole('button', { name: /^shop front-/ })
        .first()
        .waitFor(WITHIN)
      await page.getByRole('button', { name: 'Cluster: classroom' }).click()
      await page.getByRole('option', { name: /this lab/ }).click()
      await page.getByRole('link', { name: 'Machines' }).waitFor(WITHIN)
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
      // The browser itself logs the one conflict that was provoked above.
      expect(complaints).toEqual([expect.stringContaining('409')])
    })
  },
)
