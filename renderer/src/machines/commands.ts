import { connection } from '../cluster/connection.svelte.ts'
import { actionsFor, actOnMachine } from '../lab/actions.ts'
import { lab } from '../lab/status.svelte.ts'
import { labTexts } from '../lab/text.ts'
import type { Command } from '../palette/rank.ts'
import { say } from '../text/say.svelte.ts'

const t = say(labTexts)

/** What can be done to machines, from everywhere. */
export function machinesCommands(): readonly Command[] {
  const machines = connection.isLab ? (lab.status?.machines ?? []) : []
  return machines.flatMap(machine =>
    actionsFor(machine).map(action => ({
      ...{ id: `machine/${machine.name}/${action}`, title: t.act(t[action], machine.name), hint: t.machine },
      words: `machine node ${action}`,
      run: () => void actOnMachine(machine, action),
    })),
  )
}
