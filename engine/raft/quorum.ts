import type { NodeId } from './message.ts'

/** The highest index that a majority of `voters` has reached, given what each has. */
export function committedIndex(voters: readonly NodeId[], reached: (voter: NodeId) => number): number {
  if (voters.length === 0) return 0
  const indexes = voters.map(reached).sort((a, b) => b - a)
  return indexes[voters.length >> 1]!
}

export type VoteResult = 'won' | 'lost' | 'pending'

/** Counts votes; a missing voter has not answered yet. */
export function tally(voters: readonly NodeId[], votes: ReadonlyMap<NodeId, boolean>): VoteResult {
  const needed = (voters.length >> 1) + 1
  let granted = 0
  let refused = 0
  for (const voter of voters) {
    const vote = votes.get(voter)
    if (vote === true) granted++
    else if (vote === false) refused++
  }
  if (granted >= needed) return 'won'
  return voters.length - refused < needed ? 'lost' : 'pending'
}
