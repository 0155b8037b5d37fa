import { connection } from '../cluster/connection.svelte.ts'
import type { Command } from '../palette/rank.ts'
import { say } from '../text/say.svelte.ts'
import { welcomeTexts } from './text.ts'
import { welcome } from './welcome.svelte.ts'

const t = say(welcomeTexts)

/** The way back to the welcome; other clusters than the lab have none. */
export function welcomeCommands(): readonly Command[] {
  if (!connection.isLab) return []
  return [
    {
      id: 'action/welcome',
      title: t.command,
      hint: t.action,
      words: 'welcome first start example',
      run: () => welcome.show(),
    },
  ]
}
