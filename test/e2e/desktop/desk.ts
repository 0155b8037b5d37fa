import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { LabStatus } from '../../../engine/lab/contract.ts'
import { buildRenderer, rendererIsFresh } from '../../../tools/renderer.ts'
import { launchBrowser } from '../browser.ts'
import { TestLab } from '../lab.ts'

/** What is waited for may take a busy machine as long as this. */
export const WITHIN = { timeout: 60_000 }

/** A small lab and one browser page that looks at it, for all tests of a file. */
export class Desk {
  readonly lab: TestLab
  readonly context: BrowserContext
  readonly page: Page
  readonly origin: string
  /** What the browser complained of: errors, refusals of the content security policy, requests to other hosts. */
  readonly complaints: string[] = []
  readonly #browser: Browser
  readonly #authorization: string

  private constructor(lab: TestLab, browser: Browser, context: BrowserContext, page: Page, address: string) {
    this.lab = lab
    this.context = context
    this.page = page
    this.origin = new URL(address).origin
    this.#browser = browser
    this.#authorization = `Bearer ${/#token=(.+)/.exec(address)![1]}`
    page.on('pageerror', error => this.complaints.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`)
    })
    page.on('request', request => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== new URL(this.origin).host)
        this.complaints.push(`request to ${request.url()}`)
    })
  }

  static async open(name: string, ...options: string[]): Promise<Desk> {
    if (!rendererIsFresh()) await buildRenderer()
    const lab = new TestLab(name)
    let browser: Browser | undefined
    try {
      await lab.up('--masters', '1', '--workers', '2', ...options)
      const { address } = await lab.status()
      browser = await launchBrowser()
      const context = await browser.newContext({
        ...{ viewport: { width: 1440, height: 900 }, locale: 'en', reducedMotion: 'reduce', acceptDownloads: true },
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      context.setDefaultTimeout(WITHIN.timeout)
      // The welcome of a first start is a view of its own.
      await context.addInitScript("localStorage.setItem('welcome', 'answered')")
      const page = await context.newPage()
      const desk = new Desk(lab, browser, context, page, address)
      await page.goto(address)
      await page.getByRole('navigation', { name: 'Views' }).waitFor()
      return desk
    } catch (error) {
      await browser?.close()
      await lab.remove()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.lab.remove()
  }

  go(path: string) {
    return this.page.goto(this.origin + path)
  }

  /** Through the lab's server, as the page asks it. */
  async ask<T = KubeObject>(path: string, method = 'GET', data?: unknown, contentType = 'application/json') {
    const response = await this.context.request.fetch(this.origin + path, {
      method,
      headers: { authorization: this.#authorization, 'content-type': contentType },
      // A connection that was kept may just have been ended by the server.
      maxRetries: 2,
      ...(data !== undefined && { data: JSON.stringify(data) }),
    })
    if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`)
    return (await response.json()) as T
  }

  read<T = KubeObject>(path: string): Promise<T> {
    return this.ask<T>(`/cluster${path}`)
  }

  async items(path: string): Promise<KubeObject[]> {
    return (await this.read<{ items: KubeObject[] }>(path)).items
  }

  make(path: string, object: object) {
    return this.ask(`/cluster${path}`, 'POST', object)
  }

  patch(path: string, change: object) {
    return this.ask(`/cluster${path}`, 'PATCH', change, 'application/merge-patch+json')
  }

  status(): Promise<LabStatus> {
    return this.ask<LabStatus>('/lab/v1/status')
  }

  /** Waits until what is asked gives what is wanted. */
  until<T>(ask: () => Promise<T>) {
    return expect.poll(ask, WITHIN)
  }

  // What is seen, by the names that people and screen readers know it by.

  button(name: string | RegExp, within: Locator | Page = this.page): Locator {
    return within.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).first()
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  get drawer(): Locator {
    return this.page.locator('.drawer')
  }

  /** The line of an object in a list. */
  row(name: string | RegExp): Locator {
    return this.page.locator('.line[data-key]').filter({ hasText: name })
  }

  tab(name: string, within: Locator | Page = this.drawer): Locator {
    return within.getByRole('tab', { name, exact: true })
  }

  /** A note that comes up and goes. */
  toast(text: string | RegExp): Promise<void> {
    return this.page.locator('.stack').getByText(text).first().waitFor(WITHIN)
  }

  said(text: string | RegExp, within: Locator | Page = this.page): Promise<void> {
    return within.getByText(text).first().waitFor(WITHIN)
  }

  /** Chooses an action in the menu of an object's line. */
  async act(row: string | RegExp, action: string): Promise<void> {
    await this.row(row)
      .getByRole('button', { name: /^Actions for/ })
      .click()
    await this.page.getByRole('menuitem', { name: action, exact: true }).click()
  }

  /** Chooses in a field that opens a list. */
  async choose(field: string | RegExp, option: string | RegExp, within: Locator | Page = this.page): Promise<void> {
    await within.getByRole('button', { name: field }).first().click()
    await this.page.getByRole('option', { name: option }).first().click()
  }

  async palette(text: string, option: string | RegExp): Promise<void> {
    await this.page.keyboard.press('Control+k')
    await this.page.locator('dialog [role=combobox]').fill(text)
    await this.page.getByRole('option', { name: option }).first().click()
  }

  /** Puts a text into an editor of YAML in place of what stands there. */
  async write(text: string, editor: Locator = this.page.locator('.cm-content')): Promise<void> {
    await editor.click()
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.insertText(text)
  }
}
