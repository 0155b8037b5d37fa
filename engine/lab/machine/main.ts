/** The main of a machine process: reads its config, starts the components of its role, and ends with the lab host. */

import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { messageOf, UserError } from '../../base/errors.ts'
import { createLogger, lineSink } from '../../base/log.ts'
import type { MachineConfig } from './config.ts'
import { Connections } from './connections.ts'
import type { HostMessage, MachineMessage } from './messages.ts'

/** What the main asks of the components of a role. */
export interface MachineRole {
  /** Whether the machine does its part for the cluster at this moment. */
  readonly ready: boolean
  onHostMessage?(message: HostMessage): void
  /** Serves a client's connection that the lab host has accepted for this machine. */
  serve(socket: Socket): void
  /** Ends the components in order. */
  stop(): Promise<void>
}

/** What a role may use of its process. */
export interface MachineContext {
  log: ReturnType<typeof createLogger>
  tell(message: MachineMessage): void
  /** Reports that the machine cannot go on, and ends it. */
  fail(error: unknown): void
}

const ALIVE_MS = 1_000
/** A stop that takes longer is ended by force: the lab host must not wait for ever. */
const STOP_LIMIT_MS = 14_000

const config = JSON.parse(readFileSync(process.argv[2], 'utf8')) as MachineConfig
const log = createLogger(lineSink(process.stderr), process.env.KUBARIUM_DEBUG ? 'debug' : 'info', config.name)
let role: MachineRole | undefined
let connections: Connections | undefined
let stopping = false

const context: MachineContext = { log, tell, fail }

// Ctrl-C in a terminal reaches the whole process group; the lab host decides what happens to its machines.
process.on('SIGINT', () => log.debug('interrupt left to the lab host'))
process.on('SIGTERM', () => void stop())
process.on('disconnect', () => void stop())
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
process.on('message', (message, socket) => {
  const hostMessage = message as HostMessage
  if (hostMessage.type === 'stop') void stop()
  else if (hostMessage.type === 'offer' || hostMessage.type === 'connection')
    connections?.receive(hostMessage, socket as Socket | undefined)
  else role?.onHostMessage?.(hostMessage)
})

process.title = `kubarium ${config.lab} ${config.name}`
try {
  const started = (role = await startRole(config, context))
  connections = new Connections(tell, socket => started.serve(socket))
} catch (error) {
  fail(error)
}
setInterval(() => tell({ type: 'alive', ready: role?.ready ?? false }), ALIVE_MS)
tell({ type: 'alive', ready: role?.ready ?? false })

async function startRole(config: MachineConfig, context: MachineContext): Promise<MachineRole> {
  if (config.role === 'control-plane') return (await import('./control-plane.ts')).startControlPlane(config, context)
  return (await import('./worker.ts')).startWorker(config, context)
}

function tell(message: MachineMessage): void {
  if (!process.connected) return
  process.send!(message, undefined, undefined, error => {
    if (error) log.debug('the lab host did not hear', { type: message.type, error: error.message })
  })
}

function fail(error: unknown): void {
  log.error('the machine cannot go on', { error })
  const advice = error instanceof UserError ? error.advice : undefined
  if (!process.connected) process.exit(1)
  process.send!({ type: 'fatal', message: messageOf(error), advice } satisfies MachineMessage, () => process.exit(1))
}

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
  try {
    await role?.stop()
  } catch (error) {
    log.error('not everything stopped cleanly', { error })
  }
  process.exit(0)
}
