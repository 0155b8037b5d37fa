import { createPublicKey, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** A value of ASN.1 as DER writes it. */
interface Element {
  tag: number
  /** The whole of it, and what is inside. */
  bytes: Buffer
  content: Buffer
}

/** How a request may be signed: the digest, and what signs. */
type Algorithm = { name: string; digest: string | undefined; insecure?: boolean; pss?: boolean }

const ALGORITHMS: Record<string, Algorithm> = {
  '2a864886f70d010104': { name: 'MD5-RSA', digest: 'md5', insecure: true },
  '2a864886f70d010105': { name: 'SHA1-RSA', digest: 'sha1', insecure: true },
  '2a864886f70d01010a': { name: 'RSA-PSS', digest: undefined, pss: true },
  '2a864886f70d01010b': { name: 'SHA256-RSA', digest: 'sha256' },
  '2a864886f70d01010c': { name: 'SHA384-RSA', digest: 'sha384' },
  '2a864886f70d01010d': { name: 'SHA512-RSA', digest: 'sha512' },
  '2a8648ce3d0401': { name: 'ECDSA-SHA1', digest: 'sha1', insecure: true },
  '2a8648ce3d040302': { name: 'ECDSA-SHA256', digest: 'sha256' },
  '2a8648ce3d040303': { name: 'ECDSA-SHA384', digest: 'sha384' },
  '2a8648ce3d040304': { name: 'ECDSA-SHA512', digest: 'sha512' },
  '2b6570': { name: 'Ed25519', digest: undefined },
}
const PSS_DIGESTS: Record<string, string> = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
}
const SEQUENCE = 0x30
const OBJECT_ID = 0x06
const BIT_STRING = 0x03
const PSS_PADDING = 6

/**
 * What is wrong with a request for a certificate (PKCS #10, in PEM): it has to be one, and signed with the key that it
 * is about. The texts are those of Go's crypto/x509 as far as they are about signatures.
 */
export function problemOfRequest(pem: string): string | undefined {
  const block = /-----BEGIN ([^\r\n]+?)-----\r?\n([\s\S]*?)-----END \1-----/.exec(pem)
  if (block?.[1] !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST'
  let parts
  try {
    parts = readRequest(Buffer.from(block[2]!.replace(/^(?:[^\r\n]*:[^\r\n]*\r?\n)+\r?\n/, ''), 'base64'))
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
  const { signed, key, algorithm, digest, signature } = parts
  if (!algorithm || (algorithm.pss && !digest)) return 'x509: cannot verify signature: algorithm unimplemented'
  if (algorithm.insecure) return `x509: cannot verify signature: insecure algorithm ${algorithm.name}`
  return holds(signed, key, digest, signature, algorithm) ? undefined : failureOf(key)
}

interface Request {
  signed: Buffer
  key: KeyObject
  algorithm: Algorithm | undefined
  digest: string | undefined
  signature: Buffer
}

/** @throws RangeError saying what is not as it should be */
function readRequest(der: Buffer): Request {
  const [request, rest] = read(der)
  if (rest.length) throw new RangeError('asn1: syntax error: trailing data')
  const [info, identifier, signature] = children(expect(request, SEQUENCE))
  const parts = children(expect(info, SEQUENCE))
  const [oid, parameters] = children(expect(identifier, SEQUENCE))
  const algorithm = ALGORITHMS[expect(oid, OBJECT_ID).content.toString('hex')]
  return {
    signed: info!.bytes,
    key: publicKey(expect(parts[2], SEQUENCE).bytes),
    algorithm,
    digest: algorithm?.pss ? pssDigest(parameters) : algorithm?.digest,
    // The first byte counts bits that are not used.
    signature: expect(signature, BIT_STRING).content.subarray(1),
  }
}

function publicKey(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    throw new RangeError('x509: malformed public key')
  }
}

function pssDigest(parameters: Element | undefined): string | undefined {
  const text = parameters?.content.toString('hex') ?? ''
  return Object.entries(PSS_DIGESTS).find(([oid]) => text.includes(oid))?.[1]
}

function holds(
  signed: Buffer,
  key: KeyObject,
  digest: string | undefined,
  signature: Buffer,
  algorithm: Algorithm,
): boolean {
  const kind = algorithm.name.includes('RSA') ? 'rsa' : algorithm.name.includes('ECDSA') ? 'ec' : 'ed25519'
  if (key.asymmetricKeyType !== kind && !(algorithm.pss && key.asymmetricKeyType === 'rsa-pss')) return false
  try {
    return verify(digest, signed, algorithm.pss ? { key, padding: PSS_PADDING } : key, signature)
  } catch {
    // A signature that is not even written like one does not hold.
    return false
  }
}

function failureOf(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return 'x509: ECDSA verification failure'
    case 'ed25519':
      return 'x509: Ed25519 verification failure'
    default:
      return 'crypto/rsa: verification error'
  }
}

/** The first element of some DER, and what follows it. */
function read(der: Buffer): [Element, Buffer] {
  if (der.length < 2) throw new RangeError('asn1: syntax error: truncated tag or length')
  let length = der[1]!
  let start = 2
  if (length & 0x80) {
    const count = length & 0x7f
    if (!count || count > 4 || der.length < 2 + count)
      throw new RangeError('asn1: syntax error: truncated tag or length')
    length = der.readUIntBE(2, count)
    start += count
  }
  const end = start + length
  if (end > der.length) throw new RangeError('asn1: syntax error: data truncated')
  return [{ tag: der[0]!, bytes: der.subarray(0, end), content: der.subarray(start, end) }, der.subarray(end)]
}

function children({ content }: Element): Element[] {
  const elements: Element[] = []
  for (let rest = content; rest.length;) {
    const [element, after] = read(rest)
    elements.push(element)
    rest = after
  }
  return elements
}

function expect(element: Element | undefined, tag: number): Element {
  if (!element) throw new RangeError('asn1: syntax error: sequence truncated')
  if (element.tag !== tag) throw new RangeError("asn1: structure error: tags don't match")
  return element
}
