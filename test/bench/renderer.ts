/**
 * What the user interface makes of a large cluster, in Chromium against a real lab: 10,000 pods on 1,000 nodes that exist in the API
 * alone and whose states are reported as kubelets would; a terminal that is flooded; a log of a million lines.
 *
 *   node test/bench/renderer.ts [--pods 10000] [--nodes 1000] [--seconds 60] [--minutes 10] [--lines 1000000]
 *     [--only start,terminal,logs,list,map,heap] [--profiles FOLDER]
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { bundleIfStale } from '../../tools/bundle.ts'
import { buildRenderer, rendererIsFresh } from '../../tools/renderer.ts'
import { root } from '../../tools/sources.ts'
import { launchBrowser } from '../e2e/browser.ts'
import { BenchLab } from './lab/bench-lab.ts'
import { Hollow } from './lab/hollow.ts'
import { heap, list, map } from './renderer/cluster.ts'
import { logs } from './renderer/logs.ts'
import { frameMeter, load, RECORDER, type Bench } from './renderer/page.ts'
import { terminal } from './renderer/terminal.ts'

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    nodes: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    minutes: { type: 'string', default: '10' },
    lines: { type: 'string', default: '1000000' },
    only: { type: 'string', default: 'start,terminal,logs,list,map,heap' },
    profiles: { type: 'string' },
  },
})
const parts = new Set(values.only.split(','))
const WITHIN_MS = 180_000

const rows: { measured: string; aim: string; figure: string; load: string }[] = []
const say = (measured: string, aim: string, figure: string) => {
  rows.push({ measured, aim, figure, load: load() })
  console.log(`${measured}: ${figure}${aim && ` (aim ${aim})`}, load ${load()}`)
}

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

async function start({ page, origin, say }: Bench): Promise<void> {
  await page.goto(`${origin}/map`)
  const ready = Math.round(await page.evaluate<number>('bench.interactive'))
  say('time to interactive, small cluster', '< 1000 ms', `${ready} ms`)
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
  // The welcome of a first start would lie over what is measured.
  await context.addInitScript("localStorage.setItem('welcome', 'answered')")
  await context.addInitScript(RECORDER)
  /** Each part has a page of its own: what another one left behind is not collected on its time. */
  const run = async (part: string, measure: (bench: Bench) => Promise<void>) => {
    if (!parts.has(part)) return
    const page = await context.newPage()
    page.setDefaultTimeout(WITHIN_MS)
    await page.goto(address)
    await page.evaluate('bench.interactive')
    await measure({ page, lab, origin, say, frames: frameMeter(page, values.profiles) })
    await page.close()
  }

  await run('start', start)
  await run('terminal', terminal)
  await run('logs', bench => logs(bench, Number(values.lines)))
  if (['list', 'map', 'heap'].some(part => parts.has(part))) {
    const hollow = new Hollow(lab, Number(values.nodes), Number(values.pods))
    try {
      const began = performance.now()
      await hollow.fill()
      const took = ((performance.now() - began) / 1000).toFixed(0)
      console.log(`${values.pods} pods on ${values.nodes} nodes made in ${took} s`)
      console.log(`and taken in by the controllers in ${((await hollow.settled()) / 1000).toFixed(0)} s more`)
      await run('list', bench => list(bench, hollow, Number(values.seconds)))
      await run('map', bench => map(bench, hollow))
      await run('heap', bench => heap(bench, hollow, Number(values.minutes)))
    } finally {
      await hollow.end()
    }
  }
} finally {
  await browser.close()
  await lab.remove()
  console.table(rows)
}
