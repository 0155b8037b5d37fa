import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer } from 'node:https'
import { parseFlags } from '../container/flags.ts'
import { inContainer } from '../container/paths.ts'
import { serve } from '../container/serve.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of any kind come in */
interface Verdict {
  allowed: boolean
  message?: string
  patch?: object[]
}

const MARK = 'webhook-e2e-test'
const UNWANTED = 'webhook-disallow'
const FLAGS = { 'tls-cert-file': '', 'tls-private-key-file': '', port: 443, 'sidecar-image': '' }

/** The admission webhooks that tests configure: each path judges, or changes, in its own way. */
export function webhook(args: string[]): void {
  const { flags } = parseFlags(args, FLAGS)
  listen(flags, async (request, response) => {
    const judge = JUDGES[(request.url ?? '/').split('?')[0]]
    if (request.url === '/readyz') return void response.end('ok')
    if (!judge) return void response.writeHead(404).end()
    const review = await readJson(request)
    const { allowed, message, patch } = await judge(review.request, flags['sidecar-image'])
    const answer = {
      uid: review.request.uid,
      allowed,
      ...(message ? { status: { message } } : {}),
      ...(patch ? { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') } : {}),
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ apiVersion: review.apiVersion, kind: review.kind, response: answer }))
  })
}

/** Converts objects whose v1 has one field `hostPort`, and whose v2 has `host` and `port`. */
export function crdConversionWebhook(args: string[]): void {
  const { flags } = parseFlags(args, FLAGS)
  listen(flags, async (request, response) => {
    if (request.url === '/readyz') return void response.end('ok')
    if (request.url?.split('?')[0] !== '/crdconvert') return void response.writeHead(404).end()
    const review = await readJson(request)
    const { uid, desiredAPIVersion, objects } = review.request
    const converted = objects.map((object: any) => convert(object, desiredAPIVersion))
    const failed = converted.find((object: any) => typeof object === 'string')
    const answer = failed
      ? { uid, convertedObjects: [], result: { status: 'Failure', message: failed } }
      : { uid, convertedObjects: converted, result: { status: 'Success' } }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ apiVersion: review.apiVersion, kind: review.kind, response: answer }))
  })
}

function convert(object: any, wanted: string): any {
  const [from, to] = [object.apiVersion.split('/')[1], wanted.split('/')[1]]
  if (from === to) return `conversion from a version to itself should not call the webhook: ${wanted}`
  const { hostPort, host, port, ...rest } = object
  if (from === 'v1' && to === 'v2') {
    const [ownHost, ownPort] = String(hostPort ?? '').split(':')
    return { ...rest, apiVersion: wanted, ...(hostPort === undefined ? {} : { host: ownHost, port: ownPort }) }
  }
  if (from === 'v2' && to === 'v1')
    return { ...rest, apiVersion: wanted, ...(host === undefined ? {} : { hostPort: `${host}:${port}` }) }
  return `unexpected conversion version ${from} to ${to}`
}

const yes: Verdict = { allowed: true }
const no = (message: string): Verdict => ({ allowed: false, message })

const JUDGES: Record<string, (request: any, sidecar: string) => Verdict | Promise<Verdict>> = {
  '/always-allow-delay-5s': async () => {
    await new Promise(done => setTimeout(done, 5_000))
    return yes
  },
  '/always-deny': () => no('this webhook denies all requests'),
  '/add-label': ({ object }) => {
    const { labels } = object.metadata
    if (labels?.['added-label']) return yes
    const path = labels ? '/metadata/labels/added-label' : '/metadata/labels'
    return { allowed: true, patch: [{ op: 'add', path, value: labels ? 'yes' : { 'added-label': 'yes' } }] }
  },
  '/pods': async ({ object }) => {
    const containers: any[] = object.spec?.containers ?? []
    if (containers.some(c => c.name.includes('wait-forever'))) await new Promise(() => undefined)
    const problems = [
      ...(object.metadata?.labels?.[MARK] === UNWANTED ? ['the pod contains unwanted label; '] : []),
      ...(containers.some(c => c.name.includes(UNWANTED)) ? ['the pod contains unwanted container name; '] : []),
    ]
    return problems.length ? no(problems.join('')) : yes
  },
  '/pods/attach': ({ name }) =>
    name === 'to-be-attached-pod' ? no("attaching to pod 'to-be-attached-pod' is not allowed") : yes,
  '/mutating-pods': ({ object }) => {
    if (object.metadata.name !== 'webhook-to-be-mutated') return yes
    const added = { image: 'webhook-added-image', name: 'webhook-added-init-container', resources: {} }
    return { allowed: true, patch: [{ op: 'add', path: '/spec/initContainers', value: [added] }] }
  },
  '/mutating-pods-sidecar': (_, image) => ({
    allowed: true,
    patch: [{ op: 'add', path: '/spec/containers/-', value: { image, name: 'webhook-added-sidecar', resources: {} } }],
  }),
  '/configmaps': ({ object }) => judgeData(object, 'the configmap contains unwanted key and value'),
  '/mutating-configmaps': ({ object }) => mutateData(object),
  '/custom-resource': ({ object, oldObject }) =>
    judgeData(object ?? oldObject, 'the custom resource contains unwanted data'),
  '/mutating-custom-resource': ({ object }) => mutateData(object),
  '/crd': ({ object }) => (object.metadata?.labels?.[MARK] === UNWANTED ? no('the crd contains unwanted label') : yes),
}

function judgeData(object: any, complaint: string): Verdict {
  return object?.data?.[MARK] === UNWANTED ? no(complaint) : yes
}

/** Two webhooks in a row each add what comes after what they find. */
function mutateData(object: any): Verdict {
  const patch: object[] = []
  const add = (key: string) => patch.push({ op: 'add', path: `/data/${key}`, value: 'yes' })
  if (object.data?.['mutation-start'] === 'yes') add('mutation-stage-1')
  if (object.data?.['mutation-stage-1'] === 'yes') add('mutation-stage-2')
  return patch.length ? { allowed: true, patch } : yes
}

function listen(
  flags: { 'tls-cert-file': string; 'tls-private-key-file': string; port: number },
  answer: (...of: Parameters<RequestListener>) => Promise<unknown> | unknown,
): void {
  const handle: RequestListener = (request, response) => {
    void (async () => answer(request, response))().catch((error: Error) => {
      console.error(error.message)
      if (!response.headersSent) response.writeHead(400)
      response.end(error.message)
    })
  }
  const { 'tls-cert-file': cert, 'tls-private-key-file': key, port } = flags
  const read = (file: string) => readFileSync(inContainer(file))
  const server = cert ? createServer({ cert: read(cert), key: read(key) }, handle) : createHttpServer(handle)
  serve(server as Server, port, () => console.log(`listening on port ${port}`))
}

async function readJson(request: IncomingMessage): Promise<any> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return JSON.parse(text)
}
