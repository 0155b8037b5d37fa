import type { IncomingMessage } from 'node:http'
import { UserError } from '../../base/errors.ts'
import type { LabHost } from '../host.ts'
import { trialOf } from '../trials/trial.ts'
import { answer, type Route } from './server.ts'

const MAX_BODY_BYTES = 32_768

/** Services and pods as the lab can show them: opened for a browser, tried, and as rules of a worker's proxy. */
export function networkRoutes(host: LabHost): Route[] {
  return [
    [
      'GET',
      /^\/lab\/v1\/machines\/([^/]+)\/network\/rules$/,
      async (request, response, [, name]) => {
        const service = new URL(request.url ?? '/', 'http://lab').searchParams.get('service') ?? undefined
        answer(response, 200, await host.entrance.rulesOf(decoded(name), service))
      },
    ],
    [
      'POST',
      /^\/lab\/v1\/services\/([^/]+)\/([^/]+)\/(\d{1,5})\/open$/,
      async (_, response, match) => answer(response, 200, { port: await host.entrance.openPage(targetOf(match)) }),
    ],
    [
      'POST',
      /^\/lab\/v1\/pods\/([^/]+)\/([^/]+)\/(\d{1,5})\/open$/,
      async (_, response, [, namespace, pod, port]) => {
        const target = { namespace: decoded(namespace), pod: decoded(pod), port: Number(port) }
        answer(response, 200, { port: await host.entrance.openPage(target) })
      },
    ],
    [
      'POST',
      /^\/lab\/v1\/services\/([^/]+)\/([^/]+)\/(\d{1,5})\/try$/,
      async (request, response, match) => {
        const trial = trialOf(await bodyOf(request))
        const gone = new AbortController()
        response.once('close', () => gone.abort())
        const answers = host.entrance.trials.run(targetOf(match), trial, gone.signal)
        // What cannot be tried at all is said as an error, before there are lines.
        let next = await answers.next()
        response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
        for (; !next.done; next = await answers.next()) {
          if (response.destroyed) return void (await answers.return(undefined))
          response.write(JSON.stringify(next.value) + '\n')
        }
        response.end()
      },
    ],
  ]
}

function targetOf([, namespace, service, port]: RegExpExecArray) {
  return { namespace: decoded(namespace), service: decoded(service), port: Number(port) }
}

function decoded(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '')
  } catch {
    throw new UserError(`"${part}" is no name.`, 'Percent signs must begin the code of a character.')
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new UserError('What is to be tried is too long.', 'Send fewer headers.')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new UserError('What is to be tried is no JSON.', 'See ServiceTrial in engine/lab/contract.ts.')
  }
}
