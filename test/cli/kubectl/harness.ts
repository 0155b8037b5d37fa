import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { runKubectl } from '../../../app/cli/kubectl/main.ts'
import { systemClock } from '../../../engine/base/clock.ts'
import { currentPlatform } from '../../../engine/base/platform/platform.ts'
import { startCluster, type Cluster } from '../../apiserver/harness.ts'

export interface Said {
  out: string
  err: string
  code: number
}

export interface Bench {
  cluster: Cluster
  dir: string
  /** Runs this kubectl in this process. */
  ours(args: string[], stdin?: string): Promise<Said>
  /** Runs the machine's own kubectl. */
  stock(args: string[]): Promise<Said>
  close(): Promise<void>
}

/** The machine's own kubectl, if it has one. */
export const STOCK = (process.env.PATH ?? '')
  .split(delimiter)
  .map(dir => join(dir, 'kubectl'))
  .find(path => existsSync(path))

/** An API server with a kubeconfig for it, and both kubectls. */
export async function startBench(): Promise<Bench> {
  const cluster = await startCluster()
  const dir = mkdtempSync(join(tmpdir(), 'kubectl-test-'))
  const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')
  const kubeconfig = join(dir, 'config')
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [
        {
          name: 'test',
          cluster: {
            server: `https://127.0.0.1:${cluster.server.port}`,
            'certificate-authority-data': base64(cluster.ca.pem),
          },
        },
      ],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
      users: [
        {
          name: 'admin',
          user: { 'client-certificate-data': base64(cluster.admin.cert), 'client-key-data': base64(cluster.admin.key) },
        },
      ],
    }),
  )
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: dir }
  return {
    cluster,
    dir,
    async ours(args, stdin = '') {
      const said = { out: '', err: '' }
      const sink = (to: 'out' | 'err') =>
        new Writable({ write: (chunk: Buffer, _, done) => ((said[to] += chunk.toString()), done()) })
      const input = stdin ? Readable.from([Buffer.from(stdin)]) : new PassThrough().end()
      const { signal } = new AbortController()
      const code = await runKubectl(args, {
        stdin: input,
        stdout: sink('out'),
        stderr: sink('err'),
        env,
        cwd: dir,
        homeDir: dir,
        clock: systemClock,
        platform: currentPlatform(),
        signal,
      })
      return { ...said, code }
    },
    stock: args =>
      new Promise(resolve => {
        execFile(STOCK!, args, { env, cwd: dir }, (error, out, err) =>
          resolve({ out, err, code: error ? Number(error.code) : 0 }),
        )
      }),
    async close() {
      await cluster.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
