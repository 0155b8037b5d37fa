import type { Socket } from 'node:net'
import type { OverlayPod, PortRegistry } from '../overlay/port-registry.ts'
import type { Peers } from '../proxy/peers.ts'
import {
  FLAG,
  FRAME,
  FrameReader,
  MAX_PAYLOAD,
  numberOf,
  writeFrame,
  writeOrDrop,
  type DatagramCode,
  type Frame,
} from './frames.ts'
import type { DatagramSocket } from './sockets.ts'
import type { DatagramSwitch } from './switch.ts'

/** What waits for a program that does not read; more is lost, as with a receive buffer that is full. */
const MAX_QUEUED_BYTES = 4 << 20
const MAX_SOCKETS = 4_096

interface DatagramParts {
  datagrams: DatagramSwitch
  ports: PortRegistry
  peers: Peers
  /** Of this gateway. */
  port: number
}

/**
 * Serves one stream of datagrams. `greeting` is what its first line says after the word: a pod's token, another node and its
 * proof, or a client on the laptop. All its sockets close with it.
 */
export function serveDatagrams(
  stream: Socket,
  greeting: string,
  early: Buffer,
  { datagrams, ports, peers, port: ownPort }: DatagramParts,
): void {
  const [kind, word = '', proof] = greeting.split(' ')
  const pod = kind === 'pod' ? ports.podByToken(word) : undefined
  const node = kind === 'node' && peers.proves(proof, ownPort, 'datagrams', word)
  if (!pod && !node && kind !== 'outside') return void stream.destroy()
  const sockets = new Map<number, DatagramSocket>()
  const handle = node
    ? (frame: Frame) => datagrams.receive(frame)
    : pod
      ? (frame: Frame) => handlePod(pod, frame)
      : (frame: Frame) => handleOutside(frame)
  const reader = new FrameReader(handle)
  const take = (chunk: Buffer) => {
    if (!reader.take(chunk)) return void stream.destroy()
    if (!stream.writableNeedDrain) return
    // Who does not hear the answers is not asked for more.
    stream.pause()
    stream.once('drain', () => stream.resume())
  }
  stream.on('error', () => stream.destroy())
  stream.on('end', () => stream.end())
  stream.once('close', () => {
    for (const socket of sockets.values()) datagrams.unbind(socket)
  })
  stream.on('data', take)
  stream.resume()
  if (early.length) take(early)

  function handlePod(owner: OverlayPod, frame: Frame): void {
    const { type, id } = frame
    // Of a pod that is gone nothing is heard any more.
    if (ports.pod(owner.uid) !== owner) return void stream.destroy()
    const socket = sockets.get(id)
    if (type === FRAME.bind) return bind(owner, frame)
    if (!socket) return
    if (type === FRAME.close) return close(id, socket)
    if (type !== FRAME.send) return
    const code = datagrams.send(socket, frame.ip, frame.port, frame.payload)
    if (frame.code & FLAG.answer)
      stream.write(writeFrame({ type: FRAME.verdict, id, peerPort: frame.peerPort, code: numberOf(code) }))
  }

  function bind(owner: OverlayPod, { id, code: flags, port, payload }: Frame): void {
    const answer = (code: DatagramCode, given = port) =>
      stream.write(writeFrame({ type: FRAME.bound, id, port: given, code: numberOf(code) }))
    if (sockets.has(id)) return void answer('EINVAL')
    if (sockets.size >= MAX_SOCKETS) return void answer('EMFILE')
    const socket = socketOf(id, owner, owner.ip, port)
    socket.loopbackOnly = (flags & FLAG.loopbackOnly) !== 0
    if (flags & FLAG.shared) socket.share = payload.toString('utf8', 0, 256)
    const code = datagrams.bind(socket)
    if (code === 'OK') sockets.set(id, socket)
    answer(code, socket.port)
  }

  /** Each number stands for one client; it has a port of the node for as long as the stream says. */
  function handleOutside({ type, id, ip, port, payload }: Frame): void {
    let socket = sockets.get(id)
    if (type === FRAME.close && socket) return close(id, socket)
    if (type !== FRAME.send) return
    if (!socket) {
      if (sockets.size >= MAX_SOCKETS) return
      socket = socketOf(id, undefined, datagrams.address, 0)
      // Only answers come to it.
      socket.loopbackOnly = true
      if (datagrams.bind(socket) !== 'OK') return
      sockets.set(id, socket)
    }
    const code = datagrams.send(socket, ip, port, payload)
    if (code !== 'OK') socket.refused(ip, port, code)
  }

  function close(id: number, socket: DatagramSocket): void {
    sockets.delete(id)
    datagrams.unbind(socket)
  }

  function socketOf(id: number, owner: OverlayPod | undefined, ip: string, port: number): DatagramSocket {
    return {
      pod: owner,
      ip,
      port,
      loopbackOnly: false,
      deliver: (from, fromPort, payload) => {
        if (payload.length > MAX_PAYLOAD) return
        writeOrDrop(stream, { type: FRAME.receive, id, ip: from, port: fromPort, payload }, MAX_QUEUED_BYTES)
      },
      refused: (to, toPort, code) =>
        void writeOrDrop(
          stream,
          { type: FRAME.refused, id, ip: to, port: toPort, code: numberOf(code) },
          MAX_QUEUED_BYTES,
        ),
    }
  }
}
