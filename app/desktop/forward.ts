import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { LabError } from '../../engine/lab/contract.ts'
import { forwardedHeaders } from '../../engine/lab/server/forwarding.ts'
import type { LabLink } from './lab-link.ts'
import { LAB_ORIGIN } from './origins.ts'

/** Headers of the answer that belong to the connection to the lab server, or would store something. */
const NOT_RETURNED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'set-cookie'])
/** Statuses that have no body, and for which `Response` refuses one. */
const WITHOUT_BODY = new Set([101, 204, 205, 304])

const agent = new Agent({ keepAlive: true })

/**
 * Sends a page's request to the lab server with the token, which the page never sees, and streams the answer back: a watch
 * lives as long as the page reads it. Node's own client, since `fetch` gives up on an answer that is silent for minutes.
 */
export async function forwardToLab(request: Request, link: LabLink): Promise<Response> {
  if (!isFromOwnPage(request)) return problem(403, 'Only pages of Kubarium may ask this.')
  const connection = link.connection
  if (!connection) return problem(503, 'The lab is down.', 'Start it from the Lab menu.')
  const { pathname, search } = new URL(request.url)
  const headers = forwardedHeaders(request.headers)
  try {
    const answer = await send(request, connection.url + pathname + search, {
      ...headers,
      authorization: `Bearer ${connection.token}`,
    })
    // Another run of the lab has another token: who took over is in its record.
    if (answer.statusCode === 401) link.refresh()
    return responseOf(answer)
  } catch (error) {
    link.refresh()
    return problem(502, `The lab does not answer: ${(error as Error).message}.`, 'Start it from the Lab menu.')
  }
}

function send(request: Request, url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const upstream = httpRequest(url, { method: request.method, headers, agent, signal: request.signal })
    upstream.once('response', resolve)
    upstream.once('error', reject)
    if (request.body)
      pipeline(Readable.fromWeb(request.body as import('node:stream/web').ReadableStream), upstream).catch(reject)
    else upstream.end()
  })
}

function responseOf(answer: IncomingMessage): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headersDistinct))
    if (!NOT_RETURNED.has(name)) for (const each of value ?? []) headers.append(name, each)
  const status = answer.statusCode ?? 502
  if (WITHOUT_BODY.has(status)) {
    answer.resume()
    return new Response(null, { status, headers })
  }
  return new Response(Readable.toWeb(answer) as ReadableStream, { status, headers })
}

/** Other origins cannot load in the app's windows; should one ever, it still may not use the token. */
function isFromOwnPage(request: Request): boolean {
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  return (origin === null || origin === LAB_ORIGIN) && (site === null || site === 'same-origin' || site === 'none')
}

function problem(status: number, error: string, advice?: string): Response {
  const body: LabError = { error, advice }
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}
