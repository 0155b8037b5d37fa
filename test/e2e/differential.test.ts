import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../tools/sources.ts'
import { has, run, TestLab } from './lab.ts'

/** Recorded answers of a real Kubernetes, and the program that compares; not part of this repository. */
const folder = join(process.env.KUBARIUM_SHARED ?? join(root, '..', 'shared'), 'differential')

/** Cases in which every step has agreed so far; none of them may be lost again. */
const CASES = [
  'api-discovery',
  'apply-client',
  'auth-review',
  'classes',
  'create-generators-access',
  'create-generators-config',
  'create-generators-workloads',
  'daemonsets',
  'delete-gc',
  'deploy-rollout',
  'diff',
  'dry-run',
  'events-leases',
  'explain-core',
  'get-formats',
  'http-errors',
  'ingress-policies',
  'jobs',
  'namespaces',
  'nodes',
  'patch-strategic',
  'pod-defaults',
  'rbac',
  'replace-conflict',
  'scheduling-fit',
  'services',
  'set-commands',
  'ssa-basics',
  'validate-pods',
  'validate-workloads',
  'volumes',
  'wait',
  'watch',
]

/** Cases in which kubectl itself goes through a map of Go's, so that the order of what it sends is another each time. */
const ANY_ORDER = new Set(['set-commands'])

interface Report {
  cases: { name: string; passed: number; total: number; steps: { title: string; diff: string[] }[] }[]
}

const lab = new TestLab('differential')
const here = existsSync(folder) && has('kubectl', 'version', '--client')

describe.skipIf(!here)('answers are those that Kubernetes gave (needs kubectl and the recorded answers)', () => {
  let report: Report

  beforeAll(async () => {
    await lab.up('--bare')
    const json = join(lab.dataDir, 'report.json')
    const { stderr } = await run(
      process.execPath,
      [
        join(folder, 'run.mjs'),
        '--kubeconfig',
        lab.paths.kubeconfig,
        '--json',
        json,
        '--filter',
        `^(${CASES.join('|')})$`,
      ],
      { timeoutMs: 600_000 },
    )
    if (!existsSync(json)) throw new Error(stderr)
    report = JSON.parse(readFileSync(json, 'utf8')) as Report
  }, 600_000)
  afterAll(() => lab.remove())

  test.each(CASES)('%s', name => {
    const found = report.cases.find(c => c.name === name)
    const differing = found?.steps.filter(step => !(ANY_ORDER.has(name) && differsInOrderOnly(step.diff)))
    expect(differing?.map(s => `${s.title}\n${s.diff.join('\n')}`)).toEqual([])
    expect(found!.passed + found!.steps.length - differing!.length).toBe(found!.total)
  })
})

/** Whether what is missing and what is too much consist of the same characters. */
function differsInOrderOnly(diff: string[]): boolean {
  const characters = (sign: string) =>
    diff
      .filter(line => line.startsWith(sign))
      .flatMap(line => [...line.slice(2)])
      .sort()
      .join('')
  return diff.every(line => /^([ +-] |stdout:|stderr:)/.test(line)) && characters('- ') === characters('+ ')
}
