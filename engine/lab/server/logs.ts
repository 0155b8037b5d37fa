import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pause, type Clock } from '../../base/clock.ts'
import { codeOf } from '../../base/errors.ts'
import type { LabLog } from '../contract.ts'
import type { LabHost } from '../host.ts'
import type { StreamedAnswer } from './streams.ts'

/** What is asked of a log. */
export interface LogQuery {
  /** So many of its last lines. */
  tail: number
  /** Go on with what is written, until the signal aborts. */
  follow: boolean
}

const HOST = 'host'
const DEFAULT_TAIL = 1_000
const MOST_TAIL = 1_000_000
/** Further back than this no line is looked for. */
const MOST_TAIL_BYTES = 256 << 20
const BLOCK_BYTES = 64 << 10
/** Watching files is not to be relied on everywhere; looking at one costs next to nothing. */
const LOOK_MS = 250
const PATH = /^\/lab\/v1\/logs\/([^/?]+)(?:\?(.*))?$/

/** The logs of the lab's own processes: those of its machines, and of the host that supervises them. */
export class LabLogs {
  readonly #host: Pick<LabHost, 'config' | 'paths'>
  readonly #clock: Clock

  constructor(host: Pick<LabHost, 'config' | 'paths'>, clock: Clock) {
    this.#host = host
    this.#clock = clock
  }

  /** All that there are. A host in the foreground writes to its terminal, and has none. */
  async list(): Promise<LabLog[]> {
    const logs = await Promise.all(
      this.#host.config.machines.map(async ({ name, role }) => {
        const bytes = (await sizeOf(this.#pathOf(name)!)) ?? 0
        return { name, role, bytes }
      }),
    )
    const bytes = await sizeOf(this.#pathOf(HOST)!)
    return bytes === undefined ? logs : [...logs, { name: HOST, role: HOST, bytes }]
  }

  /** Answers `/lab/v1/logs/NAME?tail=N&follow=1` with lines; undefined if that is no log of this lab, or no way to ask for one. */
  open(address: string, signal: AbortSignal): StreamedAnswer | undefined {
    const [, name, search] = PATH.exec(address) ?? []
    const query = readQuery(new URLSearchParams(search))
    const path = name === undefined ? undefined : this.#pathOf(name)
    if (path === undefined || !query) return undefined
    const isThere = () => this.#pathOf(name!) !== undefined
    const text = Readable.from(linesOf(path, query, isThere, this.#clock, signal), { objectMode: false })
    // Also while nobody reads, when the lines themselves do not hear of it.
    signal.addEventListener('abort', () => text.destroy(), { once: true })
    return Object.assign(text, { statusCode: 200 })
  }

  /** Only names that the lab has given lead to a file: nothing that is asked for becomes a path. */
  #pathOf(name: string): string | undefined {
    const { config, paths } = this.#host
    const machine = config.machines.find(m => m.name === name)
    if (machine) return join(paths.machine(machine.name), 'machine.log')
    return name === HOST ? join(paths.logs, 'host.log') : undefined
  }
}

function readQuery(query: URLSearchParams): LogQuery | undefined {
  const tail = Number(query.get('tail') ?? DEFAULT_TAIL)
  if (!Number.isInteger(tail) || tail < 0) return undefined
  return { tail: Math.min(tail, MOST_TAIL), follow: query.get('follow') === '1' }
}

/** The bytes of a log's last lines, and then of what is added to it: also when its file is replaced, or cut and begun anew. */
async function* linesOf(
  path: string,
  { tail, follow }: LogQuery,
  isThere: () => boolean,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let file = await openIfThere(path)
  try {
    let position = file ? await tailPosition(file, tail) : 0
    while (!signal.aborted) {
      if (file) {
        for (let bytes; !signal.aborted && (bytes = await readAt(file, position)); position += bytes.length) yield bytes
        if (!follow) return
        const { size, ino } = await file.stat()
        if (size < position) position = 0
        else if ((await inodeOf(path)) !== ino) {
          // Its last words may have come between reading and looking.
          for (let bytes; (bytes = await readAt(file, position)); position += bytes.length) yield bytes
          await file.close()
          file = await openIfThere(path)
          position = 0
          if (file) continue
        }
      } else {
        if (!follow || !isThere()) return
        file = await openIfThere(path)
        if (file) continue
      }
      await pause(clock, LOOK_MS, signal)
    }
  } finally {
    await file?.close()
  }
}

async function readAt(file: FileHandle, position: number): Promise<Buffer | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(BLOCK_BYTES), 0, BLOCK_BYTES, position)
  return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead)
}

/** Where the last lines begin: looked for from the end. A line that is not ended yet counts as one. */
async function tailPosition(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat()
  if (lines === 0) return size
  const least = Math.max(0, size - MOST_TAIL_BYTES)
  const block = Buffer.allocUnsafe(BLOCK_BYTES)
  let found = 0
  for (let end = size; end > least;) {
    const start = Math.max(least, end - BLOCK_BYTES)
    const { bytesRead } = await file.read(block, 0, end - start, start)
    for (let i = bytesRead - 1; i >= 0; i--) {
      // The newline at the very end ends the last line and begins none.
      if (block[i] === 10 && start + i !== size - 1 && ++found === lines) return start + i + 1
    }
    end = start
  }
  return least
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, constants.O_RDONLY).catch(absent)
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.size
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.ino
}

function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error
  return undefined
}
