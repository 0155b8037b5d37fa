import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RestClient } from '../../../engine/client/rest.ts'
import type { LabEntry } from '../../../engine/lab/client.ts'

/** A client of the lab's API server as its administrator. Whoever asks for it disposes of it. */
export function adminRest({ paths, config }: LabEntry): RestClient {
  const read = (file: string) => readFileSync(join(paths.pki, file), 'utf8')
  return new RestClient({
    server: `https://127.0.0.1:${config.ports.apiServer}`,
    ca: read('ca.crt'),
    cert: read('admin.crt'),
    key: read('admin.key'),
    userAgent: 'kubarium',
  })
}
