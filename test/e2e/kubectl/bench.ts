import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, run, TestLab, type Outcome } from '../lab.ts'

/** The client under test: KUBECTL of the environment, or the one on the PATH. */
export const KUBECTL = process.env.KUBECTL || 'kubectl'

/** The client's minor version; undefined where there is no client. */
export function clientMinor(): number | undefined {
  const { stdout, error } = spawnSync(KUBECTL, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })
  if (error || !stdout) return undefined
  const { clientVersion } = JSON.parse(stdout) as { clientVersion: { minor: string } }
  return Number.parseInt(clientVersion.minor, 10)
}

/** One lab, one client with a cache of its own, and one namespace in which every test has names of its own. */
export class Bench {
  readonly lab = new TestLab('kubectl')
  readonly folder = mkdtempSync(join(tmpdir(), 'kubarium-kubectl-'))
  readonly namespace = 'bench'
  readonly minor: number

  constructor(minor: number) {
    this.minor = minor
  }

  async up(): Promise<void> {
    await this.lab.up('--masters', '1', '--workers', '2')
    await this.k('create', 'namespace', this.namespace)
    await eventually(async () => (await this.run('get', 'serviceaccount', 'default')).code === 0)
  }

  async down(): Promise<void> {
    await this.lab.remove()
    rmSync(this.folder, { recursive: true, force: true })
  }

  arguments(args: string[]): string[] {
    const own = ['--kubeconfig', this.lab.paths.kubeconfig, '--cache-dir', join(this.folder, 'cache')]
    const placed = args.some(a => a === '-n' || a === '-A' || a.startsWith('--namespace') || a === '--all-namespaces')
    // Hidden commands and plugins must come first.
    const first = args[0]?.startsWith('__') ? args.slice(0, 1) : []
    return [...first, ...own, ...(placed ? [] : ['-n', this.namespace]), ...args.slice(first.length)]
  }

  run(...args: string[]): Promise<Outcome> {
    return run(KUBECTL, this.arguments(args), { env: this.env() })
  }

  /** Standard output; an error with standard error if the client fails. */
  async k(...args: string[]): Promise<string> {
    return checked(args, await this.run(...args))
  }

  /** As `k`, with text for standard input. */
  async fed(input: string, ...args: string[]): Promise<string> {
    return checked(args, await run(KUBECTL, this.arguments(args), { input, env: this.env() }))
  }

  /** `kubectl edit` with a script for an editor; never an error. */
  edit(script: string, ...args: string[]): Promise<Outcome> {
    const editor = this.file(`editor-${createHash('sha256').update(script).digest('hex').slice(0, 12)}.sh`, script)
    chmodSync(editor, 0o755)
    return run(KUBECTL, this.arguments(['edit', ...args]), { env: { ...this.env(), KUBE_EDITOR: editor } })
  }

  /** One value by JSONPath. */
  get(object: string, path: string): Promise<string> {
    return this.k('get', object, '-o', `jsonpath={${path}}`)
  }

  /** A client that keeps running; `text` grows with what it says. */
  start(...args: string[]) {
    const child = spawn(KUBECTL, this.arguments(args), { env: { ...process.env, ...this.env() } })
    const client = { child, text: '', errors: '', exited: new Promise<number | null>(d => child.once('exit', d)) }
    child.stdout.on('data', chunk => (client.text += chunk))
    child.stderr.on('data', chunk => (client.errors += chunk))
    child.stdin.on('error', () => child.stdin.destroy())
    return client
  }

  /** A file with a manifest, for -f. */
  file(name: string, content: string | object | object[]): string {
    const path = join(this.folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    const list = Array.isArray(content) ? { apiVersion: 'v1', kind: 'List', items: content } : content
    writeFileSync(path, typeof list === 'string' ? list : JSON.stringify(list))
    return path
  }

  /** A kubeconfig for this lab with another user. */
  async kubeconfig(name: string, user: object): Promise<string> {
    const view = JSON.parse(await this.k('config', 'view', '--raw', '--minify', '-o', 'json')) as {
      users: { user: object }[]
    }
    view.users[0]!.user = user
    return this.file(`${name}.kubeconfig`, view)
  }

  /** A pod that does nothing until it is deleted, running. */
  async box(name: string, more: { labels?: Record<string, string>; spec?: object } = {}): Promise<void> {
    await this.fed(JSON.stringify(boxPod(name, more)), 'create', '-f', '-')
    await this.k('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s')
  }

  private env(): NodeJS.ProcessEnv {
    return {
      HOME: this.folder,
      KUBECTL_KUBERC: 'false',
      http_proxy: '',
      https_proxy: '',
      HTTPS_PROXY: '',
      HTTP_PROXY: '',
    }
  }
}

export function boxPod(name: string, { labels, spec }: { labels?: Record<string, string>; spec?: object } = {}) {
  const container = { name: 'box', image: 'busybox', command: ['sh', '-c', 'echo up; sleep 3600'] }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { box: name, ...labels } },
    spec: { terminationGracePeriodSeconds: 0, containers: [container], ...spec },
  }
}

/** A Deployment of web servers. */
export function webDeployment(name: string, replicas = 1) {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'web',
              image: 'nginx:1.25',
              ports: [{ name: 'http', containerPort: 80 }],
              readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  }
}

function checked(args: string[], { code, stdout, stderr }: Outcome): string {
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: exit ${code}\n${stdout}${stderr}`)
  return stdout
}
