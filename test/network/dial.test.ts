import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dialLoopback } from '../../engine/network/proxy/dial.ts'

let server: Server
const accepted: Socket[] = []

beforeEach(async () => {
  server = createServer(socket => accepted.push(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  for (const socket of accepted.splice(0)) socket.destroy()
  server.close()
})

describe('a connection that was dialled', () => {
  it('belongs to whoever got it: when that one’s own patience ends, it is still there', async () => {
    const socket = await dialLoopback((server.address() as { port: number }).port)
    socket.setTimeout(20)
    await once(socket, 'timeout')
    expect(socket.destroyed).toBe(false)
    expect(socket.listenerCount('timeout')).toBe(0)
    socket.destroy()
  })
})
