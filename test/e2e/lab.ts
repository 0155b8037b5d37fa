import { execFile, spawnSync, type ExecFileException } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../engine/base/ports.ts'
import type { LabStatus, MachineStatus } from '../../engine/lab/contract.ts'
import { RestClient } from '../../engine/client/rest.ts'
import { buildRenderer, rendererIsFresh } from '../../tools/renderer.ts'
import { root } from '../../tools/sources.ts'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** A lab of the real thing for one test file: made through the command line, removed with all that it started. */
export class TestLab {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'kubarium-e2e-'))
  readonly name: string
  /** Shells of the lab begin here: what a person has them do at their start is no part of a test, and none is to be left half done. */
  readonly #home = join(this.dataDir, 'home')
  readonly #port = freePort()

  constructor(name: string) {
    this.name = name
    mkdirSync(this.#home)
    // Labs of one user share what is compiled already; so do those of the tests.
    const compiled = join(root, 'dist', 'compile-cache')
    mkdirSync(compiled, { recursive: true })
    symlinkSync(compiled, join(this.dataDir, 'compile-cache'), 'junction')
  }

  get paths() {
    const folder = join(this.dataDir, 'labs', this.name)
    return { folder, kubeconfig: join(folder, 'admin.kubeconfig'), pki: join(folder, 'pki') }
  }

  /** On a port of its own: the preferred one may be taken by another lab while this one is down. */
  async up(...options: string[]): Promise<void> {
    const { code, stderr } = await this.cli('up', this.name, '--port', String(await this.#port), ...options)
    if (code !== 0) throw new Error(`lab up: ${stderr}`)
  }

  /** `kubarium lab …` in this lab's data folder. */
  cli(...args: string[]): Promise<Outcome> {
    const command = [join(root, 'app/cli/kubarium.mjs'), 'lab', ...args, '--data-dir', this.dataDir]
    return run(process.execPath, command, { env: { HOME: this.#home, USERPROFILE: this.#home } })
  }

  machine(action: string, name: string): Promise<Outcome> {
    return this.cli('machine', action, name, '--lab', this.name)
  }

  async status(): Promise<LabStatus & { address: string }> {
    return JSON.parse((await this.cli('status', this.name, '-o', 'json')).stdout) as LabStatus & { address: string }
  }

  kubectl(...args: string[]): Promise<Outcome> {
    return run('kubectl', ['--kubeconfig', this.paths.kubeconfig, ...args])
  }

  /** kubectl's output; an error if it fails. */
  async k(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.kubectl(...args)
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  /** Applies objects by kubectl; an error if it says anything but that. */
  async apply(...objects: object[]): Promise<void> {
    const input = objects.map(o => JSON.stringify(o)).join('\n')
    const { code, stderr } = await run('kubectl', ['--kubeconfig', this.paths.kubeconfig, 'apply', '-f', '-'], {
      input,
    })
    if (code !== 0 || stderr) throw new Error(`kubectl apply: ${stderr}`)
  }

  /** A client of the administrator, through the load balancer. */
  async client(): Promise<RestClient> {
    const read = (file: string) => readFileSync(join(this.paths.pki, file), 'utf8')
    const { apiServer } = await this.status()
    return new RestClient({
      server: apiServer,
      ca: read('ca.crt'),
      cert: read('admin.crt'),
      key: read('admin.key'),
      userAgent: 'e2e',
    })
  }

  /** The leading master of the store, once there is one. */
  leader(): Promise<MachineStatus> {
    return eventually(async () =>
      (await this.status()).machines.find(m => m.state === 'running' && m.store?.role === 'leader'),
    )
  }

  /** Stops the lab and removes its folder, also after a failure. Without its folder a lab ends by itself. */
  async remove(): Promise<void> {
    await this.cli('down', this.name)
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

export function run(
  command: string,
  args: string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<Outcome> {
  return new Promise(resolve => {
    const child = execFile(
      command,
      args,
      {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
        env: { ...process.env, ...options.env },
        timeout: options.timeoutMs ?? 90_000,
      },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
    )
    child.stdin?.end(options.input)
  })
}

/** Asks again and again until there is an answer that is not undefined, false or an error. @throws Error when time is up. */
export async function eventually<T>(ask: () => Promise<T | undefined | false>, withinMs = 60_000): Promise<T> {
  const end = performance.now() + withinMs
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (performance.now() > end) throw new Error(`it did not come true within ${withinMs} ms; last: ${String(last)}`)
    await new Promise(done => setTimeout(done, 50))
  }
}

/** Whether a program can be run here. */
export function has(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).error === undefined
}

export interface RunningLab {
  /** Address with the token, as a person would open it. */
  address: string
  origin: string
  close(): Promise<void>
}

/** A lab with its user interface built, for tests in a browser. */
export async function startLab(name: string): Promise<RunningLab> {
  if (!rendererIsFresh()) await buildRenderer()
  const lab = new TestLab(name)
  try {
    await lab.up()
    const { address } = await lab.status()
    return { address, origin: new URL(address).origin, close: () => lab.remove() }
  } catch (error) {
    await lab.remove()
    throw error
  }
}
