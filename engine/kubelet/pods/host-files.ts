import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pod } from '../../api/types.ts'
import { codeOf } from '../../base/errors.ts'
import type { Mount } from '../runtime/contract.ts'

export interface PodHost {
  ip: string
  hostname: string
  clusterDomain: string
  /** Address of the cluster's DNS; absent: the cluster has none for this pod. */
  clusterDNS?: string
}

const LOCAL_NAMES = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
fe00::\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`
/** As many as Kubernetes and its C libraries take. */
const MAX_NAMESERVERS = 3
const MAX_SEARCHES = 32

/** The domain of a pod that says it belongs to a headless Service: its name under that is known to the whole cluster. */
export function podDomain({ spec, metadata }: Pod, clusterDomain: string): string | undefined {
  return spec?.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}` : undefined
}

/**
 * Writes the files that tell a pod's programs who and where they are, and gives where containers see them. They are
 * written in place: containers that run have them mounted.
 *
 * @param machine reads a file of the node itself
 */
export function writeHostFiles(
  pod: Pod,
  host: PodHost,
  dir: string,
  machine = readText,
): { mounts: Mount[]; problems: string[] } {
  const folder = join(dir, 'etc')
  mkdirSync(folder, { recursive: true })
  const resolv = resolvConf(pod, host, machine('/etc/resolv.conf'))
  const files: [string, string][] = [
    ['hosts', hostsFile(pod, host, machine('/etc/hosts'))],
    ['hostname', `${host.hostname}\n`],
    ['resolv.conf', resolv.text],
  ]
  const mounts = files.map(([name, text]) => {
    const hostPath = join(folder, name)
    if (readText(hostPath) !== text) writeFileSync(hostPath, text, { mode: 0o644 })
    return { containerPath: `/etc/${name}`, hostPath, readOnly: false }
  })
  return { mounts, problems: resolv.problems }
}

/** The pod's names, as the kubelet of Kubernetes writes them. */
export function hostsFile(pod: Pod, { ip, hostname, clusterDomain }: PodHost, nodeHosts: string): string {
  const { hostNetwork, hostAliases = [] } = pod.spec ?? {}
  const domain = podDomain(pod, clusterDomain)
  const short = hostname.split('.')[0]
  const own = domain ? `${ip}\t${short}.${domain}\t${short}\n` : `${ip}\t${hostname}\n`
  const aliases = hostAliases.map(alias => `${[alias.ip, ...(alias.hostnames ?? [])].join('\t')}\n`)
  return [
    hostNetwork
      ? `# Kubernetes-managed hosts file (host network).\n${nodeHosts}`
      : `# Kubernetes-managed hosts file.\n${LOCAL_NAMES}${own}`,
    ...(aliases.length ? ['\n# Entries added by HostAliases.\n', ...aliases] : []),
  ].join('')
}

/** What dnsPolicy and dnsConfig mean for the pod's resolver. `problems` says what had to be left out. */
export function resolvConf(
  { spec, metadata }: Pod,
  { clusterDomain, clusterDNS }: PodHost,
  nodeConf: string,
): { text: string; problems: string[] } {
  const node = parse(nodeConf)
  let policy = spec?.dnsPolicy ?? 'ClusterFirst'
  if (policy === 'ClusterFirst' && spec?.hostNetwork) policy = 'Default'
  if (policy === 'ClusterFirstWithHostNet') policy = 'ClusterFirst'
  if (policy === 'ClusterFirst' && !clusterDNS) policy = 'Default'
  const base =
    policy === 'None'
      ? { nameservers: [], searches: [], options: [] }
      : policy === 'Default'
        ? node
        : {
            nameservers: [clusterDNS!],
            searches: [`${metadata.namespace}.svc`, 'svc', '']
              .map(part => [part, clusterDomain].filter(Boolean).join('.'))
              .concat(node.searches),
            options: ['ndots:5'],
          }
  const { nameservers = [], searches = [], options = [] } = spec?.dnsConfig ?? {}
  const said = options.map(({ name, value }) => (value ? `${name}:${value}` : name!))
  const nameOf = (option: string) => option.split(':')[0]
  const all = {
    nameservers: unique([...base.nameservers, ...nameservers]),
    searches: unique([...base.searches, ...searches]),
    options: [...base.options.filter(option => !said.some(other => nameOf(other) === nameOf(option))), ...said],
  }
  const problems: string[] = []
  const kept = {
    ...all,
    nameservers: all.nameservers.slice(0, MAX_NAMESERVERS),
    searches: all.searches.slice(0, MAX_SEARCHES),
  }
  if (kept.nameservers.length < all.nameservers.length)
    problems.push(
      `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${kept.nameservers.join(' ')}`,
    )
  if (kept.searches.length < all.searches.length)
    problems.push(
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${kept.searches.join(' ')}`,
    )
  const lines = [
    ...(kept.searches.length ? [`search ${kept.searches.join(' ')}`] : []),
    ...kept.nameservers.map(server => `nameserver ${server}`),
    ...(kept.options.length ? [`options ${kept.options.join(' ')}`] : []),
  ]
  return { text: lines.map(line => `${line}\n`).join(''), problems }
}

function parse(text: string): { nameservers: string[]; searches: string[]; options: string[] } {
  const parsed = { nameservers: [] as string[], searches: [] as string[], options: [] as string[] }
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/)
    if (keyword === 'nameserver') parsed.nameservers.push(values[0])
    // The last of these lines counts.
    else if (keyword === 'search' || keyword === 'domain') parsed.searches = values
    else if (keyword === 'options') parsed.options = values
  }
  return parsed
}

function unique(values: string[]): string[] {
  return [...new Set(values)]
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '' // machines without such a file have nothing to hand on
    throw error
  }
}
