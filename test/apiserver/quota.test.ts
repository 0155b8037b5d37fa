import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const NS = '/api/v1/namespaces/default'
const merge = { 'content-type': 'application/merge-patch+json' }

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
  await cluster.ask(`${NS}/serviceaccounts`, { method: 'POST', body: { metadata: { name: 'default' } } })
})
afterAll(() => cluster.close())

const quota = async (name: string, hard: object, used: object) => {
  await cluster.ask(`${NS}/resourcequotas`, { method: 'POST', body: { metadata: { name }, spec: { hard } } })
  await cluster.ask(`${NS}/resourcequotas/${name}/status`, {
    method: 'PATCH',
    body: { status: { hard, used } },
    headers: merge,
  })
}
const pod = (name: string, resources: object) =>
  cluster.ask(`${NS}/pods`, {
    method: 'POST',
    body: { metadata: { name }, spec: { containers: [{ name: 'c', image: 'i', resources }] } },
  })

it('never lets more through than the quota has, even when many come at once', async () => {
  await quota('maps', { secrets: '3' }, { secrets: '0' })
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      cluster.ask(`${NS}/secrets`, { method: 'POST', body: { metadata: { name: `s${i}` } } }),
    ),
  )
  expect(answers.filter(answer => answer.code === 201)).toHaveLength(3)
  const refused = answers.find(answer => answer.code === 403)!
  expect(refused.json.message).toMatch(
    /^secrets "s\d" is forbidden: exceeded quota: maps, requested: secrets=1, used: secrets=3, limited: secrets=3$/,
  )
})

it('wants compute resources to be asked for, and names all that are exceeded', async () => {
  await quota(
    'cpu',
    { 'requests.cpu': '1', 'limits.memory': '1Gi' },
    { 'requests.cpu': '600m', 'limits.memory': '512Mi' },
  )
  expect((await pod('p', {})).json.message).toBe(
    'pods "p" is forbidden: failed quota: cpu: must specify limits.memory for: c; requests.cpu for: c',
  )
  expect((await pod('p', { requests: { cpu: '500m' }, limits: { memory: '1Gi' } })).json.message).toBe(
    'pods "p" is forbidden: exceeded quota: cpu, requested: limits.memory=1Gi,requests.cpu=500m, used: limits.memory=512Mi,requests.cpu=600m, limited: limits.memory=1Gi,requests.cpu=1',
  )
  await cluster.ask(`${NS}/resourcequotas/cpu`, { method: 'DELETE' })
})

it('fills in the defaults of a limit range and refuses what is beyond it', async () => {
  const limits = [{ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' }, max: { cpu: '1' } }]
  await cluster.ask(`${NS}/limitranges`, { method: 'POST', body: { metadata: { name: 'r' }, spec: { limits } } })
  const { json } = await pod('small', {})
  expect(json.spec.containers[0].resources).toEqual({ requests: { cpu: '100m' }, limits: { cpu: '500m' } })
  expect((await pod('big', { limits: { cpu: '2' } })).json.message).toBe(
    'pods "big" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
  )
})
