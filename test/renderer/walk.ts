import type { Page } from 'playwright-core'
import { LENSES } from '../../renderer/src/map/graph/model.ts'
import { VIEWS } from '../../renderer/src/shell/views.ts'

/** A state of the interface: an address, and what is done there to reach it. */
export interface Stop {
  name: string
  path: string
  /** What is on the page when it has been reached. */
  sign?: string
  act?: (page: Page) => Promise<void>
  /** What of the page is looked at; absent: all. What a dialog stands before has a state of its own. */
  part?: string
}

const DEPLOYMENT = '/objects/apps/v1/deployments?ns=shop&name=front'
const openMenu = (page: Page) => page.locator('.drawer').getByRole('button', { name: 'Actions', exact: true }).click()
const chooseAction = async (page: Page, name: RegExp) => {
  await openMenu(page)
  await page.getByRole('menuitem', { name }).click()
}
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first()

/** Every view by itself, new ones too, and the states of the mock lab that look different from them. */
export const STOPS: readonly Stop[] = [
  ...VIEWS.map(view => ({ name: view, path: `/${view}` })),
  ...LENSES.flatMap(lens => [
    ...(lens === LENSES[0] ? [] : [{ name: `map of ${lens}`, path: `/map?lens=${lens}`, sign: '[role=application]' }]),
    {
      name: `map of ${lens} as a list`,
      path: `/map?lens=${lens}`,
      act: async (page: Page) => {
        await button(page, 'List of what is drawn').click()
        await page.getByRole('treeitem').first().click()
      },
      sign: 'aside',
    },
  ]),
  {
    name: 'menu of an object',
    path: DEPLOYMENT,
    act: page => openMenu(page),
    sign: '[role=menuitem]',
    part: '[role=menu]',
  },
  {
    name: 'deletion of an object',
    path: DEPLOYMENT,
    act: page => chooseAction(page, /^Delete/),
    sign: 'dialog[open]',
    part: 'dialog[open]',
  },
  {
    name: 'debugging of a pod',
    path: '/objects/core/v1/pods?ns=shop',
    act: async page => {
      await page.locator('button.row', { hasText: 'Running' }).first().click()
      await chooseAction(page, /^Debug/)
    },
    sign: 'dialog[open]',
    part: 'dialog[open]',
  },
  {
    name: 'opening of a Service',
    path: '/objects/core/v1/services?ns=shop&name=web',
    act: page => chooseAction(page, /^Open in/),
    sign: 'dialog[open] .port',
    part: 'dialog[open]',
  },
  {
    name: 'selectors and columns',
    path: '/objects/core/v1/pods?labels=app%3Dcart',
    act: page => button(page, 'Columns').click(),
    sign: '.row',
  },
  { name: 'object that is gone', path: '/objects/core/v1/pods?ns=shop&name=nobody', sign: '.drawer .empty' },
  { name: 'kind that is not served', path: '/objects/core/v1/nothings', sign: '.empty' },
  {
    name: 'reason of a right',
    path: '/access?who=Group%2Fsystem%3Amasters',
    act: page => page.locator('.matrix button').first().click(),
    sign: 'aside',
  },
  {
    name: 'logs with lines',
    path: '/logs?of=Namespace%2Fshop%2F',
    act: page => page.keyboard.press('Control+f'),
    sign: '.lines .row',
  },
  {
    name: 'saving of a log',
    path: '/logs?of=Namespace%2Fshop',
    act: page => button(page, 'Save as a file').click(),
    sign: 'dialog[open]',
    part: 'dialog[open]',
  },
  {
    name: 'choice of a log',
    path: '/logs',
    act: page => page.getByRole('button', { name: /^Source/ }).click(),
    sign: '[role=option]',
  },
  {
    name: 'split terminal',
    path: '/terminal',
    act: async page => {
      await page.locator('.xterm-rows').first().waitFor()
      await button(page, /^Split .*right/i).click()
      await page.locator('.xterm-rows').nth(1).waitFor()
    },
    sign: '.xterm-rows',
  },
  {
    name: 'question before a machine is killed',
    path: '/machines',
    act: page => button(page, 'Kill').click(),
    sign: 'dialog[open]',
    part: 'dialog[open]',
  },
  {
    name: 'dialog to apply YAML',
    path: '/map',
    act: page => button(page, 'Apply YAML').click(),
    sign: 'dialog[open] .cm-line',
    part: 'dialog[open]',
  },
  {
    name: 'palette',
    path: '/map',
    act: async page => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').fill('log')
    },
    sign: 'dialog[open] [role=option]',
    part: 'dialog[open]',
  },
  {
    name: 'shortcuts',
    path: '/events',
    act: page => page.keyboard.press('?'),
    sign: 'dialog[open]',
    part: 'dialog[open]',
  },
  {
    name: 'notifications',
    path: '/events',
    act: page => button(page, /^Notifications/).click(),
    sign: '.popup',
    part: '.popup',
  },
  {
    name: 'choice of a namespace',
    path: '/events',
    act: page => button(page, /^Namespace/).click(),
    sign: '[role=option]',
  },
]

/** Drawers, whose tabs are found on the page: one with revisions, one with logs, and one without either. */
export const DRAWERS = [DEPLOYMENT, '/objects/core/v1/pods?ns=shop&name=', '/objects/core/v1/nodes?name=worker-1']

/**
 * Opens a state and waits until it is there and awaits nothing more. `within`: the page shows a state in which nothing was done, and
 * is led to the next as by a link.
 */
export async function reach(page: Page, origin: string, stop: Stop, within = false): Promise<void> {
  if (within) await page.evaluate(lead, stop.path)
  else await page.goto(origin + stop.path)
  await settled(page)
  await stop.act?.(page)
  if (stop.sign) await page.locator(stop.sign).first().waitFor()
  await settled(page)
}

/** In the page: as a step back or forth of the browser. */
function lead(path: string): void {
  const page = globalThis as unknown as {
    history: { pushState(state: null, title: string, address: string): void }
    dispatchEvent(event: Event): void
  }
  page.history.pushState(null, '', path)
  page.dispatchEvent(new Event('popstate'))
}

/** Waits until something is shown and nothing says that it is being loaded. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main .view:not([hidden]) > *').first().waitFor({ state: 'attached' })
  await page.locator('.loading').first().waitFor({ state: 'hidden' })
}
