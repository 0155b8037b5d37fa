import { messageOf, UserError } from '../../../../engine/base/errors.ts'
import { ResponseError, type StatusBody } from '../../../../engine/client/errors.ts'

/** What kubectl prints as `error: …`. */
export class KubectlError extends Error {
  override readonly name = 'KubectlError'
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** A wrong command line; the pointer to the help is added when it is printed. */
export class UsageError extends KubectlError {}

/** A flag that does not exist or has no proper value. */
export class FlagError extends KubectlError {}

/** Something that stock kubectl can and this one cannot; names the way out. */
export function unsupported(what: string): KubectlError {
  return new KubectlError(
    `${what} is not supported by the kubectl built into Kubarium\nInstall kubectl (https://kubernetes.io/docs/tasks/tools/); it works on this cluster with the same KUBECONFIG`,
  )
}

/** Several failures of one command: each is printed. */
export class ManyErrors extends Error {
  override readonly name = 'ManyErrors'
  readonly errors: unknown[]

  constructor(errors: unknown[]) {
    super(errors.map(messageOf).join('\n'))
    this.errors = errors
  }
}

/** No connection to the server. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

/** The text of an error on standard error, line breaks included, in kubectl's words. */
export function errorText(error: unknown): string {
  if (error instanceof ManyErrors) return error.errors.map(errorText).join('')
  if (error instanceof ResponseError) return responseText(error)
  if (error instanceof ConnectionError) return `${error.message}\n`
  if (error instanceof UserError) return `error: ${error.message}\n${error.advice}\n`
  return `error: ${messageOf(error).replace(/^error: /, '')}\n`
}

function responseText(error: ResponseError): string {
  const { status } = error
  if (status.reason === 'Invalid') return invalidText(status)
  if (error.code === 401) return `error: You must be logged in to the server (${status.message ?? 'Unauthorized'})\n`
  const reason = status.reason ? ` (${status.reason})` : ''
  return `Error from server${reason}: ${error.message}\n`
}

function invalidText(status: StatusBody): string {
  const { details } = status
  if (!details) return `The request is invalid: ${status.message}\n`
  const head =
    details.kind || details.name
      ? `The ${details.kind ?? ''} ${JSON.stringify(details.name ?? '')} is invalid`
      : `The request is invalid${status.message && !details.causes?.length ? `: ${status.message}` : ''}`
  const causes = [...new Set((details.causes ?? []).map(cause => `${cause.field ?? ''}: ${cause.message ?? ''}`))]
  if (causes.length === 0) return `${head}\n`
  if (causes.length === 1) return `${head}: ${causes[0]}\n`
  return `${head}: \n${causes.map(cause => `* ${cause}\n`).join('')}`
}

/** Says in a server's refusal what was being done with which file. */
export function withSource(error: unknown, verb: string, source: string): unknown {
  if (!(error instanceof ResponseError)) {
    return error instanceof Error && !(error instanceof ConnectionError)
      ? new KubectlError(`error when ${verb} ${JSON.stringify(source)}: ${error.message}`)
      : error
  }
  return new ResponseError(error.code, {
    ...error.status,
    message: `error when ${verb} ${JSON.stringify(source)}: ${error.message}`,
  })
}
