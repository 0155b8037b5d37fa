import { webcrypto, type KeyObject } from 'node:crypto'

/** A certificate signing request in PEM, signed with a P-256 key. */
export async function certificateRequest(
  privateKey: KeyObject,
  subject: { commonName: string; organizations?: string[] },
): Promise<string> {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const { createPublicKey } = await import('node:crypto')
  const keys = {
    privateKey: await webcrypto.subtle.importKey(
      'pkcs8',
      privateKey.export({ type: 'pkcs8', format: 'der' }),
      algorithm,
      true,
      ['sign'],
    ),
    publicKey: await webcrypto.subtle.importKey(
      'spki',
      createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
      algorithm,
      true,
      ['verify'],
    ),
  }
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [subject.commonName] }, ...(subject.organizations ?? []).map(o => ({ O: [o] }))],
    keys: keys as webcrypto.CryptoKeyPair,
    signingAlgorithm: algorithm,
  })
  return request.toString('pem')
}
