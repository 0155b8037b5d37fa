/**
 * What the user interface makes of a large cluster, in Chromium against a real lab: 10,000 pods on 1,000 nodes that exist in the API
 * alone and whose states are reported as kubelets would; a terminal that is flooded; a log of a million lines.
 *
 *   node test/bench/renderer.ts [--pods 10000] [--nodes 1000] [--seconds 60] [--minutes 10] [--lines 1000000]
 */

import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { bundleIfStale } from '../../tools/bundle.ts'
import { buildRenderer, rendererIsFresh } from '../../tools/renderer.ts'
import { root } from '../../tools/sources.ts'
import { launchBrowser } from '../e2e/browser.ts'
import { BenchLab } from './lab/bench-lab.ts'
import { Hollow } from './lab/hollow.ts'

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    nodes: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    minutes: { type: 'string', default: '10' },
    lines: { type: 'string', default: '1000000' },
  },
})
const pods = Number(values.pods)
const lines = Number(values.lines)
const PER_SECOND = 200
const FLOOD_S = 10
const WITHIN_MS = 180_000

const rows: { measured: string; aim: string; figure: string }[] = []
const say = (measured: string, aim: string, figure: string) => {
  rows.push({ measured, aim, figure })
  console.log(`${measured}: ${figure} (load ${loadavg()[0]!.toFixed(1)})`)
}

/** In the page: every gap between two frames, and a way to wait for what a selector finds, to the frame. */
const RECORDER = `
  globalThis.bench = {
    gaps: [],
    look(found) {
      const begun = performance.now()
      return new Promise(done => {
        const look = () => (found() ? requestAnimationFrame(() => done(performance.now() - begun)) : requestAnimationFrame(look))
        look()
      })
    },
  }
  let last = performance.now()
  const frame = now => {
    bench.gaps.push(now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  bench.interactive = new Promise(done => {
    const look = () =>
      document.querySelector('main .view > *') && !document.querySelector('.loading') && document.querySelector('main [role=application], main .row')
        ? done(performance.now())
        : requestAnimationFrame(look)
    look()
  })
`

/** The longest frame and others of their kind, while something goes on. */
async function frames(page: Page, during: () => Promise<unknown>): Promise<string> {
  await page.evaluate('void (bench.gaps.length = 0)')
  await during()
  const gaps = (await page.evaluate<number[]>('bench.gaps')).sort((a, b) => a - b)
  const at = (share: number) => Math.round(gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? NaN)
  return `longest ${at(1)} ms, p99 ${at(0.99)} ms, over 50 ms: ${gaps.filter(gap => gap > 50).length} of ${gaps.length}`
}

/** Clicks, and waits in the page until an expression holds and is painted. */
const click = (page: Page, selector: string, found: string) =>
  page.evaluate<number>(
    `(() => { document.querySelector(${JSON.stringify(selector)}).click(); return bench.look(() => ${found}) })()`,
  )

/** In the page: how long until a map is drawn at all, until every pod is in it, and how much that is. */
const openMap = (lens: string) => `(async () => {
  const begun = performance.now()
  const link = document.createElement('a')
  link.href = '/map?lens=${lens}'
  document.body.append(link)
  link.click()
  link.remove()
  const list = () => document.querySelector('main nav > p')
  await bench.look(() => document.querySelector('main [role=application] canvas') && !document.querySelector('main .cover'))
  const first = performance.now() - begun
  document.querySelector('button[aria-label="List of what is drawn"], button[title="List of what is drawn"]').click()
  await bench.look(() => Math.max(0, ...(list()?.textContent.replace(/,/g, '').match(/[0-9]+/g) ?? []).map(Number)) >= ${pods})
  return [first, performance.now() - begun, list().textContent]
})()`

function bundleSize(): string {
  const folder = join(root, 'dist/renderer')
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) =>
    readFileSync(join(folder, file!)),
  )
  const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`
  const all = readdirSync(join(folder, 'assets')).map(file => readFileSync(join(folder, 'assets', file)).length)
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0)
  return `${kib(sum(files.map(f => f.length)))}, gzip ${kib(sum(files.map(f => gzipSync(f).length)))}; all views ${kib(sum(all))}`
}

async function heap(page: Page, hollow: Hollow, minutes: number): Promise<string> {
  const session = await page.context().newCDPSession(page)
  const used = async () => {
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20
  }
  const seen: number[] = []
  const STEPS = 8
  for (let i = 0; i <= STEPS; i++) {
    if (i) await hollow.change(PER_SECOND, (minutes * 60) / STEPS)
    seen.push(await used())
  }
  await session.detach()
  return `${seen.map(mib => mib.toFixed(0)).join(' ')} MiB`
}

await bundleIfStale()
if (!rendererIsFresh()) await buildRenderer()
say('initial bundle', '', bundleSize())
const lab = new BenchLab('renderer')
const browser = await launchBrowser()
try {
  await lab.up('--masters', '1', '--workers', '0')
  const { address } = (await lab.status()) as unknown as { address: string }
  const { origin } = new URL(address)
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en' })
  await context.addInitScript(RECORDER)
  const page = await context.newPage()
  page.setDefaultTimeout(WITHIN_MS)
  await page.goto(address)
  await page.evaluate('bench.interactive')
  await page.goto(`${origin}/map`)
  say(
    'time to interactive, small cluster',
    '< 1000 ms',
    `${Math.round(await page.evaluate<number>('bench.interactive'))} ms`,
  )

  await page.goto(`${origin}/terminal`)
  await page.locator('.xterm-rows').first().waitFor()
  await page.locator('.xterm-helper-textarea').first().focus()
  const flood = () =>
    frames(page, async () => {
      await page.keyboard.type('yes\n')
      await new Promise(done => setTimeout(done, FLOOD_S * 1000))
    })
  say('`yes` in a terminal', '< 50 ms', await flood())
  const stopped = performance.now()
  await page.keyboard.press('Control+c')
  await page.keyboard.type('echo has"-"ended\n')
  await page.getByText('has-ended', { exact: true }).first().waitFor()
  say('… until Ctrl+C has ended it', '< 1000 ms', `${Math.round(performance.now() - stopped)} ms`)
  await page.evaluate(`document.querySelector('button[aria-label^="Split"], button[title^="Split"]').click()`)
  await page.locator('.xterm-rows').nth(1).waitFor()
  await page.locator('.xterm-helper-textarea').nth(1).focus()
  say('`yes` in a split terminal', '< 50 ms', await flood())
  await page.keyboard.press('Control+c')

  const log = join(lab.folder, 'logs', 'host.log')
  for (let i = 0; i < lines; i += 10_000)
    appendFileSync(
      log,
      Array.from(
        { length: Math.min(10_000, lines - i) },
        (_, j) =>
          `${JSON.stringify({ level: 30, time: new Date().toISOString(), msg: `line ${i + j} of what was written` })}\n`,
      ).join(''),
    )
  await page.goto(`${origin}/logs?of=${encodeURIComponent('Machine//host')}`)
  await page.locator('.lines .row').first().waitFor()
  await page.getByRole('button', { name: /^Lines/ }).click()
  const read = performance.now()
  const loading = await frames(page, async () => {
    await page.getByRole('option', { name: 'All there is' }).click()
    await page.evaluate(
      `bench.look(() => Number(document.querySelector('main footer .tabular').textContent.replace(/[^0-9]+.*/, '').replace(/,/g, '')) >= 0 && document.querySelector('main footer .tabular').textContent.replace(/,/g, '').match(/[0-9]+/g).map(Number).some(n => n >= ${Math.min(lines, 990_000)}))`,
    )
  })
  say(`log of ${lines} lines`, '< 50 ms', `${loading}; read in ${((performance.now() - read) / 1000).toFixed(1)} s`)

  const hollow = new Hollow(lab, Number(values.nodes), pods)
  try {
    const began = performance.now()
    await hollow.fill()
    console.log(`${pods} pods on ${values.nodes} nodes made in ${((performance.now() - began) / 1000).toFixed(0)} s`)
    await page.goto(`${origin}/objects/core/v1/configmaps`)
    await page.locator('main .row').first().waitFor()
    const toPods = 'a[href="/objects/core/v1/pods"]'
    const isPods = `document.querySelector('main h1').textContent === 'Pod' && document.querySelectorAll('main .row').length > 10`
    say(`list of pods`, '< 300 ms', `${Math.round(await click(page, toPods, isPods))} ms to the first rows`)
    const all = `document.body.textContent.replace(/,/g, '').includes('${pods} ')`
    say('… until all are there', '', `${Math.round(await page.evaluate<number>(`bench.look(() => ${all})`))} ms more`)
    let made = 0
    const changing = await frames(page, async () => (made = await hollow.change(PER_SECOND, Number(values.seconds))))
    say(`${Math.round(made / Number(values.seconds))} changes a second in the list`, '< 50 ms', changing)
    say(`heap over ${values.minutes} min of changes`, 'flat', await heap(page, hollow, Number(values.minutes)))

    for (const lens of ['machines', 'workloads']) {
      await page.goto(`${origin}/events`)
      await page.locator('main .view > *').first().waitFor()
      const [first, whole, drawn] = await page.evaluate<[number, number, string]>(openMap(lens))
      say(`map of ${lens}: first drawn`, '< 1000 ms', `${Math.round(first)} ms`)
      say('… with all pods', '< 300 drawn', `${Math.round(whole)} ms; ${drawn}`)
      say('… while 200 changes a second arrive', '< 50 ms', await frames(page, () => hollow.change(PER_SECOND, 10)))
    }
  } finally {
    await hollow.end()
  }
} finally {
  await browser.close()
  await lab.remove()
  console.table(rows)
}
