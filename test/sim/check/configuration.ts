/** Who takes part, as a judge sees it: worked out anew from the log, without the product's functions. */
export interface Electorate {
  voters: readonly string[]
  /** Voters of the configuration that is being left; while there are any, majorities of both count. */
  outgoing: readonly string[]
  learners: readonly string[]
  /** Those of `outgoing` that are learners afterwards. */
  learnersNext: readonly string[]
}

/** An electorate and the index from which it holds. */
export interface Standing {
  index: number
  electorate: Electorate
}

interface Change {
  type: 'addVoter' | 'addLearner' | 'remove' | 'update'
  id: string
}

/** As it is written in a member's file. */
export function readElectorate(json: string): Electorate {
  const { voters, outgoing, learners, learnersNext } = JSON.parse(json) as Electorate
  return { voters, outgoing, learners, learnersNext }
}

/** What a change in the log leads to. One that is not possible leads nowhere. */
export function after(from: Electorate, json: string): Electorate {
  const { changes } = JSON.parse(json) as { changes: Change[] }
  if (changes.length === 0) {
    if (from.outgoing.length === 0) return from
    return { voters: from.voters, outgoing: [], learners: [...from.learners, ...from.learnersNext], learnersNext: [] }
  }
  if (from.outgoing.length > 0) return from
  const voters = new Set(from.voters)
  const learners = new Set(from.learners)
  const learnersNext = new Set(from.learnersNext)
  for (const { type, id } of changes) {
    if (type === 'update') continue
    for (const set of [voters, learners, learnersNext]) set.delete(id)
    if (type === 'addVoter') voters.add(id)
    if (type === 'addLearner') (from.voters.includes(id) ? learnersNext : learners).add(id)
  }
  if (voters.size === 0) return from
  const gone = from.voters.filter(id => !voters.has(id)).length
  const come = [...voters].filter(id => !from.voters.includes(id)).length
  if (gone + come > 1)
    return { voters: [...voters], outgoing: from.voters, learners: [...learners], learnersNext: [...learnersNext] }
  return { voters: [...voters], outgoing: [], learners: [...learners, ...learnersNext], learnersNext: [] }
}

/** Whether those of whom `holds` is true are a majority; in joint consensus, of both configurations. */
export function isMajority({ voters, outgoing }: Electorate, holds: (name: string) => boolean): boolean {
  const most = (of: readonly string[]) => of.length === 0 || of.filter(holds).length * 2 > of.length
  return voters.length > 0 && most(voters) && most(outgoing)
}

/** Everybody whom the log is sent to. */
export function everybody({ voters, outgoing, learners, learnersNext }: Electorate): string[] {
  return [...new Set([...voters, ...outgoing, ...learners, ...learnersNext])]
}

/** Equal electorates have equal descriptions. */
export function describeElectorate({ voters, outgoing, learners, learnersNext }: Electorate): string {
  const names = (of: readonly string[]) => [...of].sort().join(' ')
  return `voters ${names(voters)} leaving ${names(outgoing)} learners ${names(learners)} next ${names(learnersNext)}`
}
