import { Server, type AddressInfo, type ListenOptions } from 'node:net'
import { type ControlError } from './control-client.ts'
import type { Pod } from './pod.ts'
import { systemError } from './system-error.ts'

interface Listening {
  port: number
  host: string
  realPort: number
  loopbackOnly: boolean
}

/**
 * Lets programs listen on any port of their pod's address: really they get a free port on loopback, and the gateway learns
 * which port stands for which. `listening` is told when other pods can connect.
 */
export function overlayListen(pod: Pod): void {
  const servers = new Map<Server, Listening>()
  const asked = new WeakMap<Server, { port: number; host: string }>()
  const { listen, address } = Server.prototype

  pod.control.wanted = () => servers.size > 0
  pod.control.onOpen = () => {
    // After a break; at the first opening nothing listens yet.
    for (const listening of servers.values()) register(listening).catch(() => undefined) // the gateway that refuses has given the port to a successor
  }

  Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
    const options = readArguments(args)
    if (!options) return listen.apply(this, args as [unknown])
    const done = args.findLast(a => typeof a === 'function') as (() => void) | undefined
    const host = options.host || '::'
    const port = Number(options.port) || 0
    const loopbackOnly = host === 'localhost' || host === '::1' || host.startsWith('127.')
    if (done) this.once('listening', done)
    asked.set(this, { port, host })
    holdListening(this, () => {
      const realPort = (address.call(this) as AddressInfo).port
      const listening: Listening = { port: port || realPort, host, realPort, loopbackOnly }
      servers.set(this, listening)
      asked.set(this, { port: listening.port, host })
      pod.askedPorts.set(realPort, listening.port)
      this.once('close', () => {
        servers.delete(this)
        asked.delete(this)
        pod.askedPorts.delete(realPort)
        pod.control.request({ op: 'close', port: listening.port }).catch(() => undefined) // the gateway is gone, and the port with it
      })
      return register(listening)
    })
    return listen.call(this, { ...options, host: '127.0.0.1', port: 0, ipv6Only: false } as ListenOptions)
  } as typeof Server.prototype.listen

  Server.prototype.address = function (this: Server) {
    const real = address.call(this)
    const wanted = asked.get(this)
    if (!wanted || typeof real === 'string' || !real) return real
    const host = wanted.host === 'localhost' ? '127.0.0.1' : wanted.host
    return { address: host, family: host.includes(':') ? 'IPv6' : 'IPv4', port: wanted.port || real.port }
  }

  async function register(listening: Listening): Promise<void> {
    const { port, host, realPort, loopbackOnly } = listening
    try {
      await pod.control.request({ op: 'listen', port, realPort, loopbackOnly })
    } catch (error) {
      throw Object.assign(systemError((error as ControlError).code, 'listen', { address: host, port }), {
        cause: error,
      })
    }
  }
}

/** Runs `prepare` between the real `listening` and the one that the program hears of; a failure becomes its `error`. */
function holdListening(server: Server, prepare: () => Promise<void>): void {
  const own = Object.getOwnPropertyDescriptor(server, 'emit')
  const emit = server.emit
  const restore = () => {
    if (own) Object.defineProperty(server, 'emit', own)
    else Reflect.deleteProperty(server, 'emit')
  }
  server.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
    if (event === 'error') restore()
    if (event !== 'listening')
      return (emit as (event: string, ...args: unknown[]) => boolean).call(server, event, ...args)
    restore()
    prepare().then(
      () => {
        if (server.listening) server.emit('listening')
      },
      error => server.close(() => server.emit('error', error)),
    )
    return true
  }
}

/** Options of a listen on a TCP port; undefined for pipes, handles and descriptors. */
function readArguments(args: unknown[]): ListenOptions | undefined {
  const [first, second, third] = args
  if (first === undefined || first === null || typeof first === 'function') return { port: 0 }
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    const backlog = [second, third].find(a => typeof a === 'number') as number | undefined
    return valid(first)
      ? { port: Number(first), host: typeof second === 'string' ? second : undefined, backlog }
      : undefined
  }
  if (typeof first !== 'object') return undefined
  const options = first as ListenOptions & { fd?: number; handle?: unknown; _handle?: unknown }
  if (options.path || options.fd !== undefined || options.handle || options._handle) return undefined
  // Anything else is an error that Node itself describes best.
  return options.port === undefined || valid(options.port) ? options : undefined
}

function valid(port: unknown): boolean {
  const number = Number(port)
  return Number.isInteger(number) && number >= 0 && number <= 65535
}
