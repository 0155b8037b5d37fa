import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

const services = new Subject('v1', 'Service')
const nodes = new Subject('v1', 'Node')
const secrets = new Subject('v1', 'Secret')
const endpoints = new Subject('v1', 'Endpoints')

const port = { port: 80, protocol: 'TCP' }
const service = (more: object) => ({
  spec: { ports: [port], clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ...more },
})

describe('a service', () => {
  it('may have a name that begins with a digit', () => {
    expect(services.create(service({}), { name: '1a' })).toEqual([])
  })

  it('says first what may not change, then what is wrong with it', () => {
    const balanced = (more: object) => service({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: true, ...more })
    const complaints = services.update(
      balanced({ loadBalancerClass: 'a/b' }),
      balanced({ sessionAffinity: 'Some', clusterIP: '10.96.0.2', clusterIPs: ['10.96.0.2'] }),
    )
    expect(complaints).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.2"]: may not change once set',
      'spec.loadBalancerClass: Invalid value: null: may not change once set',
      'spec.sessionAffinity: Unsupported value: "Some": supported values: "ClientIP", "None"',
    ])
  })

  it('prefers what is near in the order in which Kubernetes lists it', () => {
    expect(services.create(service({ trafficDistribution: 'Far' }))).toEqual([
      'spec.trafficDistribution: Unsupported value: "Far": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ])
  })
})

describe('a node', () => {
  it('takes its configuration from one version of a config map that its status names', () => {
    const source = { configMap: { namespace: 'n', name: 'm', uid: 'u', kubeletConfigKey: 'k' } }
    const after = { spec: { configSource: source }, status: { config: { active: source, assigned: {} } } }
    expect(nodes.update({}, after, { metadata: {} })).toEqual([
      'spec.configSource.configMap.uid: Forbidden: uid must not be set in spec',
    ])
    expect(nodes.update({ status: after.status }, { spec: {}, status: after.status })).toEqual([
      'status.config.assigned: Invalid value: {"ConfigMap":null}: exactly one reference subfield must be non-nil',
      'status.config.active.configMap.resourceVersion: Required value',
    ])
  })

  it('swaps to something', () => {
    expect(nodes.create({ status: { nodeInfo: { swap: { capacity: 0 } } } })).toEqual([
      'metadata.nodeSwapStatus.capacity: Invalid value: 0: must be greater than zero',
    ])
  })
})

describe('a secret of docker', () => {
  const type = 'kubernetes.io/dockerconfigjson'
  const at = 'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>"'
  it.each([
    ['{"a":', `${at}: unexpected end of JSON input`],
    ['{a', `${at}: invalid character 'a' looking for beginning of object key string`],
    ['[]', `${at}: json: cannot unmarshal array into Go value of type map[string]interface {}`],
    ['1', `${at}: json: cannot unmarshal number into Go value of type map[string]interface {}`],
  ])('is an object: %s is none', (text, complaint) => {
    expect(secrets.create({ type, stringData: { '.dockerconfigjson': text } })).toEqual([complaint])
  })

  it('says first what may not change', () => {
    expect(secrets.update({ type: 'Opaque', immutable: true }, { type, immutable: true })).toEqual([
      `type: Invalid value: "${type}": field is immutable`,
      'data[.dockerconfigjson]: Required value',
    ])
  })
})

describe('endpoints', () => {
  const subsets = [{ addresses: [{ ip: '127.0.0.1' }] }]
  it('stay as they are, even wrong', () => {
    expect(endpoints.update({ subsets }, { subsets })).toEqual([])
    expect(endpoints.update({}, { subsets })).toEqual([
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ])
  })

  it('are remarked on if their addresses are not written as they should be', () => {
    const odd = [{ addresses: [{ ip: '2001:DB8::1' }] }]
    expect(endpoints.warnings({ subsets: odd })[1]).toBe(
      'subsets[0].addresses[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    )
  })
})
