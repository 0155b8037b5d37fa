import { spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PassThrough } from 'node:stream'
import { ReadStream } from 'node:tty'
import type { ContainerProcess } from '../contract.ts'
import { exitStatus, type SpawnOptions } from '../spawned.ts'
import { startError, StartError } from '../start-error.ts'

/** What node-pty has beside its documented API: a terminal that no process holds yet. */
interface Ptys {
  open(cols: number, rows: number): { master: number; slave: number; pty: string }
  resize(master: number, cols: number, rows: number): void
}

/** What is still to be read when a command has ended, and its terminal is held by something it left behind. */
const LAST_WORDS_MS = 200

/** Makes the program that follows the leader of a session of its own, which takes its input as its terminal. */
export const TAKE_TERMINAL = ['setsid', '-c']

/**
 * Starts a process whose input and outputs are a terminal that is nobody's yet, for a command that takes it
 * (`TAKE_TERMINAL`) from inside of its namespaces. Had the process outside of them taken it, the shell inside could
 * neither name the group in the terminal's foreground nor give it back, and control of jobs would fail.
 *
 * @throws StartError if it cannot be started
 */
export function spawnWithTerminal(
  command: string,
  args: string[],
  { platform, record, cwd, env, tty: { cols = 80, rows = 24 } = {}, name }: Omit<SpawnOptions, 'stdin'>,
): ContainerProcess {
  const { native } = createRequire(import.meta.url)('node-pty') as { native: Ptys }
  const { master, slave, pty } = native.open(cols, rows)
  // Opened anew: the descriptor that comes with it does not block, which no program expects of its input.
  const ours = openSync(pty, constants.O_RDWR | constants.O_NOCTTY)
  closeSync(slave)
  const terminal = new ReadStream(master)
  const stdout = new PassThrough()
  const stdin = new PassThrough()
  let child
  try {
    const stdio = [ours, ours, ours]
    child = spawn(command, args, { cwd, env: { TERM: 'xterm-256color', ...env }, stdio, detached: true })
  } catch (error) {
    terminal.destroy()
    throw startError(name ?? command, error)
  } finally {
    closeSync(ours)
  }
  child.on('error', () => child.kill('SIGKILL'))
  if (child.pid === undefined) {
    terminal.destroy()
    throw new StartError(name ?? command)
  }
  const { pid } = child
  record(pid)
  // A terminal that all have left reads as an error, which is its end.
  terminal.on('error', () => terminal.destroy())
  terminal.on('close', () => stdout.end())
  terminal.on('data', (chunk: Buffer) => {
    if (!stdout.write(chunk)) terminal.pause()
  })
  stdout.on('drain', () => terminal.resume())
  stdin.on('data', (chunk: Buffer) => {
    if (!terminal.destroyed) terminal.write(chunk)
  })
  const exited = new Promise<{ code: number; signal: number | undefined }>(resolve =>
    child.once('exit', (code, signal) => {
      const status = exitStatus(code, signal)
      const patience = setTimeout(() => terminal.destroy(), LAST_WORDS_MS)
      const over = () => {
        clearTimeout(patience)
        resolve(status)
      }
      if (terminal.closed) over()
      else terminal.once('close', over)
    }),
  )
  return {
    pid,
    stdin,
    stdout,
    stderr: undefined,
    exited,
    signal: signal => platform.signalTree(pid, signal),
    resize: (columns, lines) => {
      if (!terminal.destroyed) native.resize(master, columns, lines)
    },
  }
}
