import type { MachineState, MemberStatus } from '../../../engine/lab/contract.ts'
import type { labTexts } from '../lab/text.ts'
import type { Said } from '../text/define.ts'
import type { mapTexts } from './text.ts'

/** The texts of the map, and what machines and members call their states. */
export type Words = Said<typeof mapTexts.en> & {
  stateOf(state: MachineState): string
  roleOf(role: MemberStatus['role']): string
}

/** Those texts in the language of the two. */
export function wordsOf(map: Said<typeof mapTexts.en>, lab: Said<typeof labTexts.en>): Words {
  return new Proxy(map as Words, {
    get(_, name: string) {
      if (name === 'stateOf') return (state: MachineState) => lab[state]
      if (name === 'roleOf')
        return (role: MemberStatus['role']) => lab[role === 'pre-candidate' ? 'preCandidate' : role]
      return map[name as keyof typeof map]
    },
  })
}
