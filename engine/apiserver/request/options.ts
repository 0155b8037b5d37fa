import { badRequest } from '../../api/status.ts'
import { failure, invalidOptions } from '../errors.ts'
import type { RequestContext } from './context.ts'
import { isTrue } from './info.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export interface WriteOptions {
  dryRun: boolean
  fieldManager: string
  fieldValidation: FieldValidation
  force: boolean | undefined
}

export interface ListOptions {
  labelSelector: string
  fieldSelector: string
  resourceVersion: string
  resourceVersionMatch: '' | 'Exact' | 'NotOlderThan'
  limit: number
  continue: string
  timeoutSeconds: number | undefined
  allowWatchBookmarks: boolean
  sendInitialEvents: boolean | undefined
}

export interface DeleteOptions {
  dryRun: boolean
  gracePeriodSeconds: number | undefined
  propagationPolicy: 'Orphan' | 'Background' | 'Foreground' | undefined
  preconditions: { uid?: string; resourceVersion?: string }
}

/** The options of a create, update or patch. `kind` names them in complaints (CreateOptions …). */
export function writeOptions(ctx: RequestContext, kind: string): WriteOptions {
  const { query } = ctx
  const dryRun = checkDryRun(query.getAll('dryRun'), kind)
  const validation = query.get('fieldValidation') ?? ''
  if (!['', 'Ignore', 'Strict', 'Warn'].includes(validation)) {
    const message = `Unsupported value: "${validation}": supported values: "", "Ignore", "Strict", "Warn"`
    throw invalidOptions(kind, 'fieldValidation', 'FieldValueNotSupported', message)
  }
  const manager = query.get('fieldManager') ?? ''
  if (Buffer.byteLength(manager) > 128)
    throw invalidOptions(kind, 'fieldManager', 'FieldValueTooLong', 'Too long: may not be more than 128 bytes')
  const force = query.get('force')
  return {
    dryRun,
    fieldManager: manager || defaultManager(ctx),
    fieldValidation: (validation || 'Warn') as FieldValidation,
    force: force === null ? undefined : isTrue(force),
  }
}

/** Without a field manager the program's name in the User-Agent stands in. */
function defaultManager(ctx: RequestContext): string {
  const agent = String(ctx.headers['user-agent'] ?? '')
  return (agent.split('/')[0] || 'unknown').slice(0, 128)
}

function checkDryRun(values: string[], kind: string): boolean {
  if (values.length === 0) return false
  if (values.every(value => value === 'All')) return true
  const shown = `[${values.map(value => JSON.stringify(value)).join(',')}]`
  throw invalidOptions(kind, 'dryRun', 'FieldValueNotSupported', `Unsupported value: ${shown}: supported values: "All"`)
}

/** The options of a list, watch or deletecollection, checked as k8s.io/apimachinery's ListOptions validation does. */
export function listOptions(ctx: RequestContext, watch: boolean): ListOptions {
  const { query } = ctx
  const integer = (name: string): number | undefined => {
    const text = query.get(name)
    if (text === null || text === '') return undefined
    if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
    return Number(text)
  }
  const initial = query.get('sendInitialEvents')
  const options: ListOptions = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: (query.get('resourceVersionMatch') ?? '') as ListOptions['resourceVersionMatch'],
    limit: Math.max(0, integer('limit') ?? 0),
    continue: query.get('continue') ?? '',
    timeoutSeconds: integer('timeoutSeconds'),
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
  }
  checkVersionMatch(options, watch)
  return options
}

function checkVersionMatch(options: ListOptions, watch: boolean) {
  const forbid = (field: string, why: string) => invalidListOptions(field, 'FieldValueForbidden', `Forbidden: ${why}`)
  const { resourceVersionMatch: match, resourceVersion, sendInitialEvents } = options
  if (watch) {
    if (sendInitialEvents === undefined) {
      if (match)
        throw forbid(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        )
    } else if (match !== 'NotOlderThan') {
      throw match
        ? invalidListOptions(
            'resourceVersionMatch',
            'FieldValueNotSupported',
            `Unsupported value: "${match}": supported values: "NotOlderThan"`,
          )
        : forbid('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
    }
    return
  }
  if (sendInitialEvents !== undefined) throw forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list')
  if (!match) return
  if (!resourceVersion)
    throw forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')
  if (options.continue)
    throw forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided')
  if (match !== 'Exact' && match !== 'NotOlderThan')
    throw invalidListOptions(
      'resourceVersionMatch',
      'FieldValueNotSupported',
      `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan"`,
    )
  if (match === 'Exact' && resourceVersion === '0')
    throw forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
}

function invalidListOptions(field: string, reason: string, message: string) {
  return invalidOptions('ListOptions', field, reason, message)
}

/** A resourceVersion as a revision; "" and "0" are 0. @throws ApiError 500, as Kubernetes answers. */
export function parseVersion(text: string): number {
  if (text === '' || text === '0') return 0
  if (!/^\d+$/.test(text))
    throw failure(
      500,
      '',
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  return Number(text)
}

/** DeleteOptions of the body, or of the query where there is no body. */
export function deleteOptions(ctx: RequestContext, body: Record<string, unknown> | undefined): DeleteOptions {
  const { query } = ctx
  const from = body ?? {
    dryRun: query.has('dryRun') ? query.getAll('dryRun') : undefined,
    gracePeriodSeconds: query.has('gracePeriodSeconds') ? Number(query.get('gracePeriodSeconds')) : undefined,
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    orphanDependents: query.has('orphanDependents') ? isTrue(query.get('orphanDependents')) : undefined,
  }
  const dryRun = checkDryRun(
    ((from.dryRun as string[] | undefined | null) ?? []).concat(body ? query.getAll('dryRun') : []),
    'DeleteOptions',
  )
  let policy = (from.propagationPolicy ?? undefined) as string | undefined
  const orphan = from.orphanDependents as boolean | undefined | null
  if (policy !== undefined && orphan !== undefined && orphan !== null)
    throw invalidOptions(
      'DeleteOptions',
      'propagationPolicy',
      'FieldValueInvalid',
      `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
    )
  if (policy !== undefined && !['Orphan', 'Background', 'Foreground'].includes(policy))
    throw invalidOptions(
      'DeleteOptions',
      'propagationPolicy',
      'FieldValueNotSupported',
      `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
    )
  if (typeof orphan === 'boolean') policy = orphan ? 'Orphan' : 'Background'
  return {
    dryRun,
    gracePeriodSeconds: (from.gracePeriodSeconds ?? undefined) as number | undefined,
    propagationPolicy: policy as DeleteOptions['propagationPolicy'],
    preconditions: (from.preconditions ?? {}) as DeleteOptions['preconditions'],
  }
}
