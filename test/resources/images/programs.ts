import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { freePort } from '../../../engine/base/ports.ts'
import { root } from '../../../tools/sources.ts'
import { eventually } from '../../e2e/lab.ts'

/** A program of an image as a process of this machine, ended with `close`. */
export class Program {
  readonly child: ChildProcess
  output = ''
  errors = ''
  readonly exited: Promise<number>

  constructor(path: string, args: string[] = [], env: Record<string, string> = {}, input = '') {
    const script = join(root, 'resources/images', path, 'main.ts')
    this.child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env } })
    this.child.stdout!.on('data', piece => (this.output += piece))
    this.child.stderr!.on('data', piece => (this.errors += piece))
    this.child.stdin!.end(input)
    this.exited = new Promise(resolve => this.child.once('close', code => resolve(code ?? -1)))
  }

  /** Resolves when a text was printed. */
  async said(text: string): Promise<void> {
    await eventually(async () => (this.output + this.errors).includes(text))
  }

  /** Asks it to stop; gives its exit code. */
  async close(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    this.child.kill(signal)
    return this.exited
  }
}

/** Runs a program to its end. */
export async function runProgram(path: string, args: string[], env: Record<string, string> = {}, input = '') {
  const program = new Program(path, args, env, input)
  const code = await program.exited
  return { code, output: program.output, errors: program.errors }
}

export { freePort }
