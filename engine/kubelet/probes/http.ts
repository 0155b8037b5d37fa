import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Container, Probe } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import { dialWithin, portNumber, USER_AGENT, type DialDependencies } from './dial.ts'
import type { ProbeOutcome } from './prober.ts'

type HttpAction = NonNullable<Probe['httpGet']>

const MAX_REDIRECTS = 10
/** No more of an answer is read. */
const MAX_BODY_BYTES = 10 << 10

/**
 * Asks a container by HTTP. Codes from 200 to 399 are success. Redirects are followed on the same host; one that leads
 * elsewhere is success with a warning. @throws Error if the port has a name that the container does not know
 */
export async function probeHttp(
  container: Container,
  action: HttpAction,
  timeoutMs: number,
  dependencies: DialDependencies,
): Promise<ProbeOutcome> {
  const port = portNumber(container, action.port!)
  const path = action.path || '/'
  const host = action.host || dependencies.podIP() || ''
  const scheme = action.scheme === 'HTTPS' ? 'https' : 'http'
  const first = new URL(`${scheme}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`)
  const endsAt = dependencies.clock.monotonic() + timeoutMs
  let url = first
  try {
    for (let redirects = 0; ; redirects++) {
      const { status, location, body } = await get(url, action, endsAt, dependencies)
      const next = location ? new URL(location, url) : undefined
      if (next && status >= 300 && status < 400) {
        if (next.hostname !== first.hostname)
          return { result: 'warning', message: `Probe terminated redirects, Response body: ${body}` }
        if (redirects === MAX_REDIRECTS) throw new Error(`stopped after ${MAX_REDIRECTS} redirects`)
        url = next
        continue
      }
      return status >= 200 && status < 400
        ? { result: 'success', message: body }
        : { result: 'failure', message: `HTTP probe failed with statuscode: ${status}` }
    }
  } catch (error) {
    return { result: 'failure', message: `Get "${spelled(first, port)}": ${messageOf(error)}` }
  }
}

/** With its port, also where that is the scheme's own. */
function spelled({ protocol, hostname, pathname, search }: URL, port: number): string {
  return `${protocol}//${hostname}:${port}${pathname}${search}`
}

async function get(
  url: URL,
  action: HttpAction,
  endsAt: number,
  dependencies: DialDependencies,
): Promise<{ status: number; location: string | undefined; body: string }> {
  const { clock } = dependencies
  const secure = url.protocol === 'https:'
  const port = Number(url.port || (secure ? 443 : 80))
  // An action that names no host means the pod, which is dialled by its present address.
  const host = action.host ? url.hostname : undefined
  const socket = await dialWithin(host, port, endsAt - clock.monotonic(), dependencies)
  const headers: Record<string, string> = { 'user-agent': USER_AGENT, accept: '*/*', connection: 'close' }
  for (const { name, value } of action.httpHeaders ?? []) headers[name!.toLowerCase()] = value ?? ''
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(url, {
      headers,
      // Without an agent of its own a request would not take the connection that was made for it.
      ...(secure ? { socket, agent: false, rejectUnauthorized: false } : { createConnection: () => socket }),
    } as object)
    const timer = clock.after(Math.max(0, endsAt - clock.monotonic()), () =>
      request.destroy(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')),
    )
    const end = () => {
      timer.cancel()
      socket.destroy()
    }
    request.once('error', error => {
      end()
      reject(error.message === 'socket hang up' ? new Error('EOF') : error)
    })
    request.once('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      let size = 0
      const done = () => {
        end()
        const body = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8')
        resolve({ status: response.statusCode ?? 0, location: response.headers.location, body })
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size >= MAX_BODY_BYTES) done()
      })
      response.once('close', done)
    })
    request.end()
  })
}
