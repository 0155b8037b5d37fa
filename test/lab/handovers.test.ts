import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { LoadBalancer } from '../../engine/lab/balancer.ts'
import { Handovers } from '../../engine/lab/handovers.ts'
import type { MachineMessage } from '../../engine/lab/machine/messages.ts'
import { until } from '../until.ts'

interface Machine {
  name: string
  process: ChildProcess
  handovers: Handovers
}

const platform = currentPlatform()
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function machine(name: string): Promise<Machine> {
  const child = fork(new URL('echo-machine.ts', import.meta.url), { stdio: 'inherit' })
  const exited = once(child, 'exit')
  cleanups.push(() => {
    platform.resume(child.pid!)
    child.kill('SIGKILL')
    return exited
  })
  const handovers = new Handovers(systemClock, (message, socket) => child.send(message, socket, { keepOpen: true }))
  child.on('message', message => handovers.receive(message as MachineMessage))
  await once(child, 'message')
  return { name, process: child, handovers }
}

async function balancer(...machines: Machine[]) {
  const lb = new LoadBalancer()
  cleanups.push(() => lb.dispose())
  for (const { name, handovers } of machines) lb.add({ name, take: client => handovers.take(client) })
  return { lb, port: await lb.listen(0) }
}

/** A client that has been greeted; `by` is the pid of who serves it. */
async function client(port: number): Promise<{ socket: Socket; by: number }> {
  const socket = connect(port, '127.0.0.1')
  cleanups.push(() => socket.destroy())
  const [greeting] = (await once(socket, 'data')) as [Buffer]
  return { socket, by: Number(greeting.toString()) }
}

describe('connections that are accepted in one process and served in another', () => {
  test('carry megabytes in both directions, half-close included, and are forgotten at their end', async () => {
    const { lb, port } = await balancer(await machine('a'))
    const { socket } = await client(port)
    expect(lb.connections).toBe(1)
    const big = 'x'.repeat(3_000_000)
    socket.end(big)
    expect(await text(socket)).toBe(`${big}bye`)
    await until(() => lb.connections === 0)
  })

  test('are spread, and survive each other', async () => {
    const [a, b] = [await machine('a'), await machine('b')]
    const { port } = await balancer(a, b)
    const clients = await Promise.all(Array.from({ length: 10 }, () => client(port)))
    const served = (m: Machine) => clients.filter(c => c.by === m.process.pid).length
    expect([served(a), served(b)]).toEqual([5, 5])
  })

  test('end when their machine is killed', async () => {
    const a = await machine('a')
    const { lb, port } = await balancer(a)
    const { socket } = await client(port)
    const closed = once(socket, 'close')
    a.process.kill('SIGKILL')
    await once(a.process, 'exit')
    a.handovers.abandon()
    await closed
    await until(() => lb.connections === 0)
  })

  test('are cut when their machine is taken out of service, though its process holds them still', async () => {
    const a = await machine('a')
    const { lb, port } = await balancer(a)
    const { socket } = await client(port)
    const closed = once(socket, 'close')
    platform.pause(a.process.pid!)
    lb.remove('a')
    a.handovers.abandon()
    await closed
  }, 10_000)

  test('go to another machine when one does not answer, and stay there when it wakes up', async () => {
    const [stopped, spare] = [await machine('stopped'), await machine('spare')]
    const { port } = await balancer(stopped, spare)
    platform.pause(stopped.process.pid!)
    const clients = await Promise.all([client(port), client(port)])
    expect(clients.map(c => c.by)).toEqual([spare.process.pid, spare.process.pid])
    platform.resume(stopped.process.pid!)
    for (const { socket } of clients) {
      socket.end('still here')
      expect(await text(socket)).toBe('still herebye')
    }
  })
})
