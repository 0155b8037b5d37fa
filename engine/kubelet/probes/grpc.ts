import type { Container, Probe } from '../../api/types.ts'
import type { IncomingHttpHeaders } from 'node:http2'
import { messageOf } from '../../base/errors.ts'
import { DialError, dialWithin, USER_AGENT, type DialDependencies } from './dial.ts'
import type { ProbeOutcome } from './prober.ts'
import { goSeconds } from '../pods/backoff.ts'

const STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
const CODES: Record<number, string> = { 1: 'Canceled', 2: 'Unknown', 5: 'NotFound', 13: 'Internal', 14: 'Unavailable' }
const DEADLINE_EXCEEDED = 4
const UNIMPLEMENTED = 12

/** Asks grpc.health.v1.Health/Check of a container. Everything but SERVING is a failure. */
export async function probeGrpc(
  _container: Container,
  { port, service = '' }: NonNullable<Probe['grpc']>,
  timeoutMs: number,
  dependencies: DialDependencies,
): Promise<ProbeOutcome> {
  const address = `${dependencies.podIP()}:${port}`
  const fail = (message: string): ProbeOutcome => ({ result: 'failure', message })
  const endsAt = dependencies.clock.monotonic() + timeoutMs
  try {
    const socket = await dialWithin(undefined, port!, timeoutMs, dependencies)
    const left = Math.max(0, endsAt - dependencies.clock.monotonic())
    const answer = await check(socket, address, service, left, dependencies)
    if (answer.code === UNIMPLEMENTED)
      return fail(
        `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${answer.message}`,
      )
    if (answer.code === DEADLINE_EXCEEDED)
      return fail(`timeout: health rpc did not complete within ${goSeconds(timeoutMs)}`)
    if (answer.code !== 0)
      return fail(
        `error: health rpc probe failed: rpc error: code = ${CODES[answer.code] ?? `Code(${answer.code})`} desc = ${answer.message}`,
      )
    const status = STATUS[answer.status] ?? String(answer.status)
    return status === 'SERVING'
      ? { result: 'success', message: 'service healthy' }
      : fail(`service unhealthy (responded with "${status}")`)
  } catch (error) {
    // Go's client tries again until the time is over: a refused connection shows as a timeout, too.
    if (error instanceof DialError)
      return fail(
        `timeout: failed to connect service "${address}" within ${goSeconds(timeoutMs)}: context deadline exceeded`,
      )
    return fail(`error: health rpc probe failed: ${messageOf(error)}`)
  }
}

interface Answer {
  code: number
  message: string
  status: number
}

async function check(
  socket: Awaited<ReturnType<typeof dialWithin>>,
  address: string,
  service: string,
  timeoutMs: number,
  { clock }: DialDependencies,
): Promise<Answer> {
  const { connect } = await import('node:http2')
  const session = connect(`http://${address}`, { createConnection: () => socket })
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const timer = clock.after(timeoutMs, () => settle({ code: DEADLINE_EXCEEDED, message: '', status: 0 }))
      const settle = (answer: Answer) => {
        timer.cancel()
        resolve(answer)
      }
      const fail = (error: Error) => {
        timer.cancel()
        reject(error)
      }
      session.once('error', fail)
      const stream = session.request({
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        te: 'trailers',
        'user-agent': USER_AGENT,
      })
      const chunks: Buffer[] = []
      let trailers: IncomingHttpHeaders = {}
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('response', headers => (trailers = { ...trailers, ...headers }))
      stream.on('trailers', headers => (trailers = { ...trailers, ...headers }))
      stream.once('error', fail)
      stream.once('close', () => {
        const given = trailers['grpc-status']
        const http = Number(trailers[':status'] ?? 0)
        const code = given !== undefined ? Number(given) : http === 404 ? UNIMPLEMENTED : 2
        const message = decodeURIComponent(String(trailers['grpc-message'] ?? ''))
        settle({ code, message, status: statusIn(Buffer.concat(chunks)) })
      })
      stream.end(requestFor(service))
    })
  } finally {
    session.destroy()
    socket.destroy()
  }
}

/** HealthCheckRequest { string service = 1 } in a frame: not compressed, length, message. */
function requestFor(service: string): Buffer {
  const text = Buffer.from(service)
  const length: number[] = []
  for (let n = text.length; ; n >>>= 7) {
    length.push(n > 127 ? (n & 127) | 128 : n)
    if (n <= 127) break
  }
  const message = text.length ? Buffer.concat([Buffer.from([0x0a, ...length]), text]) : Buffer.alloc(0)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** HealthCheckResponse { ServingStatus status = 1 }; absent means the first value. */
function statusIn(frame: Buffer): number {
  return frame.length > 6 && frame[5] === 0x08 ? frame[6]! : 0
}
