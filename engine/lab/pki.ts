import { createPrivateKey, generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../base/random.ts'
import { makeFolder, writeFileAtomically } from './config.ts'

/** A certificate with its private key, both as PEM texts. */
export interface KeyPair {
  cert: string
  key: string
}

/** The organization in certificates of those who may use etcd's API: the authority also certifies kubelets and users. */
export const ETCD_CLIENTS = 'kubarium:etcd'

/** The organization in certificates of the store's members. */
export const STORE_MEMBERS = 'kubarium:store'

/** Who the ingress controllers are to the API server. */
export const INGRESS_USER = 'kubarium:ingress'

export interface CertificateRequest {
  /** Name in the folder, without extension. */
  file: string
  commonName: string
  organizations?: string[]
  dnsNames?: string[]
  addresses?: string[]
  server?: boolean
  client?: boolean
}

const YEAR_MS = 365 * 86_400_000
const CA_YEARS = 10
/** A lab that was put away for long must still start. */
const LEAF_YEARS = 10
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** The lab's certificate authority: makes what is missing in its folder and reads what is there. */
export class Pki {
  readonly #folder: string
  readonly #random: Random
  /** What is being made, by its file: whoever asks meanwhile waits for that. Two would write over each other what a third reads. */
  readonly #making = new Map<string, Promise<KeyPair>>()

  constructor(folder: string, random: Random) {
    this.#folder = folder
    this.#random = random
    makeFolder(folder)
  }

  /** The authority itself. */
  authority(): Promise<KeyPair> {
    return this.#readOrMake('ca', () => this.#makeAuthority())
  }

  /** The certificate for a request, made at the first call. */
  issue(request: CertificateRequest): Promise<KeyPair> {
    return this.#readOrMake(request.file, () => this.#make(request))
  }

  async #readOrMake(file: string, make: () => Promise<KeyPair>): Promise<KeyPair> {
    const existing = this.#making.get(file) ?? this.#read(file)
    if (existing) return existing
    const making = make().finally(() => this.#making.delete(file))
    this.#making.set(file, making)
    return making
  }

  async #makeAuthority(): Promise<KeyPair> {
    const x509 = await loadX509()
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
    const now = Date.now()
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=kubernetes',
      serialNumber: this.#serial(),
      notBefore: new Date(now - 60_000),
      notAfter: new Date(now + CA_YEARS * YEAR_MS),
      signingAlgorithm: ALGORITHM,
      keys: keys as webcrypto.CryptoKeyPair,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as webcrypto.CryptoKey),
      ],
    })
    return this.#write('ca', certificate.toString('pem'), await exportKey(keys.privateKey))
  }

  async #make(request: CertificateRequest): Promise<KeyPair> {
    const x509 = await loadX509()
    const authority = await this.authority()
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
    const issuer = new x509.X509Certificate(authority.cert)
    const signingKey = await webcrypto.subtle.importKey(
      'pkcs8',
      createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' }),
      ALGORITHM,
      false,
      ['sign'],
    )
    const usages: string[] = []
    if (request.server) usages.push(x509.ExtendedKeyUsage.serverAuth)
    if (request.client) usages.push(x509.ExtendedKeyUsage.clientAuth)
    const names = [
      ...(request.dnsNames ?? []).map(value => ({ type: 'dns' as const, value })),
      ...(request.addresses ?? []).map(value => ({ type: 'ip' as const, value })),
    ]
    const now = Date.now()
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [request.commonName] }, ...(request.organizations ?? []).map(o => ({ O: [o] }))],
      issuer: issuer.subject,
      serialNumber: this.#serial(),
      notBefore: new Date(now - 60_000),
      notAfter: new Date(now + LEAF_YEARS * YEAR_MS - 86_400_000),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey as webcrypto.CryptoKey,
      signingKey: signingKey as webcrypto.CryptoKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension(usages),
        ...(names.length ? [new x509.SubjectAlternativeNameExtension(names)] : []),
        await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ],
    })
    return this.#write(request.file, certificate.toString('pem'), await exportKey(keys.privateKey))
  }

  /** The key pair that signs service-account tokens (RS256, as clusters made by kubeadm have it). */
  serviceAccountKeys(): { privateKey: string; publicKey: string } {
    const privatePath = join(this.#folder, 'sa.key')
    const publicPath = join(this.#folder, 'sa.pub')
    if (!existsSync(privatePath) || !existsSync(publicPath)) {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      writeFileAtomically(privatePath, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
      writeFileAtomically(publicPath, publicKey.export({ type: 'spki', format: 'pem' }) as string)
    }
    return { privateKey: readFileSync(privatePath, 'utf8'), publicKey: readFileSync(publicPath, 'utf8') }
  }

  /** The key, in base64, that encrypts Secrets in the store (32 bytes for AES-256-GCM). */
  encryptionKey(): string {
    return this.#secret('encryption')
  }

  /** What the nodes' gateways and the lab's host know each other by: 32 bytes in base64. */
  overlayKey(): string {
    return this.#secret('overlay')
  }

  #secret(name: string): string {
    const path = join(this.#folder, `${name}.key`)
    if (!existsSync(path))
      writeFileAtomically(path, Buffer.from(webcrypto.getRandomValues(new Uint8Array(32))).toString('base64') + '\n')
    return readFileSync(path, 'utf8').trim()
  }

  /** What is there and still holds. Halves that do not belong together are of two who made them at the same time. */
  #read(file: string): KeyPair | undefined {
    const cert = join(this.#folder, `${file}.crt`)
    const key = join(this.#folder, `${file}.key`)
    if (!existsSync(cert) || !existsSync(key)) return undefined
    const pair = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
    const certificate = new X509Certificate(pair.cert)
    const holds =
      Date.parse(certificate.validTo) > Date.now() && certificate.checkPrivateKey(createPrivateKey(pair.key))
    return holds ? pair : undefined
  }

  /** The certificate is written last, so that a crash in between leaves nothing that looks whole. */
  #write(file: string, cert: string, key: string): KeyPair {
    writeFileAtomically(join(this.#folder, `${file}.key`), key)
    writeFileAtomically(join(this.#folder, `${file}.crt`), cert + '\n')
    return { cert: cert + '\n', key }
  }

  /** Serial numbers are positive: the first bit stays clear. */
  #serial(): string {
    return '4' + this.#random.uuid().replaceAll('-', '').slice(1)
  }
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  return createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }).export({ type: 'pkcs8', format: 'pem' }) as string
}

/** The library is large and needed only when a certificate is made. */
async function loadX509() {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}
