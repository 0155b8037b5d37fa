import { finished } from 'node:stream/promises'
import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../../base/clock.ts'
import type { ContainerRunner } from '../pods/container.ts'
import type { ContainerProcess, ExitStatus } from '../runtime/contract.ts'
import { HttpError } from './http-error.ts'
import type { FinalStatus, RemoteSession } from './remote-command.ts'

/** A command whose client has gone is asked to end, and made to after so long. */
const KILL_AFTER_MS = 1_000
/** A client that reads an attached container's output so much too slowly is cut off: the container must not wait for it. */
const MOST_BEHIND_BYTES = 8 << 20

/** Runs a command in a container and connects it with the client. Resolves when nothing of it is left. */
export async function exec(
  container: ContainerRunner,
  session: RemoteSession,
  query: URLSearchParams,
  clock: Clock,
): Promise<void> {
  const command = query.getAll('command')
  if (command.length === 0) throw new HttpError(400, 'you must specify at least 1 command for the container')
  const process = container.exec(command, {
    tty: query.get('tty') === 'true' || query.get('tty') === '1',
    stdin: !!session.stdin,
  })
  let running = true
  session.onResize((cols, rows) => {
    if (running) process.resize(cols, rows)
  })
  session.onClose(() => {
    if (!running) return
    process.signal('SIGHUP')
    const kill = clock.after(KILL_AFTER_MS, () => process.signal('SIGKILL'))
    void process.exited.then(() => kill.cancel())
  })
  if (session.stdin && process.stdin) session.stdin.pipe(process.stdin)
  const sent = Promise.all([copy(process.stdout, session.stdout), copy(process.stderr, session.stderr)])
  const status = await process.exited
  running = false
  await sent
  session.finish(statusOf(status))
}

/** Connects the client with the main process of a container, until either ends. */
export async function attach(container: ContainerRunner, session: RemoteSession): Promise<void> {
  const process = container.process!
  let running = true
  session.onResize((cols, rows) => {
    if (running) process.resize(cols, rows)
  })
  const { stdin } = session
  if (stdin && process.stdin) stdin.pipe(process.stdin, { end: !!container.spec.stdinOnce })
  const behind = Promise.withResolvers<'behind'>()
  const late = () => behind.resolve('behind')
  const stop = [forward(process.stdout, session.stdout, late), forward(process.stderr, session.stderr, late)]
  const closed = new Promise<'closed'>(resolve => session.onClose(() => resolve('closed')))
  const ended = await Promise.race([process.exited, closed, behind.promise])
  running = false
  for (const undo of stop) undo()
  if (process.stdin) stdin?.unpipe(process.stdin)
  if (ended === 'behind')
    session.finish(failure('error attaching to container: the client reads more slowly than the container writes'))
  else if (ended !== 'closed') session.finish(statusOf(ended))
}

/** The Status of something that could not be run at all. */
export function failure(message: string): FinalStatus {
  return {
    ...BASE,
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  } as FinalStatus
}

const BASE = { apiVersion: 'v1', kind: 'Status', metadata: {} }

/** Sends all of a stream; what nobody wants is read and dropped, so that the process does not block. */
async function copy(from: ContainerProcess['stderr'], to: Writable | undefined): Promise<void> {
  if (!from) return
  if (to) {
    // Who has gone takes nothing more, and the process must still be able to write.
    to.once('close', () => from.resume())
    from.pipe(to, { end: false })
  } else from.resume()
  await finished(from, { writable: false })
}

/** Sends what comes from now on, beside the log that reads the same stream. */
function forward(from: Readable | undefined, to: Writable | undefined, late: () => void): () => void {
  if (!from || !to) return () => undefined
  const send = (chunk: Buffer) => {
    to.write(chunk)
    if (to.writableLength > MOST_BEHIND_BYTES) late()
  }
  from.on('data', send)
  return () => from.off('data', send)
}

function statusOf({ code }: ExitStatus): FinalStatus {
  if (code === 0) return { ...BASE, status: 'Success' } as FinalStatus
  return {
    ...BASE,
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  } as FinalStatus
}
