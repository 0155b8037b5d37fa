import type { ServiceTrial, TrialAnswer } from '../../../../engine/lab/contract.ts'
import { linesOf } from '../../cluster/lines.ts'
import { request } from '../../cluster/rest.ts'

/** Requests that are sent through a Service, and what is known of them so far. */
export class Trial {
  answers: readonly TrialAnswer[] = $state.raw([])
  state: 'idle' | 'running' | 'done' | 'stopped' | 'failed' = $state('idle')
  error: unknown = $state.raw()
  /** How many were asked for. */
  wanted = $state(0)
  #controller: AbortController | undefined

  async start(service: { namespace: string; name: string; port: number }, trial: ServiceTrial): Promise<void> {
    this.stop()
    const controller = (this.#controller = new AbortController())
    this.answers = []
    this.error = undefined
    this.wanted = trial.count
    this.state = 'running'
    const path = [service.namespace, service.name, String(service.port)].map(encodeURIComponent).join('/')
    try {
      const response = await request(`/lab/v1/services/${path}/try`, {
        ...{ method: 'POST', body: JSON.stringify(trial), signal: controller.signal },
        headers: { 'content-type': 'application/json' },
      })
      for await (const lines of linesOf(piecesOf(response.body!))) {
        if (controller.signal.aborted) return
        this.answers = [...this.answers, ...lines.map(line => JSON.parse(line) as TrialAnswer)]
      }
      this.state = this.answers.length < trial.count ? 'failed' : 'done'
    } catch (error) {
      if (controller.signal.aborted) return
      this.error = error
      this.state = 'failed'
    }
  }

  /** Ends it; the lab sends nothing more once the request is gone. */
  stop(): void {
    this.#controller?.abort()
    if (this.state === 'running') this.state = 'stopped'
  }
}

/** Not every browser can iterate a stream. */
async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
}
