import { generateKeyPairSync } from 'node:crypto'
import type { webcrypto } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { certificateRequest } from '../../e2e/kubectl/certificate-request.ts'
import { Subject } from './complaints.ts'

const GROUP = 'rbac.authorization.k8s.io'
const role = (kind: string, more: object = {}) => ({ roleRef: { apiGroup: GROUP, kind, name: 'r', ...more } })

describe('bindings of roles', () => {
  const namespaced = new Subject(`${GROUP}/v1`, 'RoleBinding')
  const wide = new Subject(`${GROUP}/v1`, 'ClusterRoleBinding')
  const odd = [
    { kind: 'ServiceAccount', name: 'A', apiGroup: 'x', namespace: 'n' },
    { kind: 'ServiceAccount', name: 'a' },
    { kind: 'User', name: '' },
    { kind: 'Group', name: 'g', apiGroup: 'x' },
    { kind: 'Thing', name: 't' },
  ]

  it('grant a role of their reach to users, groups and service accounts', () => {
    const errors = [
      expect.stringContaining('subjects[0].name: Invalid value: "A": a lowercase RFC 1123 subdomain'),
      'subjects[0].apiGroup: Unsupported value: "x": supported values: ""',
      'subjects[1].namespace: Required value',
      'subjects[2].name: Required value',
      `subjects[3].apiGroup: Unsupported value: "x": supported values: "${GROUP}"`,
      'subjects[4].kind: Unsupported value: "Thing": supported values: "ServiceAccount", "User", "Group"',
    ]
    expect(wide.create({ ...role('ClusterRole'), subjects: odd })).toEqual(errors)
    // In a namespace, a service account may be meant to be of that namespace.
    expect(namespaced.create({ ...role('Role'), subjects: odd })).toEqual(errors.filter((_, i) => i !== 2))
  })

  it('name a role of theirs', () => {
    expect(wide.create(role('Role', { name: 'a/b', apiGroup: 'x' }))).toEqual([
      `roleRef.apiGroup: Unsupported value: "x": supported values: "${GROUP}"`,
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      'roleRef.name: Invalid value: "a/b": may not contain \'/\'',
    ])
    expect(namespaced.create(role('Thing'))).toEqual([
      'roleRef.kind: Unsupported value: "Thing": supported values: "Role", "ClusterRole"',
    ])
  })

  it('never come to mean another role, and know what is left out', () => {
    expect(namespaced.update(role('Role'), role('ClusterRole'))).toEqual([
      `roleRef: Invalid value: {"APIGroup":"${GROUP}","Kind":"ClusterRole","Name":"r"}: cannot change roleRef`,
    ])
    const { roleRef, subjects } = namespaced.read({
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 's' },
      ],
    })
    expect([roleRef.apiGroup, subjects[0].apiGroup, subjects[1].apiGroup]).toEqual([GROUP, GROUP, undefined])
  })
})

describe('roles', () => {
  const roles = new Subject(`${GROUP}/v1`, 'Role')
  const wide = new Subject(`${GROUP}/v1`, 'ClusterRole')

  it('say what may be done to what', () => {
    const rules = [{}, { verbs: ['get'], nonResourceURLs: ['/a'], resources: ['pods'] }]
    const common = [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ]
    const both =
      'rules[1].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs'
    expect(wide.create({ rules })).toEqual([...common, both])
    expect(roles.create({ rules })).toEqual([
      ...common,
      'rules[1].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs',
      both,
    ])
  })

  it('gather others by their labels', () => {
    expect(wide.create({ aggregationRule: {} })).toEqual([
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ])
  })
})

describe('a service account', () => {
  it('keeps the names of its secrets and nothing else of them', () => {
    const accounts = new Subject('v1', 'ServiceAccount')
    expect(accounts.warnings({}, { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } })).toEqual([
      'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
    ])
    expect(accounts.made({ secrets: [{ name: 'a', namespace: 'b', kind: 'Secret' }] }).secrets).toEqual([{ name: 'a' }])
  })
})

describe('a request for a certificate', () => {
  const requests = new Subject('certificates.k8s.io/v1', 'CertificateSigningRequest')
  const pem = (type: string, der = '0000') => btoa(`-----BEGIN ${type}-----\n${der}\n-----END ${type}-----\n`)
  const body = (more: object = {}, status: object = {}) => ({
    spec: { request, signerName: 'a.b/c', usages: ['client auth'], ...more },
    status,
  })
  const condition = (type: string, status = 'True') => ({ type, status, reason: 'r' })
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  let request = ''
  beforeAll(async () => {
    request = btoa(await certificateRequest(key, { commonName: 'x' }))
  })
  const writeStatus = (before: object, after: object, subresource: string) =>
    requests.update(body({}, before), body({}, after), { subresource })

  it('has any name, and says what for', () => {
    expect(requests.create(body(), { name: 'Any:Name_' })).toEqual([])
    expect(
      requests.create(
        body({
          request: pem('X'),
          signerName: 'kubernetes.io/legacy-unknown',
          usages: ['a', 'any', 'any'],
          expirationSeconds: 599,
        }),
      ),
    ).toEqual([
      expect.stringContaining('PEM block type must be CERTIFICATE REQUEST'),
      expect.stringContaining('spec.usages[0]: Unsupported value: "a": supported values: "any", "cert sign"'),
      'spec.usages[2]: Duplicate value: "any"',
      'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
      'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
    ])
  })

  it('is signed with the key that it is about', () => {
    const der = Buffer.from(
      atob(request)
        .replace(/-----[^-]+-----/g, '')
        .trim(),
      'base64',
    )
    const altered = (at: number) => {
      const copy = Buffer.from(der)
      copy[at]! ^= 1
      return pem('CERTIFICATE REQUEST', copy.toString('base64'))
    }
    const complaints = (request: string) => requests.create(body({ request })).map(text => text.replace(/".*"/, '…'))
    // The common name, and the signature's last byte.
    expect(complaints(altered(der.indexOf('x', 0, 'latin1')))).toEqual([
      'spec.request: Invalid value: …: x509: ECDSA verification failure',
    ])
    expect(complaints(altered(der.length - 1))).toEqual([
      'spec.request: Invalid value: …: x509: ECDSA verification failure',
    ])
    expect(complaints(pem('CERTIFICATE REQUEST', der.subarray(0, 40).toString('base64')))).toEqual([
      'spec.request: Invalid value: …: asn1: syntax error: data truncated',
    ])
    expect(complaints(btoa(atob(request).replaceAll('CERTIFICATE', 'NEW CERTIFICATE')))).toEqual([
      'spec.request: Invalid value: …: PEM block type must be CERTIFICATE REQUEST',
    ])
  })

  it.each(['rsa', 'ed25519'] as const)('may be signed with a key of %s', async kind => {
    await import('reflect-metadata')
    const x509 = await import('@peculiar/x509')
    const algorithm =
      kind === 'rsa'
        ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 }
        : { name: 'Ed25519' }
    const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
    const own = await x509.Pkcs10CertificateRequestGenerator.create({ name: 'CN=x', keys, signingAlgorithm: algorithm })
    expect(requests.create(body({ request: btoa(own.toString('pem')) }))).toEqual([])
  })

  it('is decided upon through approval alone, for good', () => {
    const approved = { conditions: [condition('Approved')] }
    expect(writeStatus({}, approved, 'status')).toEqual([
      'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
    ])
    expect(writeStatus({}, approved, 'approval')).toEqual([])
    expect(writeStatus(approved, {}, 'status')).toEqual([
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    ])
    const changed = { conditions: [{ ...condition('Approved'), reason: 'other' }] }
    expect(writeStatus(approved, changed, 'status')).toEqual([
      'status.conditions: Forbidden: updates may not modify a condition of type "Approved"',
    ])
    const odd = {
      conditions: [condition('Approved', 'False'), condition('Denied'), condition('Denied'), condition('')],
    }
    expect(writeStatus({}, odd, 'approval')).toEqual([
      'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
      'status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
      'status.conditions[2].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
      'status.conditions[2].type: Duplicate value: "Denied"',
      'status.conditions[3].type: Required value',
    ])
  })

  it('gets one certificate, through its status', () => {
    const issued = { certificate: pem('CERTIFICATE', 'MAA=') }
    expect(writeStatus({}, issued, 'status')).toEqual([])
    expect(writeStatus({}, { certificate: pem('KEY') }, 'status')).toEqual([
      'status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "KEY"',
    ])
    expect(writeStatus(issued, { certificate: pem('CERTIFICATE', 'MAAA') }, 'status')).toEqual([
      'status.certificate: Forbidden: updates may not modify existing certificate content',
    ])
    // Writers of the request itself change neither what is asked nor what came of it.
    expect(requests.update(body({}, issued), body({ usages: ['any'] }), {})).toEqual([])
  })
})
