import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto'
import type { CertificateSigningRequestSpec } from '../../api/types/certificates-v1.ts'
import type { Random } from '../../base/random.ts'
import type { RequestedCertificate } from './signers.ts'

/** A certificate lasts a year at most (--cluster-signing-duration). */
const MOST_SECONDS = 365 * 86_400
const LEAST_SECONDS = 600
/** Clocks of those who look at a certificate may be late. */
const BACKDATE_MS = 5 * 60_000
/** Shorter lives than this are not shortened by the backdating. */
const SHORT_SECONDS = 8 * 3600

const SUBJECT_ALT_NAME = '2.5.29.17'

/** Reads a request in PEM. @throws Error if it is none, or not signed with its own key */
export async function readRequest(pem: string): Promise<RequestedCertificate> {
  const { request, x509 } = await parse(pem)
  const extension = request.getExtension(SUBJECT_ALT_NAME)
  const names = extension ? new x509.SubjectAlternativeNameExtension(extension.rawData).names.toJSON() : []
  const of = (type: string) => names.filter(n => n.type === type).map(n => n.value as string)
  return {
    commonName: request.subjectName.getField('CN')[0] ?? '',
    organizations: request.subjectName.getField('O'),
    dnsNames: of('dns'),
    addresses: of('ip'),
    emails: of('email'),
    uris: of('url'),
  }
}

/** Signs a request for its usages and lifetime with an authority's P-256 key, and gives the certificate in PEM. */
export async function signRequest(
  { request: base64, usages = [], expirationSeconds }: CertificateSigningRequestSpec,
  authority: { cert: string; key: string },
  nowMs: number,
  random: Random,
): Promise<string> {
  const { request, x509 } = await parse(Buffer.from(base64, 'base64').toString())
  const issuer = new x509.X509Certificate(authority.cert)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const der = createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' })
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  const seconds = Math.min(Math.max(expirationSeconds ?? MOST_SECONDS, LEAST_SECONDS), MOST_SECONDS)
  const endsMs = nowMs + seconds * 1000 - (seconds < SHORT_SECONDS ? 0 : BACKDATE_MS)
  const authorityEndsMs = Date.parse(new X509Certificate(authority.cert).validTo)
  const alternative = request.getExtension(SUBJECT_ALT_NAME)
  const extended = usages.flatMap(u => EXTENDED[u] ?? [])
  const flags = usages.reduce((all, u) => all | (FLAGS[u] ?? 0), 0)
  const certificate = await x509.X509CertificateGenerator.create({
    subject: request.subject,
    issuer: issuer.subject,
    serialNumber: '4' + random.uuid().replaceAll('-', '').slice(1),
    notBefore: new Date(nowMs - BACKDATE_MS),
    notAfter: new Date(Math.min(endsMs, authorityEndsMs)),
    signingAlgorithm: algorithm,
    publicKey: request.publicKey,
    signingKey: signingKey as webcrypto.CryptoKey,
    extensions: [
      ...(flags ? [new x509.KeyUsagesExtension(flags, true)] : []),
      ...(extended.length ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
      new x509.BasicConstraintsExtension(false, undefined, true),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(alternative ? [new x509.Extension(SUBJECT_ALT_NAME, alternative.critical, alternative.value)] : []),
    ],
  })
  return certificate.toString('pem') + '\n'
}

async function parse(pem: string) {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const request = new x509.Pkcs10CertificateRequest(pem)
  if (!(await request.verify())) throw new Error('the request is not signed with the key that it names')
  return { request, x509 }
}

/** Bits of the key usage extension (RFC 5280, 4.2.1.3). */
const FLAGS: Record<string, number> = {
  'digital signature': 1,
  signing: 1,
  'content commitment': 2,
  'key encipherment': 4,
  'data encipherment': 8,
  'key agreement': 16,
  'cert sign': 32,
  'crl sign': 64,
  'encipher only': 128,
  'decipher only': 256,
}

/** Object identifiers of the extended key usage extension (RFC 5280, 4.2.1.12). */
const EXTENDED: Record<string, string> = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
}
