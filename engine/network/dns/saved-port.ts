import { readFileSync, writeFileSync } from 'node:fs'
import { codeOf, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { Responder } from './responder.ts'
import { startDnsServer, type DnsServer } from './server.ts'

/**
 * Starts the DNS on the port that it had before, as `file` says: programs that outlived this process were told of that one. On a
 * free one if somebody else has it by now, or without a file.
 */
export async function startDnsServerAgain(respond: Responder, log: Logger, file?: string): Promise<DnsServer> {
  if (!file) return startDnsServer(respond, log)
  const server = await startAt(savedPort(file, log), respond, log)
  try {
    writeFileSync(file, String(server.port))
  } catch (error) {
    log.warn('the port of the DNS was not saved; it may be another one after a restart', { error: messageOf(error) })
  }
  return server
}

async function startAt(port: number, respond: Responder, log: Logger): Promise<DnsServer> {
  if (port)
    try {
      return await startDnsServer(respond, log, { port })
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error
      log.warn('another program has the port that the DNS had; what runs without the preload has to start again', {
        port,
      })
    }
  return startDnsServer(respond, log)
}

function savedPort(file: string, log: Logger): number {
  try {
    const port = Number(readFileSync(file, 'utf8'))
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') log.warn('the saved port of the DNS cannot be read', { error: messageOf(error) })
    return 0
  }
}
