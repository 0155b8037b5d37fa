import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { messageOf } from '../../../../engine/base/errors.ts'
import {
  pemOf,
  pluginVariables,
  readText,
  type ClusterEntry,
  type ContextEntry,
  type ExecCredential,
  type ExecPlugin,
  type UserEntry,
} from '../../../../engine/client/kubeconfig.ts'
import { ConnectionError as ConfigurationError, KubectlError, unsupported } from '../base/errors.ts'
import type { Flags } from '../base/flags.ts'
import type { Io } from '../base/io.ts'
import { loadKubeconfig } from './kubeconfig.ts'

/** How to reach a cluster and as whom; certificates and keys are PEM texts. */
export interface ConnectionConfig {
  server: URL
  namespace: string
  /** Whether the namespace was asked for on the command line. */
  namespaceGiven: boolean
  ca?: string
  cert?: string
  key?: string
  insecure: boolean
  serverName?: string
  headers: Record<string, string | string[]>
  /** Milliseconds; 0 waits for ever. */
  timeoutMs: number
}

/** What the kubeconfig and the flags say together. @throws KubectlError naming what does not exist */
export function connectionConfig(io: Io, flags: Flags): ConnectionConfig {
  const kubeconfig = loadKubeconfig(io, flags)
  const contextName = flags.text('context') || kubeconfig['current-context'] || ''
  const context = kubeconfig.contexts?.find(entry => entry.name === contextName)?.context
  if (flags.text('context') && !context)
    throw new ConfigurationError(`Error in configuration: context was not found for specified context: ${contextName}`)
  const clusterName = flags.text('cluster') || (context as ContextEntry | undefined)?.cluster || ''
  const cluster = kubeconfig.clusters?.find(entry => entry.name === clusterName)?.cluster
  if (flags.text('cluster') && !cluster) throw new KubectlError(`cluster ${JSON.stringify(clusterName)} does not exist`)
  const userName = flags.text('user') || context?.user || ''
  const user = kubeconfig.users?.find(entry => entry.name === userName)?.user ?? {}
  if (flags.text('user') && !kubeconfig.users?.some(entry => entry.name === userName))
    throw new KubectlError(`auth info ${JSON.stringify(userName)} does not exist`)
  const timeout = flags.text('request-timeout')
  return {
    server: serverURL(flags.text('server') || cluster?.server || 'http://localhost:8080'),
    namespace: flags.text('namespace') || context?.namespace || 'default',
    namespaceGiven: flags.given('namespace'),
    timeoutMs: /^\d+$/.test(timeout) ? Number(timeout) * 1000 : flags.duration('request-timeout'),
    ...trust(io, flags, cluster ?? {}),
    ...identity(io, flags, user),
  }
}

function serverURL(text: string): URL {
  try {
    return new URL(text.includes('://') ? text : `https://${text}`)
  } catch {
    throw new KubectlError(`the server address ${JSON.stringify(text)} is no address`)
  }
}

function trust(io: Io, flags: Flags, cluster: ClusterEntry): Pick<ConnectionConfig, 'ca' | 'insecure' | 'serverName'> {
  if (cluster['proxy-url']) throw unsupported('proxy-url in a kubeconfig')
  const file = flags.text('certificate-authority')
  return {
    ca: file
      ? readPEM(resolve(io.cwd, file))
      : pem(cluster['certificate-authority-data'], cluster['certificate-authority']),
    insecure: flags.given('insecure-skip-tls-verify')
      ? flags.on('insecure-skip-tls-verify')
      : (cluster['insecure-skip-tls-verify'] ?? false),
    serverName: flags.text('tls-server-name') || cluster['tls-server-name'],
  }
}

function identity(io: Io, flags: Flags, user: UserEntry): Pick<ConnectionConfig, 'cert' | 'key' | 'headers'> {
  if (user['auth-provider']) throw unsupported('auth-provider in a kubeconfig')
  const file = (flag: string) => (flags.text(flag) ? readPEM(resolve(io.cwd, flags.text(flag))) : undefined)
  let cert = file('client-certificate') ?? pem(user['client-certificate-data'], user['client-certificate'])
  let key = file('client-key') ?? pem(user['client-key-data'], user['client-key'])
  let token = flags.text('token') || user.token || (user.tokenFile ? readPEM(user.tokenFile).trim() : '')
  if (user.exec && !token && !cert) {
    const credential = execCredential(io, user.exec)
    token = credential.token ?? ''
    cert = credential.clientCertificateData
    key = credential.clientKeyData
  }
  const headers: ConnectionConfig['headers'] = {}
  if (token) headers.authorization = `Bearer ${token}`
  else if (user.username)
    headers.authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`
  const as = flags.text('as') || user.as
  if (as) headers['impersonate-user'] = as
  const groups = flags.given('as-group') ? flags.list('as-group') : (user['as-groups'] ?? [])
  if (groups.length) headers['impersonate-group'] = groups
  if (flags.text('as-uid') || user['as-uid']) headers['impersonate-uid'] = flags.text('as-uid') || user['as-uid']!
  return { cert, key, headers }
}

/** Asks a credential plugin (client.authentication.k8s.io). */
function execCredential(io: Io, plugin: ExecPlugin): ExecCredential {
  const done = spawnSync(plugin.command, plugin.args ?? [], {
    encoding: 'utf8',
    env: { ...io.env, ...pluginVariables(plugin) },
    stdio: ['inherit', 'pipe', 'inherit'],
    windowsHide: true,
  })
  if (done.error)
    throw new KubectlError(`getting credentials: exec: executable ${plugin.command} failed: ${done.error.message}`)
  if (done.status !== 0)
    throw new KubectlError(
      `getting credentials: exec: executable ${plugin.command} failed with exit code ${done.status}`,
    )
  try {
    return (JSON.parse(done.stdout) as { status: ExecCredential }).status
  } catch (error) {
    throw new KubectlError(`getting credentials: decoding stdout: ${messageOf(error)}`)
  }
}

function pem(data: string | undefined, path: string | undefined): string | undefined {
  return told(() => pemOf(data, path))
}

function readPEM(path: string): string {
  return told(() => readText(path))
}

/** What cannot be read is said in kubectl's way. */
function told<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new KubectlError(messageOf(error))
  }
}
