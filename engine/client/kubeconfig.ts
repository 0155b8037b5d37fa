import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { messageOf } from '../base/errors.ts'

/** A kubeconfig as it stands in its file. */
export interface Kubeconfig {
  apiVersion?: string
  kind?: string
  'current-context'?: string
  preferences?: object
  clusters?: Named<'cluster', ClusterEntry>[]
  contexts?: Named<'context', ContextEntry>[]
  users?: Named<'user', UserEntry>[]
}

type Named<K extends string, T> = { name: string } & Record<K, T>

export interface ClusterEntry {
  server?: string
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'insecure-skip-tls-verify'?: boolean
  'tls-server-name'?: string
  'proxy-url'?: string
}

export interface ContextEntry {
  cluster?: string
  user?: string
  namespace?: string
}

export interface UserEntry {
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  token?: string
  tokenFile?: string
  username?: string
  password?: string
  as?: string
  'as-groups'?: string[]
  'as-uid'?: string
  exec?: ExecPlugin
  'auth-provider'?: object
}

export interface ExecPlugin {
  apiVersion: string
  command: string
  args?: string[]
  env?: { name: string; value: string }[]
}

/** What a credential plugin says. */
export interface ExecCredential {
  token?: string
  clientCertificateData?: string
  clientKeyData?: string
  /** RFC 3339; without it, the credential is good for as long as the process that asked. */
  expirationTimestamp?: string
}

/** Where kubeconfigs are looked for: in the files of KUBECONFIG, else in the home folder. In order of precedence. */
export function kubeconfigFiles(env: NodeJS.ProcessEnv, homeDir: string, cwd: string): string[] {
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean)
  return listed.length ? listed.map(path => resolve(cwd, path)) : [join(homeDir, '.kube', 'config')]
}

/**
 * Reads one file; one that is absent is empty. Paths in it become absolute.
 * @throws Error with the file's name if it cannot be read
 */
export function readKubeconfig(path: string): Kubeconfig {
  if (!existsSync(path)) return {}
  let config: Kubeconfig
  try {
    config = (parse(readFileSync(path, 'utf8')) as Kubeconfig | null) ?? {}
  } catch (error) {
    throw new Error(`error loading config file ${JSON.stringify(path)}: ${messageOf(error)}`, { cause: error })
  }
  const at = dirname(path)
  const anchor = <T extends object>(entry: T, key: keyof T) => {
    if (entry?.[key]) entry[key] = resolve(at, String(entry[key])) as T[keyof T]
  }
  for (const { cluster } of config.clusters ?? []) anchor(cluster, 'certificate-authority')
  for (const { user } of config.users ?? [])
    for (const key of ['client-certificate', 'client-key', 'tokenFile'] as const) anchor(user, key)
  return config
}

/** One configuration of several: the first to name an entry wins. */
export function mergeKubeconfigs(configs: Kubeconfig[]): Kubeconfig {
  const merged = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [],
    contexts: [],
    users: [],
    preferences: {},
  } as Kubeconfig
  for (const config of configs) {
    merged['current-context'] ||= config['current-context']
    merge(merged.clusters!, config.clusters)
    merge(merged.contexts!, config.contexts)
    merge(merged.users!, config.users)
  }
  return merged
}

/** The variables that a credential plugin is started with (client.authentication.k8s.io). */
export function pluginVariables({ apiVersion, env }: ExecPlugin): Record<string, string> {
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } }
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]))
  return { ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) }
}

/** A certificate or key, which stands in the kubeconfig itself or in a file. @throws Error if that cannot be read */
export function pemOf(data: string | undefined, path: string | undefined): string | undefined {
  if (data) return Buffer.from(data, 'base64').toString('utf8')
  return path ? readText(path) : undefined
}

/** What stands in a file that a kubeconfig names. @throws Error that names it */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`unable to read ${path}: ${messageOf(error)}`, { cause: error })
  }
}

function merge<T extends { name: string }>(into: T[], more: T[] | undefined): void {
  for (const entry of more ?? []) if (!into.some(known => known.name === entry.name)) into.push(entry)
}
