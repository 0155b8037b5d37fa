import type { ProcessUsage, TreeUsage } from './platform.ts'

/** One process of the machine. */
export interface ProcessRow extends ProcessUsage {
  pid: number
  parent: number
  /** Its process group or session, where there are such things. */
  group?: number
}

/** Adds up what each leader and all that belongs to it use: its group, and whatever its members have started. */
export function sumTrees(rows: ProcessRow[], leaders: number[]): Map<number, TreeUsage> {
  const byPid = new Map(rows.map(row => [row.pid, row]))
  const wanted = new Set(leaders)
  const owners = new Map<number, number | undefined>()
  const ownerOf = (row: ProcessRow, depth: number): number | undefined => {
    if (owners.has(row.pid)) return owners.get(row.pid)
    owners.set(row.pid, undefined) // should parents go round in a circle, nobody owns them
    const parent = byPid.get(row.parent)
    const owner = wanted.has(row.pid)
      ? row.pid
      : row.group !== undefined && wanted.has(row.group)
        ? row.group
        : parent && depth < MAX_DEPTH
          ? ownerOf(parent, depth + 1)
          : undefined
    owners.set(row.pid, owner)
    return owner
  }
  const sums = new Map<number, TreeUsage>()
  for (const row of rows) {
    const owner = ownerOf(row, 0)
    if (owner === undefined) continue
    const sum = sums.get(owner)
    if (!sum) sums.set(owner, { memory: row.memory, cpuSeconds: row.cpuSeconds, pids: [row.pid] })
    else {
      sum.memory += row.memory
      sum.cpuSeconds += row.cpuSeconds
      sum.pids.push(row.pid)
    }
  }
  return sums
}

const MAX_DEPTH = 256
