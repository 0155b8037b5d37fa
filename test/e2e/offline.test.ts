import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VIEWS } from '../../renderer/src/shell/views.ts'
import { root } from '../../tools/sources.ts'
import { settled } from '../renderer/walk.ts'
import { chromiumPath, launchBrowser } from './browser.ts'
import { run, startLab, type RunningLab } from './lab.ts'

/** What a lab may reach by itself: this computer, and addresses that exist within its own networks alone. */
const OWN = new BlockList()
OWN.addSubnet('127.0.0.0', 8)
OWN.addAddress('::1', 'ipv6')
OWN.addSubnet('10.0.0.0', 8)

const isOwn = (target: string) =>
  target === 'localhost' ||
  target.startsWith('/') ||
  (isIP(target) && OWN.check(target, isIP(target) === 6 ? 'ipv6' : 'ipv4'))

describe('no request leaves the computer by itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubarium-offline-'))
  const record = join(folder, 'connections.jsonl')
  const before = { ...process.env }
  let lab: RunningLab

  beforeAll(async () => {
    process.env.NODE_OPTIONS = `--import=${new URL('recorder.mjs', import.meta.url).href}`
    process.env.KUBARIUM_RECORD = record
    lab = await startLab('offline')
  })

  afterAll(async () => {
    await lab?.close()
    Object.assign(process.env, before)
    if (before.NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS
    delete process.env.KUBARIUM_RECORD
    rmSync(folder, { recursive: true, force: true })
  })

  it.skipIf(!chromiumPath)('of any page, in a walk through all views (skipped without Chromium)', async () => {
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      // The lab is empty: the welcome would cover what is walked through.
      await page.addInitScript("localStorage.setItem('welcome', 'answered')")
      const asked = new Set<string>()
      const note = (address: string) => {
        const { protocol, host } = new URL(address)
        if (protocol !== 'data:' && protocol !== 'blob:') asked.add(host)
      }
      page.context().on('request', request => note(request.url()))
      page.on('websocket', socket => note(socket.url()))
      await page.goto(lab.address)
      for (const view of VIEWS) {
        await page.goto(`${lab.origin}/${view}`)
        await settled(page)
      }
      await page.getByRole('button', { name: 'Apply YAML' }).click()
      await page.locator('dialog[open] .cm-line').first().waitFor()
      expect([...asked]).toEqual([new URL(lab.origin).host])
    } finally {
      await browser.close()
    }
  })

  it('without being noticed by the recorder, in whichever way it is made', async () => {
    const ways = `
      fetch('http://127.0.0.2:7777').catch(() => process.exit())
      require('node:net').connect(9, '127.0.0.3').on('error', () => {})
      require('node:dns').promises.resolve4('nobody.invalid').catch(() => {})
      const socket = require('node:dgram').createSocket('udp4')
      socket.send('x', 9, '127.0.0.4')`
    const own = join(folder, 'own.jsonl')
    await run(process.execPath, ['-e', ways], { env: { KUBARIUM_RECORD: own } })
    const seen = readFileSync(own, 'utf8')
    for (const target of ['127.0.0.2', '127.0.0.3', 'nobody.invalid', '127.0.0.4']) expect(seen).toContain(target)
  })

  it('of any process of a lab', () => {
    const calls = readFileSync(record, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { call: string; target: string; pid: number })
    // The recorder sees what it should: the machines talk to each other.
    expect(new Set(calls.map(call => call.pid)).size).toBeGreaterThan(3)
    expect(calls.some(({ call }) => call === 'connect')).toBe(true)
    expect([
      ...new Set(calls.filter(({ target }) => !isOwn(target)).map(({ call, target }) => `${call} ${target}`)),
    ]).toEqual([])
  })
})

const canIsolate = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0

describe.skipIf(!canIsolate)(
  canIsolate ? 'a computer without any network' : 'a computer without any network (skipped: needs unshare -rn and ip)',
  () => {
    it('starts a lab, and runs what is applied to it', async () => {
      const script = join(root, 'test/e2e/offline-lab.ts')
      const inside = 'ip link set lo up && exec "$0" "$1"'
      const { code, stdout, stderr } = await run('unshare', ['-rn', 'sh', '-c', inside, process.execPath, script], {
        timeoutMs: 150_000,
      })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout.trim()).toBe('ready: 2')
    })
  },
)
