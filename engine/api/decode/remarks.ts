import { badRequest } from '../status.ts'
import type { ApiError } from '../status.ts'

/** The 400 for a body that is no object of the kind at all. */
export function unrecognizedObject(kind: string, cause: string, body: Uint8Array): ApiError {
  const yaml = cause.startsWith('yaml:')
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${yaml ? '' : "couldn't get version/kind; json parse error: "}${cause} (${summary(body)})`,
  )
}

/** The 400 for a body whose fields have wrong types. */
export function cannotHandle(kind: string, version: string, cause: string): ApiError {
  return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${cause}`)
}

/** The text of strict decoding's complaints. */
export function strictText(duplicates: readonly string[], unknown: readonly string[]): string {
  return `strict decoding error: ${[...unknown.map(p => `unknown field ${JSON.stringify(p)}`), ...duplicates.map(p => `duplicate field ${JSON.stringify(p)}`)].join(', ')}`
}

function summary(body: Uint8Array): string {
  if (!body.length) return '<empty>'
  const cut = body.subarray(0, 30)
  const text = body[0] === 0x7b ? new TextDecoder().decode(cut) : Buffer.from(cut).toString('hex')
  return body.length > 30 ? `${text} ...` : text
}
