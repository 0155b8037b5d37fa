import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'

export interface SpdyUpgrade {
  url: URL
  /** The sub-protocol that is asked for. */
  protocol: string
  headers?: OutgoingHttpHeaders
  /** Whom to trust, and who asks; for https. */
  tls?: Pick<RequestOptions, 'ca' | 'cert' | 'key'>
  signal?: AbortSignal
  /** What an answer means that is no upgrade. */
  refused(response: IncomingMessage): Promise<Error>
}

/** Switches a connection to an API server over to SPDY/3.1. @throws what `refused` makes of an answer, or the system's error */
export function upgradeToSpdy({ url, protocol, headers, tls, signal, refused }: SpdyUpgrade): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:'
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      ...{ method: 'POST', agent: false, signal, ...(isSecure ? tls : {}) },
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'SPDY/3.1',
        'x-stream-protocol-version': protocol,
        'content-length': 0,
      },
    })
    request.once('upgrade', (_, socket, head) => {
      if (head.length) socket.unshift(head)
      resolve(socket)
    })
    request.once('response', response => void refused(response).then(reject, reject))
    request.on('error', reject)
    request.end()
  })
}
