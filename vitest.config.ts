import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest begins first, so that the end does not wait for it alone. */
const LONG = [
  /e2e\/differential/,
  /e2e\/kubectl/,
  /sim\/simulation/,
  /e2e\/conformance/,
  /e2e\//,
  /desktop\/|client-node\/|robustness|accessibility/,
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex(pattern => pattern.test(moduleId))
      return at < 0 ? LONG.length : at
    }
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => rank(a) - rank(b))
  }
}

/** Pure parts, which leave nothing behind in the process: one worker takes one after the other, and loads what they share once. */
const PURE = ['api', 'apiserver', 'base', 'client', 'controllers', 'resources', 'scheduler'].map(
  area => `test/${area}/**/*.test.ts`,
)

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
    // Some tests run whole clusters of processes: a few at a time, and generous limits that no sound run comes near.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 180_000,
    // What is waited for may take a busy machine as long as it takes.
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 180_000,
    sequence: { sequencer: LongestFirst },
  },
})
