import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bridge } from '../../app/desktop/contract.ts'
import { StandInLab } from './harness/lab.ts'
import { RunningShell, Studio, whyNoBrowser, type ShellOptions } from './harness/shell.ts'

declare const window: { kubarium: Bridge; [key: string]: unknown }

describe.skipIf(whyNoBrowser)(`the desktop shell${whyNoBrowser}`, () => {
  let studio: Studio
  let dataDir: string
  let lab: StandInLab
  let shells: RunningShell[]

  beforeAll(async () => {
    studio = await Studio.open()
  })
  afterAll(() => studio.close())
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'kubarium-desktop-'))
    lab = new StandInLab(dataDir)
    shells = []
  })
  afterEach(async () => {
    for (const shell of shells) await shell.close()
    await lab.down()
    rmSync(dataDir, { recursive: true, force: true })
  })

  async function run(options: Partial<ShellOptions> = {}): Promise<RunningShell> {
    const shell = await studio.run({ dataDir, ...options })
    shells.push(shell)
    return shell
  }

  test('a start shows the interface of a lab that is up', async () => {
    await lab.up()
    const shell = await run()
    const page = await shell.page('kubarium://lab/')
    expect(await page.textContent('#state')).toBe('ran')
    expect(shell.windows).toHaveLength(1)
    expect(shell.schemes).toEqual([{ scheme: 'kubarium', privileges: expect.objectContaining({ standard: true, secure: true }) }])
    expect(shell.proxy.strays).toEqual([])
  })
})
