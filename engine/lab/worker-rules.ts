import { get } from 'node:http'
import { UserError } from '../base/errors.ts'
import type { WorkerProxy } from './edge.ts'

const TIMEOUT_MS = 5_000
const MAX_BYTES = 8 * 2 ** 20

/** What the proxy of a worker would program, in the notation of its mode. @throws UserError if it does not say */
export function readRules(worker: WorkerProxy, service: string | undefined): Promise<string> {
  const { host, port, name } = worker
  const path = `/kubarium/rules${service === undefined ? '' : `?service=${encodeURIComponent(service)}`}`
  return new Promise((resolve, reject) => {
    const failed = (why: string) =>
      reject(new UserError(`The proxy of ${name} does not say its rules: ${why}.`, 'Is its machine running?'))
    const asked = get({ host, port, path, headers: { host: '127.0.0.1' }, agent: false, timeout: TIMEOUT_MS })
    asked.on('timeout', () => asked.destroy(new Error('it does not answer')))
    asked.on('error', error => failed(error.message))
    asked.on('response', response => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('error', error => failed(error.message))
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_BYTES) asked.destroy(new Error('they are too many'))
        else chunks.push(chunk)
      })
      response.on('end', () => {
        if (response.statusCode !== 200) failed(`it answered ${response.statusCode}`)
        else resolve(Buffer.concat(chunks).toString('utf8'))
      })
    })
  })
}
