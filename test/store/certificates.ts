import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface TlsFiles {
  ca: string
  cert: string
  key: string
}

/** A throw-away authority that issues peer certificates. The few DER structures are spelled out below (RFC 5280). */
export function createAuthority(): (name: string, organization?: string) => TlsFiles {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ca = certificate('test-ca', keys.publicKey, keys.privateKey, true)
  return (name, organization) => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return {
      ca,
      cert: certificate(name, own.publicKey, keys.privateKey, false, organization),
      key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    }
  }
}

function certificate(
  name: string,
  publicKey: KeyObject,
  signer: KeyObject,
  authority: boolean,
  organization?: string,
): string {
  const algorithm = sequence(oid('2a8648ce3d040302'))
  const constraints = sequence(
    oid('551d13'),
    der(0x04, sequence(...(authority ? [der(0x01, Buffer.from([0xff]))] : []))),
  )
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    subject('test-ca'),
    sequence(time(-3_600_000), time(86_400_000)),
    subject(name, organization),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(constraints)),
  )
  const signature = createSign('sha256').update(toBeSigned).sign(signer)
  const whole = sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, content: Buffer): Buffer {
  const n = content.length
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function subject(name: string, organization?: string): Buffer {
  const part = (kind: string, value: string) => der(0x31, sequence(oid(kind), der(0x0c, Buffer.from(value))))
  return sequence(part('550403', name), ...(organization === undefined ? [] : [part('55040a', organization)]))
}

function time(offsetMs: number): Buffer {
  const text = new Date(Date.now() + offsetMs).toISOString().replace(/[-:T]/g, '').slice(2, 14) + 'Z'
  return der(0x17, Buffer.from(text))
}
