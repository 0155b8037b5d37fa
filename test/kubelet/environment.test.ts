import { describe, expect, test } from 'vitest'
import type { Container, Pod, Service } from '../../engine/api/types.ts'
import {
  buildEnvironment,
  ConfigError,
  expand,
  resourceValue,
  type ValueSources,
} from '../../engine/kubelet/pods/environment.ts'

const pod = {
  metadata: { name: 'p', namespace: 'ns', uid: 'u', labels: { app: 'x' }, annotations: { b: '2', a: '1' } },
  spec: { nodeName: 'n', containers: [{ name: 'c', resources: { limits: { cpu: '1500m', memory: '64Mi' } } }] },
} as unknown as Pod
const sources: ValueSources = {
  configMap: async (_, name) => (name === 'conf' ? ({ data: { a: '1', 'not valid!': 'x' } } as never) : undefined),
  secret: async (_, name) =>
    name === 'sec' ? ({ data: { key: Buffer.from('open').toString('base64') } } as never) : undefined,
  services: () => [],
  podIP: '10.244.0.9',
  hostIP: '172.18.0.101',
  allocatable: { cpu: '4', memory: '8Gi' },
}
const build = (container: Partial<Container>, more: Partial<ValueSources> = {}) =>
  buildEnvironment(pod, { name: 'c', ...container } as Container, { ...sources, ...more })

describe('the environment of a container', () => {
  test('later sources override earlier ones, and variables see those before them', async () => {
    const env = await build({
      envFrom: [{ prefix: 'P_', configMapRef: { name: 'conf' } }],
      env: [
        { name: 'A', value: 'one' },
        { name: 'B', value: '$(A) $(P_a) $$(A) $(C)' },
      ],
    } as never)
    expect(env).toEqual({ P_a: '1', A: 'one', B: 'one 1 $(A) $(C)' })
  })

  test('fields of the pod, sorted and quoted where they are maps', async () => {
    const field = (fieldPath: string) => ({ name: fieldPath, valueFrom: { fieldRef: { fieldPath } } })
    const env = await build({
      env: [
        'metadata.name',
        "metadata.labels['app']",
        'metadata.annotations',
        'status.podIP',
        'status.hostIP',
        'spec.nodeName',
      ].map(field),
    } as never)
    expect(Object.values(env)).toEqual(['p', 'x', 'a="1"\nb="2"', '10.244.0.9', '172.18.0.101', 'n'])
  })

  test('secrets are decoded, what is missing and optional is left out, what is missing otherwise is said', async () => {
    const from = (name: string, key: string, optional?: boolean) =>
      ({ env: [{ name: 'S', valueFrom: { secretKeyRef: { name, key, optional } } }] }) as never
    expect(await build(from('sec', 'key'))).toEqual({ S: 'open' })
    expect(await build(from('none', 'key', true))).toEqual({})
    await expect(build(from('none', 'key'))).rejects.toThrow(new ConfigError('secret "none" not found'))
    await expect(build(from('sec', 'other'))).rejects.toThrow("couldn't find key other in Secret ns/sec")
  })

  test('services are known by the variables that Docker links had', async () => {
    const service = {
      metadata: { name: 'my-db', namespace: 'ns' },
      spec: { clusterIP: '10.96.0.7', ports: [{ name: 'sql', port: 5432 }] },
    } as unknown as Service
    const env = await build({}, { services: ns => (ns === 'ns' ? [service] : []) })
    expect(env).toMatchObject({
      MY_DB_SERVICE_HOST: '10.96.0.7',
      MY_DB_SERVICE_PORT: '5432',
      MY_DB_SERVICE_PORT_SQL: '5432',
      MY_DB_PORT: 'tcp://10.96.0.7:5432',
      MY_DB_PORT_5432_TCP_ADDR: '10.96.0.7',
    })
  })
})

test('amounts are rounded up to whole divisors', () => {
  const value = (resource: string, divisor?: string) =>
    resourceValue(pod, pod.spec!.containers![0], { resource, divisor }, sources)
  expect(value('limits.cpu')).toBe('2')
  expect(value('limits.cpu', '1m')).toBe('1500')
  expect(value('limits.memory', '1Mi')).toBe('64')
  expect(value('limits.ephemeral-storage'.replace('ephemeral-storage', 'memory'))).toBe(String(64 * 1024 * 1024))
})

test('expansion leaves what it does not know', () => {
  expect(expand('$(HOME)/$(X)/$$(HOME)/$HOME', { HOME: '/h' })).toBe('/h/$(X)/$(HOME)/$HOME')
})
