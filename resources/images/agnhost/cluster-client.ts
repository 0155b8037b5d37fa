import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { parseFlags } from '../container/flags.ts'
import { inContainer } from '../container/paths.ts'
import { untilStopped } from '../container/run.ts'

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Asks the API server for its health again and again, with the token that its service account has then. */
export function inclusterclient(args: string[]): void {
  const { flags } = parseFlags(args, { 'poll-interval': 30 })
  const once = () =>
    askHealth().then(
      text => console.log(text),
      (error: Error) => {
        console.error(error.message)
        console.log('status=failed')
      },
    )
  void once()
  setInterval(once, flags['poll-interval'] * 1_000)
  untilStopped()
}

function askHealth(): Promise<string> {
  const read = (name: string) => readFileSync(inContainer(`${FOLDER}/${name}`), 'utf8')
  const authorization = `Bearer ${read('token').trim()}`
  console.log('calling /healthz')
  console.log(`authz_header=${createHash('sha256').update(authorization).digest('base64url')}`)
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env
  return new Promise((resolve, reject) => {
    request({ host, port, path: '/healthz', ca: read('ca.crt'), headers: { authorization } }, response => {
      let text = ''
      response.on('data', chunk => (text += String(chunk)))
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    })
      .on('error', reject)
      .end()
  })
}
