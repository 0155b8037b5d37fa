import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../engine/base/clock.ts'
import { probeGrpc } from '../../../engine/kubelet/probes/grpc.ts'
import { freePort, Program, runProgram } from './programs.ts'

const running: Program[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(program => program.close('SIGKILL')))
})
const start = async (args: string[], said: string, env: Record<string, string> = {}) => {
  const program = new Program('agnhost', args, env)
  running.push(program)
  await program.said(said)
  return program
}

describe('grpc-health-checking', () => {
  test('answers health probes, until it is told that it is not well', async () => {
    const [port, http] = [await freePort(), await freePort()]
    const args = ['grpc-health-checking', `--port=${port}`, `--http-port=${http}`, '--service=db']
    const program = await start(args, 'gRPC server')
    await program.said('Http server')
    const dependencies = {
      clock: systemClock,
      podIP: () => '127.0.0.1',
      dial: async (_ip: string | undefined, to: number) => connect(to, '127.0.0.1'),
    } as unknown as Parameters<typeof probeGrpc>[3]
    const probe = async (service: string) =>
      (await probeGrpc({ name: 'c' }, { port, service }, 5_000, dependencies)).message
    expect(await probe('db')).toBe('service healthy')
    expect(await probe('')).toBe('service healthy')
    expect(await probe('other')).toContain('code = NotFound desc = unknown service')
    await fetch(`http://127.0.0.1:${http}/make-not-serving`)
    expect(await probe('db')).toBe('service unhealthy (responded with "NOT_SERVING")')
  })
})

describe('webhook', () => {
  const post = async (port: number, path: string, request: object) => {
    const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request })
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })
    return ((await answer.json()) as { response: Record<string, unknown> }).response
  }

  test('judges and changes as its path says', async () => {
    const port = await freePort()
    await start(['webhook', `--port=${port}`], 'listening')
    const map = (data: object) => ({ uid: 'u', object: { metadata: { name: 'm' }, data } })
    expect(await post(port, '/always-deny', map({}))).toEqual({
      uid: 'u',
      allowed: false,
      status: { message: 'this webhook denies all requests' },
    })
    expect((await post(port, '/configmaps', map({ 'webhook-e2e-test': 'webhook-disallow' }))).allowed).toBe(false)
    expect((await post(port, '/configmaps', map({ a: 'b' }))).allowed).toBe(true)
    const { patch } = await post(port, '/mutating-configmaps', map({ 'mutation-start': 'yes' }))
    expect(JSON.parse(Buffer.from(patch as string, 'base64').toString())).toEqual([
      { op: 'add', path: '/data/mutation-stage-1', value: 'yes' },
    ])
    expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).text()).toBe('ok')
  })

  test('converts both ways between versions of an object', async () => {
    const port = await freePort()
    await start(['crd-conversion-webhook', `--port=${port}`], 'listening')
    const convert = async (object: object, desiredAPIVersion: string) =>
      (await post(port, '/crdconvert', { uid: 'u', desiredAPIVersion, objects: [object] })) as {
        convertedObjects: object[]
        result: { status: string }
      }
    const old = { apiVersion: 'g/v1', kind: 'K', hostPort: 'a:80' }
    const { convertedObjects } = await convert(old, 'g/v2')
    expect(convertedObjects).toEqual([{ apiVersion: 'g/v2', kind: 'K', host: 'a', port: '80' }])
    expect((await convert(convertedObjects[0], 'g/v1')).convertedObjects).toEqual([old])
    expect((await convert(old, 'g/v3')).result.status).toBe('Failure')
  })
})

test('netexec answers datagrams, and asks others in all its protocols', async () => {
  const [http, udp] = [await freePort(), await freePort()]
  await start(['netexec', `--http-port=${http}`, `--udp-port=${udp}`], 'Started UDP', { HOSTNAME: 'pod-7' })
  const socket = createSocket('udp4')
  const answer = new Promise<string>(resolve => socket.once('message', m => resolve(m.toString())))
  socket.send('echo some words', udp, '127.0.0.1')
  expect(await answer).toBe('some words')
  socket.close()
  const dial = async (protocol: string, port: number, path: string) => {
    const query = `host=127.0.0.1&port=${port}&request=${path}&protocol=${protocol}`
    return ((await (await fetch(`http://127.0.0.1:${http}/dial?${query}`)).json()) as { responses: string[] }).responses
  }
  expect(await dial('udp', udp, 'hostname')).toEqual(['pod-7'])
  expect(await dial('http', http, 'hostname')).toEqual(['pod-7'])
})

test('guestbook and inclusterclient are there; what is not says what is', async () => {
  const [http, store] = [await freePort(), await freePort()]
  await start(['guestbook', `--http-port=${http}`, `--backend-port=${store}`], `store on port ${store}`)
  const at = (path: string) => fetch(`http://127.0.0.1:${store}${path}`).then(a => a.text())
  expect(await at('/set?key=k&value=v')).toBe('OK')
  expect(await at('/get?key=k')).toBe('v')
  const { code, errors } = await runProgram('agnhost', ['nettest'])
  expect([code, errors]).toEqual([1, expect.stringContaining('inclusterclient')])
})
