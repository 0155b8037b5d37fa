import type { PodTemplateSpec } from '../../api/types.ts'
import { canonicalJSON } from '../../base/canonical.ts'
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
  feed(canonicalJSON(template))
  if (collisions) feed(String(collisions))
  return safeEncode(String(hash))
}
