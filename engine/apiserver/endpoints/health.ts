import type { RequestContext } from '../request/context.ts'
import { sendText } from '../request/respond.ts'

/** A check passes by returning, and fails by throwing. */
export interface Check {
  name: string
  run(): Promise<void> | void
  /** Counts for readiness alone: a server that fails it is alive, but not to be sent clients. */
  readinessOnly?: boolean
}

/** /healthz, /livez and /readyz, as k8s.io/apiserver serves them. */
export class Health {
  readonly #checks: Check[]

  constructor(checks: Check[]) {
    this.#checks = checks
  }

  names(): string[] {
    return this.#checks.map(check => check.name)
  }

  async serve(ctx: RequestContext, endpoint: string, single: string | undefined): Promise<void> {
    const checks = this.#checks.filter(check => !check.readinessOnly || endpoint === 'readyz')
    ctx.response.setHeader('X-Content-Type-Options', 'nosniff')
    if (single !== undefined) {
      const check = checks.find(c => c.name === single)
      if (!check) return sendText(ctx, 404, '404 page not found\n')
      const failure = await problemOf(check)
      if (failure) return sendText(ctx, 500, `internal server error: ${failure}\n`)
      return sendText(ctx, 200, 'ok')
    }
    const excluded = new Set(ctx.query.getAll('exclude'))
    const lines: string[] = []
    let failed = false
    for (const check of checks) {
      if (excluded.delete(check.name)) {
        lines.push(`[+]${check.name} excluded: ok`)
        continue
      }
      const failure = await problemOf(check)
      if (failure) failed = true
      lines.push(failure ? `[-]${check.name} failed: reason withheld` : `[+]${check.name} ok`)
    }
    if (excluded.size > 0)
      lines.push(
        `warn: some health checks cannot be excluded: no matches for ${[...excluded].map(e => JSON.stringify(e)).join(', ')}`,
      )
    if (failed) return sendText(ctx, 500, `${lines.join('\n')}\n${endpoint} check failed\n`)
    if (ctx.query.has('verbose')) return sendText(ctx, 200, `${lines.join('\n')}\n${endpoint} check passed\n`)
    return sendText(ctx, 200, 'ok')
  }
}

async function problemOf(check: Check): Promise<string | undefined> {
  try {
    await check.run()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
