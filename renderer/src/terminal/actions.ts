import { explain } from '../cluster/rest.ts'
import { say } from '../text/say.svelte.ts'
import { confirmation } from '../ui/confirm.svelte.ts'
import { toasts } from '../ui/toasts.svelte.ts'
import type { KeyAction } from './keys.ts'
import { panesOf } from './layout.ts'
import { endNodeShell } from './node-shell.ts'
import { hasShells, terminals, type Program } from './terminals.svelte.ts'
import { terminalTexts } from './text.ts'

const t = say(terminalTexts)

/** Does what a key asks for, but for what concerns one screen alone. */
export function act(action: KeyAction): void {
  if (action.do === 'new') newShell()
  else if (action.do === 'close') {
    if (terminals.tab) void closePane(terminals.tab.active)
  } else if (action.do === 'next') terminals.step(1)
  else if (action.do === 'previous') terminals.step(-1)
  else if (action.do === 'split') terminals.split(action.direction)
  else if (action.do === 'focus') terminals.focusNext(action.direction)
  else if (action.do === 'resize') terminals.push(action.direction)
}

/** Where this page looks at a cluster elsewhere there are no shells of this machine to open. */
export function newShell(shell?: string): void {
  if (hasShells()) terminals.open({ kind: 'shell', shell })
}

/** Closes a pane, after asking if something runs in it. `over`: what ran in it has ended. */
export function closePane(pane: string, over = false): Promise<void> {
  return close([pane], over)
}

export async function closeTab(id: string): Promise<void> {
  const tab = terminals.tabs.find(t => t.id === id)
  if (tab) await close(panesOf(tab.layout), false)
}

async function close(panes: readonly string[], over: boolean): Promise<void> {
  if (!over && !(await mayEnd(panes))) return
  for (const pane of panes) {
    const program = terminals.programs[pane]
    terminals.close(pane)
    if (program) void cleanUp(program)
  }
}

async function mayEnd(panes: readonly string[]): Promise<boolean> {
  try {
    const running = await terminals.running(panes)
    if (running.length === 0) return true
    const text = t.closeText(running.join(', '))
    return await confirmation.ask({ title: t.closeTitle(running[0]!), text, action: t.closeAction, danger: true })
  } catch (error) {
    // A lab that is gone has ended its shells: nothing is lost by closing.
    toasts.show('bad', t.closeFailed, explain(error).title)
    return true
  }
}

/** A pod that was made to look around in goes with its last pane. */
async function cleanUp(program: Program): Promise<void> {
  if (program.kind !== 'node' || !program.pod) return
  if (Object.values(terminals.programs).some(other => other.kind === 'node' && other.pod === program.pod)) return
  try {
    await endNodeShell(program.pod)
  } catch (error) {
    toasts.show('bad', t.endNodeFailed(program.pod), explain(error).title)
  }
}
