import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:http2'
import { parseFlags } from '../container/flags.ts'
import { serve } from '../container/serve.ts'

const SERVING = 1
const NOT_SERVING = 2
const OK = '0'
const NOT_FOUND = '5'
const UNIMPLEMENTED = '12'

/** A server of grpc.health.v1.Health, healthy until it is told otherwise, or for so many seconds. */
export function grpcHealthChecking(args: string[]): void {
  const { flags } = parseFlags(args, { port: 5000, 'http-port': 8080, 'delay-unhealthy-sec': -1, service: '' })
  let status = SERVING
  const delay = flags['delay-unhealthy-sec']
  if (delay >= 0) setTimeout(() => (status = NOT_SERVING), delay * 1_000)

  const control = createHttpServer((request, response) => {
    const found = { '/make-serving': SERVING, '/make-not-serving': NOT_SERVING }[request.url ?? '']
    if (found) status = found
    response.writeHead(found ? 200 : 404)
    response.end()
  })
  serve(control, flags['http-port'], () => console.log(`Http server starting to listen on :${flags['http-port']}`))

  const health = createServer()
  health.on('error', error => {
    console.error(error.message)
    process.exit(1)
  })
  health.on('stream', (stream, headers) => {
    const path = headers[':path']
    const chunks: Buffer[] = []
    stream.on('error', () => stream.destroy())
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const end = (code: string, message = '') => {
        stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': code, 'grpc-message': message }))
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.end(code === OK ? frame(status) : undefined)
      }
      if (path !== '/grpc.health.v1.Health/Check') return end(UNIMPLEMENTED, `unknown method ${path}`)
      const wanted = serviceIn(Buffer.concat(chunks))
      if (wanted !== flags.service && wanted !== '') return end(NOT_FOUND, 'unknown service')
      end(OK)
    })
  })
  health.listen(flags.port, '0.0.0.0', () => console.log(`gRPC server starting to listen on :${flags.port}`))
}

/** HealthCheckResponse { status = 1 } with its head. */
function frame(status: number): Buffer {
  return Buffer.from([0, 0, 0, 0, 2, 0x08, status])
}

/** HealthCheckRequest { service = 1 }; names of services are short. */
function serviceIn(body: Buffer): string {
  return body[5] === 0x0a ? body.subarray(7, 7 + body[6]).toString('utf8') : ''
}
