import type { Bench } from './page.ts'

const FLOOD_S = 10

/** A terminal that is flooded, alone and beside another one, and how soon it listens. */
export async function terminal({ page, origin, say, frames }: Bench): Promise<void> {
  await page.goto(`${origin}/terminal`)
  await page.locator('.xterm-rows').first().waitFor()
  await page.locator('.xterm-helper-textarea').first().focus()
  const flood = (name: string) =>
    frames(name, async () => {
      await page.keyboard.type('yes\n')
      await new Promise(done => setTimeout(done, FLOOD_S * 1000))
    })
  say('`yes` in a terminal', '< 50 ms', await flood('terminal'))
  const begun = performance.now()
  await page.keyboard.press('Control+c')
  await page.keyboard.type('echo has"-"ended\n')
  await page.getByText('has-ended', { exact: true }).first().waitFor()
  say('… until Ctrl+C has ended it', '< 1000 ms', `${Math.round(performance.now() - begun)} ms`)
  await page.evaluate(`document.querySelector('button[aria-label^="Split"], button[title^="Split"]').click()`)
  await page.locator('.xterm-rows').nth(1).waitFor()
  await page.locator('.xterm-helper-textarea').nth(1).focus()
  say('`yes` in a split terminal', '< 50 ms', await flood('terminal-split'))
  await page.keyboard.press('Control+c')
}
