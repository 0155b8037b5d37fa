import { createServer, type Server } from 'node:net'

/** Finds ports on loopback that are free now, each different; `preferred` are taken first if they are free. */
export async function freePorts(count: number, preferred: number[] = []): Promise<number[]> {
  const held: Server[] = []
  const ports: number[] = []
  try {
    for (const port of [...preferred, ...new Array<number>(count).fill(0)]) {
      if (ports.length === count) break
      const server = await tryListen(port)
      if (!server) continue
      held.push(server)
      ports.push((server.address() as { port: number }).port)
    }
  } finally {
    await Promise.all(held.map(server => new Promise(done => server.close(done))))
  }
  if (ports.length < count) throw new Error('no free port on 127.0.0.1')
  return ports
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
