import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KubeObject } from '../../api/object.ts'

/** How objects become the store's bytes. */
export interface Codec {
  /** JSON without resourceVersion, encrypted where the key asks for it. */
  encode(key: string, object: KubeObject): Uint8Array
  /** The served JSON (with resourceVersion) of a stored value, and a function that parses it. */
  decode(key: string, value: Uint8Array, revision: number): Stored
}

/** An object as stored, in its storage version. Never change it: it is shared by all readers. */
export interface Stored {
  key: string
  revision: number
  /** The object's, to be had without parsing it. */
  apiVersion: string
  object: KubeObject
  /** JSON bytes of the object, resourceVersion included; begins with kind and apiVersion. */
  bytes: Buffer
  /** Offset in `bytes` behind kind and apiVersion, where an item of a list begins (put "{" before it). */
  itemOffset: number
}

const ENCRYPTED = 'k8s:enc:aesgcm:v1:key1:'
const METADATA = ',"metadata":{'
const API_VERSION = /,"apiVersion":"([^"\\]*)"$/

/** The codec of one API server. With `encryptionKey` (32 bytes in base64), Secrets are encrypted with AES-256-GCM. */
export function createCodec(encryptionKey: string | undefined): Codec {
  const key = encryptionKey ? Buffer.from(encryptionKey, 'base64') : undefined
  if (key && key.length !== 32) throw new RangeError(`the encryption key must have 32 bytes, it has ${key.length}`)
  return {
    encode(path, object) {
      const plain = Buffer.from(stringifyStored(object))
      return key && path.startsWith('/registry/secrets/') ? encrypt(key, path, plain) : plain
    },
    decode(path, value, revision) {
      let plain = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      if (plain.length > ENCRYPTED.length && plain.toString('latin1', 0, ENCRYPTED.length) === ENCRYPTED) {
        if (!key) throw new Error(`${path} is encrypted and this API server has no key; start it with the lab's key`)
        plain = decrypt(key, path, plain)
      }
      return decodeStored(path, plain, revision)
    },
  }
}

function encrypt(key: Buffer, path: string, plain: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  // The path is authenticated too, so that a value cannot be moved to another key.
  cipher.setAAD(Buffer.from(path))
  return Buffer.concat([Buffer.from(ENCRYPTED), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Buffer, path: string, sealed: Buffer): Buffer<ArrayBuffer> {
  const body = sealed.subarray(ENCRYPTED.length)
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12))
  decipher.setAAD(Buffer.from(path))
  decipher.setAuthTag(body.subarray(body.length - 16))
  return Buffer.concat([decipher.update(body.subarray(12, body.length - 16)), decipher.final()])
}

/** JSON with kind, apiVersion and metadata first, so that the served form needs no second pass. */
function stringifyStored(object: KubeObject): string {
  const { kind, apiVersion, metadata, ...rest } = object
  const { resourceVersion: _dropped, ...storedMetadata } = metadata
  const tail = JSON.stringify(rest)
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(storedMetadata)}`
  return tail === '{}' ? head + '}' : head + ',' + tail.slice(1)
}

function decodeStored(key: string, plain: Buffer, revision: number): Stored {
  const at = plain.indexOf(METADATA)
  if (at < 0 || at > 300 || plain[at + METADATA.length] === 0x7d) return reencode(key, plain, revision)
  const apiVersion = API_VERSION.exec(plain.toString('latin1', 0, at))?.[1]
  if (apiVersion === undefined) return reencode(key, plain, revision)
  const cut = at + METADATA.length
  const version = Buffer.from(`"resourceVersion":"${revision}",`)
  const bytes = Buffer.concat([plain.subarray(0, cut), version, plain.subarray(cut)])
  // Parsing is put off until somebody looks: many objects are only listed.
  let object: KubeObject | undefined
  return {
    key,
    revision,
    apiVersion,
    bytes,
    itemOffset: at + 1,
    get object() {
      return (object ??= JSON.parse(bytes.toString()) as KubeObject)
    },
  }
}

/** A value that this server did not write: spell it our way. */
function reencode(key: string, plain: Buffer, revision: number): Stored {
  const object = JSON.parse(plain.toString()) as KubeObject
  object.metadata ??= {}
  object.metadata.resourceVersion = String(revision)
  const { kind, apiVersion, ...rest } = object
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)}`
  return {
    key,
    revision,
    apiVersion,
    object,
    bytes: Buffer.from(`${head},${JSON.stringify(rest).slice(1)}`),
    itemOffset: Buffer.byteLength(head) + 1,
  }
}
