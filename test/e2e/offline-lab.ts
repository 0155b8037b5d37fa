/** Run where there is no network but loopback: a lab comes up, and a Deployment of it becomes ready. */

import { eventually, TestLab } from './lab.ts'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const labels = { app: 'alone' }

const lab = new TestLab('alone')
try {
  await lab.up('--masters', '1', '--workers', '1')
  const client = await lab.client()
  try {
    await client.request('POST', DEPLOYMENTS, {
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'alone' },
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'pause' }] } },
        },
      },
    })
    const ready = await eventually(async () => {
      const { status } = await client.request<{ status?: { readyReplicas?: number } }>('GET', `${DEPLOYMENTS}/alone`)
      return status?.readyReplicas === 2 && status.readyReplicas
    })
    console.log(`ready: ${ready}`)
  } finally {
    client.dispose()
  }
} finally {
  await lab.remove()
}
