import { badRequest } from '../status.ts'
import type { ApiError } from '../status.ts'
import type { Notes } from './notes.ts'

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

/** Most complaints of strict decoding that are listed. */
const MAX_REMARKS = 100

/** The text of strict decoding's complaints, for the error of a request that wants it strict. */
export function strictText(duplicates: readonly string[], unknown: readonly string[], notes?: Notes): string {
  const lines = notes?.yaml
  const remarks = lines
    ? [`yaml: unmarshal errors:\n${lines.map(line => `  ${line}`).join('\n')}`, ...fieldRemarks([], unknown)]
    : fieldRemarks(duplicates, unknown, notes)
  return `strict decoding error: ${remarks.join(', ')}`
}

/** The same complaints one by one, for the warnings of a request that only wants to be told. */
export function strictWarnings(duplicates: readonly string[], unknown: readonly string[], notes?: Notes): string[] {
  return notes?.yaml ? [...notes.yaml, ...fieldRemarks([], unknown)] : fieldRemarks(duplicates, unknown, notes)
}

/** In the order of the text, each once. What is inside of an unknown field is not looked at: Go never decodes it. */
function fieldRemarks(duplicates: readonly string[], unknown: readonly string[], notes?: Notes): string[] {
  const unread = new Set(unknown)
  const found = unknown.map(path => ({
    at: notes?.positions?.get(path) ?? -1,
    text: `unknown field ${JSON.stringify(path)}`,
  }))
  duplicates.forEach((path, i) => {
    if (!isWithin(path, unread))
      found.push({ at: notes?.again?.[i] ?? -1, text: `duplicate field ${JSON.stringify(path)}` })
  })
  const texts = new Set(found.sort((a, b) => a.at - b.at).map(remark => remark.text))
  return [...texts].slice(0, MAX_REMARKS)
}

/** Whether the path is one of the fields, or inside of one. */
function isWithin(path: string, fields: ReadonlySet<string>): boolean {
  if (fields.size === 0) return false
  for (let end = path.length; end > 0; end--)
    if ((end === path.length || path[end] === '.' || path[end] === '[') && fields.has(path.slice(0, end))) return true
  return false
}

function summary(body: Uint8Array): string {
  if (!body.length) return '<empty>'
  const cut = body.subarray(0, 30)
  const text = body[0] === 0x7b ? new TextDecoder().decode(cut) : Buffer.from(cut).toString('hex')
  return body.length > 30 ? `${text} ...` : text
}
