import { lab } from '../lab/status.svelte.ts'
import { connection } from '../cluster/connection.svelte.ts'
import type { Command } from '../palette/rank.ts'
import { router } from '../shell/router.svelte.ts'
import { say } from '../text/say.svelte.ts'
import { newShell } from './actions.ts'
import { terminals } from './terminals.svelte.ts'
import { terminalTexts } from './text.ts'

const t = say(terminalTexts)

/** Terminals that can be opened from everywhere. */
export function terminalCommands(): readonly Command[] {
  const command = (id: string, title: string, words: string, run: () => void, keys?: string): Command => ({
    ...{ id: `terminal/${id}`, title, hint: t.commandHint, words: `terminal ${words}`, keys },
    run: () => {
      run()
      router.go('/terminal')
    },
  })
  const workers = connection.isLab ? (lab.status?.machines ?? []).filter(m => m.role === 'worker') : []
  const split = (direction: 'row' | 'column') => () => terminals.split(direction)
  return [
    ...(connection.isLab
      ? [
          command('new', t.newShell, 'shell new', () => newShell(), 'Alt Shift T'),
          ...terminals.shells
            .slice(1)
            .map(({ id, name }) => command(`new/${id}`, t.newShellOf(name), `shell ${id}`, () => newShell(id))),
        ]
      : []),
    ...(terminals.tab
      ? [
          command('right', t.splitRight, 'split right pane', split('row'), 'Alt Shift +'),
          command('down', t.splitDown, 'split down pane', split('column'), 'Alt Shift −'),
        ]
      : []),
    ...workers.map(({ name }) =>
      command(`node/${name}`, t.nodeShell(name), 'node shell debug', () =>
        terminals.open({ kind: 'node', node: name }),
      ),
    ),
  ]
}
