import { createHash } from 'node:crypto'
import type { RequestContext } from '../request/context.ts'
import { commonHeaders, sendBytes } from '../request/respond.ts'

interface Document {
  body: Buffer
  type: string
  etag: string
}

/** Documents that change only with the set of served resources: their bytes are made once, and clients can keep them. */
export class Documents {
  readonly #known = new Map<string, Document>()

  /** Forgets all: the set of served resources has changed. */
  clear(): void {
    this.#known.clear()
  }

  /**
   * Answers with the document `id`, or with 304 where the client has it already.
   * @param build makes it: an object that becomes JSON, or its bytes
   */
  async send(ctx: RequestContext, id: string, type: string, build: () => Promise<object>): Promise<void> {
    let document = this.#known.get(id)
    if (!document) {
      const built = await build()
      const body = Buffer.isBuffer(built) ? built : Buffer.from(JSON.stringify(built))
      const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`
      this.#known.set(id, (document = { body, type, etag }))
    }
    ctx.response.setHeader('ETag', document.etag)
    ctx.response.setHeader('Vary', 'Accept')
    if (matches(ctx.headers['if-none-match'], document.etag)) {
      commonHeaders(ctx)
      ctx.response.statusCode = 304
      return void ctx.response.end()
    }
    await sendBytes(ctx, 200, document.body, document.type)
  }
}

/** Whether an If-None-Match names the tag: a list of tags, weak or strong, or `*` (RFC 9110, section 13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  if (!header) return false
  return header.split(',').some(part => {
    const tag = part.trim()
    return tag === '*' || tag === etag || tag === `W/${etag}`
  })
}
