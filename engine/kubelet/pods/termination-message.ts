import { chmodSync, closeSync, existsSync, fstatSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from '../../api/types.ts'
import type { ContainerConfig, Mount } from '../runtime/contract.ts'
import { parseLogLine } from '../logs/format.ts'
import { pathInContainer } from '../runtime/paths.ts'

const MAX_BYTES = 4096
const MAX_LOG_BYTES = 2048
const MAX_LOG_LINES = 80

const DEFAULT_PATH = '/dev/termination-log'

/**
 * An empty file of the container's folder for the last word of its next run, where it will look for it. Everybody may
 * write to it, whoever the container runs as.
 */
export function terminationMount(spec: Container, dir: string): Mount {
  const hostPath = join(dir, 'termination-message')
  rmSync(hostPath, { recursive: true, force: true })
  writeFileSync(hostPath, '')
  chmodSync(hostPath, 0o666)
  return { containerPath: spec.terminationMessagePath || DEFAULT_PATH, hostPath, readOnly: false }
}

/**
 * What a container leaves as its last word: the file it was told to write, or, if the policy says so and it failed
 * without writing one, the end of its log.
 */
export function terminationMessage(
  spec: Container,
  config: ContainerConfig,
  logPath: string,
  exitCode: number,
): string {
  const path = pathInContainer(config, spec.terminationMessagePath || DEFAULT_PATH) ?? join(config.root, 'none')
  const written = firstBytes(path, MAX_BYTES)
  if (written) return written
  if (spec.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return ''
  const text = lastBytes(logPath, MAX_LOG_BYTES * 4)
    .split('\n')
    .map(parseLogLine)
    .map(line => (line ? line.text + (line.complete ? '\n' : '') : ''))
    .join('')
  const lines = text
    .split('\n')
    .slice(-MAX_LOG_LINES - 1)
    .join('\n')
  return Buffer.from(lines).subarray(-MAX_LOG_BYTES).toString('utf8')
}

/** Removes nothing and follows nothing: a message that is no plain file is no message. */
function firstBytes(path: string, most: number): string {
  return bytesOf(path, size => ({ from: 0, length: Math.min(size, most) }))
}

function lastBytes(path: string, most: number): string {
  return bytesOf(path, size => ({ from: Math.max(0, size - most), length: Math.min(size, most) }))
}

function bytesOf(path: string, choose: (size: number) => { from: number; length: number }): string {
  if (!existsSync(path)) return ''
  const file = openSync(path, 'r')
  try {
    const info = fstatSync(file)
    if (!info.isFile()) return ''
    const { from, length } = choose(info.size)
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(file, bytes, 0, length, from)).toString('utf8')
  } finally {
    closeSync(file)
  }
}
