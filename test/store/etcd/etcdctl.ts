import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Cluster } from './processes.ts'
import { kill } from './processes.ts'

/** An etcdctl that runs; what it prints gathers in `output` and `errors`. */
export interface Running {
  child: ChildProcess
  output: string
  errors: string
  ended: Promise<number | null>
  /** Resolves when the output matches. */
  until(expected: RegExp): Promise<RegExpExecArray>
}

export interface Outcome {
  code: number | null
  output: string
  errors: string
}

/** etcdctl, as it is installed, on one cluster. */
export class Etcdctl {
  readonly #cluster: Pick<Cluster, 'endpoints' | 'client'>
  readonly #running = new Set<ChildProcess>()

  constructor(cluster: Pick<Cluster, 'endpoints' | 'client'>) {
    this.#cluster = cluster
  }

  start(args: string[], input?: string, endpoints = this.#cluster.endpoints): Running {
    const child = spawn('etcdctl', [`--endpoints=${endpoints.join(',')}`, ...this.#cluster.client.args, ...args], {
      env: { ...process.env, ETCDCTL_API: '3' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#running.add(child)
    const waiting: (() => void)[] = []
    const running: Running = {
      child,
      output: '',
      errors: '',
      ended: new Promise<number | null>(resolve =>
        child.on('close', code => {
          this.#running.delete(child)
          resolve(code)
        }),
      ),
      async until(expected) {
        for (;;) {
          const match = expected.exec(running.output)
          if (match) return match
          if (child.exitCode !== null) throw new Error(`etcdctl has ended: ${running.output}${running.errors}`)
          await new Promise<void>(resolve => waiting.push(resolve))
        }
      },
    }
    const wake = () => waiting.splice(0).forEach(resolve => resolve())
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      running.output += text
      wake()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (running.errors += text))
    child.on('close', wake)
    // It may have ended before it has read what it is told.
    child.stdin.on('error', () => child.stdin.destroy())
    if (input !== undefined) child.stdin.write(input)
    return running
  }

  async run(args: string[], input = '', endpoints?: string[]): Promise<Outcome> {
    const etcdctl = this.start(args, undefined, endpoints)
    etcdctl.child.stdin!.end(input)
    const code = await etcdctl.ended
    return { code, output: etcdctl.output, errors: etcdctl.errors }
  }

  /** What a command that must succeed prints. */
  async ok(command: string, input?: string): Promise<string> {
    const { code, output, errors } = await this.run(command.split(' '), input)
    if (code !== 0) throw new Error(`etcdctl ${command}: ${errors}`)
    return output
  }

  /** Ends whatever still runs. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map(kill))
  }
}
