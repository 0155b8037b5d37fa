import { describe, expect, it } from 'vitest'
import type { EndpointSlice, Service } from '../../engine/api/types.ts'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { createExposure, type ExposedPort } from '../../engine/network/exposure.ts'
import { PortRegistry } from '../../engine/network/overlay/port-registry.ts'
import { ServiceTable } from '../../engine/network/services/service-table.ts'
import { endpoint, FakeApi, service, slice } from './fake-api.ts'

const COUNT = 1_000
const PORTS = [{ name: '', port: 80, protocol: 'TCP' }]

/** Counts what is asked of it. */
class CountingTable extends ServiceTable {
  read = 0
  override service(namespace: string, name: string): Service | undefined {
    this.read++
    return super.service(namespace, name)
  }
  override services(): Service[] {
    this.read += super.services().length
    return super.services()
  }
}

function serviceOf(i: number, more: object = {}): Service {
  const ports = [{ port: 80, nodePort: 30_000 + i }]
  return service(`s-${i}`, { type: 'NodePort', clusterIP: addressOf(i), ports, ...more }) as Service
}

function sliceOf(i: number, count = 10): EndpointSlice {
  const endpoints = Array.from({ length: count }, (_, e) => endpoint(`10.244.${e + 1}.${i % 250}`, `worker-${e + 1}`))
  return slice(`s-${i}`, PORTS, endpoints) as EndpointSlice
}

function addressOf(i: number): string {
  return `10.96.${1 + (i >> 8)}.${i & 255}`
}

function fill<T extends ServiceTable>(table: T): T {
  for (let i = 0; i < COUNT; i++) {
    table.setService(serviceOf(i))
    table.setSlice(sliceOf(i))
  }
  return table
}

describe('with a thousand Services', () => {
  it('a change of one leaves what has been worked out for the others', () => {
    const table = fill(new ServiceTable('worker-1'))
    const entries = () => Array.from({ length: COUNT }, (_, i) => table.at(addressOf(i), 'TCP', 80)!)
    const before = entries()
    const differing = () => entries().flatMap((entry, i) => (entry === before[i] ? [] : [i]))
    expect(differing()).toEqual([])
    table.deleteSlice(sliceOf(7))
    table.setSlice(sliceOf(7, 3))
    expect(differing()).toEqual([7])
    expect(entries()[7]!.cluster).toHaveLength(3)
    table.setService(serviceOf(8, { sessionAffinity: 'ClientIP' }))
    expect(differing()).toEqual([7, 8])
    expect(table.atNodePort('TCP', 30_009)).toBe(before[9])
    table.deleteService(serviceOf(9))
    expect(table.at(addressOf(9), 'TCP', 80)).toBeUndefined()
    expect(table.at(addressOf(10), 'TCP', 80)).toBe(before[10])
  })

  it('a change of one is all that is looked at for the ports of the laptop, which are told only if they differ', () => {
    const clock = new FakeClock()
    const table = fill(new CountingTable('worker-1'))
    const told: ExposedPort[][] = []
    const api = new FakeApi()
    const common = { address: '172.18.0.101', table, rest: api.rest, clock, log: silentLogger }
    const exposure = createExposure({ ...common, expose: ports => void told.push(ports) })
    const settle = () => {
      table.read = 0
      clock.advance(20)
    }
    for (let i = 0; i < COUNT; i++) exposure.changed(`default/s-${i}`)
    settle()
    expect(told.map(t => t.length)).toEqual([COUNT])
    exposure.exposed(told[0]!.map(p => ({ ...p, boundPort: p.port })))
    const change = (i: number, more: object) => {
      table.setService(serviceOf(i, more))
      exposure.changed(`default/s-${i}`)
      settle()
    }
    change(5, { sessionAffinity: 'ClientIP' })
    expect(table.read).toBeLessThanOrEqual(2)
    expect(told).toHaveLength(1)
    change(6, { ports: [{ port: 80, nodePort: 32_000 }] })
    expect(table.read).toBeLessThanOrEqual(2)
    expect(told).toHaveLength(2)
    expect(told[1]!.find(p => p.service === 's-6')!.port).toBe(32_000)
    // The host opened one port anew: one Service is concerned.
    table.read = 0
    exposure.exposed(told[1]!.map(p => ({ ...p, boundPort: p.port })))
    expect(table.read).toBe(1)
    exposure.stop()
  })

  it('the ports of a pod are found without a look at those of others', () => {
    const registry = new PortRegistry()
    const pods = Array.from({ length: COUNT }, (_, i) => {
      const common = { namespace: 'd', name: `p-${i}`, token: `t-${i}`, hostNetwork: false }
      return { uid: `u-${i}`, ip: `10.244.${i >> 8}.${i & 255}`, ...common }
    })
    for (const [i, pod] of pods.entries()) {
      registry.addPod(pod)
      registry.reserve(pod, 'TCP', 80, 20_000 + i)
    }
    const [one, other] = [pods[0]!, pods[1]!]
    const holder = {}
    // A program that took its port from PORT serves the one that it was set aside for.
    registry.bind({ pod: one, protocol: 'TCP', port: 20_000, realPort: 20_000, loopbackOnly: false }, holder)
    expect(registry.find(one.ip, 'TCP', 80)).toMatchObject({ realPort: 20_000 })
    expect(registry.isHeld(registry.find(one.ip, 'TCP', 80)!)).toBe(true)
    expect(registry.isHeld(registry.find(other.ip, 'TCP', 80)!)).toBe(false)
    // Another pod's number is just a number.
    registry.bind({ pod: one, protocol: 'TCP', port: 20_001, realPort: 999, loopbackOnly: false }, holder)
    expect(registry.find(one.ip, 'TCP', 20_001)).toMatchObject({ realPort: 999 })
    expect([registry.ownsRealPort(one, 999), registry.ownsRealPort(other, 999)]).toEqual([true, false])
    registry.unbindAll(holder)
    expect(registry.find(one.ip, 'TCP', 20_001)).toBeUndefined()
    expect(registry.isHeld(registry.find(one.ip, 'TCP', 80)!)).toBe(false)
    registry.removePod(one.uid)
    expect(registry.find(one.ip, 'TCP', 80)).toBeUndefined()
    expect(registry.find(other.ip, 'TCP', 80)).toMatchObject({ realPort: 20_001 })
  })
})
