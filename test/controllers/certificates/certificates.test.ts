import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CertificateSigningRequest } from '../../../engine/api/types/certificates-v1.ts'
import { systemRandom } from '../../../engine/base/random.ts'
import { lifetimeLeftMs } from '../../../engine/controllers/certificates/lifetime.ts'
import { readRequest, signRequest } from '../../../engine/controllers/certificates/sign.ts'
import { SIGNERS, type RequestedCertificate } from '../../../engine/controllers/certificates/signers.ts'
import { Pki } from '../../../engine/lab/pki.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubarium-csr-'))
const NOW = Date.parse('2026-03-01T00:00:00Z')
let authority: { cert: string; key: string }
let pem: string

beforeAll(async () => {
  authority = await new Pki(folder, systemRandom).authority()
  pem = await makeRequest()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A request with an RSA key, names of all kinds, and a wish to be an authority that nobody grants. */
async function makeRequest(): Promise<string> {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: ['system:node:n'] }, { O: ['system:nodes'] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'n.local' },
        { type: 'ip', value: '10.0.0.1' },
        { type: 'email', value: 'a@b.example' },
        { type: 'url', value: 'https://x.example' },
      ]),
    ],
  })
  return request.toString('pem')
}

const spec = (more: object = {}) => ({
  request: Buffer.from(pem).toString('base64'),
  signerName: 'kubernetes.io/kubelet-serving',
  usages: ['digital signature', 'key encipherment', 'server auth'],
  ...more,
})
const sign = async (more: object = {}, now = Date.now()) =>
  new X509Certificate(await signRequest(spec(more), authority, now, systemRandom))

describe('signing', () => {
  test('a request is read with all its names', async () => {
    expect(await readRequest(pem)).toEqual({
      commonName: 'system:node:n',
      organizations: ['system:nodes'],
      dnsNames: ['n.local'],
      addresses: ['10.0.0.1'],
      emails: ['a@b.example'],
      uris: ['https://x.example'],
    })
  })

  test('a request whose signature is not of its key is refused', async () => {
    const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')
    der[der.length - 20]! ^= 1
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
    await expect(readRequest(forged)).rejects.toThrow('not signed with the key')
    await expect(readRequest('nonsense')).rejects.toThrow()
  })

  test('the certificate has the names and usages of the request, is of the authority, and is none itself', async () => {
    const certificate = await sign()
    expect(certificate.verify(new X509Certificate(authority.cert).publicKey)).toBe(true)
    expect(certificate.subject).toBe('CN=system:node:n\nO=system:nodes')
    expect(certificate.subjectAltName).toContain('DNS:n.local')
    expect(certificate.subjectAltName).toContain('10.0.0.1')
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(certificate.ca).toBe(false)
  })

  test('it lasts as long as was asked for, a year at most, and never longer than the authority', async () => {
    const lasts = (c: X509Certificate, now: number) => Math.round((Date.parse(c.validTo) - now) / 1000)
    const now = Math.floor(Date.now() / 1000) * 1000
    expect(lasts(await sign({ expirationSeconds: 3600 }, now), now)).toBe(3600)
    expect(lasts(await sign({}, now), now)).toBe(365 * 86_400 - 300)
    expect(lasts(await sign({ expirationSeconds: 10 * 365 * 86_400 }, now), now)).toBe(365 * 86_400 - 300)
    const late = Date.parse(new X509Certificate(authority.cert).validTo) - 1000
    expect(Date.parse((await sign({}, late)).validTo)).toBe(late + 1000)
  })

  test('a key that is no P-256 key of the authority is an error', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const odd = { ...authority, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
    await expect(signRequest(spec(), odd, Date.now(), systemRandom)).rejects.toThrow()
  })
})

describe('signers', () => {
  const node: RequestedCertificate = {
    ...{ commonName: 'system:node:n', organizations: ['system:nodes'] },
    ...{ dnsNames: [], addresses: [], emails: [], uris: [] },
  }
  const client = ['digital signature', 'client auth']
  const server = ['digital signature', 'key encipherment', 'server auth']
  test.each<[string, string, Partial<RequestedCertificate>, string[], string | undefined]>([
    ['any client', 'kube-apiserver-client', { commonName: 'jane', organizations: [] }, client, undefined],
    [
      'a client that would serve',
      'kube-apiserver-client',
      {},
      ['client auth', 'server auth'],
      'invalid usage for client certificate: server auth',
    ],
    [
      'a client that would be a member of the store',
      'kube-apiserver-client',
      { commonName: 'master-1', organizations: ['kubarium:store'] },
      client,
      "organization kubarium:store is kept for the lab's own components",
    ],
    [
      'a client that is none',
      'kube-apiserver-client',
      {},
      ['digital signature'],
      'missing required usage for client certificate: client auth',
    ],
    ['a kubelet', 'kube-apiserver-client-kubelet', {}, client, undefined],
    [
      'a kubelet of another group',
      'kube-apiserver-client-kubelet',
      { organizations: ['system:nodes', 'x'] },
      client,
      'subject organization is not system:nodes',
    ],
    [
      'a kubelet with another name',
      'kube-apiserver-client-kubelet',
      { commonName: 'n' },
      client,
      'subject common name does not begin with system:node: ',
    ],
    [
      'a kubelet with a DNS name',
      'kube-apiserver-client-kubelet',
      { dnsNames: ['n'] },
      client,
      'DNS subjectAltNames are not allowed',
    ],
    [
      'a kubelet with an address',
      'kube-apiserver-client-kubelet',
      { addresses: ['1.2.3.4'] },
      client,
      'IP subjectAltNames are not allowed',
    ],
    [
      'a kubelet that would serve',
      'kube-apiserver-client-kubelet',
      {},
      server,
      'usages did not match [client auth digital signature key encipherment]',
    ],
    ['a serving kubelet', 'kubelet-serving', { dnsNames: ['n'] }, server, undefined],
    ['a serving kubelet without a name', 'kubelet-serving', {}, server, 'DNS or IP subjectAltName is required'],
    [
      'a serving kubelet with mail',
      'kubelet-serving',
      { dnsNames: ['n'], emails: ['a@b'] },
      server,
      'Email subjectAltNames are not allowed',
    ],
    [
      'a serving kubelet with an address on the web',
      'kubelet-serving',
      { dnsNames: ['n'], uris: ['x:y'] },
      server,
      'URI subjectAltNames are not allowed',
    ],
  ])('%s', (_, signer, more, usages, refusal) => {
    expect(SIGNERS[`kubernetes.io/${signer}`]!({ ...node, ...more }, usages)).toBe(refusal)
  })
})

describe('the life of a request', () => {
  const HOUR = 3_600_000
  const made = (conditions: object[], certificate?: string) =>
    ({
      metadata: { creationTimestamp: new Date(NOW).toISOString() },
      spec: {},
      status: { conditions, ...(certificate ? { certificate } : {}) },
    }) as unknown as CertificateSigningRequest
  const at = (type: string) => ({ type, status: 'True', lastUpdateTime: new Date(NOW + HOUR).toISOString() })
  test.each<[string, object[], string | undefined, number]>([
    ['undecided: a day', [], undefined, 24 * HOUR],
    ['denied: an hour from then on', [at('Denied')], undefined, 2 * HOUR],
    ['issued: an hour from then on', [at('Approved')], 'x', 2 * HOUR],
    ['failed: an hour from then on', [at('Approved'), at('Failed')], undefined, 2 * HOUR],
    ['approved, but nobody has signed it: a day', [at('Approved')], undefined, 24 * HOUR],
  ])('%s', (_, conditions, certificate, left) => {
    expect(lifetimeLeftMs(made(conditions, certificate), NOW)).toBe(left)
  })
})
