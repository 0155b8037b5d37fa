import { existsSync, readFileSync, rmSync } from 'node:fs'
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

/** Clients wait for clusters most of the time: two clusters, with half of the cases each, are done in half of it. */
const labs = [new TestLab('differential-1'), new TestLab('differential-2')]
const here = existsSync(folder) && has('kubectl', 'version', '--client')

describe.skipIf(!here)('answers are those that Kubernetes gave (needs kubectl and the recorded answers)', () => {
  const found: Report['cases'] = []

  beforeAll(async () => {
    const halves = labs.map(async (lab, half) => {
      await lab.up('--bare')
      const cases = CASES.filter((_, i) => i % labs.length === half)
      const first = await compare(lab, cases)
      // A client and the controllers race in some steps, in any cluster; the recorded order is one of several that are right.
      const again = cases.filter(name => differencesOf(first, name).length)
      found.push(...first.filter(c => !again.includes(c.name)), ...(again.length ? await compare(lab, again) : []))
    })
    await Promise.all(halves)
  }, 3_000_000)
  afterAll(() => Promise.all(labs.map(lab => lab.remove())))

  test.each(CASES)('%s', name => {
    expect(differencesOf(found, name)).toEqual([])
  })
})

async function compare(lab: TestLab, cases: string[]): Promise<Report['cases']> {
  const json = join(lab.dataDir, 'report.json')
  rmSync(json, { force: true })
  const filter = `^(${cases.join('|')})$`
  const args = [join(folder, 'run.mjs'), '--kubeconfig', lab.paths.kubeconfig, '--json', json, '--filter', filter]
  const { stderr } = await run(process.execPath, args, { timeoutMs: 1_400_000 })
  if (!existsSync(json)) throw new Error(stderr)
  return (JSON.parse(readFileSync(json, 'utf8')) as Report).cases
}

/** What of a case is not as recorded, in words. */
function differencesOf(cases: Report['cases'], name: string): string[] {
  const found = cases.find(c => c.name === name)
  if (!found) return [`there is no case ${name}`]
  const differing = found.steps.filter(step => !(ANY_ORDER.has(name) && differsInOrderOnly(step.diff)))
  const agreeing = found.passed + found.steps.length - differing.length
  const missing = agreeing + differing.length === found.total ? [] : [`${found.total - agreeing} steps did not agree`]
  return [...differing.map(s => `${s.title}\n${s.diff.join('\n')}`), ...missing]
}

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
