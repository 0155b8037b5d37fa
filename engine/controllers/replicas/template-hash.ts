import type { PodTemplateSpec } from '../../api/types.ts'
import { safeEncode } from '../../base/random.ts'

/**
 * Short hash of a pod template, for names and `pod-template-hash` labels. FNV-1a over canonical JSON; `collisions` lets
 * a controller move on to another name when two templates clash.
 */
export function templateHash(template: PodTemplateSpec | undefined, collisions: number | undefined): string {
  let hash = 0x811c9dc5
  const feed = (text: string) => {
    for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  }
  feed(canonical(template))
  if (collisions) feed(String(collisions))
  return safeEncode(String(hash))
}

/** JSON with sorted keys and without what is empty, so that equal templates have equal texts. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, v]) => v !== undefined && v !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
}
