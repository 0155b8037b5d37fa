import type { Bench } from './page.ts'

const FLOOD_S = 10

/** A terminal that is flooded, alone and beside another one, and how soon it listens. */
export async function terminal({ page, origin, say, frames }: Bench): Promise<void> {
  await page.goto(`${origin}/terminal`)
  const shows = (text: RegExp, n: number) =>
    page.evaluate(`bench.look(() => ${text}.test(document.querySelectorAll('.xterm-rows')[${n}]?.innerText))`)
  const prompt = (n: number) => shows(/[$#%>]\s*$/, n)
  await prompt(0)
  const flood = async (n: number, name: string) => {
    await page.locator('.xterm-helper-textarea').nth(n).focus()
    const figure = await frames(name, async () => {
      await page.keyboard.type('yes\n')
      await new Promise(done => setTimeout(done, FLOOD_S * 1000))
    })
    await shows(/^(y\s+){10}/, n)
    return figure
  }
  say('`yes` in a terminal', '< 50 ms', await flood(0, 'terminal'))
  const begun = performance.now()
  await page.keyboard.press('Control+c')
  await page.keyboard.type('echo has"-"ended\n')
  await page.getByText('has-ended', { exact: true }).first().waitFor()
  say('… until Ctrl+C has ended it', '< 1000 ms', `${Math.round(performance.now() - begun)} ms`)
  await page.evaluate(`document.querySelector('button[aria-label^="Split"], button[title^="Split"]').click()`)
  await prompt(1)
  say('`yes` in a split terminal', '< 50 ms', await flood(1, 'terminal-split'))
  await page.keyboard.press('Control+c')
}
