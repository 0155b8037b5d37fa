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
  const folder = folderFor(base, path)
  if (folder) return index.map(name => join(folder, name)).find(f => statSync(f, { throwIfNoEntry: false })?.isFile())
  const file = below(base, path)
  return file && statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined
}

/** The folder that a path means below `base`, if it is one. */
export function folderFor(base: string, path: string): string | undefined {
  const folder = below(base, path)
  return folder && statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? folder : undefined
}

function below(base: string, path: string): string | undefined {
  const found = normalize(join(base, path))
  const inside = found.startsWith(normalize(base).replace(/[/\\]$/, '') + sep)
  return inside || found === normalize(base) ? found : undefined
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
