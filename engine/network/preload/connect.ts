import { isIP, Socket, type NetConnectOpts, type TcpNetConnectOpts } from 'node:net'
import type { ControlError } from './control-client.ts'
import { systemError } from './system-error.ts'
import type { Pod } from './pod.ts'

const MAX_ADDRESSES_TRIED = 4

/** Where a connection of this program leads, as the program sees it. */
const targets = new WeakMap<Socket, { address: string; port: number }>()

type Lookup = (
  host: string,
  options: object,
  done: (error: Error | null, address: string | { address: string }[]) => void,
) => void

/**
 * Leads connections into the overlay. Everything in Node that opens a TCP connection (net, tls, http, fetch) ends in
 * `Socket.prototype.connect`. The gateway decides, and says to which port on loopback the program has to connect: that of the
 * other program itself, or one where a connection waits that the gateway has opened. So a refusal is known before the
 * program's socket exists, and TLS needs no preface in its stream.
 */
export function overlayConnect(pod: Pod): void {
  const original = Socket.prototype.connect as (this: Socket, options: object, done?: () => void) => Socket
  pod.connectDirectly = port => original.call(new Socket(), { host: '127.0.0.1', port })

  Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
    const { options, done } = readArguments(args)
    if (!('port' in options) || options.port === undefined || ('path' in options && options.path))
      return original.apply(this, args as [object])
    const tcp = options as TcpNetConnectOpts
    const host = tcp.host || 'localhost'
    const port = Number(tcp.port)
    const invalid = !Number.isInteger(port) || port < 0 || port > 65535
    if (invalid || (port === pod.gatewayPort && host === '127.0.0.1')) return original.apply(this, args as [object])
    // TLS over a socket that connects already.
    if ((this as unknown as { _parent?: Socket })._parent?.connecting) return original.apply(this, args as [object])
    if (done) this.once('connect', done)
    setConnecting(this, true)
    const gone = new AbortController()
    const onClose = () => gone.abort()
    this.once('close', onClose)
    const failed = (error: Error) => {
      this.off('close', onClose)
      if (this.destroyed) return
      setConnecting(this, false)
      this.destroy(error)
    }
    route(tcp, host, port, gone.signal)
      .then(({ ip, realPort, direct, closed }) => {
        this.off('close', onClose)
        if (closed && this.closed) closed()
        else if (closed) this.once('close', closed)
        if (this.destroyed) return
        if (isIP(host) === 0) this.emit('lookup', null, ip, 4, host)
        targets.set(this, { address: ip, port })
        const { lookup: _l, localAddress: _a, localPort: _p, ...rest } = tcp
        const real = { ...rest, host: '127.0.0.1', port: realPort, family: 4, autoSelectFamily: false }
        const connectFrom = (localAddress?: string) => {
          setConnecting(this, false)
          translateFailure(this, { address: ip, port }, localAddress === undefined ? undefined : () => connectFrom())
          original.call(this, { ...real, localAddress })
        }
        connectFrom(direct ? aliasOf(pod) : undefined)
      })
      .catch(failed)
    return this
  } as typeof Socket.prototype.connect

  async function route(options: TcpNetConnectOpts, host: string, port: number, signal: AbortSignal): Promise<Way> {
    const custom = options.lookup as Lookup | undefined
    const own = pod.hosts.get(host)
    const isName = isIP(host) === 0 && !/^(.+\.)?localhost$/i.test(host)
    const isCustom = isIP(host) === 0 && custom !== undefined && !pod.lookups.has(custom)
    if (isName && !isCustom && !own && !pod.namesAsUsual) return routeFound(host, port, signal)
    const target = isCustom ? await lookUp(custom, host) : (own ?? host)
    try {
      return await ask(target, port, signal)
    } catch (error) {
      const { code, address } = error as ControlError
      // Names outside of the cluster are known to its DNS alone, if to anybody.
      if (code === 'ENOTFOUND') return routeFound(host, port, signal)
      throw Object.assign(systemError(code, 'connect', { address: address ?? target, port }), { cause: error })
    }
  }

  /** To one of the addresses that this pod's own DNS gives; the last refusal counts. */
  async function routeFound(host: string, port: number, signal: AbortSignal): Promise<Way> {
    const { addresses, code } = await pod.resolver.addresses(host, 4)
    let refused: Error = systemError(code || 'ENOTFOUND', 'getaddrinfo', { hostname: host })
    for (const address of addresses.slice(0, MAX_ADDRESSES_TRIED))
      try {
        return await ask(address, port, signal)
      } catch (error) {
        const { code, address: at = address } = error as ControlError
        refused = Object.assign(systemError(code, 'connect', { address: at, port }), { cause: error })
      }
    throw refused
  }

  async function ask(host: string, port: number, signal: AbortSignal): Promise<Way> {
    const answer = await pod.control.request({ op: 'connect', host, port, direct: true }, signal)
    const { id, ip, realPort, direct = false, counted } = answer
    const closed = counted ? () => pod.control.tell({ op: 'closed', of: id }) : undefined
    return { ip: ip!, realPort: realPort!, direct, closed }
  }

  const peerOf = accessor('_getpeername')
  accessor('_getpeername', function () {
    const real = peerOf.call(this)
    const target = targets.get(this)
    if (target && real.address) return { ...target, family: 'IPv4' }
    const [first, second, ...rest] = real.address?.split('.') ?? []
    const meant = pod.aliases.get(`${first}.${second}`)
    return meant ? { ...real, address: [meant, ...rest].join('.') } : real
  })
  const ownOf = accessor('_getsockname')
  accessor('_getsockname', function () {
    const real = ownOf.call(this)
    if (!real.address) return real
    if (targets.has(this)) return { ...real, address: pod.ip, family: 'IPv4' }
    const port = pod.askedPorts.get(real.port!)
    return port === undefined ? real : { address: pod.ip, port, family: 'IPv4' }
  })
}

/** Where a connection waits, or where the other program itself listens (`direct`). */
interface Way {
  ip: string
  realPort: number
  direct: boolean
  /** To be called when the connection has ended, where the gateway counts it. */
  closed: (() => void) | undefined
}

interface Name {
  address?: string
  port?: number
  family?: string
}
type NameOf = (this: Socket) => Name

/** The loopback address by which other programs know this pod; undefined where there is none. */
function aliasOf(pod: Pod): string | undefined {
  const [first, second, ...rest] = pod.ip.split('.')
  for (const [alias, real] of pod.aliases) if (real === `${first}.${second}`) return [alias, ...rest].join('.')
  return undefined
}

/** The system has no such loopback address, or no port of it is free for now. */
const NO_ALIAS = new Set(['EADDRNOTAVAIL', 'EADDRINUSE'])

/**
 * A failure of the real connection names ports that the program has never heard of: it is told of what it asked for. Where
 * only the own address was not to be had, the socket goes on with `otherwise`.
 */
function translateFailure(
  socket: Socket,
  target: { address: string; port: number },
  otherwise: (() => void) | undefined,
): void {
  const restore = () => void Reflect.deleteProperty(socket, 'destroy')
  socket.once('connect', restore)
  socket.destroy = function (error?: NodeJS.ErrnoException) {
    restore()
    socket.off('connect', restore)
    if (otherwise && error && NO_ALIAS.has(error.code ?? '')) {
      otherwise()
      return socket
    }
    const ours = error?.syscall === 'connect' && error.code ? systemError(error.code, 'connect', target) : error
    return socket.destroy(ours)
  }
}

/** Gives, or replaces, the inner function behind `remoteAddress` and `localAddress`. */
function accessor(name: '_getpeername' | '_getsockname', replacement?: NameOf): NameOf {
  const prototype = Socket.prototype as unknown as Record<string, NameOf>
  const current = prototype[name] ?? (() => ({}))
  if (replacement) prototype[name] = replacement
  return current
}

/** Writable inside of Node, though not in its types: what is written meanwhile waits for `connect`. */
function setConnecting(socket: Socket, connecting: boolean): void {
  ;(socket as { connecting: boolean }).connecting = connecting
}

function lookUp(lookup: Lookup, host: string): Promise<string> {
  return new Promise((resolve, reject) =>
    lookup(host, { family: 4, hints: 0, all: false }, (error, found) => {
      if (error) return reject(error)
      resolve(Array.isArray(found) ? (found[0]?.address ?? host) : found)
    }),
  )
}

/** `connect(options[, done])`, `connect(port[, host][, done])`, `connect(path[, done])`, or all of it in an array. */
function readArguments(args: unknown[]): { options: Partial<NetConnectOpts>; done?: () => void } {
  const list = Array.isArray(args[0]) ? (args[0] as unknown[]) : args
  const done = list.findLast(a => typeof a === 'function') as (() => void) | undefined
  const [first, second] = list
  if (typeof first === 'object' && first !== null) return { options: first as NetConnectOpts, done }
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first)))
    return { options: { port: Number(first), host: typeof second === 'string' ? second : undefined }, done }
  return { options: { path: String(first) }, done }
}
