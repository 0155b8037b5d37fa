import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { FakeClock } from '../../../engine/base/clock.ts'
import type { RestClient } from '../../../engine/client/rest.ts'
import { KubeletAuth, subresourcesOf } from '../../../engine/kubelet/server/auth.ts'

test.each([
  ['/stats/summary', ['stats']],
  ['/metrics', ['metrics']],
  ['/metrics/cadvisor', ['metrics']],
  ['/logs/a', ['log']],
  ['/checkpoint/ns/p/c', ['checkpoint']],
  ['/healthz', ['healthz', 'proxy']],
  ['/healthz/ping', ['healthz', 'proxy']],
  ['/configz', ['configz', 'proxy']],
  ['/pods', ['pods', 'proxy']],
  ['/runningpods/', ['pods', 'proxy']],
  ['/exec/ns/p/c', ['proxy']],
  ['/containerLogs/ns/p/c', ['proxy']],
  ['/statistics', ['proxy']],
])('%s needs %j', (path, subresources) => {
  expect(subresourcesOf(path)).toEqual(subresources)
})

/** An API server that knows one token, and lets its owner do what the test says. */
function bench() {
  const clock = new FakeClock(0)
  const allowed = new Set<string>()
  const asked: string[] = []
  const rest = {
    async request(_method: string, path: string, { body }: { body: { spec: Record<string, unknown> } }) {
      const { token, resourceAttributes, user } = body.spec as {
        token?: string
        user?: string
        resourceAttributes?: { verb: string; subresource: string; name: string }
      }
      if (path.includes('tokenreviews')) {
        asked.push(`token ${token}`)
        if (token === 'broken') throw new Error('no answer')
        return { status: { authenticated: token === 'good', user: { username: 'sam', groups: ['g'] } } }
      }
      const what = `${user} ${resourceAttributes!.verb} ${resourceAttributes!.subresource} ${resourceAttributes!.name}`
      asked.push(what)
      return { status: { allowed: allowed.has(what) } }
    },
  } as unknown as RestClient
  const auth = new KubeletAuth({ clock, rest, nodeName: 'w' })
  const check = (url: string, token?: string, certificate?: object) =>
    auth
      .check({
        ...{ method: 'GET', url },
        headers: token ? { authorization: `Bearer ${token}` } : {},
        socket: { authorized: !!certificate, getPeerCertificate: () => ({ subject: certificate }) },
      } as unknown as IncomingMessage)
      .then(
        () => 'let in',
        (error: { code?: number; message: string }) => `${error.code ?? ''} ${error.message}`.trim(),
      )
  return { clock, allowed, asked, check }
}

test('nobody is let in without a name', async () => {
  const { check, asked } = bench()
  expect(await check('/pods')).toBe('401 Unauthorized')
  expect(await check('/pods', 'bad')).toBe('401 Unauthorized')
  expect(asked).toEqual(['token bad'])
})

test('who has a name may do what the API server says, and is told what is missing', async () => {
  const { check, allowed, asked } = bench()
  allowed.add('sam get metrics w').add('cert get proxy w')
  expect(await check('/metrics', 'good')).toBe('let in')
  expect(await check('/pods', 'good')).toBe(
    '403 Forbidden (user=sam, verb=get, resource=nodes, subresource(s)=[pods proxy])',
  )
  expect(await check('/pods', undefined, { CN: 'cert', O: ['a', 'b'] })).toBe('let in')
  expect(await check('/metrics', undefined, { CN: 'cert' })).toContain('403')
  expect(asked.filter(a => a.startsWith('cert'))).toEqual(['cert get pods w', 'cert get proxy w', 'cert get metrics w'])
})

test('answers are remembered for a while, errors are not', async () => {
  const { check, allowed, asked, clock } = bench()
  allowed.add('sam get metrics w')
  await Promise.all([check('/metrics', 'good'), check('/metrics', 'good')])
  await check('/metrics', 'good')
  expect(asked).toEqual(['token good', 'sam get metrics w'])
  clock.advance(121_000)
  await check('/metrics', 'good')
  expect(asked.slice(2)).toEqual(['token good'])
  clock.advance(180_000)
  allowed.clear()
  expect(await check('/metrics', 'good')).toContain('403')
  allowed.add('sam get metrics w')
  expect(await check('/metrics', 'good')).toContain('403')
  clock.advance(31_000)
  expect(await check('/metrics', 'good')).toBe('let in')
  expect(await check('/metrics', 'broken')).toBe('no answer')
  await check('/metrics', 'broken')
  expect(asked.filter(a => a === 'token broken').length).toBe(2)
})
