import type { Said } from '../text/define.ts'
import type { Notice } from './notices.ts'
import type { noticesTexts } from './text.ts'

/** A notice in words: what happened, and what is known of it. */
export function sayNotice({ about }: Notice, t: Said<typeof noticesTexts.en>): { title: string; text: string } {
  switch (about.kind) {
    case 'leader':
      return { title: t.leader(about.name, about.term), text: '' }
    case 'quorum':
      return { title: about.has ? t.quorumBack : t.quorumLost, text: '' }
    case 'warning':
      return { title: t.warning(about.reason, about.object), text: about.message }
    case 'machine': {
      const say = { dead: t.machineDead, silent: t.machineSilent } as Record<string, (name: string) => string>
      return { title: (say[about.state] ?? t.machineUp)(about.name), text: about.reason ?? '' }
    }
  }
}
