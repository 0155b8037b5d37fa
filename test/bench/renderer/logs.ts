import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from './page.ts'

const BLOCK = 10_000
/** The reader keeps a million lines; a few of the host's own may have come before. */
const MOST_SHOWN = 990_000

/** A log of so many lines, read from its beginning. */
export async function logs({ page, lab, origin, say, frames }: Bench, lines: number): Promise<void> {
  const log = join(lab.folder, 'logs', 'host.log')
  const line = (i: number) =>
    `${JSON.stringify({ time: new Date().toISOString(), level: 'info', component: 'bench', message: `line ${i} of what was written` })}\n`
  for (let i = 0; i < lines; i += BLOCK)
    appendFileSync(log, Array.from({ length: Math.min(BLOCK, lines - i) }, (_, j) => line(i + j)).join(''))
  await page.goto(`${origin}/logs?of=${encodeURIComponent('Machine//host')}`)
  await page.locator('.lines .row').first().waitFor()
  await page.getByRole('button', { name: /^Lines/ }).click()
  const begun = performance.now()
  const loading = await frames('logs', async () => {
    await page.getByRole('option', { name: 'All there is' }).click()
    await page.evaluate(
      `bench.look(() => (document.querySelector('main footer .tabular').textContent.replace(/,/g, '').match(/[0-9]+/g) ?? []).map(Number).some(n => n >= ${Math.min(lines, MOST_SHOWN)}))`,
    )
  })
  say(`log of ${lines} lines`, '< 50 ms', `${loading}; read in ${seconds(begun)}`)
  await page.getByRole('button', { name: 'Regular expression' }).click()
  const asked = performance.now()
  const searching = await frames('search', async () => {
    await page.getByRole('textbox', { name: 'Search (/)' }).fill('line \\d+7 of')
    await page.evaluate(
      `bench.look(() => /^[0-9,]+ match/.test(document.querySelector('[aria-live].tabular')?.textContent ?? ''))`,
    )
  })
  say('… searched by an expression', '< 50 ms', `${searching}; in ${seconds(asked)}`)
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
