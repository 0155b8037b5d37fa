/** What can be looked at: this lab, the other labs, and the contexts of the user's kubeconfig. Pure. */

import type { ContextEntry, OtherLab } from '../../../engine/lab/contract.ts'
import type { Said } from '../text/define.ts'
import type { shellTexts } from './text.ts'

export type Choice = { kind: 'this' } | { kind: 'lab'; lab: OtherLab } | { kind: 'context'; context: ContextEntry }

export interface Elsewhere {
  labs: readonly OtherLab[]
  contexts: readonly ContextEntry[]
}

/** As the options of a picker. A name may be that of a lab and of a context: their values differ. */
export function clusterOptions(lab: string, { labs, contexts }: Elsewhere, t: Said<typeof shellTexts.en>) {
  return [
    { value: 'this', label: lab, hint: t.thisLab, choice: { kind: 'this' } as Choice },
    ...labs.map(other => ({
      value: `lab ${other.name}`,
      label: other.name,
      hint: other.url ? t.otherLab : t.labDown,
      choice: { kind: 'lab', lab: other } as Choice,
    })),
    ...contexts.map(context => ({
      value: contextValue(context.name),
      label: context.name,
      hint: context.problem ?? t.contextOf(hostOf(context.server)),
      choice: { kind: 'context', context } as Choice,
    })),
  ]
}

export function contextValue(name: string): string {
  return `context ${name}`
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server
}
