import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** The part of JSON Web Tokens that service accounts need: RS256 and ES256 (RFC 7515, 7518). */
export interface Signer {
  sign(claims: object): string
}

export interface Verifier {
  /** The claims of a token with a good signature, else undefined. Times and audiences are the caller's to check. */
  verify(token: string): Record<string, unknown> | undefined
  /** The keys as a JSON Web Key Set. */
  jwks(): { keys: object[] }
  algorithms(): string[]
}

export function createSigner(privateKeyPEM: string): Signer {
  const key = createPrivateKey(privateKeyPEM)
  const publicKey = createPublicKey(key)
  const header = encode({ alg: algorithmOf(key), kid: keyID(publicKey) })
  return {
    sign(claims) {
      const text = `${header}.${encode(claims)}`
      return `${text}.${sign('sha256', Buffer.from(text), signatureKey(key)).toString('base64url')}`
    },
  }
}

export function createVerifier(publicKeyPEMs: string[]): Verifier {
  const keys = publicKeyPEMs.map(pem => {
    const key = createPublicKey(pem)
    return { key, id: keyID(key), algorithm: algorithmOf(key) }
  })
  return {
    verify(token) {
      const parts = token.split('.')
      if (parts.length !== 3) return undefined
      const header = decode(parts[0]!)
      const claims = decode(parts[1]!)
      if (!header || !claims) return undefined
      const text = Buffer.from(`${parts[0]}.${parts[1]}`)
      const signature = Buffer.from(parts[2]!, 'base64url')
      // Base64 has spare bits at the end: only the canonical spelling is taken.
      if (signature.toString('base64url') !== parts[2]) return undefined
      for (const { key, id, algorithm } of keys) {
        if (header.alg !== algorithm || (header.kid !== undefined && header.kid !== id)) continue
        if (verify('sha256', text, signatureKey(key), signature)) return claims
      }
      return undefined
    },
    jwks: () => ({
      keys: keys.map(({ key, id, algorithm }) => ({
        use: 'sig',
        alg: algorithm,
        kid: id,
        ...key.export({ format: 'jwk' }),
      })),
    }),
    algorithms: () => [...new Set(keys.map(key => key.algorithm))],
  }
}

function algorithmOf(key: KeyObject): 'RS256' | 'ES256' {
  if (key.asymmetricKeyType === 'rsa') return 'RS256'
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256'
  throw new Error(`service-account keys are RSA or P-256, this one is ${key.asymmetricKeyType}`)
}

function signatureKey(key: KeyObject) {
  return key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : { key }
}

function keyID(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined // no JSON: no token
  }
}
