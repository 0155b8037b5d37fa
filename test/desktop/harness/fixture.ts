import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { StandInLab } from './lab.ts'
import { Studio, type RunningShell, type ShellOptions } from './shell.ts'

/** For each test a data folder with a lab that can come up, and shells that end with it. To be made inside a `describe`. */
export class Fixture {
  dataDir = ''
  lab!: StandInLab
  #studio!: Studio
  #shells: RunningShell[] = []

  constructor() {
    beforeAll(async () => void (this.#studio = await Studio.open()))
    afterAll(() => this.#studio.close())
    beforeEach(() => {
      this.dataDir = mkdtempSync(join(tmpdir(), 'kubarium-desktop-'))
      this.lab = new StandInLab(this.dataDir)
    })
    afterEach(async () => {
      for (const shell of this.#shells.splice(0)) await shell.close()
      await this.lab.down()
      rmSync(this.dataDir, { recursive: true, force: true })
    })
  }

  /** Folder of the bundles that a shell gives to Node. */
  get bundles(): string {
    return this.#studio.dist
  }

  async run(options: Partial<ShellOptions> = {}): Promise<RunningShell> {
    const shell = await this.#studio.run({ dataDir: this.dataDir, ...options })
    this.#shells.push(shell)
    return shell
  }
}

/** Calls the shell as the interface in a window does. Gives the answer's value. */
export async function call<T>(shell: RunningShell, name: string, ...payload: unknown[]): Promise<T> {
  const answer = await shell.ipc.invoke(
    `kubarium:call:${name}`,
    payload,
    shell.windows[0]?.webContents,
    'kubarium://lab/',
  )
  const { ok, value, message } = answer as { ok: boolean; value: T; message: string }
  if (!ok) throw new Error(message)
  return value
}
