import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { BenchLab } from '../lab/bench-lab.ts'

/** What a page makes of nothing at all, so long before it is measured: the rest of the machine shows in it. */
const CALM_MS = 2_000

/** What every part of the benchmark is given. */
export interface Bench {
  page: Page
  lab: BenchLab
  origin: string
  /** Adds a row to the table. */
  say(measured: string, aim: string, figure: string): void
  /** Frames and the longest of what ran on the page's thread, while something goes on. `name` is that of its profile. */
  frames(name: string, during: () => Promise<unknown>): Promise<string>
}

/** In the page: every gap between two frames, and a way to wait for what a selector finds, to the frame. */
export const RECORDER = `
  globalThis.bench = {
    gaps: [],
    tasks: [],
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
  new PerformanceObserver(list => bench.tasks.push(...list.getEntries().map(task => task.duration))).observe({ type: 'longtask' })
  bench.interactive = new Promise(done => {
    const look = () =>
      document.querySelector('main .view > *') && !document.querySelector('.loading') && document.querySelector('main [role=application], main .row')
        ? done(performance.now())
        : requestAnimationFrame(look)
    look()
  })
`

/** Clicks, and waits in the page until an expression holds and is painted. */
export const click = (page: Page, selector: string, found: string) =>
  page.evaluate<number>(
    `(() => { document.querySelector(${JSON.stringify(selector)}).click(); return bench.look(() => ${found}) })()`,
  )

/** Measures frames; where a folder is given, it takes a profile of the page along, which itself costs a little. */
export function frameMeter(page: Page, profiles: string | undefined): Bench['frames'] {
  return async (name, during) => {
    const { gaps: calm } = await recorded(page, () => new Promise(done => setTimeout(done, CALM_MS)))
    const before = Math.round(Math.max(...calm))
    const stop = profiles === undefined ? undefined : await profile(page, profiles, name)
    const { gaps, tasks } = await recorded(page, during)
    await stop?.()
    gaps.sort((a, b) => a - b)
    const at = (share: number) => Math.round(gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? NaN)
    const over = gaps.filter(gap => gap > 50).length
    const task = tasks.length ? `${Math.round(Math.max(...tasks))} ms` : 'under 50 ms'
    return `longest ${at(1)} ms (before it ${before} ms), p99 ${at(0.99)} ms, over 50 ms: ${over} of ${gaps.length}; longest task ${task}`
  }
}

/** Gaps between frames, and tasks that took more than 50 ms, while something goes on. */
async function recorded(page: Page, during: () => Promise<unknown>): Promise<{ gaps: number[]; tasks: number[] }> {
  await page.evaluate('void (bench.gaps.length = bench.tasks.length = 0)')
  await during()
  const [gaps, tasks] = await page.evaluate<[number[], number[]]>('[bench.gaps, bench.tasks]')
  return { gaps, tasks }
}

/** Profiles the page's thread, to be opened in the developer tools. */
async function profile(page: Page, folder: string, name: string): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Profiler.enable')
  await session.send('Profiler.setSamplingInterval', { interval: 500 })
  await session.send('Profiler.start')
  return async () => {
    const { profile } = await session.send('Profiler.stop')
    await session.detach()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile))
  }
}

/** How busy the machine is, by all that runs on it: figures of a shared machine mean little without. */
export const load = () => loadavg()[0]!.toFixed(1)
