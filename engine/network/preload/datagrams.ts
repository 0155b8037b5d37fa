import cluster from 'node:cluster'
import { Socket, type BindOptions, type RemoteInfo } from 'node:dgram'
import { EventEmitter } from 'node:events'
import { isIP, type AddressInfo } from 'node:net'
import { MAX_PAYLOAD } from '../datagrams/frames.ts'
import { DatagramLine, type DatagramPort } from './datagram-line.ts'
import { readSend } from './datagram-arguments.ts'
import type { Pod } from './pod.ts'
import { systemError } from './system-error.ts'

/** What the overlay knows of a socket that has a port, or asks for one. */
interface Carried extends DatagramPort {
  id: number
  /** As the program wrote it. */
  host: string
  isBound: boolean
  peer?: { address: string; port: number }
}

type Done = (error: Error | null, bytes?: number) => void
type Lookup = (host: string, done: (error: Error | null, address?: string) => void) => void

/**
 * Leads datagrams into the overlay: a program may have any port of its pod's address, and sends to pods, Services and nodes.
 * The real socket is bound to loopback only so that it lives as the program expects; no datagram goes through it.
 */
export function overlayDatagrams(pod: Pod): void {
  const carried = new WeakMap<Socket, Carried>()
  /** Bound to descriptors or handles that are none of the overlay's. */
  const foreign = new WeakSet<Socket>()
  const closed = new WeakSet<Socket>()
  const line = new DatagramLine(() => pod.connectDirectly(pod.gatewayPort), pod.token)
  const prototype = Socket.prototype as unknown as Record<string, (this: Socket, ...args: never[]) => unknown>
  const original = { ...prototype } as Record<string, (this: Socket, ...args: unknown[]) => unknown>

  prototype.bind = function (this: Socket, ...args: unknown[]) {
    const done = args.find(a => typeof a === 'function') as (() => void) | undefined
    const [first, second] = args
    const options = (typeof first === 'object' && first !== null ? first : {}) as BindOptions
    const asked = typeof first === 'number' || typeof first === 'string' ? first : (options.port ?? 0)
    const port = Number(asked)
    const ours = options.fd === undefined && Number.isInteger(port) && port >= 0 && port <= 65_535
    if (!ours) foreign.add(this)
    // What is wrong with these Node says best.
    if (!ours || carried.has(this) || closed.has(this)) return original.bind!.apply(this, args)
    const host = (typeof second === 'string' && second) || options.address || (isV6(this) ? '::' : '0.0.0.0')
    if (done) this.once('listening', done)
    carry(this, port, host, options.exclusive === true)
    return original.bind!.call(this, { port: 0, address: isV6(this) ? '::1' : '127.0.0.1', exclusive: true })
  }

  prototype.send = function (this: Socket, ...args: unknown[]) {
    if (foreign.has(this)) return original.send!.apply(this, args)
    const peer = carried.get(this)?.peer
    const { payload, port, host, done } = readSend(args, peer !== undefined)
    assertOpen(this)
    const own = bound(this)
    if (peer) return transmit(own, peer.address, peer.port, payload, done)
    resolve(this, host, (error, address) => {
      if (closed.has(this)) return
      if (!error) transmit(own, address!, port!, payload, done)
      else if (done) done(error)
      else raise(this, 'error', error)
    })
    return undefined
  }

  prototype.connect = function (this: Socket, port: number, host?: unknown, callback?: () => void) {
    if (foreign.has(this)) return original.connect!.call(this, port, host, callback)
    const done = typeof host === 'function' ? (host as () => void) : callback
    const { port: to } = readSend(['', port], false)
    assertOpen(this)
    const own = bound(this)
    if (own.peer) throw Object.assign(new Error('Already connected'), { code: 'ERR_SOCKET_DGRAM_IS_CONNECTED' })
    if (done) this.once('connect', done)
    resolve(this, typeof host === 'string' && host ? host : undefined, (error, address) => {
      if (closed.has(this)) return
      if (error) {
        if (done) this.off('connect', done)
        if (done) (done as Done)(error)
        else raise(this, 'error', error)
        return
      }
      own.peer = { address: address!, port: to! }
      const connected = () => process.nextTick(() => closed.has(this) || this.emit('connect'))
      if (own.isBound) connected()
      else this.once('listening', connected)
    })
    return undefined
  }

  prototype.disconnect = function (this: Socket) {
    if (foreign.has(this)) return original.disconnect!.call(this)
    delete connectedOf(this).peer
    return undefined
  }

  prototype.remoteAddress = function (this: Socket) {
    if (foreign.has(this)) return original.remoteAddress!.call(this)
    const { address, port } = connectedOf(this).peer!
    return { address, port, family: 'IPv4' }
  }

  prototype.address = function (this: Socket) {
    const own = carried.get(this)
    if (!own?.isBound || closed.has(this)) return original.address!.call(this) as AddressInfo
    const address = own.peer ? pod.ip : own.host === 'localhost' ? '127.0.0.1' : own.host
    return { address, port: own.port, family: isV6(this) ? 'IPv6' : 'IPv4' }
  }

  prototype.close = function (this: Socket, ...args: unknown[]) {
    const result = original.close!.apply(this, args)
    closed.add(this)
    const own = carried.get(this)
    if (own) line.close(own.id)
    return result
  }

  /** The socket's own port; one that has none yet gets any. */
  function bound(socket: Socket): Carried {
    if (!carried.has(socket)) socket.bind({ port: 0, exclusive: true })
    return carried.get(socket)!
  }

  function carry(socket: Socket, port: number, host: string, exclusive: boolean): void {
    const inside = isLoopback(host)
    const { reuseAddr, reusePort } = stateOf(socket)
    const sharing = reuseAddr || reusePort ? 'reuse' : cluster.isWorker && !exclusive ? 'cluster' : undefined
    // Both must be there before the program hears of it: the real socket, and the port.
    let waiting = 2
    const ready = () => {
      if (--waiting > 0 || closed.has(socket)) return
      own.isBound = true
      raise(socket, 'listening')
    }
    const fail = (code: string) => {
      if (closed.has(socket)) return
      socket.close()
      raise(socket, 'error', systemError(code, 'bind', { address: host, port }))
    }
    const own: Carried = {
      id: 0,
      host,
      port,
      loopbackOnly: inside,
      share: port === 0 ? undefined : sharing,
      isBound: false,
      bound: ready,
      failed: fail,
      receive(from, fromPort, payload) {
        const info = remoteInfo(socket, from, fromPort, payload.length)
        const { peer } = own
        if (peer && (peer.port !== fromPort || (peer.address !== from && !isLoopback(peer.address)))) return
        if (own.isBound) raise(socket, 'message', payload, info)
        else socket.once('listening', () => raise(socket, 'message', payload, info))
      },
      refused(to, toPort, code) {
        // As in the kernel: who has not connected is not told.
        if (own.peer?.address === to && own.peer.port === toPort && !closed.has(socket))
          raise(socket, 'error', systemError(code, 'recvmsg', {}))
      },
    }
    carried.set(socket, own)
    Object.defineProperty(socket, 'emit', {
      configurable: true,
      writable: true,
      value(event: string, ...args: unknown[]) {
        // Whoever writes to the real port is not on the pod's network.
        if (event === 'message') return false
        if (event !== 'listening') return raise(socket, event, ...args)
        ready()
        return true
      },
    })
    const elsewhere = isIP(host) !== 0 && !inside && host !== pod.ip && host !== '0.0.0.0' && host !== '::'
    if (elsewhere) process.nextTick(fail, 'EADDRNOTAVAIL')
    else own.id = line.open(own)
  }

  function transmit(own: Carried, address: string, port: number, payload: Buffer, done: Done | undefined): void {
    const v4 = address.replace(/^::ffff:/i, '')
    const ip = v4 === '::1' || v4 === '::' ? '127.0.0.1' : v4
    const verdict =
      done &&
      ((code: string) =>
        code === 'OK' ? done(null, payload.length) : done(systemError(code, 'send', { address, port })))
    const refused = isIP(ip) !== 4 ? 'ENETUNREACH' : payload.length > MAX_PAYLOAD ? 'EMSGSIZE' : undefined
    if (!refused) line.send(own.id, ip, port, payload, verdict)
    else if (verdict) process.nextTick(verdict, refused)
  }

  function resolve(
    socket: Socket,
    host: string | undefined,
    done: (error: Error | null, address?: string) => void,
  ): void {
    const name = host || (isV6(socket) ? '::1' : '127.0.0.1')
    if (isIP(name)) return done(null, name)
    // The program may have given the socket a lookup of its own.
    stateOf(socket).handle.lookup(name, (error, address) => done(error, address))
  }

  function connectedOf(socket: Socket): Carried {
    const own = carried.get(socket)
    if (!own?.peer) throw Object.assign(new Error('Not connected'), { code: 'ERR_SOCKET_DGRAM_NOT_CONNECTED' })
    return own
  }

  function assertOpen(socket: Socket): void {
    if (closed.has(socket)) throw Object.assign(new Error('Not running'), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' })
  }
}

function raise(socket: Socket, event: string, ...args: unknown[]): boolean {
  return EventEmitter.prototype.emit.call(socket, event, ...args)
}

function remoteInfo(socket: Socket, ip: string, port: number, size: number): RemoteInfo {
  return isV6(socket)
    ? { address: ip === '127.0.0.1' ? '::1' : `::ffff:${ip}`, family: 'IPv6', port, size }
    : { address: ip, family: 'IPv4', port, size }
}

interface State {
  handle: { lookup: Lookup }
  reuseAddr?: boolean
  reusePort?: boolean
}

/** What Node keeps about a socket under a symbol of its own. */
function stateOf(socket: Socket): State {
  const symbol = Object.getOwnPropertySymbols(socket).find(s => s.description === 'state symbol')
  return (socket as unknown as Record<symbol, State>)[symbol!]!
}

function isV6(socket: Socket): boolean {
  return (socket as unknown as { type: string }).type === 'udp6'
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host === 'localhost'
}
