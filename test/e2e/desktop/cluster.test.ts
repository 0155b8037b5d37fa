import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Node, Pod } from '../../../engine/api/types.ts'
import { chromiumPath } from '../browser.ts'
import { Desk, WITHIN } from './desk.ts'
import { deployment, pod, service } from './manifests.ts'

const APPS = '/apis/apps/v1/namespaces/default'
const CORE = '/api/v1/namespaces/default'
const NETWORK = '/apis/networking.k8s.io/v1/namespaces/default'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'

describe.skipIf(!chromiumPath)('the views of the cluster, on a real lab (needs Chromium)', () => {
  let desk: Desk
  /** What the lab's host knows as the user's kubeconfig. */
  const home = mkdtempSync(join(tmpdir(), 'kubarium-home-'))
  const kubeconfig = join(home, 'config')

  beforeAll(async () => {
    process.env.KUBECONFIG = kubeconfig
    // A node that is silent is soon known to be.
    desk = await Desk.open('cluster', '--node-monitor-grace-period', '10s')
    await desk.make(`${APPS}/deployments`, deployment('front', 3))
    await desk.make(`${CORE}/services`, service('front', 'NodePort', { nodePort: 30_099 }))
    await desk.make(`${CORE}/pods`, pod('client'))
  })
  afterAll(async () => {
    await desk?.close()
    delete process.env.KUBECONFIG
    rmSync(home, { recursive: true })
  })

  describe('services', () => {
    const who = () => desk.page.getByRole('region', { name: 'Who answered' })
    const send = (count: number) => desk.button(`Send ${count} requests`).click()

    it('show the health of their endpoints, and the ways in from this computer', async () => {
      await desk.go('/services')
      await desk.page.getByRole('link', { name: /^front/ }).click()
      await desk.said('3 of 3 ready')
      await desk.until(() => desk.page.getByRole('cell', { name: 'Ready', exact: true }).count()).toBe(3)
      const way = desk.page.getByRole('region', { name: 'From this computer' }).getByRole('link').first()
      const opened = desk.context.waitForEvent('page')
      await way.click()
      const page = await opened
      await page.getByText(/^NOW: /).waitFor(WITHIN)
      await page.close()
    })

    it('are reached through a load balancer and an Ingress too', async () => {
      await desk.make(`${CORE}/services`, {
        ...service('balanced', 'LoadBalancer'),
        spec: {
          type: 'LoadBalancer',
          selector: { app: 'front' },
          ports: [{ name: 'http', port: 8099, targetPort: 8080 }],
        },
      })
      const backend = { service: { name: 'balanced', port: { name: 'http' } } }
      await desk.make(`${NETWORK}/ingresses`, {
        metadata: { name: 'door' },
        spec: { rules: [{ host: 'door.localhost', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
      })
      await desk.go('/services/default/balanced')
      const ways = desk.page.getByRole('region', { name: 'From this computer' })
      for (const kind of ['LoadBalancer', 'Ingress']) {
        const link = ways.getByRole('listitem').filter({ hasText: kind }).getByRole('link', { name: /^http/ })
        const opened = desk.context.waitForEvent('page')
        await link.click()
        const page = await opened
        await page.getByText(/^NOW: /).waitFor(WITHIN)
        await page.close()
      }
    })

    it('are tried from outside, and show which pod answered each request', async () => {
      await desk.go('/services/default/front?tab=try')
      await desk.said('3 endpoints, 1/3 each')
      await desk.page.getByRole('spinbutton', { name: 'Requests' }).fill('60')
      await send(60)
      await desk.said('60 of 60', who())
      // That one of three gets none of sixty happens once in ten thousand million times.
      const counts = await who().locator('li strong').allTextContents()
      expect(counts).toHaveLength(3)
      expect(counts.map(text => parseInt(text)).reduce((sum, n) => sum + n, 0)).toBe(60)
      await desk.page.getByRole('checkbox', { name: /one connection/ }).check()
      await send(60)
      await desk.said(/^All stayed with front-/, who())
      await desk.page.getByRole('checkbox', { name: /one connection/ }).uncheck()
    })

    it('are tried from nodes and pods, in whose name a NetworkPolicy is asked', async () => {
      await desk.page.getByRole('spinbutton', { name: 'Requests' }).fill('2')
      for (const place of ['Node worker-1', 'Pod client']) {
        await desk.choose(/^From/, new RegExp(`^${place} `))
        await send(2)
        await desk.said('2 of 2', who())
        expect(await desk.page.getByText(/\d failed/).count()).toBe(0)
      }
      await desk.make(`${NETWORK}/networkpolicies`, {
        metadata: { name: 'closed' },
        spec: {
          podSelector: { matchLabels: { app: 'front' } },
          ingress: [{ from: [{ podSelector: { matchLabels: { app: 'friend' } } }] }],
        },
      })
      await desk
        .until(async () => {
          await send(2)
          await desk.said('2 of 2', who())
          return desk.page.getByText(/reached no endpoint|failed/).count()
        })
        .toBeGreaterThan(0)
      await desk.ask(`/cluster${NETWORK}/networkpolicies/closed`, 'DELETE')
    })

    it('show by which rules connections are led', async () => {
      await desk.page.getByRole('tab', { name: 'Rules' }).click()
      await desk.said(/^50 % of what comes to this rule goes to front-.*: 33\.3 % of all\.$/)
    })
  })

  it('metrics draw what machines and pods use, and what the API server does', async () => {
    await desk.go('/metrics')
    const figures = () => desk.page.locator('article canvas')
    await figures().first().waitFor(WITHIN)
    await desk.page.getByRole('tab', { name: 'Control plane' }).click()
    await desk.said('API latency')
    await desk.button('API latency as a table').click()
    await desk.page.getByRole('columnheader', { name: /reads p50/ }).waitFor(WITHIN)
    await desk.page.getByRole('tab', { name: 'Store & raft' }).click()
    await desk.said('Log commits')
    await desk.page.getByRole('tab', { name: 'Workloads' }).click()
    await desk.page
      .getByRole('checkbox', { name: /^Draw front-/ })
      .first()
      .waitFor(WITHIN)
    await desk.page.getByText('By workload', { exact: true }).click()
    await desk.page.getByRole('checkbox', { name: 'Draw front', exact: true }).waitFor(WITHIN)
    await desk.button('Pause').click()
    await desk.said(/^Paused at/)
    await desk.button('Go on').click()
    await desk.page.getByRole('tab', { name: 'Autoscalers' }).click()
    await desk.page.getByRole('status').first().waitFor(WITHIN)
  })

  it('access says who may do what, and by which rule', async () => {
    await desk.make(`${RBAC}/namespaces/default/roles`, {
      metadata: { name: 'reader' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
    })
    await desk.make(`${RBAC}/namespaces/default/rolebindings`, {
      metadata: { name: 'reads' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ada' }],
    })
    await desk.go('/access')
    await desk.choose(/^Namespace/, 'default')
    await desk.page.getByRole('textbox', { name: 'Find or name somebody' }).fill('ada')
    await desk.button(/^ada/).click()
    await desk.button('list Pod: allowed').click()
    const why = desk.page.getByRole('complementary', { name: 'list pods' })
    await why.getByRole('link', { name: 'Role reader' }).waitFor(WITHIN)
    await why.getByRole('link', { name: 'RoleBinding reads' }).waitFor(WITHIN)
    await desk.said('Allowed', why)
    await desk.button('delete Pod: not allowed').click()
    const whyNot = desk.page.getByRole('complementary', { name: 'delete pods' })
    await desk.said('No rule allows it.', whyNot)
    await whyNot.getByRole('link', { name: 'ClusterRole admin', exact: true }).waitFor(WITHIN)
    await desk.said('Not allowed', whyNot)
    await desk.choose(/^Namespace/, 'All namespaces')
  })

  describe('events and notifications', () => {
    it('list what happens, narrowed to warnings and words', async () => {
      await desk.make(`${CORE}/pods`, pod('stuck', { image: 'nowhere.example/none' }))
      await desk.go('/events')
      await desk.said('Scheduled')
      await desk.button('Warnings only').click()
      await desk.page.getByRole('link', { name: 'Pod stuck' }).first().waitFor(WITHIN)
      expect(await desk.page.getByText('Scheduled', { exact: true }).count()).toBe(0)
      await desk.button('Warnings only').click()
    })

    it('tell of a warning wherever one is, and lead to it', async () => {
      await desk.button(/^Notifications: \d+ new/).click()
      await desk.page
        .getByRole('region', { name: 'Notifications' })
        .getByRole('link', { name: /Pod stuck/ })
        .first()
        .click()
      expect(await desk.page.getByRole('textbox', { name: 'Filter (/)' }).inputValue()).toBe('stuck')
      await desk.ask(`/cluster${CORE}/pods/stuck`, 'DELETE')
    })
  })

  describe('the palette', () => {
    it('finds views, kinds, objects of all namespaces and what can be done', async () => {
      await desk.palette('front', /^front Service · default/)
      await desk.page.getByRole('complementary', { name: 'Service front' }).waitFor(WITHIN)
      await desk.palette('delete', 'Delete Service front')
      await desk.button('Cancel', desk.dialog).click()
      await desk.go('/map')
      await desk.palette('cj', /^CronJob/)
      await desk.page.getByRole('heading', { name: 'CronJob', exact: true }).waitFor(WITHIN)
      await desk.palette('metrics control', /^Metrics: Control plane/)
      await desk.said('API latency')
      await desk.page.keyboard.press('Control+k')
      await desk.page.getByRole('combobox').fill('zzzz')
      await desk.said('Nothing is called “zzzz”.')
      await desk.page.keyboard.press('Escape')
    })

    it('shows all shortcuts at ?, and Alt with a number leads to each view', async () => {
      await desk.page.keyboard.press('?')
      await desk.said('Find anything', desk.dialog)
      await desk.page.keyboard.press('Escape')
      await desk.dialog.waitFor({ ...WITHIN, state: 'detached' })
      await desk.page.keyboard.press('Alt+2')
      await desk.page.getByRole('heading', { name: 'Machines', exact: true }).waitFor(WITHIN)
      await desk.page.keyboard.press('Alt+5')
      await desk.page.getByRole('heading', { name: 'Services', exact: true }).waitFor(WITHIN)
    })
  })

  describe('machines', () => {
    const card = (name: string) => desk.page.getByRole('article', { name, exact: true })
    const state = (name: string, says: string) => card(name).getByText(says, { exact: true }).first().waitFor(WITHIN)
    const node = (name: string) => desk.read<Node>(`/api/v1/nodes/${name}`)

    it('show how full they are, pod by pod', async () => {
      await desk.go('/machines')
      await card('worker-1')
        .getByText(/requested$/)
        .first()
        .waitFor(WITHIN)
      const shares = () => desk.page.getByRole('link', { name: /^default\/front-.*: requests / })
      // Of CPU and of memory.
      await desk.until(() => shares().count()).toBe(6)
      await shares().first().click()
      await desk.page.getByRole('complementary', { name: /^Pod front-/ }).waitFor(WITHIN)
      await desk.page.goBack()
    })

    it('are cordoned and drained', async () => {
      await desk.button('Cordon', card('worker-2')).click()
      await state('worker-2', 'Cordoned')
      await desk.button('Drain', card('worker-2')).click()
      await desk.button('Drain worker-2', desk.dialog).click()
      await desk.toast('worker-2 is drained.')
      const on = async () =>
        (await desk.items(`${CORE}/pods`)).filter(p => (p as unknown as Pod).spec!.nodeName === 'worker-2')
      await desk.until(async () => (await on()).length).toBe(0)
      await desk.button('Uncordon', card('worker-2')).click()
      await desk.until(async () => (await node('worker-2')).spec!.unschedulable).not.toBe(true)
    })

    it('are paused and go on', async () => {
      await desk.button('Pause', card('worker-2')).click()
      await state('worker-2', 'Paused')
      await desk.button('Resume', card('worker-2')).click()
      await state('worker-2', 'Running')
    })

    it('are added, killed after a question, started again and removed', async () => {
      await desk.button('Add worker').click()
      await desk.toast('worker-3 joins the cluster.')
      await state('worker-3', 'Running')
      await card('worker-3')
        .getByText(/requested$/)
        .first()
        .waitFor(WITHIN)
      await desk.button('Kill', card('worker-3')).click()
      await desk.said('kill -9', desk.dialog)
      await desk.button('Kill worker-3', desk.dialog).click()
      await state('worker-3', 'Dead')
      await desk.button('Start', card('worker-3')).click()
      await state('worker-3', 'Running')
      await desk.button('Remove worker-3', card('worker-3')).click()
      await desk.button('Remove worker-3', desk.dialog).click()
      await desk.toast('worker-3 is removed.')
      await card('worker-3').waitFor({ ...WITHIN, state: 'detached' })
      await desk
        .until(async () => (await desk.items('/api/v1/nodes')).map(n => n.metadata.name))
        .not.toContain('worker-3')
    })
  })

  it('settings change the look and the language at once, and keep them', async () => {
    await desk.go('/settings')
    const root = desk.page.locator('html')
    await desk.page.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click()
    await desk.until(() => root.getAttribute('data-theme')).toBe('dark')
    await desk.page.getByRole('radiogroup', { name: 'Contrast' }).getByText('More').click()
    await desk.until(() => root.getAttribute('data-contrast')).toBe('more')
    await desk.page.getByText('한국어').click()
    await desk.page.getByRole('heading', { name: '설정', exact: true }).waitFor(WITHIN)
    await desk.page.reload()
    await desk.page.getByRole('link', { name: '머신' }).waitFor(WITHIN)
    expect(await root.getAttribute('data-theme')).toBe('dark')
    await desk.page.getByText('English').click()
    await desk.said('API server')
    await desk.said((await desk.status()).kubeconfig)
    await desk.page.getByRole('radiogroup', { name: 'Programs of this machine' }).getByText('Denied').click()
    await desk.page.reload()
    const denied = desk.page
      .getByRole('radiogroup', { name: 'Programs of this machine' })
      .getByRole('radio', { name: 'Denied' })
    await desk.until(() => denied.isChecked()).toBe(true)
  })

  it('another context of the kubeconfig is seen through the same views, and nothing of the lab with it', async () => {
    const own = readFileSync((await desk.status()).kubeconfig, 'utf8')
    // By another name it is another cluster.
    const config = parse(own.replaceAll('https://127.0.0.1:', 'https://localhost:')) as {
      contexts: { name: string }[]
      'current-context': string
    }
    config.contexts[0]!.name = config['current-context'] = 'classroom'
    writeFileSync(kubeconfig, stringify(config))
    await desk.go('/machines')
    await desk.choose(/^Cluster:/, /^classroom/)
    await desk.button('Cluster: classroom').waitFor(WITHIN)
    await desk.until(() => desk.page.getByRole('link', { name: 'Machines' }).count()).toBe(0)
    await desk.go('/machines')
    await desk.said('Only a lab shows this')
    await desk.go('/objects/core/v1/pods')
    await desk
      .row(/front-.*Running/)
      .first()
      .waitFor(WITHIN)
    await desk.choose(/^Cluster:/, /this lab/)
    await desk.page.getByRole('link', { name: 'Machines' }).waitFor(WITHIN)
  })

  it('another lab is offered, and opens in a window of its own', async () => {
    const { name } = desk.lab
    const second = await desk.lab.cli('up', 'beside', '--masters', '1', '--workers', '0')
    expect(second.code, second.stderr).toBe(0)
    const opened = desk.context.waitForEvent('page')
    await desk.choose(/^Cluster:/, /^beside/)
    const page = await opened
    await page.getByRole('button', { name: 'Cluster: beside' }).waitFor(WITHIN)
    await page.close()
    await desk.button(`Cluster: ${name}`).waitFor(WITHIN)
    await desk.lab.cli('down', 'beside')
  })

  it('logged no error', () => {
    expect(desk.complaints.filter(text => !text.includes('request to'))).toEqual([])
  })
})
