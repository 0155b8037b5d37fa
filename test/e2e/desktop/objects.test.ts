import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deployment, Job, Node, Pod } from '../../../engine/api/types.ts'
import { chromiumPath } from '../browser.ts'
import { Desk, WITHIN } from './desk.ts'
import { BOATS, cronJob, deployment, job, pod, service } from './manifests.ts'

const APPS = '/apis/apps/v1/namespaces/default'
const CORE = '/api/v1/namespaces/default'
const BATCH = '/apis/batch/v1/namespaces/default'

describe.skipIf(!chromiumPath)('objects in the app, on a real lab (needs Chromium)', () => {
  let desk: Desk

  beforeAll(async () => {
    desk = await Desk.open('objects')
    await desk.make(`${APPS}/deployments`, deployment('web', 2))
    await desk.make(`${CORE}/services`, service('web'))
  })
  afterAll(() => desk?.close())

  const podsOf = async (app: string) =>
    (await desk.items(`${CORE}/pods?labelSelector=app%3D${app}`)) as unknown as (Pod & { metadata: { name: string } })[]
  const web = () => desk.read<Deployment>(`${APPS}/deployments/web`)
  const names = () => desk.page.locator('.row .cell.name').allTextContents()

  describe('the list', () => {
    it('shows pods as they come up, without being reloaded', async () => {
      await desk.go('/objects/core/v1/pods')
      await desk.until(() => desk.row(/web-.*1\/1.*Running/).count()).toBe(2)
      await desk.make(`${CORE}/pods`, pod('lone', {}, { app: 'lone', tier: 'front' }))
      await desk.row(/lone.*Running/).waitFor(WITHIN)
    })

    it('sorts by a column, both ways, and filters while one types', async () => {
      const sorted = () => names().then(all => all.map(name => name.slice(0, 4)))
      await desk.button('Name').click()
      await desk.until(sorted).toEqual(['lone', 'web-', 'web-'])
      await desk.button('Name, sorted upwards').click()
      await desk.until(sorted).toEqual(['web-', 'web-', 'lone'])
      await desk.page.keyboard.press('/')
      await desk.page.keyboard.type('lone')
      await desk.until(names).toEqual(['lone'])
      await desk.said('1 of 3 objects in all namespaces')
      await desk.page.keyboard.press('Escape')
      await desk.until(names).toHaveLength(3)
    })

    it('shows further columns of the server, and takes them away again', async () => {
      const node = desk.button('Node')
      await desk.button('Columns').click()
      const columns = desk.page.getByRole('group', { name: 'Columns' })
      await columns.getByRole('checkbox', { name: 'Node', exact: true }).check()
      await node.waitFor(WITHIN)
      await desk.row(/lone.*worker-\d/).waitFor(WITHIN)
      await columns.getByRole('button', { name: 'As at first' }).click()
      await node.waitFor({ ...WITHIN, state: 'detached' })
      await desk.page.keyboard.press('Escape')
    })

    it('keeps to label and field selectors, which stand in the address', async () => {
      await desk.button('Selectors').click()
      await desk.page.getByRole('combobox', { name: 'Label selector' }).fill('tier in (front, back)')
      await desk.page.keyboard.press('Enter')
      await desk.until(names).toEqual(['lone'])
      expect(new URL(desk.page.url()).searchParams.get('labels')).toBe('tier in (back,front)')
      await desk.button(/^Take tier in/).click()
      await desk.page.getByText('Field', { exact: true }).click()
      await desk.page.getByRole('combobox', { name: 'Field selector' }).fill('metadata.name!=lone')
      await desk.page.keyboard.press('Enter')
      await desk.until(names).toHaveLength(2)
      await desk.button(/^Take metadata/).click()
      await desk.until(names).toHaveLength(3)
    })

    it('is narrowed by the namespace that is chosen above', async () => {
      await desk.choose(/^Namespace/, 'kube-system')
      await desk.said('No Pod in kube-system')
      await desk.choose(/^Namespace/, 'default')
      await desk.until(names).toHaveLength(3)
      await desk.choose(/^Namespace/, 'All namespaces')
    })

    it('acts on many at once, and says of each how it went', async () => {
      for (const name of ['one', 'two', 'three'])
        await desk.make(`${CORE}/configmaps`, { metadata: { name: `many-${name}` } })
      await desk.go('/objects/core/v1/configmaps?ns=')
      await desk.page.getByRole('textbox', { name: 'Filter (/)' }).fill('many-')
      await desk.until(names).toHaveLength(3)
      await desk.page.getByRole('checkbox', { name: 'Select all (Ctrl+A)' }).check()
      const bar = desk.page.getByRole('toolbar', { name: 'Actions' })
      await desk.said('3 selected', bar)
      await desk.page.getByRole('checkbox', { name: 'Select many-two' }).uncheck()
      await desk.button('Delete', bar).click()
      expect(await desk.dialog.getByRole('listitem').count()).toBe(2)
      await desk.button('Delete', desk.dialog).click()
      await desk.toast('Delete: 2 ConfigMap objects — done')
      await desk.until(names).toEqual(['many-two'])
    })

    it('asks anew for the kinds that are served when one is defined', async () => {
      const asked = desk.page.waitForRequest(request => request.url() === `${desk.origin}/cluster/apis`)
      await desk.make('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', BOATS)
      await asked
    })
  })

  describe('what can be done', () => {
    it('scales, from what there is', async () => {
      await desk.go('/objects/apps/v1/deployments')
      await desk.act('web', 'Scale')
      await desk.said('now 2', desk.dialog)
      await desk.button('One replica more').click()
      await desk.button('Scale', desk.dialog).click()
      await desk.toast('Scale: Deployment web — done')
      await desk.row(/web.*3\/3/).waitFor(WITHIN)
    })

    it('restarts, and rolls back to what was before, showing what that changes', async () => {
      const uids = async () => (await podsOf('web')).map(p => p.metadata.uid)
      const old = await uids()
      await desk.act('web', 'Restart')
      await desk.button('Restart', desk.dialog).click()
      await desk.until(async () => (await uids()).filter(uid => old.includes(uid)).length).toBe(0)
      await desk.act('web', 'Roll back…')
      await desk.said('Revision 2', desk.drawer)
      await desk.said('What going back to it would change of the pod template', desk.drawer)
      const diff = desk.drawer.getByRole('list').filter({ hasText: 'restartedAt' })
      await diff.getByText('removed').first().waitFor(WITHIN)
      await desk.button('Roll back to this', desk.drawer).click()
      await desk.button('Roll back to this', desk.dialog).click()
      await desk.toast('Deployment web is rolled back to revision 1.')
      await desk.said('Revision 3', desk.drawer)
      await desk.until(async () => (await web()).spec!.template!.metadata!.annotations).toBe(undefined)
    })

    it('cordons a node and lets pods come to it again', async () => {
      await desk.go('/objects/core/v1/nodes')
      const cordoned = async () => (await desk.read<Node>('/api/v1/nodes/worker-1')).spec!.unschedulable === true
      await desk.act('worker-1', 'Cordon')
      await desk.row(/worker-1.*SchedulingDisabled/).waitFor(WITHIN)
      await desk.until(cordoned).toBe(true)
      await desk.act('worker-1', 'Uncordon')
      await desk.until(cordoned).toBe(false)
    })

    it('drains a node, which says how far it is', async () => {
      const on = async (node: string) => (await podsOf('web')).filter(p => p.spec!.nodeName === node).length
      await desk.act('worker-2', 'Drain')
      await desk.said('Pods of DaemonSets stay', desk.dialog)
      await desk.button('Drain', desk.dialog).click()
      await desk.toast('Drain: Node worker-2 — done')
      await desk.until(() => on('worker-2')).toBe(0)
      await desk.until(() => on('worker-1')).toBe(3)
      await desk.act('worker-2', 'Uncordon')
      await desk.toast('Uncordon: Node worker-2 — done')
    })

    it('evicts a pod, and shows why a disruption budget does not let it go', async () => {
      await desk.make('/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
        metadata: { name: 'web' },
        spec: { minAvailable: 3, selector: { matchLabels: { app: 'web' } } },
      })
      const [victim] = await podsOf('web')
      const { name } = victim!.metadata
      await desk.go('/objects/core/v1/pods')
      await desk.act(name, 'Evict')
      await desk.button('Evict', desk.dialog).click()
      await desk.said('1 failed', desk.dialog)
      await desk.said(/disruption budget/i, desk.dialog)
      await desk.ask('/cluster/apis/policy/v1/namespaces/default/poddisruptionbudgets/web', 'DELETE')
      await desk.button('Try the failed ones again', desk.dialog).click()
      await desk.toast(`Evict: Pod ${name} — done`)
      await desk.until(async () => (await podsOf('web')).map(p => p.metadata.name)).not.toContain(name)
    })

    it('suspends, resumes and runs a CronJob now', async () => {
      await desk.make(`${BATCH}/cronjobs`, cronJob('tick'))
      const suspended = async () => (await desk.read(`${BATCH}/cronjobs/tick`)).spec!.suspend
      await desk.go('/objects/batch/v1/cronjobs')
      await desk.act('tick', 'Suspend')
      await desk.until(suspended).toBe(true)
      await desk.act('tick', 'Resume')
      await desk.until(suspended).toBe(false)
      await desk.act('tick', 'Run now')
      await desk.toast('Run now: CronJob tick — done')
      await desk.until(async () => (await desk.items(`${BATCH}/jobs`)).length).toBe(1)
      await desk.row('tick').locator('.row').click()
      await desk.tab('Related').click()
      await desk.drawer
        .getByRole('link', { name: /^tick-/ })
        .first()
        .waitFor(WITHIN)
    })

    it('suspends a Job, which ends its pods, and resumes it', async () => {
      await desk.make(`${BATCH}/jobs`, job('haul'))
      const active = async () => (await desk.read<Job>(`${BATCH}/jobs/haul`)).status?.active ?? 0
      await desk.until(active).toBe(1)
      await desk.go('/objects/batch/v1/jobs')
      await desk.act('haul', 'Suspend')
      await desk.until(active).toBe(0)
      await desk.act('haul', 'Resume')
      await desk.until(active).toBe(1)
    })

    it('deletes with, after or without what an object owns', async () => {
      const owned = (app: string) => desk.items(`${APPS}/replicasets?labelSelector=app%3D${app}`)
      const ways = { background: 'With what it owns', foreground: 'After what it owns', orphan: 'Alone' }
      for (const app of Object.keys(ways)) await desk.make(`${APPS}/deployments`, deployment(app, 1))
      await desk.go('/objects/apps/v1/deployments')
      for (const [app, how] of Object.entries(ways)) {
        await desk.until(async () => (await owned(app)).length).toBe(1)
        await desk.act(app, 'Delete')
        await desk.dialog.getByRole('radio', { name: new RegExp(`^${how}`) }).check()
        await desk.button('Delete', desk.dialog).click()
        await desk.row(app).waitFor({ ...WITHIN, state: 'detached' })
      }
      await desk.until(async () => [...(await owned('background')), ...(await owned('foreground'))]).toEqual([])
      const [left] = await owned('orphan')
      expect(left!.metadata.ownerReferences ?? []).toEqual([])
    })

    it('puts a container into a pod to debug it, and opens a shell in it', async () => {
      await desk.make(`${CORE}/pods`, pod('sick'))
      await desk.go('/objects/core/v1/pods?ns=default&name=sick')
      await desk.row(/sick.*Running/).waitFor(WITHIN)
      await desk.button('Actions', desk.drawer).click()
      await desk.page.getByRole('menuitem', { name: 'Debug…' }).click()
      await desk.dialog.getByRole('combobox', { name: 'Sees the processes of' }).selectOption('main')
      await desk.button('Start and open a shell').click()
      const screen = desk.page.locator('.xterm-rows')
      await desk.button(/^sick\/debugger-/).waitFor(WITHIN)
      await desk.until(() => screen.innerText()).toMatch(/[$#]/)
      await desk.page.keyboard.type('echo in-$((20+1)) $HOSTNAME\n')
      await desk.until(() => screen.innerText()).toContain('in-21 sick')
      await desk.button(/^Close sick/).click()
    })

    it('opens a Service in the browser, at an address of its own', async () => {
      await desk.go('/objects/core/v1/services?ns=default&name=web')
      await desk.button('Actions', desk.drawer).click()
      const opened = desk.context.waitForEvent('page')
      await desk.page.getByRole('menuitem', { name: 'Open in the browser' }).click()
      const page = await opened
      await page.getByText(/^NOW: /).waitFor(WITHIN)
      expect(new URL(page.url()).origin).not.toBe(desk.origin)
      await page.close()
      await desk.button('Close', desk.dialog).click()
    })

    it('forwards ports of a pod, which lead to it through the API server, or say why they do not', async () => {
      const [one] = await desk.items(`${CORE}/pods?labelSelector=app%3Dweb`)
      const name = one!.metadata.name!
      await desk.go(`/objects/core/v1/pods?ns=default&name=${name}`)
      await desk.row(new RegExp(`${name}.*Running`)).waitFor(WITHIN)
      await desk.button('Actions', desk.drawer).click()
      await desk.page.getByRole('menuitem', { name: 'Forward a port…' }).click()
      const follow = async (act: () => Promise<void>, text: RegExp) => {
        const opened = desk.context.waitForEvent('page')
        await act()
        const page = await opened
        await page.getByText(text).waitFor(WITHIN)
        await page.close()
      }
      await follow(() => desk.button('Open port 8080 (http)', desk.dialog).click(), /^NOW: /)
      await desk.dialog.getByRole('spinbutton', { name: 'Another port' }).fill('9')
      await follow(() => desk.page.keyboard.press('Enter'), /forwarding to port 9/)
      await desk.button('Close', desk.dialog).click()
    })
  })

  describe('what is known of an object', () => {
    it('is laid out in tabs: facts, conditions, relations, owners of fields and events', async () => {
      await desk.go('/objects/apps/v1/deployments?ns=default&name=web')
      const { drawer } = desk
      await desk.said('Conditions', drawer)
      await drawer
        .locator('ol li')
        .filter({ hasText: 'Available' })
        .getByText('MinimumReplicasAvailable')
        .waitFor(WITHIN)
      await desk.tab('Related').click()
      await desk.until(() => drawer.getByRole('link', { name: /^web-.*-/ }).count()).toBe(3)
      await drawer.getByText('Services that lead to it').waitFor(WITHIN)
      await desk.tab('Fields').click()
      await desk.page.getByRole('textbox', { name: 'Find a manager or a field' }).fill('spec.replicas')
      await drawer.locator('code', { hasText: 'spec.replicas' }).first().waitFor(WITHIN)
      await desk.tab('Events').click()
      await desk.said(/Scaled up replica set web-/, drawer)
    })

    it('leads from one object to the next, and the browser’s Back leads back', async () => {
      await desk.tab('Related').click()
      await desk.drawer
        .getByRole('link', { name: /^web-.*-/ })
        .first()
        .click()
      const details = desk.page.getByRole('complementary', { name: /^Pod web-/ })
      await details.waitFor(WITHIN)
      await desk.tab('Logs').click()
      await desk.said(/Started HTTP server/, details)
      await desk.page.goBack()
      await desk.page.getByRole('complementary', { name: 'Deployment web' }).waitFor(WITHIN)
    })

    it('says so when the object is deleted while one looks at it', async () => {
      await desk.go('/objects/core/v1/configmaps?ns=default&name=many-two')
      await desk.said('Object', desk.drawer)
      await desk.ask(`/cluster${CORE}/configmaps/many-two`, 'DELETE')
      await desk.said('Deleted', desk.drawer)
      await desk.page.keyboard.press('Escape')
      await desk.drawer.waitFor({ ...WITHIN, state: 'detached' })
    })
  })

  it('logged no error, and asked no other host', () => {
    // The browser itself logs the refusals of the disruption budget, and that a pod was gone before it was evicted.
    expect(desk.complaints.filter(text => !/429|404.*eviction/.test(text))).toEqual([])
  })
})
