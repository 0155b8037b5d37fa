import { expect, test } from 'vitest'
import { systemClock } from '../../../engine/base/clock.ts'
import { platformFor } from '../../../engine/base/platform/platform.ts'
import { chooseRuntimes, type RuntimeChoice } from '../../../engine/kubelet/runtime/choose.ts'
import { bubblewrap, platform } from './containers.ts'

const choose = (choice: RuntimeChoice, on = platform) =>
  chooseRuntimes(choice, {
    platform: on,
    clock: systemClock,
    node: process.execPath,
    record: () => undefined,
    pipes: undefined,
    programs: [],
  })
const names = async (choice: RuntimeChoice, on = platform) => (await choose(choice, on)).handlers.map(h => h.name)

test.skipIf(!bubblewrap.works)(
  'what a node chooses itself isolates, where that works; the other is there for who asks',
  async () => {
    expect(await names('auto')).toEqual(['', 'bubblewrap', 'process'])
    expect(await names('bubblewrap')).toEqual(['', 'bubblewrap', 'process'])
    expect(await names('process')).toEqual(['', 'process', 'bubblewrap'])
    expect((await choose('auto')).version).toMatch(/^bubblewrap:\/\/\d/)
    expect((await choose('auto')).handlers[0].features).toEqual({ recursiveReadOnlyMounts: true, userNamespaces: true })
  },
)

test('where namespaces do not work pods are plain processes, unless that was not wanted', async () => {
  const windows = platformFor('win32', { env: {}, homeDir: '/', run: () => undefined } as never)
  expect(await names('auto', windows)).toEqual(['', 'process'])
  await expect(choose('bubblewrap', windows)).rejects.toThrow('bubblewrap exists on Linux only')
})
