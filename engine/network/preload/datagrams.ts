import { Socket, type BindOptions } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import type { ControlError } from './control-client.ts'
import type { Pod } from './pod.ts'
import { systemError } from './system-error.ts'

const DNS_PORT = 53

/**
 * Keeps datagram sockets inside the pod: a program may listen on any port, really a free one on loopback, so that nothing
 * is opened to the laptop's own network. Questions to the cluster's DNS are answered; the overlay carries no other datagrams:
 * sending them to another pod fails and says so.
 */
export function overlayDatagrams(pod: Pod): void {
  const asked = new WeakMap<Socket, { port: number; address: string }>()
  const realPorts = new Map<number, number>()
  const { bind, address, send, connect } = Socket.prototype as unknown as Record<
    string,
    (this: Socket, ...args: unknown[]) => unknown
  >
  const prototype = Socket.prototype as unknown as Record<string, (this: Socket, ...args: never[]) => unknown>

  prototype.bind = function (this: Socket, ...args: unknown[]) {
    const done = args.find(a => typeof a === 'function') as (() => void) | undefined
    const [first, second] = args
    const options = (typeof first === 'object' && first !== null ? first : {}) as BindOptions
    if (options.fd !== undefined) return bind!.apply(this, args)
    const wantedPort = Number(typeof first === 'number' || typeof first === 'string' ? first : (options.port ?? 0))
    const wantedHost = (typeof second === 'string' ? second : options.address) ?? (isV6(this) ? '::' : '0.0.0.0')
    if (done) this.once('listening', done)
    asked.set(this, { port: wantedPort, address: wantedHost })
    this.once('listening', () => {
      const realPort = (address!.call(this) as AddressInfo).port
      const port = wantedPort || realPort
      asked.set(this, { port, address: wantedHost })
      realPorts.set(port, realPort)
      this.once('close', () => {
        realPorts.delete(port)
        pod.control.request({ op: 'close', protocol: 'UDP', port }).catch(() => undefined) // the gateway is gone, and the port with it
      })
      pod.control
        .request({ op: 'listen', protocol: 'UDP', port, realPort, loopbackOnly: isLoopback(wantedHost) })
        .catch((error: ControlError) => {
          this.close()
          this.emit(
            'error',
            Object.assign(systemError(error.code, 'bind', { address: wantedHost, port }), { cause: error }),
          )
        })
    })
    return bind!.call(this, { ...options, port: 0, address: isV6(this) ? '::1' : '127.0.0.1' })
  }

  prototype.address = function (this: Socket) {
    const real = address!.call(this) as AddressInfo
    const wanted = asked.get(this)
    return wanted ? { ...real, address: wanted.address, port: wanted.port || real.port } : real
  }

  // send(message[, offset, length][, port][, address][, done])
  prototype.send = function (this: Socket, ...args: unknown[]) {
    const done = args.find(a => typeof a === 'function') as ((error: Error | null, bytes?: number) => void) | undefined
    const numbers = args.slice(1).filter(a => typeof a === 'number')
    const host = args.slice(1).findLast(a => typeof a === 'string') as string | undefined
    const port = numbers.length === 1 || numbers.length === 3 ? numbers.at(-1) : undefined
    if (port === undefined) return send!.apply(this, args)
    if (host === pod.dnsServer && port === DNS_PORT) return ask(this, args, done)
    if (host !== undefined && !isLoopback(host) && host !== pod.ip) return refuse(this, host, port, done)
    const at = args.lastIndexOf(port)
    const rest = args.slice(at + 1).filter(a => typeof a === 'function')
    return send!.apply(this, [
      ...args.slice(0, at),
      realPorts.get(port) ?? port,
      isV6(this) ? '::1' : '127.0.0.1',
      ...rest,
    ])
  }

  prototype.connect = function (this: Socket, port: number, host?: unknown, done?: (error?: Error) => void) {
    const callback = typeof host === 'function' ? (host as typeof done) : done
    const target = typeof host === 'string' ? host : '127.0.0.1'
    if (!isLoopback(target) && target !== pod.ip) return refuse(this, target, port, callback)
    return connect!.call(
      this,
      realPorts.get(port) ?? port,
      isV6(this) ? '::1' : '127.0.0.1',
      ...(callback ? [callback] : []),
    )
  }

  /** A question to the cluster's DNS goes through the gateway; its answer comes like any datagram. */
  function ask(
    socket: Socket,
    args: unknown[],
    done: ((error: Error | null, bytes?: number) => void) | undefined,
  ): void {
    const packet = messageOf(args)
    // Also keeps the program alive until it closes the socket, as a real one would.
    if (!asked.has(socket)) socket.bind()
    let open = true
    socket.once('close', () => (open = false))
    if (done) process.nextTick(() => done(null, packet.length))
    pod.control.request({ op: 'dns', packet: packet.toString('base64') }).then(
      ({ packet: answer }) => {
        if (!open || answer === undefined) return
        const message = Buffer.from(answer, 'base64')
        socket.emit('message', message, {
          address: pod.dnsServer,
          port: DNS_PORT,
          family: 'IPv4',
          size: message.length,
        })
      },
      () => undefined, // a datagram that is lost: the asker asks again
    )
  }

  function refuse(socket: Socket, host: string, port: number, done: ((error: Error) => void) | undefined): void {
    const error = systemError('EHOSTUNREACH', 'send', { address: host, port })
    error.message += ': this cluster’s network carries TCP only, but for questions to its DNS; use a TCP port'
    process.nextTick(() => (done ? done(error) : socket.emit('error', error)))
  }
}

/** The bytes that `send` was given: a text, a view, or a list of these, and perhaps a part of it. */
function messageOf([message, offset, length]: unknown[]): Buffer {
  const bytesOf = (value: unknown) =>
    typeof value === 'string'
      ? Buffer.from(value)
      : Buffer.from((value as Uint8Array).buffer, (value as Uint8Array).byteOffset, (value as Uint8Array).byteLength)
  if (Array.isArray(message)) return Buffer.concat(message.map(bytesOf))
  const whole = bytesOf(message)
  return typeof length === 'number' ? whole.subarray(offset as number, (offset as number) + length) : whole
}

function isV6(socket: Socket): boolean {
  return (socket as unknown as { type: string }).type === 'udp6'
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host === 'localhost'
}
