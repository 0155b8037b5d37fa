import { createReadStream, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.htm': 'text/html',
  '.css': 'text/css',
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
}

/** The file that a path of a URL stands for, or undefined if it is not there, or outside of `base`. */
export function fileFor(base: string, path: string, index: string[]): string | undefined {
  const file = normalize(join(base, path))
  if (file !== normalize(base) && !file.startsWith(normalize(base).replace(/[/\\]$/, '') + sep)) return undefined
  const info = statSync(file, { throwIfNoEntry: false })
  if (info?.isFile()) return file
  if (!info?.isDirectory()) return undefined
  return index.map(name => join(file, name)).find(f => statSync(f, { throwIfNoEntry: false })?.isFile())
}

/** Sends a file with its type and length. */
export function sendFile(file: string, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': statSync(file).size,
  })
  if (request.method === 'HEAD') response.end()
  else createReadStream(file).pipe(response)
}
