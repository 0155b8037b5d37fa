import type { Socket } from 'node:net'
import { connect, createServer } from 'node:tls'
import type { Server, TLSSocket } from 'node:tls'
import type { Clock, Timer } from '../../base/clock.ts'
import { codeOf, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { ByteReader, ByteWriter } from '../bytes.ts'
import { certifiedNames, isOfOrganization } from './certificate.ts'
import type { PeerAddress, Transport, TransportReceiver } from './transport.ts'

export interface TlsTransportOptions {
  clusterId: string
  name: string
  listen: { host: string; port: number }
  peers: PeerAddress[]
  /** PEM. Both ends present a certificate of `ca`. */
  tls: { ca: string; cert: string; key: string }
  /** The organization that certificates of members name, where `ca` certifies others, too. */
  organization?: string | undefined
  clock: Clock
  log: Logger
}

const BACKOFF_MIN_MS = 50
const BACKOFF_MAX_MS = 1000
const MAX_FRAME_BYTES = 64 * 1024 * 1024
/** Bytes that may wait for one peer; what comes on top is dropped, which raft repairs. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/**
 * TLS between members, one connection per direction and peer: the one that connects sends. Its first frame says who
 * it is, and where it is reached; every frame is preceded by its length in four bytes.
 *
 * A member that was away may know none of those who take part by now. So it listens to every member of the cluster that has a
 * certificate, as etcd does, except to those whom it knows to be removed.
 */
export class TlsTransport implements Transport {
  readonly #options: TlsTransportOptions
  readonly #outgoing = new Map<string, Outgoing>()
  readonly #dismissed = new Set<string>()
  /** Who connected; undefined until it has said who it is. */
  readonly #incoming = new Map<TLSSocket, string | undefined>()
  /** Everything that was accepted, those that still shake hands among them. */
  readonly #connections = new Set<Socket>()
  #peers: readonly PeerAddress[]
  #receiver: TransportReceiver | undefined
  #server: Server | undefined

  constructor(options: TlsTransportOptions) {
    this.#options = options
    this.#peers = options.peers
  }

  async start(receiver: TransportReceiver): Promise<void> {
    const { listen, tls } = this.#options
    const server = createServer(
      { ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
      socket => this.#accept(socket, receiver),
    )
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket)
      socket.on('close', () => this.#connections.delete(socket))
    })
    server.on('tlsClientError', error => this.#options.log.debug('peer handshake failed', { error: messageOf(error) }))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(listen.port, listen.host, () => {
        server.off('error', reject)
        resolve()
      })
    })
    this.#server = server
    this.#receiver = receiver
    this.setPeers(this.#peers)
  }

  setPeers(peers: readonly PeerAddress[]): void {
    this.#peers = peers
    // With an empty folder a removed member may come again under its name.
    for (const { name } of peers) this.#dismissed.delete(name)
    if (!this.#receiver) return
    for (const name of this.#outgoing.keys()) this.#unreachStranger(name)
    for (const peer of peers) if (peer.name !== this.#options.name) this.#reach(peer, this.#receiver)
  }

  dismiss(names: readonly string[]): void {
    for (const name of names) this.#dismissed.add(name)
    for (const [socket, from] of this.#incoming) if (from !== undefined && names.includes(from)) socket.destroy()
  }

  #reach(peer: PeerAddress, receiver: TransportReceiver): void {
    const known = this.#outgoing.get(peer.name)
    if (known?.peer.host === peer.host && known.peer.port === peer.port) return
    known?.stop()
    this.#outgoing.set(peer.name, new Outgoing(peer, this.#options, receiver))
  }

  #isStranger(name: string): boolean {
    return !this.#peers.some(peer => peer.name === name)
  }

  /** Where a stranger is, and whether it is there, only its own connection says. */
  #unreachStranger(name: string): void {
    if (!this.#isStranger(name) || [...this.#incoming.values()].includes(name)) return
    this.#outgoing.get(name)?.stop()
    this.#outgoing.delete(name)
  }

  /** The port that is listened on, once started. */
  get port(): number {
    const address = this.#server?.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  send(to: string, frame: Uint8Array): boolean {
    return this.#outgoing.get(to)?.send(frame) ?? false
  }

  async stop(): Promise<void> {
    for (const outgoing of this.#outgoing.values()) outgoing.stop()
    for (const socket of this.#connections) socket.destroy()
    const server = this.#server
    if (server?.listening) await new Promise<void>(resolve => server.close(() => resolve()))
  }

  #accept(socket: TLSSocket, receiver: TransportReceiver): void {
    const { log, clusterId } = this.#options
    let from: string | undefined
    this.#incoming.set(socket, undefined)
    socket.setNoDelay(true)
    socket.on('error', error => log.debug('peer connection broke', { from, error: messageOf(error) }))
    socket.on('close', () => {
      this.#incoming.delete(socket)
      if (from !== undefined) this.#unreachStranger(from)
    })
    const split = frameSplitter(frame => {
      if (from !== undefined) return receiver.onFrame(from, frame)
      const r = new ByteReader(frame)
      const hello = { clusterId: r.text(), name: r.text(), host: r.text(), port: r.uint() }
      const certified = certifiedNames(socket)
      if (hello.clusterId !== clusterId) throw new Error(`peer belongs to cluster ${hello.clusterId}, not ${clusterId}`)
      if (this.#dismissed.has(hello.name)) throw new Error(`${hello.name} is no member of this cluster any more`)
      if (!certified.includes(hello.name))
        throw new Error(`peer says it is ${hello.name}, its certificate is for ${certified.join(', ')}`)
      if (!isMember(socket, this.#options)) throw new Error(`the certificate of ${hello.name} is not of a member`)
      from = hello.name
      this.#incoming.set(socket, from)
      if (this.#isStranger(from)) this.#reach(hello, receiver)
      this.#outgoing.get(from)?.nudge()
    })
    socket.on('data', (data: Buffer) => {
      try {
        split(data)
      } catch (error) {
        log.warn('closing a peer connection', { from, error: messageOf(error) })
        socket.destroy()
      }
    })
  }
}

function isMember(socket: TLSSocket, { organization }: TlsTransportOptions): boolean {
  return organization === undefined || isOfOrganization(socket, [organization])
}

class Outgoing {
  readonly peer: PeerAddress
  readonly #options: TlsTransportOptions
  readonly #receiver: TransportReceiver
  #socket: TLSSocket | undefined
  #ready = false
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #backoff = BACKOFF_MIN_MS
  #retry: Timer | undefined
  #stopped = false

  constructor(peer: PeerAddress, options: TlsTransportOptions, receiver: TransportReceiver) {
    this.peer = peer
    this.#options = options
    this.#receiver = receiver
    this.#connect()
  }

  send(frame: Uint8Array): boolean {
    if (this.#ready) {
      if (this.#socket!.writableLength + frame.length > MAX_WAITING_BYTES) return false
      writeFrame(this.#socket!, frame)
      return true
    }
    // Between two attempts nothing is kept: old raft messages are of no use.
    if (!this.#socket || this.#waitingBytes + frame.length > MAX_WAITING_BYTES) return false
    this.#waiting.push(frame)
    this.#waitingBytes += frame.length
    return true
  }

  /** The peer is up, since it has connected: do not wait any longer. */
  nudge(): void {
    if (this.#socket || this.#stopped) return
    this.#retry?.cancel()
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#retry?.cancel()
    this.#socket?.destroy()
  }

  #connect(): void {
    const { tls, clusterId, name, listen, log, clock } = this.#options
    const { host, port } = this.peer
    let refused = false
    // Who answers is checked by name below: members share one loopback address.
    const socket = connect({ host, port, ...tls, minVersion: 'TLSv1.3', checkServerIdentity: () => undefined })
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('secureConnect', () => {
      const certified = certifiedNames(socket)
      if (!certified.includes(this.peer.name) || !isMember(socket, this.#options)) {
        log.warn('another member answers at a peer address', { peer: this.peer.name, certified })
        socket.destroy()
        return
      }
      this.#ready = true
      this.#backoff = BACKOFF_MIN_MS
      writeFrame(socket, new ByteWriter().text(clusterId).text(name).text(listen.host).uint(listen.port).finish())
      for (const frame of this.#waiting) writeFrame(socket, frame)
      this.#waiting = []
      this.#waitingBytes = 0
    })
    socket.on('error', error => {
      refused = codeOf(error) === 'ECONNREFUSED'
      log.debug('no connection to peer', { peer: this.peer.name, error: messageOf(error) })
    })
    // Nothing is sent this way, but unread data would hide the end of the connection.
    socket.resume()
    socket.on('close', () => {
      const wasReady = this.#ready
      this.#socket = undefined
      this.#ready = false
      this.#waiting = []
      this.#waitingBytes = 0
      if (this.#stopped) return
      this.#receiver.onDown(this.peer.name, refused)
      // The first attempt after a break is immediate: it tells a dead member from a broken connection.
      const delay = wasReady ? 0 : this.#backoff
      if (!wasReady) this.#backoff = Math.min(this.#backoff * 2, BACKOFF_MAX_MS)
      this.#retry = clock.after(delay, () => this.#connect())
    })
  }
}

function writeFrame(socket: TLSSocket, frame: Uint8Array): void {
  // One buffer, one TLS record for small frames.
  const out = Buffer.allocUnsafe(frame.length + 4)
  out.writeUInt32BE(frame.length)
  out.set(frame, 4)
  socket.write(out)
}

function frameSplitter(onFrame: (frame: Uint8Array) => void): (data: Buffer) => void {
  let parts: Buffer[] = []
  let have = 0
  return data => {
    parts.push(data)
    have += data.length
    let needed = have >= 4 ? frameLength(parts) : 0
    if (have < 4 || have < needed) return
    const buffer = parts.length === 1 ? parts[0]! : Buffer.concat(parts, have)
    let at = 0
    while (buffer.length - at >= 4) {
      needed = checked(buffer.readUInt32BE(at)) + 4
      if (buffer.length - at < needed) break
      onFrame(buffer.subarray(at + 4, at + needed))
      at += needed
    }
    const rest = buffer.subarray(at)
    parts = rest.length ? [rest] : []
    have = rest.length
  }
}

function frameLength(parts: Buffer[]): number {
  if (parts[0]!.length < 4) parts.splice(0, parts.length, Buffer.concat(parts))
  return checked(parts[0]!.readUInt32BE()) + 4
}

function checked(length: number): number {
  if (length > MAX_FRAME_BYTES) throw new Error(`a frame of ${length} bytes is too large`)
  return length
}
