import type { Pod } from '../../api/types.ts'

/** Priorities from here on belong to what the cluster cannot be without. */
const SYSTEM_CRITICAL = 2_000_000_000

/** Static pods, their mirrors, and pods of system-critical priority: they stay when others must go. */
export function isCritical({ spec, metadata }: Pod): boolean {
  const { annotations = {} } = metadata
  const source = annotations['kubernetes.io/config.source']
  if (annotations['kubernetes.io/config.mirror'] !== undefined || (source && source !== 'api')) return true
  return Number(spec?.priority ?? 0) >= SYSTEM_CRITICAL
}
