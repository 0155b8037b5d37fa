import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MachineStatus } from '../../engine/lab/contract.ts'
import { findLicences } from '../../renderer/src/settings/licences.ts'
import { isOfUser, sizeOf } from '../../renderer/src/welcome/first-start.ts'
import { buildRenderer, rendererIsFresh } from '../../tools/renderer.ts'
import { root } from '../../tools/sources.ts'
import { chromiumPath, launchBrowser } from '../e2e/browser.ts'
import { startMockLab, type MockLab } from './mock-lab.ts'

describe('what a user has made', () => {
  const named = (name: string, namespace?: string) => isOfUser({ metadata: { name, namespace } })

  it('is not what a cluster makes for itself', () => {
    expect(named('default')).toBe(false)
    expect(named('kube-system')).toBe(false)
    expect(named('coredns', 'kube-system')).toBe(false)
    expect(named('kubernetes', 'default')).toBe(false)
    expect(named('kube-root-ca.crt', 'default')).toBe(false)
  })

  it('is all else, also under names that the cluster uses elsewhere', () => {
    expect(named('shop')).toBe(true)
    expect(named('web', 'default')).toBe(true)
    expect(named('kube-thing', 'default')).toBe(true)
    expect(named('default', 'default')).toBe(true)
    expect(named('kubernetes', 'shop')).toBe(true)
  })
})

describe('the size of a lab', () => {
  const machine = (
    name: string,
    role: MachineStatus['role'],
    memory?: number,
    state: MachineStatus['state'] = 'running',
  ) => ({ name, role, state, ...(memory && { usage: { memory, cpu: 0 } }) }) as MachineStatus

  it('has what a worker takes on the average, of those that run', () => {
    const machines = [
      machine('master-1', 'control-plane', 500),
      machine('worker-1', 'worker', 100),
      machine('worker-2', 'worker', 200),
      machine('worker-3', 'worker', 900, 'dead'),
    ]
    expect(sizeOf(machines)).toEqual({ masters: 1, workers: 3, perWorker: 150 })
  })

  it('does not guess what no worker has shown', () => {
    expect(sizeOf([machine('master-1', 'control-plane', 500)])).toEqual({ masters: 1, workers: 0 })
  })
})

describe('licences', () => {
  const all = [
    { name: 'svelte', version: '5.0.0', licence: 'MIT', text: '' },
    { name: 'yaml', version: '2.9.1', licence: 'ISC', text: '' },
  ]

  it('are found by parts of names and by terms, in any order', () => {
    expect(findLicences(all, '')).toEqual(all)
    expect(findLicences(all, 'isc YA')).toEqual([all[1]])
    expect(findLicences(all, 'yaml mit')).toEqual([])
  })
})

describe.skipIf(!chromiumPath)(
  chromiumPath ? 'the welcome' : 'the welcome (skipped: no Chromium found; set CHROMIUM to its path)',
  () => {
    let lab: MockLab
    let browser: Browser

    beforeAll(async () => {
      if (!rendererIsFresh()) await buildRenderer()
      lab = await startMockLab(join(root, 'dist', 'renderer'), 0, false)
      browser = await launchBrowser()
    })

    afterAll(async () => {
      await browser?.close()
      await lab?.close()
    })

    it('can be skipped with a key, does not come again, and is there when it is asked for', async () => {
      const page = await browser.newPage({ locale: 'en' })
      const dialog = page.getByRole('dialog', { name: 'Welcome to Kubarium' })
      await page.goto(`${lab.url}/map`)
      await dialog.waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      expect(await page.evaluate(() => localStorage.getItem('welcome'))).toBe('answered')
      await page.goto(`${lab.url}/settings`)
      await page.getByRole('button', { name: 'Show again' }).click()
      await dialog.waitFor()
      await page.context().close()
    })

    it('does not come where somebody has made something, also in a browser that knows nothing', async () => {
      const page = await browser.newPage({ locale: 'en' })
      const all = '/api/v1/namespaces/default/configmaps'
      expect((await lab.cluster.ask(all, { method: 'POST', body: { metadata: { name: 'mine' } } })).code).toBe(201)
      const looked = page.waitForResponse(response =>
        new URL(response.url()).pathname.endsWith('/apis/batch/v1/cronjobs'),
      )
      await page.goto(`${lab.url}/settings`)
      await (await looked).finished()
      await page.getByRole('button', { name: 'Show again' }).waitFor()
      expect(await page.getByRole('dialog').count()).toBe(0)
      await page.context().close()
      expect((await lab.cluster.ask(`${all}/mine`, { method: 'DELETE' })).code).toBe(200)
    })

    it('leads through language, size and example, with the keyboard, and is not shown again', async () => {
      const page = await browser.newPage({ locale: 'en' })
      await page.goto(`${lab.url}/map`)
      await page.getByRole('dialog', { name: 'Welcome to Kubarium' }).waitFor()
      await page.locator('label', { hasText: 'English' }).locator('input:focus').waitFor({ state: 'attached' })
      await page.keyboard.press('ArrowRight')
      const korean = page.getByRole('dialog', { name: 'Kubarium에 오신 것을 환영합니다' })
      await korean.waitFor()
      await page.keyboard.press('ArrowLeft')
      const dialog = page.getByRole('dialog', { name: 'Welcome to Kubarium' })
      await dialog.getByText('The lab keeps its 3 masters.').waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('ArrowRight')
      await dialog.getByText(/1 worker more is 1 process more on this computer, with about \d+/).waitFor()
      await dialog.getByRole('radio', { name: 'A small shop' }).check()
      await dialog.getByRole('button', { name: 'Begin' }).click()
      await dialog.getByText('All is applied.').waitFor()
      await dialog.getByText('1 worker joins the cluster.').waitFor()
      expect(await dialog.getByText('Applied', { exact: true }).count()).toBe(9)
      expect((await lab.cluster.ask('/apis/apps/v1/namespaces/shop/deployments/front')).code).toBe(200)
      await page.locator('button:focus', { hasText: 'Go to the map' }).waitFor()
      await page.keyboard.press('Enter')
      await dialog.waitFor({ state: 'detached' })
      await page.reload()
      await page.getByText('6 of 7 machines up').waitFor()
      expect(await dialog.count()).toBe(0)
      await page.context().close()
    })

    it('is found by the palette, says what failed, and makes the rest when it is tried again', async () => {
      const page = await browser.newPage({ locale: 'en' })
      const machines = '**/lab/v1/machines'
      await page.addInitScript(() => localStorage.setItem('welcome', 'answered'))
      await page.route(machines, route => route.fulfill({ status: 507, json: { message: 'The disk is full.' } }))
      await page.goto(`${lab.url}/settings`)
      await page.keyboard.press('Control+k')
      await page.keyboard.type('welcome')
      await page.getByRole('option', { name: 'Welcome: size and examples' }).click()
      const dialog = page.getByRole('dialog', { name: 'Welcome to Kubarium' })
      await dialog.getByRole('radiogroup', { name: 'Workers' }).locator('label').nth(1).click()
      await dialog.getByRole('radio', { name: 'Empty cluster' }).check()
      await dialog.getByRole('button', { name: 'Begin' }).click()
      await dialog.getByText('A worker could not be added').waitFor()
      await dialog.getByText('The disk is full.').waitFor()
      await page.unroute(machines)
      await dialog.getByRole('button', { name: 'Try again' }).click()
      await dialog.getByText('1 worker joins the cluster.').waitFor()
      await page.context().close()
    })
  },
)
