import { afterAll, beforeAll, describe } from 'vitest'
import { accessCases } from './access.ts'
import { Bench, clientMinor, KUBECTL } from './bench.ts'
import { clientCases } from './client.ts'
import { generatorCases } from './generators.ts'
import { nodeCases } from './nodes.ts'
import { objectCases } from './objects.ts'
import { podCases } from './pods.ts'
import { proxyCases } from './proxies.ts'
import { workloadCases } from './workloads.ts'

const minor = clientMinor()

describe.skipIf(minor === undefined)(`every subcommand of ${KUBECTL} (needs kubectl)`, () => {
  const bench = new Bench(minor ?? 0)
  beforeAll(() => bench.up())
  afterAll(() => bench.down())

  describe.concurrent('client', () => clientCases(bench))
  describe.concurrent('objects', () => objectCases(bench))
  describe.concurrent('generators', () => generatorCases(bench))
  describe.concurrent('access', () => accessCases(bench))
  describe.concurrent('workloads', () => workloadCases(bench))
  describe.concurrent('pods', () => podCases(bench))
  describe.concurrent('proxies', () => proxyCases(bench))
  describe('nodes', () => nodeCases(bench))
})
