import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { certificateRequest } from '../e2e/kubectl/certificate-request.ts'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

async function make(name: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const request = Buffer.from(await certificateRequest(privateKey, { commonName: 'x' })).toString('base64')
  const spec = { request, signerName: 'example.com/own', usages: ['client auth'] }
  expect((await cluster.ask(REQUESTS, { method: 'POST', body: { metadata: { name }, spec } })).code).toBe(201)
}

const condition = (type: string, more: object = {}) => ({ type, status: 'True', reason: 'Test', message: 'm', ...more })
async function decide(name: string, conditions: object[]) {
  const { json } = await cluster.ask(`${REQUESTS}/${name}`)
  return cluster.ask(`${REQUESTS}/${name}/approval`, { method: 'PUT', body: { ...json, status: { conditions } } })
}

it('writes conditions, with their times, and nothing else', async () => {
  await make('a')
  const { json } = await cluster.ask(`${REQUESTS}/a`)
  const body = {
    ...json,
    metadata: { ...json.metadata, labels: { x: 'y' } },
    spec: { ...json.spec, signerName: 'other.example/x' },
  }
  const answer = await cluster.ask(`${REQUESTS}/a/approval`, {
    method: 'PUT',
    body: { ...body, status: { conditions: [condition('Approved')], certificate: 'eA==' } },
  })
  expect(answer.code).toBe(200)
  expect(answer.json.spec.signerName).toBe('example.com/own')
  expect(answer.json.metadata.labels).toBeUndefined()
  expect(answer.json.status).toEqual({
    conditions: [condition('Approved', { lastUpdateTime: expect.any(String), lastTransitionTime: expect.any(String) })],
  })
})

it('takes no decision back, and not both', async () => {
  await make('b')
  expect((await decide('b', [condition('Approved'), condition('Denied')])).code).toBe(422)
  expect((await decide('b', [condition('Denied')])).code).toBe(200)
  const undone = await decide('b', [])
  expect([undone.code, undone.json.message]).toEqual([
    422,
    expect.stringContaining('may not remove a condition of type "Denied"'),
  ])
})

it('takes patches, and refuses a version that is no longer', async () => {
  await make('c')
  const { json: stale } = await cluster.ask(`${REQUESTS}/c`)
  const patched = await cluster.ask(`${REQUESTS}/c/approval`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { conditions: [condition('Approved')] } },
  })
  expect(patched.json.status.conditions[0].type).toBe('Approved')
  const late = await cluster.ask(`${REQUESTS}/c/approval`, {
    method: 'PUT',
    body: { ...stale, status: { conditions: [condition('Approved'), condition('Odd')] } },
  })
  expect(late.code).toBe(409)
})
