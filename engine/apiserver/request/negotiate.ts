import type { ApiError } from '../../api/status.ts'
import { failure } from '../errors.ts'

/** The form in which a client wants its answer. */
export interface Representation {
  format: 'json' | 'yaml'
  as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** Version of meta.k8s.io for `as`. */
  version?: 'v1' | 'v1beta1'
}

interface MediaRange {
  type: string
  params: Record<string, string>
  q: number
}

const SERVED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
const STREAMS = ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'

/** Chooses the first acceptable form. @throws ApiError 406 if there is none. */
export function negotiate(accept: string | undefined, allowAs: boolean, isList = false): Representation {
  if (!accept) return { format: 'json' }
  for (const range of parseAccept(accept)) {
    const format = formatOf(range.type)
    if (!format) continue
    const { as, g, v } = range.params
    if (!as) return { format }
    if (!allowAs || g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) continue
    if (as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { format, as, version: v }
  }
  throw notAcceptable(isList)
}

export function notAcceptable(isList: boolean): ApiError {
  const message = `406: Not Acceptable\n\nAvailable representations: ${SERVED}${isList ? STREAMS : ''}`
  return failure(406, 'NotAcceptable', message, {})
}

/** The media ranges of an Accept header, most wanted first. */
export function parseAccept(accept: string): MediaRange[] {
  const ranges = accept.split(',').map(part => {
    const [type, ...rest] = part.split(';').map(piece => piece.trim())
    const params: Record<string, string> = {}
    for (const param of rest) {
      const at = param.indexOf('=')
      if (at > 0) params[param.slice(0, at)] = param.slice(at + 1).replace(/^"(.*)"$/, '$1')
    }
    return { type: type!.toLowerCase(), params, q: params.q === undefined ? 1 : Number(params.q) || 0 }
  })
  return ranges.filter(range => range.q > 0).sort((a, b) => b.q - a.q)
}

function formatOf(type: string): 'json' | 'yaml' | undefined {
  if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json'
  return type === 'application/yaml' ? 'yaml' : undefined
}
