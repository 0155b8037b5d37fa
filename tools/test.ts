/** The whole test suite: static checks, then every test. The last line is `N passed, N failed`, from the runner's own report. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { buildRenderer } from './renderer.ts'
import { root } from './sources.ts'

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  success: boolean
}

const steps: [string, string[]][] = [
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit']],
  [
    'types of the interface',
    ['node_modules/svelte-check/bin/svelte-check', '--tsconfig', 'renderer/tsconfig.json', '--threshold', 'error'],
  ],
  ['lint', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']],
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
]

await Promise.all([bundle(), buildRenderer()])
const failedSteps = steps.filter(([name, args]) => !run(name, args)).map(([name]) => name)

const folder = mkdtempSync(join(tmpdir(), 'kubarium-test-'))
const reportFile = join(folder, 'report.json')
const only = process.argv.slice(2)
const tested = run('tests', [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportFile}`,
  ...only,
])
const report = readReport()
rmSync(folder, { recursive: true, force: true })

const failed = (report?.numFailedTests ?? 0) + failedSteps.length + (tested || report?.numFailedTests ? 0 : 1)
if (failedSteps.length) console.error(`failed checks: ${failedSteps.join(', ')}`)
const skipped = report?.numPendingTests ? `, ${report.numPendingTests} skipped` : ''
console.log(`${(report?.numPassedTests ?? 0) + steps.length - failedSteps.length} passed, ${failed} failed${skipped}`)
process.exitCode = failed ? 1 : 0

function run(name: string, args: string[]): boolean {
  console.log(`\n— ${name}`)
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0
}

function readReport(): Report | undefined {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8')) as Report
  } catch (error) {
    console.error(`the tests left no report: ${(error as Error).message}`)
    return undefined
  }
}
