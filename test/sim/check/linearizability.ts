/**
 * A linearizability checker after Wing and Gong, with Lowe's memory of what was tried: is there one order of all
 * operations, in which each takes effect between its call and its return, that explains every answer? An operation
 * whose outcome nobody knows never returns: it takes effect at any time after its call, or not at all.
 */

export interface Operation<S> {
  /** When it was called, and when it returned (`Infinity`: its outcome is not known). */
  call: number
  return: number
  /** What it does; undefined if it could not have answered so in this state. */
  step(state: S): S | undefined
  describe(): string
  /** The rank of the state that it left behind, where its answer says so. */
  rank?: number
}

export interface Verdict<S> {
  outcome: 'linearizable' | 'not linearizable' | 'undecided'
  /** The order found, or the longest beginning of one. */
  order: Operation<S>[]
  /** If there is none: what could come next in no way. */
  stuck: Operation<S>[]
  steps: number
}

interface Node<S> {
  operation: Operation<S>
  index: number
  /** The node of the return, on a call. */
  match: Node<S> | undefined
  previous: Node<S> | undefined
  next: Node<S> | undefined
}

/**
 * `key` names a state: equal states have equal keys. `rank` never falls from state to state (a revision, say); it saves the
 * search what could only lead past an operation that belongs to an earlier rank. After `maxSteps` the answer is `undecided`.
 */
export function checkLinearizable<S>(
  initial: S,
  operations: readonly Operation<S>[],
  key: (state: S) => string,
  maxSteps = 1_000_000,
  rank: (state: S) => number = () => 0,
): Verdict<S> {
  const head = entries(operations)
  const seen = new Set<string>()
  const done = new Uint32Array((operations.length + 31) >> 5)
  const stack: { node: Node<S>; state: S; tier: number }[] = []
  /** Operations of each rank that have not taken effect. */
  const left = new Map<number, number>()
  const count = ({ rank }: Operation<S>, change: number) => {
    if (rank !== undefined) left.set(rank, (left.get(rank) ?? 0) + change)
  }
  for (const operation of operations) count(operation, 1)
  let waiting = operations.filter(o => o.return !== Infinity).length
  let state = initial
  let longest: Operation<S>[] = []
  let stuck: Operation<S>[] = []
  let steps = 0
  let node = head.next
  let tier = 0
  while (waiting > 0) {
    if (++steps > maxSteps) return { outcome: 'undecided', order: longest, stuck, steps }
    if (node?.match) {
      const next = tierOf(node.operation) === tier ? node.operation.step(state) : undefined
      if (next !== undefined && mayGo(node, next) && remember(node, next)) {
        count(node.operation, -1)
        stack.push({ node, state, tier })
        state = next
        lift(node)
        if (node.operation.return !== Infinity) waiting--
        node = head.next
        tier = 0
      } else node = node.next
      continue
    }
    if (tier < LAST_TIER) {
      tier++
      node = head.next
      continue
    }
    // A return whose call has not taken effect, or the end: something before was wrong.
    if (stack.length >= longest.length) {
      longest = stack.map(s => s.node.operation)
      stuck = node ? [node.operation] : []
    }
    const last = stack.pop()
    if (!last) return { outcome: 'not linearizable', order: longest, stuck, steps }
    state = last.state
    tier = last.tier
    done[last.node.index >> 5]! &= ~(1 << (last.node.index & 31))
    if (last.node.operation.return !== Infinity) waiting++
    count(last.node.operation, 1)
    unlift(last.node)
    node = last.node.next
  }
  return { outcome: 'linearizable', order: stack.map(s => s.node.operation), stuck: [], steps }

  function mayGo({ operation }: Node<S>, next: S): boolean {
    const own = rank(state)
    const others = (left.get(own) ?? 0) - (operation.rank === own ? 1 : 0)
    return rank(next) === own || others === 0
  }

  function remember(node: Node<S>, next: S): boolean {
    done[node.index >> 5]! |= 1 << (node.index & 31)
    const name = `${done.join()} ${key(next)}`
    if (!seen.has(name)) {
      seen.add(name)
      return true
    }
    done[node.index >> 5]! &= ~(1 << (node.index & 31))
    return false
  }
}

const LAST_TIER = 2

/** The order in which to try: first what says where it belongs, then what was answered, then what may have happened. */
function tierOf<S>(operation: Operation<S>): number {
  if (operation.return === Infinity) return 2
  return operation.rank === undefined ? 1 : 0
}

/** Calls and returns in the order of time; of what happens at the same time the calls come first. */
function entries<S>(operations: readonly Operation<S>[]): Node<S> {
  const all: { time: number; returns: boolean; node: Node<S> }[] = []
  operations.forEach((operation, index) => {
    const back: Node<S> = { operation, index, match: undefined, previous: undefined, next: undefined }
    const call: Node<S> = { operation, index, match: back, previous: undefined, next: undefined }
    all.push({ time: operation.call, returns: false, node: call })
    if (operation.return !== Infinity) all.push({ time: operation.return, returns: true, node: back })
  })
  all.sort((a, b) => a.time - b.time || Number(a.returns) - Number(b.returns))
  const head = { previous: undefined, next: undefined } as unknown as Node<S>
  let last = head
  for (const { node } of all) {
    last.next = node
    node.previous = last
    last = node
  }
  return head
}

function lift<S>(call: Node<S>): void {
  for (const node of call.operation.return === Infinity ? [call] : [call, call.match!]) {
    node.previous!.next = node.next
    if (node.next) node.next.previous = node.previous
  }
}

function unlift<S>(call: Node<S>): void {
  for (const node of call.operation.return === Infinity ? [call] : [call.match!, call]) {
    node.previous!.next = node
    if (node.next) node.next.previous = node
  }
}
