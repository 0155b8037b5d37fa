import { finished } from 'node:stream/promises'
import type { Readable, Writable } from 'node:stream'
import type { ContainerRunner } from '../pods/container.ts'
import type { ContainerProcess, ContainerRuntime, ExitStatus } from '../runtime/contract.ts'
import { HttpError } from './server.ts'
import type { RemoteSession } from './remote-command.ts'

/** Runs a command in a container and connects it with the client. */
export async function exec(
  container: ContainerRunner,
  session: RemoteSession,
  query: URLSearchParams,
  runtime: ContainerRuntime,
): Promise<void> {
  const command = query.getAll('command')
  if (command.length === 0) throw new HttpError(400, 'you must specify at least 1 command for the container')
  const process = runtime.exec(container.config!, command, {
    tty: query.get('tty') === 'true' || query.get('tty') === '1',
    stdin: !!session.stdin,
  })
  session.onResize((cols, rows) => process.resize(cols, rows))
  session.onClose(() => process.signal('SIGHUP'))
  if (session.stdin && process.stdin) session.stdin.pipe(process.stdin)
  const sent = Promise.all([copy(process.stdout, session.stdout), copy(process.stderr, session.stderr)])
  const status = await process.exited
  await sent
  session.finish(statusOf(status))
}

/** Connects the client with the main process of a container. */
export async function attach(container: ContainerRunner, session: RemoteSession): Promise<void> {
  const process = container.process!
  session.onResize((cols, rows) => process.resize(cols, rows))
  if (session.stdin && process.stdin) {
    session.stdin.pipe(process.stdin, { end: !!container.spec.stdinOnce })
  }
  const stop = [forward(process.stdout, session.stdout), forward(process.stderr, session.stderr)]
  const closed = new Promise<'closed'>(resolve => session.onClose(() => resolve('closed')))
  const ended = await Promise.race([process.exited, closed])
  for (const undo of stop) undo()
  if (ended !== 'closed') session.finish(statusOf(ended))
}

/** Sends all of a stream; what nobody wants is read and dropped, so that the process does not block. */
async function copy(from: ContainerProcess['stderr'], to: Writable | undefined): Promise<void> {
  if (!from) return
  if (to) from.pipe(to, { end: false })
  else from.resume()
  await finished(from, { writable: false })
}

/** Sends what comes from now on, beside the log that reads the same stream. */
function forward(from: Readable | undefined, to: Writable | undefined): () => void {
  if (!from || !to) return () => undefined
  const send = (chunk: Buffer) => void to.write(chunk)
  from.on('data', send)
  return () => from.off('data', send)
}

function statusOf({ code }: ExitStatus): object {
  const base = { apiVersion: 'v1', kind: 'Status', metadata: {} }
  if (code === 0) return { ...base, status: 'Success' }
  return {
    ...base,
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  }
}
