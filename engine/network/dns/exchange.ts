import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { readReply } from './client-message.ts'

/** Where a DNS server is: an IPv4 address and a port. */
export interface DnsAddress {
  address: string
  port: number
}

/**
 * Asks one server: with a datagram from a port of its own, and over TCP where the answer says that it is cut. Only an answer of
 * that server, to this very question and number, counts. `timer` calls back after the time that is allowed for all of it.
 * @throws Error when no answer comes in time, or the server cannot be reached
 */
export async function exchange(
  query: Buffer,
  server: DnsAddress,
  timer: (expired: () => void) => { cancel(): void },
): Promise<Buffer> {
  const stop = new AbortController()
  const waiting = timer(() => stop.abort(new Error(`${server.address}:${server.port} does not answer`)))
  try {
    const answer = await byDatagram(query, server, stop.signal)
    return readReply(answer)!.truncated ? await byStream(query, server, stop.signal) : answer
  } finally {
    waiting.cancel()
  }
}

function byDatagram(query: Buffer, { address, port }: DnsAddress, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const aborted = () => done(() => reject(signal.reason as Error))
    const done = (then: () => void) => {
      signal.removeEventListener('abort', aborted)
      socket.removeAllListeners()
      socket.on('error', () => undefined) // what comes after the end is nobody's
      socket.close()
      then()
    }
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted)
    socket.on('error', error => done(() => reject(error)))
    socket.on('message', packet => {
      if (answers(packet, query)) done(() => resolve(packet))
    })
    // Connected: what others send is not heard.
    socket.connect(port, address, () => socket.send(query, error => error && done(() => reject(error))))
  })
}

function byStream(query: Buffer, { address, port }: DnsAddress, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, signal })
    let held: Buffer = Buffer.alloc(0)
    socket.on('error', error => reject(signal.aborted ? (signal.reason as Error) : error))
    socket.on('close', () => reject(new Error(`${address}:${port} ended the connection without an answer`)))
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk])
      if (held.length < 2 || held.length < 2 + held.readUInt16BE(0)) return
      const packet = held.subarray(2, 2 + held.readUInt16BE(0))
      if (answers(packet, query)) resolve(packet)
      socket.destroy()
    })
    const length = Buffer.alloc(2)
    length.writeUInt16BE(query.length)
    socket.write(Buffer.concat([length, query]))
  })
}

/** Whether a packet is an answer to a question, and no other. */
function answers(packet: Buffer, query: Buffer): boolean {
  const reply = readReply(packet)
  if (!reply || reply.id !== query.readUInt16BE(0)) return false
  const end = reply.question.end
  // Servers may write the name in another case; types and classes have no letters.
  return packet.toString('latin1', 12, end).toLowerCase() === query.toString('latin1', 12, end).toLowerCase()
}
