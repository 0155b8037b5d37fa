import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { messageOf } from '../../../../engine/base/errors.ts'
import { KubectlError } from '../base/errors.ts'
import type { Flags } from '../base/flags.ts'
import type { Io } from '../base/io.ts'

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
  exec?: { apiVersion: string; command: string; args?: string[]; env?: { name: string; value: string }[] }
  'auth-provider'?: object
}

/** The files that make up the configuration, in order of precedence. */
export function kubeconfigPaths(io: Io, flags: Flags): string[] {
  if (flags.text('kubeconfig')) return [resolve(io.cwd, flags.text('kubeconfig'))]
  const listed = (io.env.KUBECONFIG ?? '').split(delimiter).filter(Boolean)
  return listed.length ? listed.map(path => resolve(io.cwd, path)) : [join(io.homeDir, '.kube', 'config')]
}

/** Reads one file; one that is absent is empty. Paths in it become absolute. */
export function readKubeconfig(path: string): Kubeconfig {
  if (!existsSync(path)) return {}
  let config: Kubeconfig
  try {
    config = (parse(readFileSync(path, 'utf8')) as Kubeconfig | null) ?? {}
  } catch (error) {
    throw new KubectlError(`error loading config file ${JSON.stringify(path)}: ${messageOf(error)}`)
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

/** Merges all files: the first to name an entry wins. */
export function loadKubeconfig(io: Io, flags: Flags): Kubeconfig {
  const paths = kubeconfigPaths(io, flags)
  if (flags.text('kubeconfig') && !existsSync(paths[0]!))
    throw new KubectlError(`stat ${flags.text('kubeconfig')}: no such file or directory`)
  const merged: Kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [],
    contexts: [],
    users: [],
    preferences: {},
  }
  for (const config of paths.map(readKubeconfig)) {
    merged['current-context'] ||= config['current-context']
    merge(merged.clusters!, config.clusters)
    merge(merged.contexts!, config.contexts)
    merge(merged.users!, config.users)
  }
  return merged
}

function merge<T extends { name: string }>(into: T[], more: T[] | undefined): void {
  for (const entry of more ?? []) if (!into.some(known => known.name === entry.name)) into.push(entry)
}
