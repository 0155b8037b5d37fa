import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import type { Sqlite } from '../disk.ts'

const CHUNK_BYTES = 64 * 1024
/** Pages copied in one turn. */
const PAGES = 256

/**
 * The database that `reader` sees, as the bytes of a SQLite file, and behind them the 32 bytes of their SHA-256. `path` is
 * where it may be put meanwhile. Closes `reader`.
 */
export async function* image(reader: Sqlite, path: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of reader.memory ? inMemory(reader) : inFile(reader, path)) {
      hash.update(chunk)
      yield chunk
    }
  } finally {
    reader.close()
  }
  yield hash.digest()
}

async function* inMemory(reader: Sqlite): AsyncGenerator<Uint8Array> {
  const bytes = reader.serialize()
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
}

async function* inFile(reader: Sqlite, path: string): AsyncGenerator<Uint8Array> {
  try {
    await reader.backup(path, { progress: () => PAGES })
    const file = await open(path)
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null)
        if (bytesRead === 0) return
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  } finally {
    await rm(path, { force: true })
  }
}
