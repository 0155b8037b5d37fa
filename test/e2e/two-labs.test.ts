import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Service } from '../../engine/api/types.ts'
import { eventually, has, TestLab } from './lab.ts'

const labs = [new TestLab('left'), new TestLab('right')]

describe.skipIf(!has('kubectl', 'version', '--client'))('two labs on one machine (needs kubectl)', () => {
  beforeAll(async () => {
    for (const lab of labs) await lab.up('--masters', '1', '--workers', '1')
    for (const lab of labs) await lab.apply(...app(name(lab)))
    for (const lab of labs) await lab.k('wait', '--for=condition=Ready', `pod/${name(lab)}`, '--timeout=60s')
  })
  afterAll(() => Promise.all(labs.map(lab => lab.remove())))

  test('have the same addresses, names and node ports, and each reaches its own', async () => {
    for (const lab of labs)
      for (const place of ['web', '10.96.0.77', '172.18.0.101:30077']) {
        const ask = () => lab.kubectl('exec', name(lab), '--', 'curl', '-sf', `http://${place}/hostname`)
        await eventually(async () => (await ask()).code === 0)
        expect((await ask()).stdout).toBe(name(lab))
      }
  })

  test('get different ports on the machine, and are told so', async () => {
    const open = await Promise.all(
      labs.map(lab =>
        eventually(async () => {
          const { status } = JSON.parse(await lab.k('get', 'service', 'web', '-o', 'json')) as Service
          return status?.loadBalancer?.ingress?.[0]
        }),
      ),
    )
    expect(open.map(o => o.ip)).toEqual(['127.0.0.1', '127.0.0.1'])
    expect(new Set(open.map(o => o.ports?.[0]?.port)).size).toBe(2)
  })
})

function name(lab: TestLab): string {
  return `server-${lab.name}`
}

/** A server that tells in which lab it is, behind the same addresses in both. */
function app(name: string): object[] {
  return [
    {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'web' } } },
      spec: { containers: [{ name: 'c', image: 'agnhost', args: ['netexec', '--http-port=8080'] }] },
    },
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
      spec: {
        ...{ type: 'LoadBalancer', clusterIP: '10.96.0.77', selector: { app: 'web' } },
        ports: [{ port: 80, targetPort: 8080, nodePort: 30077 }],
      },
    },
  ]
}
