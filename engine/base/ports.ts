import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'

/**
 * Below the range from which a system gives ports to outgoing connections (from 32768 on Linux, 49152 on macOS and
 * Windows) and below the NodePorts: nobody is given one by chance between the search and its use.
 */
const SEARCHED = { from: 10_000, to: 30_000 }

/** So many of them may be taken before the search gives up. */
const MAX_TRIES = 1_000

/**
 * Finds ports on loopback that are free now, each different and none of the `reserved`; `preferred` are taken first if
 * they are free.
 * @throws Error if there are not enough.
 */
export async function freePorts(
  count: number,
  preferred: number[] = [],
  reserved: ReadonlySet<number> = new Set(),
): Promise<number[]> {
  const held: Server[] = []
  const tried = new Set(reserved)
  const candidates = [...preferred]
  try {
    for (let tries = 0; held.length < count && tries < MAX_TRIES + count; tries++) {
      const wanted = candidates.shift() ?? randomInt(SEARCHED.from, SEARCHED.to)
      if (tried.has(wanted)) continue
      tried.add(wanted)
      const server = await tryListen(wanted)
      if (server) held.push(server)
    }
    if (held.length < count) throw new Error('no free port on 127.0.0.1')
    return held.map(server => (server.address() as { port: number }).port)
  } finally {
    await Promise.all(held.map(server => new Promise(done => server.close(done))))
  }
}

/** One port on loopback that is free now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port!
}

/** Whether the port can be listened on. */
export async function isFree(port: number): Promise<boolean> {
  const server = await tryListen(port)
  if (!server) return false
  await new Promise(done => server.close(done))
  return true
}

/** Holds the port, or gives undefined if it is not to be had. All ports are held until the last is found. */
function tryListen(port: number): Promise<Server | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server))
  })
}
