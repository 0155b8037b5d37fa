import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deployment } from '../../../engine/api/types.ts'
import { chromiumPath } from '../browser.ts'
import { Desk, WITHIN } from './desk.ts'
import { Keys, Mouse } from './hands.ts'

const EXAMPLE = '/apis/apps/v1/namespaces/default/deployments/example'

/** From an empty lab to an application that was scaled, rolled back, broken and healed, as somebody does it for the first time. */
describe.skipIf(!chromiumPath)(
  'a first walk through the app, on a real lab (needs Chromium)',
  { timeout: 240_000 },
  () => {
    let desk: Desk

    beforeAll(async () => {
      // A node that is silent is soon known to be.
      desk = await Desk.open('walks', '--node-monitor-grace-period', '10s')
    })
    afterAll(() => desk?.close())

    const example = () => desk.read<Deployment>(EXAMPLE)
    const annotations = async () => (await example()).spec!.template!.metadata!.annotations
    const card = (name: string) => desk.page.getByRole('article', { name, exact: true })
    const link = (view: string) =>
      desk.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view })
    const menuItem = (name: string) => desk.page.getByRole('menuitem', { name, exact: true })
    const ready = (text: string) =>
      desk.page
        .getByRole('banner')
        .or(desk.page.locator('section.page > header'))
        .getByText(text, { exact: true })
        .first()
        .waitFor(WITHIN)
    const nodeOfPods = async () =>
      (await desk.items('/api/v1/namespaces/default/pods')).map(p => p.spec!.nodeName as string)

    it('with the mouse alone', async () => {
      const mouse = new Mouse(desk.page)
      const { dialog, drawer } = desk

      // An application: from templates, so that nothing has to be written.
      await mouse.click(desk.button('Apply YAML'))
      await mouse.pick(desk.button(/^Template/, dialog), 'Deployment')
      await mouse.pick(desk.button(/^Template/, dialog), 'Service')
      await desk.said('2 objects', dialog)
      await mouse.click(desk.button('Apply', dialog))
      await desk
        .until(() => desk.page.getByRole('list', { name: 'Results' }).getByText('Applied', { exact: true }).count())
        .toBe(2)
      await mouse.click(desk.button('Deployment example', dialog))
      await desk.row(/example.*2\/2/).waitFor(WITHIN)

      // Scaled.
      await mouse.click(desk.button('Actions', drawer))
      await mouse.click(menuItem('Scale'))
      await desk.said('now 2', dialog)
      await mouse.click(desk.button('One replica more', dialog))
      await mouse.click(desk.button('One replica more', dialog))
      await mouse.click(desk.button('Scale', dialog))
      await desk.row(/example.*4\/4/).waitFor(WITHIN)

      // Rolled out, and back.
      await mouse.click(desk.button('Actions', drawer))
      await mouse.click(menuItem('Restart'))
      await mouse.click(desk.button('Restart', dialog))
      await desk.until(annotations).not.toBe(undefined)
      await mouse.click(desk.tab('History'))
      await mouse.click(desk.button('Roll back to this', drawer))
      await mouse.click(desk.button('Roll back to this', dialog))
      await desk.said('Revision 3', drawer)
      await desk.until(annotations).toBe(undefined)
      await desk.row(/example.*4\/4/).waitFor(WITHIN)

      // Used.
      await mouse.click(link('Services'))
      await mouse.click(desk.page.getByRole('link', { name: /^example/ }))
      await ready('4 of 4 ready')
      await mouse.click(desk.tab('Try it', desk.page))
      await mouse.click(desk.button('Send 20 requests'))
      await desk.said('20 of 20', desk.page.getByRole('region', { name: 'Who answered' }))

      // Broken: a machine dies, and what ran on it does not answer any more.
      await desk.until(async () => (await nodeOfPods()).length).toBe(4)
      const lost = (await nodeOfPods())[0]!
      const left = (await nodeOfPods()).filter(node => node !== lost).length
      await mouse.click(link('Machines'))
      await mouse.click(desk.button('Kill', card(lost)))
      await mouse.click(desk.button(`Kill ${lost}`, dialog))
      await card(lost).getByText('Dead', { exact: true }).waitFor(WITHIN)
      await mouse.click(link('Services'))
      await mouse.click(desk.page.getByRole('link', { name: /^example/ }))
      await ready(`${left} of 4 ready`)
      await mouse.click(desk.button(/^Notifications/))
      await mouse.click(desk.page.getByRole('link', { name: new RegExp(`${lost} died`) }))

      // Healed: where the notification leads, the machine is started again.
      const details = desk.page.getByRole('complementary', { name: `Details of ${lost}` })
      await mouse.click(desk.button('Start', details))
      await desk.button('Kill', details).waitFor(WITHIN)
      await mouse.click(link('Services'))
      await mouse.click(desk.page.getByRole('link', { name: /^example/ }))
      await ready('4 of 4 ready')

      // Tidied up.
      await mouse.click(link('Objects'))
      await mouse.click(desk.page.getByRole('navigation', { name: 'Kinds' }).getByRole('link', { name: 'Deployment' }))
      await mouse.click(desk.row('example').getByRole('button', { name: 'Actions for example' }))
      await mouse.click(menuItem('Delete'))
      await mouse.click(desk.button('Delete', dialog))
      await desk.said('No Deployment yet')
      await desk.ask('/cluster/api/v1/namespaces/default/services/example', 'DELETE')
    })

    it('with the keyboard alone', async () => {
      const { dialog, drawer } = desk
      await desk.until(async () => (await desk.items('/api/v1/namespaces/default/pods')).length).toBe(0)
      await desk.go('/map')
      await desk.page.getByRole('application').waitFor(WITHIN)
      const keys = new Keys(desk.page)

      // An application: the palette leads to the dialog, and the keys lead out of its text to the templates.
      await keys.find('apply', /^Apply YAML/)
      await dialog.locator('.cm-focused').waitFor(WITHIN)
      for (const kind of ['Deployment', 'Service']) {
        await keys.press('Escape')
        await keys.activate(desk.button(/^Template/, dialog), 'Shift+Tab')
        await keys.type(kind)
        await keys.press('Enter', 'Tab')
      }
      await desk.said('2 objects', dialog)
      await keys.press('Control+Enter')
      await desk
        .until(() => desk.page.getByRole('list', { name: 'Results' }).getByText('Applied', { exact: true }).count())
        .toBe(2)
      await keys.press('Escape')
      await keys.activate(desk.button('Deployment example', dialog))

      // Scaled: the drawer has the focus, and the palette knows what can be done to its object.
      await keys.have(desk.tab('Overview'))
      await desk.row(/example.*2\/2/).waitFor(WITHIN)
      await keys.find('scale', /^Scale Deployment example/)
      await keys.have(dialog.getByRole('spinbutton', { name: 'Replicas' }))
      await desk.said('now 2', dialog)
      await keys.press('ArrowUp', 'ArrowUp', 'Enter')
      await desk.row(/example.*4\/4/).waitFor(WITHIN)

      // Rolled out, and back.
      await keys.find('restart', /^Restart Deployment example/)
      await keys.activate(desk.button('Restart', dialog), 'Tab', 1)
      await desk.until(annotations).not.toBe(undefined)
      await keys.have(desk.tab('Overview'))
      await keys.press('ArrowRight', 'ArrowRight')
      await desk.said('Revision 2', drawer)
      await keys.activate(desk.button('Roll back to this', drawer), 'Tab', 5)
      await keys.activate(desk.button('Roll back to this', dialog), 'Tab', 1)
      await desk.until(annotations).toBe(undefined)
      await keys.press('Escape')
      await drawer.waitFor({ ...WITHIN, state: 'detached' })

      // Used.
      await keys.find('try example', /^Try Service example/)
      await ready('4 of 4 ready')
      await keys.reach(desk.page.getByRole('spinbutton', { name: 'Requests' }))
      await keys.press('Enter')
      await desk.said('20 of 20', desk.page.getByRole('region', { name: 'Who answered' }))

      // Broken.
      await desk.until(async () => (await nodeOfPods()).length).toBe(4)
      const lost = (await nodeOfPods())[0]!
      const left = (await nodeOfPods()).filter(node => node !== lost).length
      await keys.find(`kill ${lost}`, new RegExp(`^Kill ${lost}`))
      await keys.activate(desk.button(`Kill ${lost}`, dialog), 'Tab', 1)
      await ready(`${left} of 4 ready`)

      // Healed, at the machine itself.
      await keys.press('Alt+2')
      await card(lost).getByText('Dead', { exact: true }).waitFor(WITHIN)
      await keys.activate(desk.button('Start', card(lost)), 'Tab', 20)
      await card(lost).getByText('Running', { exact: true }).waitFor(WITHIN)
      expect(await card(lost).locator(':focus').count(), 'the focus stays with the machine').toBe(1)
      await keys.press('Alt+5')
      await desk.page.getByRole('link', { name: /^example/ }).waitFor(WITHIN)
      await keys.activate(desk.page.getByRole('link', { name: /^example/ }))
      await ready('4 of 4 ready')

      // Looked at: its row is opened and left again, and the focus is where it was.
      await keys.find('deployments', /^Deployment/)
      await desk.row('example').waitFor(WITHIN)
      await keys.press('/', 'Tab', 'ArrowDown')
      await keys.have(desk.row('example').locator('.row'))
      await keys.press('Enter')
      await keys.have(desk.tab('Overview'))
      await keys.press('Escape')
      await keys.have(desk.row('example').locator('.row'))
      await keys.press('Space', 'Delete')
      await keys.activate(desk.button('Delete', dialog))
      await desk.said('No Deployment yet')
      expect(keys.pressed).toBeLessThan(200)
    })

    it('logged no error', () => {
      expect(desk.complaints.filter(text => !text.includes('404'))).toEqual([])
    })
  },
)
