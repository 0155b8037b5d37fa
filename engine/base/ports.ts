import { createServer, type Server } from 'node:net'

/**
 * Finds ports on loopback that are free now, each different and none of the `reserved`; `preferred` are taken first if
 * they are free.
 */
export async function freePorts(
  count: number,
  preferred: number[] = [],
  reserved: ReadonlySet<number> = new Set(),
): Promise<number[]> {
  const held: Server[] = []
  const ports: number[] = []
  try {
    // A port that the system gives may be reserved by a lab that is down: it is held, and another one asked for.
    const tries = [...preferred.filter(p => !reserved.has(p)), ...new Array<number>(count + reserved.size).fill(0)]
    for (const wanted of tries) {
      if (ports.length === count) break
      const server = await tryListen(wanted)
      if (!server) continue
      held.push(server)
      const { port } = server.address() as { port: number }
      if (!reserved.has(port)) ports.push(port)
    }
  } finally {
    await Promise.all(held.map(server => new Promise(done => server.close(done))))
  }
  if (ports.length < count) throw new Error('no free port on 127.0.0.1')
  return ports
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
