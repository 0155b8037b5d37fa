import type { TrialAnswer, WorkerRules } from '../../../../engine/lab/contract.ts'
import type { Said } from '../../text/define.ts'
import { endpointAt, type EndpointRow } from '../overview/endpoints.ts'
import type { trialTexts } from './trial-text.ts'

/** How many of the requests of a trial one endpoint took. */
export interface Portion {
  /** `ip:port`. */
  endpoint: string
  row?: EndpointRow
  count: number
  /** Of all requests that reached an endpoint, from 0 to 1. */
  share: number
  /** Answers that were no success. */
  failed: number
  /** The middle one, in ms. */
  median: number
}

/** Requests by the endpoint that took them, also those that took none, in an order that does not change while it grows. */
export function portionsOf(answers: readonly TrialAnswer[], rows: readonly EndpointRow[], port?: number): Portion[] {
  const reached = answers.filter(a => a.endpoint !== undefined)
  const by = Map.groupBy(reached, a => a.endpoint!)
  for (const row of rows) {
    const own = port ?? row.ports[0]?.port
    if (row.ready && ![...by.keys()].some(e => endpointAt([row], e))) by.set(`${row.ip}:${own}`, [])
  }
  return [...by]
    .map(([endpoint, own]) => ({
      ...{ endpoint, row: endpointAt(rows, endpoint), count: own.length },
      share: reached.length ? own.length / reached.length : 0,
      failed: own.filter(isFailure).length,
      median: medianOf(own.map(a => a.ms)),
    }))
    .sort((a, b) => a.endpoint.localeCompare(b.endpoint, 'en', { numeric: true }))
}

/** An answer that is no success: none came, or it says so itself. */
export function isFailure({ error, status }: TrialAnswer): boolean {
  return error !== undefined || (status ?? 0) >= 400
}

/** What failed, the most frequent first. */
export function failuresOf(answers: readonly TrialAnswer[]): { reason: string; count: number }[] {
  const by = Map.groupBy(answers.filter(isFailure), ({ error, status }) =>
    error ? `${error.code}: ${error.message}` : `HTTP ${status}`,
  )
  return [...by].map(([reason, own]) => ({ reason, count: own.length })).sort((a, b) => b.count - a.count)
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

export interface Circumstances {
  rules: Pick<WorkerRules, 'mode' | 'scheduler'>
  /** Endpoints that take connections. */
  ready: number
  affinitySeconds: number | undefined
  reuse: boolean
  headless: boolean
  /** Each worker takes its turn. */
  inTurn: boolean
}

/** What is to be expected, and why, in sentences. */
export function expectationOf(c: Circumstances, t: Said<typeof trialTexts.en>): string[] {
  if (c.headless) return [t.expectHeadless, ...(c.reuse ? [t.expectReuse] : [])]
  if (c.ready === 0) return [t.expectNone]
  const sentences =
    c.affinitySeconds !== undefined
      ? [t.expectAffinity(c.affinitySeconds), ...(c.inTurn ? [t.expectAffinityPerWorker] : [])]
      : [byMode(c, t)]
  if (c.reuse) sentences.push(t.expectReuse)
  return sentences
}

function byMode({ rules, ready }: Circumstances, t: Said<typeof trialTexts.en>): string {
  if (ready === 1) return t.expectOne
  if (rules.mode === 'iptables') return t.expectIptables(ready)
  if (rules.mode === 'userspace') return t.expectUserspace(ready)
  return t.expectIpvs(rules.scheduler, schedulerWords(rules.scheduler, t))
}

/** What a scheduler of IPVS does. */
export function schedulerWords(
  scheduler: string,
  t: Pick<Said<typeof trialTexts.en>, 'rr' | 'lc' | 'sh' | 'dh' | 'sed' | 'nq' | 'otherScheduler'>,
): string {
  const words: Record<string, string> = {
    rr: t.rr,
    wrr: t.rr,
    lc: t.lc,
    wlc: t.lc,
    sh: t.sh,
    dh: t.dh,
    sed: t.sed,
    nq: t.nq,
  }
  return words[scheduler] ?? t.otherScheduler
}
