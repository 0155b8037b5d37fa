import { own, setOwn } from '../../base/own.ts'
import { isRecord } from '../equality.ts'

/** JSON merge patch (RFC 7386): objects merge, null removes, anything else replaces. The inputs stay as they are. */
export function mergePatch<T extends object>(object: T, patch: unknown): T {
  return merge(object, patch) as T
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const out: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key]
    else setOwn(out, key, merge(own(out, key), value))
  }
  return out
}
