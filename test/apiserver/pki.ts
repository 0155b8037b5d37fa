import './reflect.ts'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export interface Identity {
  cert: string
  key: string
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A certificate authority for one test file. */
export class TestCA {
  readonly pem: string
  readonly #certificate: x509.X509Certificate
  readonly #keys: webcrypto.CryptoKeyPair
  #serial = 1

  private constructor(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#certificate = certificate
    this.#keys = keys
    this.pem = certificate.toString('pem')
  }

  static async create(): Promise<TestCA> {
    x509.cryptoProvider.set(webcrypto as never)
    const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=test-ca',
      keys: keys as never,
      ...validity(),
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 1, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    })
    return new TestCA(certificate, keys)
  }

  async issue(name: string, groups: string[] = []): Promise<Identity> {
    const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: (++this.#serial).toString(16).padStart(2, '0'),
      subject: [...groups.map(group => `O=${group}`), `CN=${name}`].join(', '),
      issuer: this.#certificate.subject,
      ...validity(),
      signingKey: this.#keys.privateKey as never,
      publicKey: keys.publicKey as never,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    })
    const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
    return { cert: certificate.toString('pem'), key: pem('PRIVATE KEY', key) }
  }
}

/** A key pair that signs service-account tokens. */
export async function tokenKeys(): Promise<{ privateKey: string; publicKey: string }> {
  const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const encode = async (format: 'pkcs8' | 'spki', key: webcrypto.CryptoKey) =>
    Buffer.from(await webcrypto.subtle.exportKey(format, key)).toString('base64')
  return {
    privateKey: pem('PRIVATE KEY', await encode('pkcs8', keys.privateKey)),
    publicKey: pem('PUBLIC KEY', await encode('spki', keys.publicKey)),
  }
}

function pem(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`
}

function validity() {
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000) }
}
