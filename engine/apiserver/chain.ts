import { badRequest, forbidden, serviceUnavailable, timeout, unclassified } from '../api/status.ts'
import { ApiError } from '../api/status.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import {
  CompactedError,
  InvalidRequestError,
  NoSpaceError,
  StoreError,
  UnavailableError,
  UnknownOutcomeError,
} from '../store/kv.ts'
import { requestedImpersonation, withImplicitGroups } from './auth/authenticate.ts'
import type { Authenticator } from './auth/authenticate.ts'
import { actionOf, forbiddenText } from './auth/authorize.ts'
import type { Action, Verdict } from './auth/authorize.ts'
import type { Limits } from './config.ts'
import type { RequestContext, StageEvent, Telemetry } from './request/context.ts'
import { InFlight, isLongRunning } from './request/in-flight.ts'
import { sendError } from './request/respond.ts'

export interface ChainDeps {
  authenticator: Authenticator
  authorizer: { authorize(action: Action): Promise<Verdict> }
  limits: Limits
  clock: Clock
  log: Logger
  telemetry: Telemetry | undefined
  /** How many ordinary requests a request weighs; a list of thousands of objects is no small matter. */
  weigh(ctx: RequestContext): number
  /** Serves what the stages before let through. */
  serve(ctx: RequestContext): Promise<void>
}

const SLOW_MS = 2000

/** A step on a request's way. It passes the request on by calling `next`, and refuses it by throwing an ApiError. */
type Stage = (ctx: RequestContext, next: () => Promise<void>) => Promise<void>

/** The way of every request, stage by stage. */
export function createChain(deps: ChainDeps): (ctx: RequestContext) => Promise<void> {
  const report = (
    ctx: RequestContext,
    stage: StageEvent['stage'],
    verdict: string,
    detail?: Record<string, unknown>,
  ) => {
    if (!deps.telemetry?.enabled) return
    const elapsedMs = deps.clock.now() - ctx.startedAt
    deps.telemetry.stage({ auditID: ctx.auditID, stage, verdict, elapsedMs, ...(detail ? { detail } : {}) })
  }

  /** Turns whatever goes wrong into an answer; nothing escapes. */
  const answerErrors: Stage = async (ctx, next) => {
    try {
      report(ctx, 'received', ctx.info.verb, {
        method: ctx.method,
        path: ctx.path,
        cause: ctx.headers['kubarium-cause'],
      })
      await next()
      report(ctx, 'response', String(ctx.response.statusCode))
    } catch (error) {
      const answer = toApiError(error, ctx, deps.log)
      report(ctx, 'response', String(answer.code), { reason: answer.reason, message: answer.message })
      await sendError(ctx, answer)
    }
  }

  /** One line for each request; loud for those that failed or took long. */
  const logRequest: Stage = async (ctx, next) => {
    await next()
    const { method, path, auditID, user, response } = ctx
    const tookMs = deps.clock.now() - ctx.startedAt
    const fields = { method, path, code: response.statusCode, tookMs, user: user.name, auditID }
    if (response.statusCode >= 500) deps.log.warn('a request failed', fields)
    else if (tookMs > SLOW_MS && !isLongRunning(ctx)) deps.log.warn('a request took long', fields)
    else deps.log.debug('request', { ...fields, userAgent: ctx.headers['user-agent'] })
  }

  const authenticate: Stage = async (ctx, next) => {
    ctx.user = await deps.authenticator.authenticate(ctx)
    report(ctx, 'authentication', ctx.user.name, { groups: ctx.user.groups })
    await next()
  }

  const inFlight = new InFlight(deps.limits, deps.weigh)
  const limitInFlight: Stage = (ctx, next) => inFlight.admit(ctx, next)

  const impersonate: Stage = async (ctx, next) => {
    const wanted = requestedImpersonation(ctx)
    if (wanted) {
      const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(wanted.name)
      const ask = (resource: string, name: string, extra: Partial<Action> = {}): Action => ({
        ...{
          user: ctx.user,
          verb: 'impersonate',
          isResource: true,
          group: '',
          version: 'v1',
          subresource: '',
          namespace: '',
          path: '',
        },
        ...{ resource, name },
        ...extra,
      })
      const actions = [
        account ? ask('serviceaccounts', account[2]!, { namespace: account[1]! }) : ask('users', wanted.name),
        ...wanted.groups.map(group => ask('groups', group)),
        ...(wanted.uid ? [ask('uids', wanted.uid, { group: 'authentication.k8s.io' })] : []),
        ...Object.entries(wanted.extra ?? {}).flatMap(([key, values]) =>
          values.map(value => ask('userextras', value, { group: 'authentication.k8s.io', subresource: key })),
        ),
      ]
      for (const action of actions) {
        const verdict = await deps.authorizer.authorize(action)
        if (verdict.allowed) continue
        const original = actionOf(ctx.user, ctx.info)
        throw refusal({ ...original, verb: `impersonate-on:user-info:${original.verb}` }, verdict.reason)
      }
      ctx.impersonator = ctx.user
      ctx.user = withImplicitGroups(wanted)
    }
    await next()
  }

  const authorize: Stage = async (ctx, next) => {
    const action = actionOf(ctx.user, ctx.info)
    const verdict = await deps.authorizer.authorize(action)
    report(ctx, 'authorization', verdict.allowed ? 'allowed' : 'forbidden', { reason: verdict.reason })
    if (!verdict.allowed) throw refusal(action, verdict.reason)
    ctx.reason = verdict.reason
    await next()
  }

  /** Cuts off what takes too long. Watches and streams have limits of their own. */
  const deadline: Stage = async (ctx, next) => {
    if (isLongRunning(ctx)) return next()
    let expire: (error: ApiError) => void
    const late = new Promise<never>((_, reject) => (expire = reject))
    const timer = deps.clock.after(deps.limits.requestTimeoutMs, () =>
      expire(timeout('request did not complete within the allotted timeout')),
    )
    try {
      await Promise.race([next(), late])
    } finally {
      timer.cancel()
    }
  }

  const stages: Stage[] = [logRequest, answerErrors, deadline, authenticate, limitInFlight, impersonate, authorize]
  return ctx => {
    const run = (index: number): Promise<void> =>
      index === stages.length ? deps.serve(ctx) : stages[index]!(ctx, () => run(index + 1))
    return run(0)
  }
}

function refusal(action: Action, reason: string): ApiError {
  const text = forbiddenText(action, reason)
  if (!action.isResource) {
    const error = forbidden({ group: '', resource: '' }, text)
    error.status.details = {}
    return error
  }
  return forbidden({ group: action.group, resource: action.resource, name: action.name }, text)
}

/** What a client is told about anything that was thrown. */
function toApiError(error: unknown, ctx: RequestContext, log: Logger): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof StoreError) return storeError(error)
  if (ctx.signal.aborted) return timeout('request did not complete within the allotted timeout')
  log.error('a request failed unexpectedly', { auditID: ctx.auditID, method: ctx.method, path: ctx.path, error })
  return unclassified(error instanceof Error ? error.message : String(error))
}

function storeError(error: StoreError): ApiError {
  if (error instanceof CompactedError) return new ApiError(410, 'Expired', error.message)
  if (error instanceof UnknownOutcomeError) return timeout(`the outcome of the write is not known: ${error.message}`)
  if (error instanceof UnavailableError)
    return serviceUnavailable(`etcdserver: ${error.message.replace(/^etcdserver: /, '')}`)
  if (error instanceof InvalidRequestError) return badRequest(error.message)
  if (error instanceof NoSpaceError) return unclassified(error.message)
  return unclassified(error.message)
}
