import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Clock } from '../../base/clock.ts'
import { messageOf, UserError } from '../../base/errors.ts'
import {
  kubeconfigFiles,
  mergeKubeconfigs,
  pemOf,
  pluginVariables,
  readKubeconfig,
  readText,
  type ClusterEntry,
  type ExecCredential,
  type ExecPlugin,
  type Kubeconfig,
  type UserEntry,
} from '../../client/kubeconfig.ts'
import type { ContextEntry } from '../contract.ts'
import type { Upstream } from './cluster-proxy.ts'

export interface ContextsOptions {
  env: NodeJS.ProcessEnv
  homeDir: string
  cwd: string
  clock: Clock
  /** Address of this lab's own API server: contexts of it are no other cluster. */
  ownServer: string
}

/** A plugin may open a browser to sign in, and wait for the user there. */
const PLUGIN_MS = 120_000
/** A credential is renewed so long before it runs out. */
const EARLY_MS = 10_000

/** The contexts of the user's kubeconfig, and how their clusters are reached. Nothing is asked of a cluster here. */
export class Contexts {
  readonly #options: ContextsOptions
  /** As long as the files are the same and the credential holds. */
  readonly #known = new Map<string, { upstream: Promise<Upstream>; files: string; until: number }>()

  constructor(options: ContextsOptions) {
    this.#options = options
  }

  /** All of them, with why one cannot be used. @throws UserError if the kubeconfig cannot be read */
  list(): ContextEntry[] {
    const config = this.#load()
    return (config.contexts ?? []).flatMap(({ name, context }) => {
      const cluster = clusterOf(config, context?.cluster)
      if (cluster?.server && sameServer(cluster.server, this.#options.ownServer)) return []
      const user = userOf(config, context?.user)
      const { namespace } = context ?? {}
      const problem = problemOf(cluster, user)
      return [{ name, server: cluster?.server ?? '', user: context?.user ?? '', namespace, problem }]
    })
  }

  /** How a context's cluster is reached, and as whom. @throws UserError if there is no such context or it cannot be used */
  upstream(name: string): Promise<Upstream> {
    const files = this.#files().map(fingerprint).join()
    const known = this.#known.get(name)
    if (known && known.files === files && known.until > this.#options.clock.now()) return known.upstream
    const entry = { upstream: this.#connect(name, until => (entry.until = until)), files, until: Infinity }
    this.#known.set(name, entry)
    // What went wrong once is tried again when somebody asks again.
    entry.upstream.catch(() => this.#known.delete(name))
    return entry.upstream
  }

  /** The cluster did not take the credential: the next request gets a new one. */
  refused(name: string): void {
    this.#known.delete(name)
  }

  async #connect(name: string, expires: (at: number) => void): Promise<Upstream> {
    const config = this.#load()
    const context = config.contexts?.find(entry => entry.name === name)?.context
    if (!context)
      throw new UserError(`There is no context ${name} in your kubeconfig.`, 'See `kubectl config get-contexts`.')
    const cluster = clusterOf(config, context.cluster)
    const user = userOf(config, context.user) ?? {}
    const problem = problemOf(cluster, user)
    if (problem) throw new UserError(`Context ${name} cannot be used: ${problem}.`, 'Use kubectl for it, or mend it.')
    const credential = user.exec && !user.token && !user.tokenFile ? await this.#ask(user.exec) : undefined
    if (credential?.expirationTimestamp) expires(Date.parse(credential.expirationTimestamp) - EARLY_MS)
    const { server, ...trust } = cluster!
    return {
      base: new URL(server!),
      tls: {
        ca: pemOf(trust['certificate-authority-data'], trust['certificate-authority']),
        cert: credential?.clientCertificateData ?? pemOf(user['client-certificate-data'], user['client-certificate']),
        key: credential?.clientKeyData ?? pemOf(user['client-key-data'], user['client-key']),
        rejectUnauthorized: !trust['insecure-skip-tls-verify'],
        servername: trust['tls-server-name'],
      },
      headers: headersOf(user, credential?.token),
      unreachable: 'Is it running, and is this machine on its network?',
    }
  }

  async #ask(plugin: ExecPlugin): Promise<ExecCredential> {
    const { command, args = [] } = plugin
    const env = { ...this.#options.env, ...pluginVariables(plugin) }
    try {
      const { stdout } = await promisify(execFile)(command, args, { env, timeout: PLUGIN_MS, windowsHide: true })
      return (JSON.parse(stdout) as { status: ExecCredential }).status
    } catch (error) {
      throw new UserError(
        `The program that gets the credentials, ${command}, failed: ${messageOf(error)}`,
        'Run `kubectl get nodes` with this context in a terminal: it says more, and may ask you to sign in.',
      )
    }
  }

  #files(): string[] {
    const { env, homeDir, cwd } = this.#options
    return kubeconfigFiles(env, homeDir, cwd)
  }

  #load(): Kubeconfig {
    try {
      return mergeKubeconfigs(this.#files().map(readKubeconfig))
    } catch (error) {
      throw new UserError(messageOf(error), 'Mend the file, or set KUBECONFIG to another one before the lab starts.')
    }
  }
}

function clusterOf(config: Kubeconfig, name: string | undefined): ClusterEntry | undefined {
  return config.clusters?.find(entry => entry.name === name)?.cluster
}

function userOf(config: Kubeconfig, name: string | undefined): UserEntry | undefined {
  return config.users?.find(entry => entry.name === name)?.user
}

/** Why a context cannot be used here, if so. */
function problemOf(cluster: ClusterEntry | undefined, user: UserEntry | undefined): string | undefined {
  if (!cluster?.server) return 'it names no cluster with an address'
  if (!URL.canParse(cluster.server) || !/^https?:$/.test(new URL(cluster.server).protocol))
    return `the address of its server, ${JSON.stringify(cluster.server)}, is none`
  if (cluster['proxy-url']) return 'its cluster is behind a proxy-url, which is not supported'
  if (user?.['auth-provider']) return 'its user has an auth-provider, which kubectl has removed, too'
  return undefined
}

function headersOf(user: UserEntry, credential: string | undefined): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  const token = user.token ?? (user.tokenFile ? readText(user.tokenFile).trim() : credential)
  if (token) headers.authorization = `Bearer ${token}`
  else if (user.username) {
    const basic = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')
    headers.authorization = `Basic ${basic}`
  }
  if (user.as) headers['impersonate-user'] = user.as
  if (user['as-groups']?.length) headers['impersonate-group'] = user['as-groups']
  if (user['as-uid']) headers['impersonate-uid'] = user['as-uid']
  return headers
}

function sameServer(one: string, other: string): boolean {
  return URL.canParse(one) && new URL(one).origin === new URL(other).origin
}

function fingerprint(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? `${path} ${stat.mtimeMs} ${stat.size}` : path
}
