/** curl as tutorials use it. Exit codes are curl's own. */

import { writeFileSync } from 'node:fs'
import { request as httpRequest, STATUS_CODES, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { codeOf, messageOf } from '../../../engine/base/errors.ts'
import { inContainer } from '../container/paths.ts'
import { parseCurl, type CurlOptions } from './options.ts'

const MOST_REDIRECTS = 50

/** An outcome that ends curl with a code of its own. */
class CurlError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  let options: CurlOptions
  try {
    options = parseCurl(args)
  } catch (error) {
    console.error(`curl: ${messageOf(error)}`)
    return 2
  }
  let code = 0
  for (const url of options.urls) code = (await withRetries(url, options)) || code
  return code
}

async function withRetries(url: string, options: CurlOptions): Promise<number> {
  for (let left = options.retry; ; left--) {
    try {
      await fetchOnce(url, options)
      return 0
    } catch (error) {
      if (!(error instanceof CurlError)) throw error
      const again = error.code === 28 || error.code === 22 || (error.code === 7 && options.retryConnRefused)
      if (left > 0 && again) {
        await new Promise(done => setTimeout(done, options.retryDelayMs))
        continue
      }
      if (!options.silent || options.showError) console.error(`curl: (${error.code}) ${error.message}`)
      return error.code
    }
  }
}

async function fetchOnce(first: string, options: CurlOptions): Promise<void> {
  const startedMs = performance.now()
  let url = first
  for (let redirects = 0; ; redirects++) {
    const { response, body } = await ask(url, options)
    const code = response.statusCode ?? 0
    const location = response.headers.location
    if (options.follow && location && code >= 300 && code < 400) {
      if (redirects >= MOST_REDIRECTS) throw new CurlError(47, `Maximum (${MOST_REDIRECTS}) redirects followed`)
      url = new URL(location, url).href
      continue
    }
    if (options.failOnError && code >= 400) throw new CurlError(22, `The requested URL returned error: ${code}`)
    print(response, body, options)
    writeOut(options.writeOut, code, body.length, (performance.now() - startedMs) / 1000, url)
    return
  }
}

function ask(url: string, options: CurlOptions): Promise<{ response: IncomingMessage; body: Buffer }> {
  if (!URL.canParse(url)) throw new CurlError(3, 'URL rejected: Malformed input to a URL function')
  const { protocol, hostname, port } = new URL(url)
  if (!/^https?:$/.test(protocol)) throw new CurlError(1, `Protocol "${protocol.slice(0, -1)}" not supported`)
  const method = options.method ?? (options.head ? 'HEAD' : options.body === undefined ? 'GET' : 'POST')
  const form: [string, string][] =
    options.body === undefined ? [] : [['content-type', 'application/x-www-form-urlencoded']]
  const headers = Object.fromEntries(
    ([['user-agent', 'curl/8.0.0'], ['accept', '*/*'], ...form, ...options.headers] as [string, string][]).map(
      ([name, value]) => [name.toLowerCase(), value],
    ),
  )
  if (options.verbose) console.error(`> ${method} ${new URL(url).pathname} HTTP/1.1\n> Host: ${hostname}`)
  return new Promise((resolve, reject) => {
    const send = protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(
      url,
      { method, headers, agent: false, auth: options.user, rejectUnauthorized: !options.insecure },
      response => {
        clearTimeout(connecting)
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.once('error', error => reject(new CurlError(56, `Recv failure: ${error.message}`)))
        response.once('end', () => {
          clearTimeout(limit)
          resolve({ response, body: Buffer.concat(pieces) })
        })
      },
    )
    const expire = (text: string) => () => request.destroy(new CurlError(28, text))
    const limit =
      options.maxTimeMs &&
      setTimeout(expire(`Operation timed out after ${options.maxTimeMs} milliseconds`), options.maxTimeMs)
    const connecting =
      options.connectTimeoutMs &&
      setTimeout(expire(`Failed to connect to ${hostname}: Timeout was reached`), options.connectTimeoutMs)
    request.once('error', error => {
      clearTimeout(limit)
      clearTimeout(connecting)
      reject(
        error instanceof CurlError
          ? error
          : translated(error, hostname, port || (protocol === 'https:' ? '443' : '80')),
      )
    })
    request.end(options.body)
  })
}

function translated(error: Error, host: string, port: string): CurlError {
  const code = codeOf(error) ?? ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new CurlError(6, `Could not resolve host: ${host}`)
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/.test(code))
    return new CurlError(7, `Failed to connect to ${host} port ${port}: Could not connect to server`)
  if (code === 'ETIMEDOUT') return new CurlError(28, `Failed to connect to ${host} port ${port}: Timeout was reached`)
  if (/CERT|SELF_SIGNED|VERIFY/.test(code)) return new CurlError(60, `SSL certificate problem: ${error.message}`)
  if (code === 'ECONNRESET') return new CurlError(52, 'Empty reply from server')
  return new CurlError(56, error.message)
}

function print(response: IncomingMessage, body: Buffer, options: CurlOptions): void {
  const status = `HTTP/${response.httpVersion} ${response.statusCode} ${response.statusMessage || STATUS_CODES[response.statusCode ?? 0]}`
  const raw = response.rawHeaders
  const head = [status, ...raw.flatMap((name, i) => (i % 2 ? [] : [`${name}: ${raw[i + 1]}`])), '', ''].join('\r\n')
  if (options.verbose) console.error(head.trimEnd().replace(/^/gm, '< '))
  const bytes = options.include || options.head ? Buffer.concat([Buffer.from(head), body]) : body
  if (options.output === '/dev/null') return
  if (options.output === undefined || options.output === '-') process.stdout.write(bytes)
  else writeFileSync(options.output.startsWith('/') ? inContainer(options.output) : options.output, bytes)
}

function writeOut(format: string | undefined, code: number, bytes: number, seconds: number, url: string): void {
  if (format === undefined) return
  const values: Record<string, string> = {
    http_code: String(code),
    response_code: String(code),
    size_download: String(bytes),
    time_total: seconds.toFixed(6),
    url_effective: url,
  }
  const text = format.replace(/%\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
  process.stdout.write(text.replace(/\\n/g, '\n').replace(/\\t/g, '\t'))
}
