import type { ListMeta } from '../../api/object.ts'
import type { Stored } from '../storage/codec.ts'

const COMMA = Buffer.from(',')
const BRACE = Buffer.from('{')

/** The JSON of a list, put together from the items' ready-made bytes. Items go without kind and apiVersion. */
export function listBytes(
  kind: string,
  apiVersion: string,
  meta: ListMeta,
  items: readonly Stored[],
  keepKinds: boolean,
): Buffer[] {
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(meta)},"items":[`
  const chunks: Buffer[] = [Buffer.from(head)]
  items.forEach((item, i) => {
    if (i > 0) chunks.push(COMMA)
    if (keepKinds) chunks.push(item.bytes)
    else chunks.push(BRACE, item.bytes.subarray(item.itemOffset))
  })
  chunks.push(Buffer.from(']}\n'))
  return chunks
}
