import type { Page } from 'playwright-core'
import type { Hollow } from '../lab/hollow.ts'
import { click, type Bench } from './page.ts'

const PER_SECOND = 200
const MAP_S = 10
const STEPS = 8

/** A list of many pods: how soon it opens, and what it makes of changes. */
export async function list({ page, origin, say, frames }: Bench, hollow: Hollow, seconds: number): Promise<void> {
  await page.goto(`${origin}/objects/core/v1/configmaps`)
  await page.locator('main .row').first().waitFor()
  const toPods = 'a[href="/objects/core/v1/pods"]'
  const isPods = `document.querySelector('main h1').textContent === 'Pod' && document.querySelectorAll('main .row').length > 10`
  const all = `document.body.textContent.replace(/,/g, '').includes('${hollow.size} ')`
  let [first, rest] = [0, 0]
  const opening = await frames('list', async () => {
    first = await click(page, toPods, isPods)
    rest = await page.evaluate<number>(`bench.look(() => ${all})`)
  })
  say('list of pods', '< 300 ms', `${Math.round(first)} ms to the first rows`)
  say('… until all are there', '', `${Math.round(first + rest)} ms; ${opening}`)
  let made = 0
  const changing = await frames('changes', async () => (made = await hollow.change(PER_SECOND, seconds)))
  say(`${Math.round(made / seconds)} changes a second in the list, ${seconds} s`, '< 50 ms', changing)
}

/** What the list of pods keeps while changes go on, after garbage was collected. */
export async function heap({ page, origin, say }: Bench, hollow: Hollow, minutes: number): Promise<void> {
  await page.goto(`${origin}/objects/core/v1/pods`)
  await page.locator('main .row').first().waitFor()
  const session = await page.context().newCDPSession(page)
  const used = async () => {
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20
  }
  const seen: number[] = []
  for (let i = 0; i <= STEPS; i++) {
    if (i) await hollow.change(PER_SECOND, (minutes * 60) / STEPS)
    seen.push(await used())
  }
  await session.detach()
  say(`heap over ${minutes} min of changes`, 'flat', `${seen.map(mib => mib.toFixed(0)).join(' ')} MiB`)
}

/** The map by both of its lenses: how soon it is drawn, how soon in whole, and what it makes of changes. */
export async function map({ page, origin, say, frames }: Bench, hollow: Hollow): Promise<void> {
  for (const lens of ['machines', 'workloads']) {
    await page.goto(`${origin}/events`)
    await page.locator('main .view > *').first().waitFor()
    let opened: [number, number, string] = [NaN, NaN, '']
    const opening = await frames(`map-${lens}`, async () => (opened = await openMap(page, lens, hollow.size)))
    const [first, whole, drawn] = opened
    say(`map of ${lens}: first drawn`, '< 1000 ms', `${Math.round(first)} ms`)
    say('… with all pods', '< 300 drawn', `${Math.round(whole)} ms; ${drawn}`)
    say('… frames until then', '< 50 ms', opening)
    const changing = await frames(`map-${lens}-changes`, () => hollow.change(PER_SECOND, MAP_S))
    say('… while 200 changes a second arrive', '< 50 ms', changing)
  }
}

/** How long until a map is drawn at all, until every pod is in it, and how much that is. */
const openMap = (page: Page, lens: string, pods: number) =>
  page.evaluate<[number, number, string]>(`(async () => {
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
  })()`)
