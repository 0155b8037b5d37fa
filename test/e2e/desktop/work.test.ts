import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { root } from '../../../tools/sources.ts'
import { chromiumPath } from '../browser.ts'
import { Desk, WITHIN } from './desk.ts'
import { deployment, pod } from './manifests.ts'

const APPS = '/apis/apps/v1/namespaces/default'
const CORE = '/api/v1/namespaces/default'

const greeter = (greeting: string) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: greeter
data:
  greeting: ${greeting}
`

describe.skipIf(!chromiumPath)('YAML, logs and terminals in the app, on a real lab (needs Chromium)', () => {
  let desk: Desk

  beforeAll(async () => {
    desk = await Desk.open('work')
    await desk.make(`${APPS}/deployments`, deployment('talk', 2, { image: 'busybox', command: ['sh', '-c', TALK] }))
    await desk.make(`${CORE}/pods`, pod('listens', { image: 'busybox', stdin: true, command: ['cat'] }))
    await desk.make(
      `${CORE}/pods`,
      pod('fails', { image: 'busybox', command: ['sh', '-c', 'echo run of $(date +%N); sleep 1; exit 3'] }),
    )
  })
  afterAll(() => desk?.close())

  describe('the dialog for YAML', () => {
    const results = () => desk.page.getByRole('list', { name: 'Results' })
    const apply = () => desk.button('Apply', desk.dialog).click()
    const greeting = async () => (await desk.read(`${CORE}/configmaps/greeter`)).data

    it('says what is wrong, where, and helps to write it', async () => {
      await desk.button('Apply YAML').click()
      await desk.write('apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n  replica: 2\n')
      const mistake = desk.page.locator('.cm-lintRange-error, .cm-lintRange-warning')
      await mistake.last().hover()
      await desk.said(/There is no field “spec.replica”.*Is “replicas” meant\?/)
      await desk.write('apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n')
      await desk.page.keyboard.press('ControlOrMeta+End')
      await desk.page.keyboard.type('  restartP')
      const offered = desk.page.locator('.cm-tooltip-autocomplete li', { hasText: 'restartPolicy' })
      await offered.click()
      await desk.page.locator('.cm-tooltip-autocomplete li', { hasText: 'OnFailure' }).waitFor(WITHIN)
      await desk.page.keyboard.type('Nev')
      await desk.until(() => desk.page.locator('.cm-completionLabel').allTextContents()).toEqual(['Never'])
      await desk.page.locator('.cm-completionLabel').click()
      await desk.page.locator('.cm-line', { hasText: 'restartPolicy: Never' }).waitFor(WITHIN)
      await desk.page.locator('.cm-line', { hasText: 'restartPolicy' }).getByText('restartPolicy').hover()
      await desk.page.locator('.cm-schema strong', { hasText: 'restartPolicy' }).waitFor(WITHIN)
    })

    it('first shows what the server would make of it, then applies it', async () => {
      await desk.write(greeter('hello'))
      await desk.button('Check only').click()
      await desk.said('Would be created', results())
      expect(await desk.items(`${CORE}/configmaps?fieldSelector=metadata.name%3Dgreeter`)).toEqual([])
      await apply()
      await desk.said('Applied', results())
      await desk.write(greeter('welcome'))
      await desk.button('Check only').click()
      await desk.said('Would change 1 field', results())
      await results().getByText('welcome').waitFor(WITHIN)
      await apply()
      await desk.said('Applied', results())
      expect(await greeting()).toEqual({ greeting: 'welcome' })
    })

    it('shows whose fields an apply would take, and takes them when that is wanted', async () => {
      await desk.ask(
        `/cluster${CORE}/configmaps/greeter?fieldManager=somebody&force=true`,
        'PATCH',
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'greeter' }, data: { greeting: 'mine' } },
        'application/apply-patch+yaml',
      )
      await desk.write(greeter('ours'))
      await apply()
      await desk.said('Conflict', results())
      await desk.said('somebody owns, with other values:', results())
      expect(await greeting()).toEqual({ greeting: 'mine' })
      await desk.button('Take over fields').click()
      await desk.button('Take over fields', desk.page.getByRole('dialog', { name: /^Take over/ })).click()
      await desk.said('Applied', results())
      expect(await greeting()).toEqual({ greeting: 'ours' })
    })

    it('keeps what was written until it is applied, and lets the keys out of the text', async () => {
      await desk.write('# not done yet')
      await desk.page.keyboard.press('Escape')
      await desk.page.keyboard.press('Tab')
      await desk.until(() => desk.dialog.locator('.cm-focused').count()).toBe(0)
      await desk.page.keyboard.press('Escape')
      await desk.dialog.waitFor({ ...WITHIN, state: 'detached' })
      await desk.button('Apply YAML').click()
      await desk.page.locator('.cm-line', { hasText: '# not done yet' }).waitFor(WITHIN)
    })

    it('begins with a template, and takes files that are dropped on it', async () => {
      await desk.choose('Template', 'Namespace', desk.dialog)
      await desk.said('1 object', desk.dialog)
      const shop = readFileSync(join(root, 'resources/examples/shop.yaml'), 'utf8')
      // The types of a page are not those of the tests: what is dropped is made by a text.
      const dataTransfer = await desk.page.evaluateHandle(
        `(() => { const all = new DataTransfer(); all.items.add(new File([${JSON.stringify(shop)}], 'shop.yaml')); return all })()`,
      )
      const editor = desk.page.locator('.cm-content')
      for (const type of ['dragover', 'drop']) await editor.dispatchEvent(type, { dataTransfer })
      await desk.said('10 objects', desk.dialog)
      await apply()
      await desk.until(() => results().getByText('Applied', { exact: true }).count()).toBe(10)
      await desk.button('Close', desk.dialog).click()
    })
  })

  it('saves an edited object after a review, and lets the user decide when it changed meanwhile', async () => {
    const path = `${CORE}/configmaps/greeter`
    const edit = async (field: string) => {
      const object = await desk.read<{ data: Record<string, string> }>(path)
      await desk.write(JSON.stringify({ ...object, data: { ...object.data, [field]: 'by hand' } }))
    }
    await desk.go('/objects/core/v1/configmaps?ns=default&name=greeter&tab=yaml')
    await desk.page.locator('.cm-line').first().waitFor(WITHIN)
    await edit('first')
    await desk.button('Review').click()
    await desk.said('What saving would change', desk.drawer)
    await desk.said('by hand', desk.drawer.getByRole('list'))
    await desk.button('Save').click()
    await desk.toast('ConfigMap greeter is saved.')
    await edit('second')
    await desk.patch(path, { data: { other: 'by another' } })
    await desk.button('Save').click()
    await desk.said('It changed in the cluster since you began')
    await desk.button('Overwrite').click()
    await desk.until(async () => (await desk.read(path)).data).toMatchObject({ first: 'by hand', second: 'by hand' })
  })

  describe('logs', () => {
    const lines = () => desk.page.locator('.lines .row')
    const texts = () => lines().locator('.text').allTextContents()
    const search = () => desk.page.getByRole('textbox', { name: 'Search (/)' })

    it('of a workload are those of all its pods, merged, with the name of each', async () => {
      await desk.go('/logs')
      await desk.choose(/^Source:/, /^talk Deployment/)
      const sources = desk.page.getByRole('group', { name: 'Sources whose lines are shown' })
      await desk.until(() => sources.getByRole('button', { name: /^talk-/ }).count()).toBe(2)
      await desk.until(async () => new Set(await lines().locator('.name').allTextContents()).size).toBe(2)
      await sources
        .getByRole('button', { name: /^talk-/ })
        .first()
        .click()
      await desk.until(async () => new Set(await lines().locator('.name').allTextContents()).size).toBe(1)
      await sources
        .getByRole('button', { name: /^talk-/ })
        .first()
        .click()
    })

    it('follow what is written, and wait when one scrolls up', async () => {
      const newest = async () =>
        Number(/\d+/.exec((await texts()).findLast(text => text.startsWith('tick')) ?? '')?.[0])
      const seen = await newest()
      await desk.until(newest).toBeGreaterThan(seen + 3)
      await desk.said('Following')
      await lines().first().hover()
      await desk.page.mouse.wheel(0, -2_000)
      await desk.said('Paused by scrolling up')
      await desk.said(/new line/)
      await desk.button('Follow').click()
      await desk.said('Following')
    })

    it('are searched for words and by expressions, and narrowed to them', async () => {
      await desk.page.keyboard.press('/')
      await desk.page.keyboard.type('tick 1')
      await desk.said(/\d+ match/)
      await desk.page.keyboard.press('Enter')
      await desk.said(/\d+ of \d+/)
      await desk.button('Regular expression').click()
      await search().fill('tick [12]$')
      await desk.button('Show matching lines only').click()
      await desk.until(async () => (await texts()).every(text => /tick [12]$/.test(text))).toBe(true)
      await search().fill('tick [')
      await desk.said('Not a regular expression')
      // Over the line of letters this would take years.
      await search().fill('')
      await search().pressSequentially('^(a+)+$')
      await desk.said(/^This expression takes ages over one of the lines/)
      await search().fill('tick [12]$')
      await desk.said(/\d+ match/)
      await search().fill('')
      await desk.button('Regular expression').click()
    })

    it('tell errors from the rest, open documents, wrap and show times', async () => {
      const severity = desk.page.getByRole('group', { name: 'Severity' })
      const others = ['Warnings', 'Info', 'Unmarked']
      for (const other of others) await severity.getByRole('button', { name: other }).click()
      await desk.until(async () => [...new Set(await texts())]).toEqual(['ERROR it broke'])
      for (const other of others) await severity.getByRole('button', { name: other }).click()
      await search().fill('a document')
      await desk.button('Show matching lines only').click()
      await desk.button('Show the document').click()
      await desk.said('"deep": true', desk.page.locator('.lines'))
      await search().fill('')
      await desk.button('Time stamps').click()
      await desk.until(() => lines().locator('time').first().textContent()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/)
      await desk.button('Time stamps').click()
      await desk.button('Wrap long lines').click()
    })

    it('are read since a time, and of the run before the present one', async () => {
      await desk.choose(/^Lines:/, 'Last 5 minutes')
      await desk.said(/\d+ lines/)
      await desk
        .until(async () => (await desk.read(`${CORE}/pods/fails`)).status!.containerStatuses[0].restartCount)
        .toBeGreaterThan(0)
      await desk.go('/logs?ns=default&pod=fails')
      await desk.until(texts).toEqual([expect.stringMatching(/^run of \d+$/)])
      const present = await texts()
      await desk.button('Log of the run before the present one').click()
      await desk.until(async () => (await texts()).length === 1 && (await texts())[0] !== present[0]).toBe(true)
    })

    it('are saved as a file', async () => {
      await desk.go('/logs?of=Deployment%2Fdefault%2Ftalk')
      await lines().first().waitFor(WITHIN)
      await desk.button('Save as a file').click()
      const download = desk.page.waitForEvent('download')
      await desk.button(/^Save the .* lines shown/, desk.dialog).click()
      const file = await download
      expect(file.suggestedFilename()).toBe('talk.log')
      expect(readFileSync(await file.path(), 'utf8')).toContain('ERROR it broke')
    })

    it('of the control plane are read as those of pods are', async () => {
      await desk.choose(/^Source:/, /^master-1 Log of the lab/)
      await desk.until(async () => (await texts()).length).toBeGreaterThan(3)
      await desk.palette('logs all machines', /^Logs: All machines/)
      await desk.button('Source: All machines').waitFor(WITHIN)
      await lines().first().waitFor(WITHIN)
    })
  })

  describe('terminals', () => {
    const pane = (n: number) => desk.page.locator('.room:not([hidden]) > .pane').nth(n)
    const screen = (n = 0) => pane(n).locator('.xterm-rows')
    const enter = (n = 0) => pane(n).locator('.xterm-screen').click()
    const shows = (text: string | RegExp, n = 0) => desk.until(() => screen(n).innerText()).toMatch(text)
    const prompt = (n = 0) => shows(/[$#%>]\s*$/, n)
    const tabs = () => desk.page.getByRole('list', { name: 'Open terminals' })

    it('run a shell of the user, in which kubectl knows the lab', async () => {
      await desk.go('/terminal')
      await prompt()
      await desk.page.keyboard.type('echo kubarium-$((40+2)) $KUBARIUM_LAB; kubectl get nodes -o name\n')
      await shows(/kubarium-42 work[\s\S]*node\/worker-2/)
    })

    it('are split, and sized by the line between them and by the window', async () => {
      await desk.button(/^Split to the right/).click()
      await prompt(1)
      let asked = 0
      const columns = async () => {
        const mark = `size-${++asked}`
        await desk.page.keyboard.type(`clear; echo ${mark} $(stty size)\n`)
        await shows(new RegExp(`^${mark} \\d+ \\d+`, 'm'), 1)
        return Number(/size-\d+ \d+ (\d+)/.exec(await screen(1).innerText())?.[1])
      }
      await desk.until(columns).toBeGreaterThan(20)
      const before = await columns()
      await desk.page.getByRole('separator').focus()
      for (let i = 0; i < 8; i++) await desk.page.keyboard.press('ArrowLeft')
      await enter(1)
      await desk.until(columns).toBeGreaterThan(before)
      const wide = await columns()
      const { x, y, height } = (await desk.page.getByRole('separator').boundingBox())!
      await desk.page.mouse.move(x + 2, y + height / 2)
      await desk.page.mouse.down()
      await desk.page.mouse.move(x + 200, y + height / 2, { steps: 5 })
      await desk.page.mouse.up()
      await enter(1)
      await desk.until(columns).toBeLessThan(wide)
    })

    it('find words, copy and paste', async () => {
      await desk.page.keyboard.type('clear; echo find-me-here\n')
      await shows(/^find-me-here/m, 1)
      await desk.page.keyboard.press('Control+Shift+F')
      await desk.page.keyboard.type('find-me-here')
      await desk.said(/^\d of \d$/, desk.page.locator('.find'))
      await desk.page.keyboard.press('Escape')
      // The screen is drawn anew without what was found.
      const found = () => screen(1).getByText('find-me-here', { exact: true }).boundingBox()
      await desk.until(found).not.toBeNull()
      const { x, y } = (await found())!
      await desk.page.mouse.dblclick(x + 8, y + 8)
      await desk.page.keyboard.press('Control+Shift+C')
      await desk.toast('Copied')
      await desk.page.keyboard.type('clear; echo ')
      await desk.page.keyboard.press('Control+Shift+V')
      await desk.page.keyboard.type('-again\n')
      await shows(/^find\S*-again/m, 1)
    })

    it('of containers and nodes are tabs beside', async () => {
      const [talker] = await desk.items(`${CORE}/pods?labelSelector=app%3Dtalk`)
      await desk.go(`/objects/core/v1/pods?ns=default&name=${talker!.metadata.name}`)
      await desk.button('Actions', desk.drawer).click()
      await desk.page.getByRole('menuitem', { name: 'Open a shell' }).click()
      await tabs()
        .getByRole('button', { name: `${talker!.metadata.name}/main`, exact: true })
        .waitFor(WITHIN)
      await desk.choose(/Other shells and nodes/, 'Shell on node worker-1')
      await tabs().getByRole('button', { name: 'Node worker-1', exact: true }).waitFor(WITHIN)
      await prompt()
      await desk.page.keyboard.type('echo on-$((3*7))\n')
      await shows(/^on-21/m)
    })

    it('listen to what a container runs, and talk to it line by line where it has no terminal', async () => {
      const [talker] = await desk.items(`${CORE}/pods?labelSelector=app%3Dtalk`)
      await desk.go(`/objects/core/v1/pods?ns=default&name=${talker!.metadata.name}`)
      await desk.button('Attach', desk.drawer).click()
      await shows(/It takes no input\.[\s\S]*^tick \d+$/m)
      await desk.go('/objects/core/v1/pods?ns=default&name=listens')
      await desk.button('Actions', desk.drawer).click()
      await desk.page.getByRole('menuitem', { name: 'Attach to its process' }).click()
      await shows(/What the container writes/)
      await enter()
      await desk.page.keyboard.type('hellx')
      await desk.page.keyboard.press('Backspace')
      await desk.page.keyboard.type('o\n')
      await shows(/^hello\s+hello\s*$/m)
      await desk.page.keyboard.press('Control+D')
      await shows(/The container ended\./)
      await desk.page.keyboard.press('Enter')
      await desk.button(/^Close /, tabs().getByRole('listitem').last()).click()
    })

    it('live on when the window is loaded anew', async () => {
      await tabs().getByRole('button').first().click()
      await enter()
      await desk.page.keyboard.type('clear; KEPT=still-here\n')
      await desk.page.reload()
      await prompt()
      expect(await tabs().getByRole('listitem').count()).toBe(3)
      await enter()
      await desk.page.keyboard.type('echo $KEPT\n')
      await shows(/^still-here/m)
    })
  })

  it('logged no error, and asked no other host', () => {
    expect(desk.complaints.filter(text => !/409|404.*greeter/.test(text))).toEqual([])
  })
})

/** Says all that a log can be made of, then goes on and on. */
const TALK = `echo '${'a'.repeat(60)}!'; echo 'ERROR it broke'; echo 'WARN it may break'; echo '{"level":"info","msg":"a document","deep":true}'
n=0; while true; do n=$((n+1)); echo tick $n; sleep 0.2; done`
