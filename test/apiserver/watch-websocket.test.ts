import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const open = (query: string) =>
  new WebSocket(`wss://127.0.0.1:${cluster.server.port}${MAPS}?watch=true${query}`, {
    ca: cluster.ca.pem,
    ...cluster.admin,
  })

it('sends each event of a watch as one message, whatever is in it', async () => {
  const text = 'two\nlines, ü, "quoted"'
  const socket = open('')
  const events: { type: string; object: { data: { text: string } } }[] = []
  const seen = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', data => {
      events.push(JSON.parse(String(data)) as (typeof events)[number])
      if (events.length === 2) resolve()
    })
  })
  await new Promise(resolve => socket.once('open', resolve))
  await cluster.ask(MAPS, { method: 'POST', body: { metadata: { name: 'a' }, data: { text } } })
  await cluster.ask(`${MAPS}/a`, { method: 'DELETE' })
  await seen
  expect(events.map(e => [e.type, e.object.data.text])).toEqual([
    ['ADDED', text],
    ['DELETED', text],
  ])
  socket.terminate()
})

it('ends with a close when its time is up', async () => {
  const socket = open('&timeoutSeconds=1')
  expect(await new Promise(resolve => socket.once('close', resolve))).toBe(1000)
})

it('refuses a watch as any other request, before the handshake', async () => {
  const socket = open('&resourceVersionMatch=Exact&resourceVersion=1')
  const code = await new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('it was let in')))
    socket.once('unexpected-response', (_request, answer) => resolve(answer.statusCode))
    socket.on('error', () => undefined)
  })
  expect(code).toBe(422)
})
