/**
 * How many files and sockets this process may have open; `Infinity` where the system says nothing of it (Windows). Node raises what
 * is usual to the most that the system allows, which here and there is little.
 */
export function openFilesLimit(): number {
  const report = process.report as typeof process.report & { excludeNetwork: boolean }
  // It would look up the names of all peers.
  report.excludeNetwork = true
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft: number | string } } }
  const limit = Number(userLimits?.open_files?.soft)
  return Number.isFinite(limit) ? limit : Infinity
}

/** Kept for everything else that a process opens, so that connections never take its last one. */
const RESERVED = 2_048

/** How many connections that each hold two sockets a process may carry: no more than `most`, and what its files allow. */
export function carriedConnections(most: number, limit: number = openFilesLimit()): number {
  return Math.max(16, Math.min(most, Math.floor((limit - RESERVED) / 2)))
}
