import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Clock } from '../../../base/clock.ts'
import { codeOf } from '../../../base/errors.ts'
import { isAlive, type Platform, type ProcessIdentity } from '../../../base/platform/platform.ts'
import type { ContainerProcess, ExitStatus } from '../contract.ts'
import { exitStatus } from '../spawned.ts'
import { startError, StartError } from '../start-error.ts'
import { findProgram } from './find-program.ts'
import type { NamedPipes } from './named-pipes.ts'

export interface DetachedOptions {
  platform: Platform
  clock: Clock
  pipes: NamedPipes
  /** Told of every process, so that it can be found and ended should this machine die. */
  record(pid: number): void
  cwd: string
  env: Record<string, string>
  /** The command as the pod calls it, for the error of a start that failed. */
  name?: string
}

const STDOUT = 'stdout'
const STDERR = 'stderr'
/** A pipe that a monitor opens when its program has ended: that waits until somebody reads. */
const ENDED = 'ended'
const EXIT = 'exit'

/** How often a process that is nobody's child here is looked for. */
const LOOK_MS = 500
const DEAR_LOOK_MS = 5_000
/** Whoever keeps the output of a program open that has ended, outside of its group, has so long to say something. */
const DRAIN_MS = 1_000

/**
 * Waits for the program that is its further arguments, and keeps what would be lost without a kubelet: the exit code, in
 * a file, and the pipes of the output, with all that nobody has read yet, until somebody has opened them. Signals are
 * the program's; what is trapped here is at its default there.
 */
const MONITOR = `trap : 1 2 3 5 6 10 12 13 14 15 24 25 26 27 29 30 31
"$@"
code=$?
echo "$code" > "$0/${EXIT}"
while [ -p "$0/${ENDED}" ] && ! true > "$0/${ENDED}"; do :; done 2> /dev/null
exit "$code"`

/**
 * Starts a program that goes on when this machine's process is gone, and can be gone on with: the leader of its group is
 * a shell that waits for it, its output goes through pipes in `dir`, which it holds open for reading as well: while
 * nobody else reads it waits, and is not ended by it. `dir` is made anew.
 * @throws StartError if the program cannot be started
 */
export function startDetached(
  command: string,
  args: string[],
  dir: string,
  options: DetachedOptions,
): ContainerProcess {
  const { platform, pipes, record, cwd, env, name } = options
  const program = findProgram(command, env, cwd, name)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  pipes.place([STDOUT, STDERR, ENDED].map(pipe => join(dir, pipe)))
  const writing = [STDOUT, STDERR].map(pipe => openSync(join(dir, pipe), constants.O_RDWR))
  const outlets = openOutlets(dir)
  const unset = Object.keys(env).filter(variable => !/^[A-Za-z_]\w*$/.test(variable))
  // Shells hand on only what could be a variable of theirs.
  const further = unset.length ? ['/usr/bin/env', ...unset.map(variable => `${variable}=${env[variable]}`)] : []
  const argv = ['-c', MONITOR, dir, ...further, program, ...args]
  let child: ChildProcess
  try {
    child = spawn('/bin/sh', argv, { cwd, env, stdio: ['ignore', ...writing], detached: platform.detachGroups })
  } catch (error) {
    outlets.close()
    throw startError(name ?? command, error)
  } finally {
    for (const descriptor of writing) closeSync(descriptor)
  }
  child.on('error', () => child.kill('SIGKILL'))
  if (child.pid === undefined) {
    outlets.close()
    throw new StartError(name ?? command)
  }
  const { pid } = child
  record(pid)
  const ended = new Promise<ExitStatus>(resolve =>
    child.once('exit', (code, signal) => resolve(exitStatus(code, signal))),
  )
  return containerProcess(pid, outlets, ended, options)
}

/** Goes on with what `startDetached` started in an earlier life: the output from where the last reader stopped. */
export function adoptDetached(
  identity: ProcessIdentity,
  dir: string,
  options: Pick<DetachedOptions, 'platform' | 'clock'>,
): ContainerProcess {
  const { platform, clock } = options
  // A limit may have stopped it when nobody was left to let it go on.
  platform.signalTree(identity.pid, 'SIGCONT')
  const outlets = openOutlets(dir)
  const ended = new Promise<ExitStatus>(resolve => {
    const look = () => {
      if (!isAlive(platform, identity)) return resolve(leftCode(dir))
      timer = clock.after(platform.looksAreCheap ? LOOK_MS : DEAR_LOOK_MS, look)
    }
    let timer = clock.after(0, look)
    // The pipes end with the monitor, as a rule.
    outlets.stdout.once('end', () => {
      timer.cancel()
      timer = clock.after(1, look)
    })
  })
  const finishedAt = () => statSync(join(dir, EXIT), { throwIfNoEntry: false })?.mtimeMs
  const process = containerProcess(identity.pid, outlets, ended, options)
  return { ...process, exited: process.exited.then(exit => ({ ...exit, finishedAtMs: finishedAt() })) }
}

interface Outlets {
  stdout: Socket
  stderr: Socket
  /** Lets a monitor whose program has ended go. */
  close(): void
}

function openOutlets(dir: string): Outlets {
  const open = (pipe: string) => openSync(join(dir, pipe), constants.O_RDONLY | constants.O_NONBLOCK)
  const reader = (pipe: string) => {
    const socket = new Socket({ fd: open(pipe), readable: true, writable: false })
    socket.on('error', () => socket.destroy())
    return socket
  }
  // Last, so that a monitor that waits for it lets go of no output which nobody else has open.
  const [stdout, stderr, ended] = [reader(STDOUT), reader(STDERR), open(ENDED)]
  let closed = false
  const close = () => {
    stdout.push(null)
    stderr.push(null)
    if (!closed) closeSync(ended)
    closed = true
  }
  return { stdout, stderr, close }
}

function containerProcess(
  pid: number,
  outlets: Outlets,
  ended: Promise<ExitStatus>,
  { platform, clock }: Pick<DetachedOptions, 'platform' | 'clock'>,
): ContainerProcess {
  const { stdout, stderr } = outlets
  const closed = Promise.all([stdout, stderr].map(s => new Promise(resolve => s.once('close', resolve))))
  const read = () => stdout.bytesRead + stderr.bytesRead
  const drained = async (): Promise<void> => {
    // What nobody wants to hear is not waited for.
    for (const stream of [stdout, stderr]) if (stream.readableFlowing === null) stream.resume()
    let before = read()
    const look = () => {
      if (read() === before) return outlets.close()
      before = read()
      timer = clock.after(DRAIN_MS, look)
    }
    let timer = clock.after(DRAIN_MS, look)
    await closed
    timer.cancel()
  }
  const exited = ended.then(async exit => {
    // As on a cluster, nothing of a container outlives its main process.
    platform.signalTree(pid, 'SIGKILL')
    await drained()
    outlets.close()
    return exit
  })
  return {
    pid,
    stdin: undefined,
    stdout,
    stderr,
    exited,
    detached: true,
    signal: signal => platform.signalTree(pid, signal),
    resize: () => undefined,
  }
}

/** Without a code in the file the monitor was killed, and its group with it. */
function leftCode(dir: string): ExitStatus {
  try {
    const code = /^(\d+)\n/.exec(readFileSync(join(dir, EXIT), 'utf8'))?.[1]
    if (code !== undefined) return { code: Number(code), signal: undefined }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  return { code: 137, signal: 9 }
}
