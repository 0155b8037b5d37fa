import { readFileSync } from 'node:fs'

const HEADER = '# Kubernetes-managed hosts file.'
const PATH = '/etc/hosts'

/**
 * The names of the hosts file that the kubelet has made for this pod, but for those of loopback; the first address of a
 * name counts. None if the file is another one: that of a machine says nothing of the cluster.
 */
export function readHosts(env: Record<string, string | undefined> = process.env, read = readText): Map<string, string> {
  const mounts = JSON.parse(env.KUBARIUM_MOUNTS ?? '[]') as [string, string][]
  const text = read(mounts.find(([path]) => path === PATH)?.[1] ?? PATH)
  const hosts = new Map<string, string>()
  if (!text.startsWith(HEADER)) return hosts
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(address) || address.startsWith('127.')) continue
    for (const name of names) if (!hosts.has(name)) hosts.set(name, address)
  }
  return hosts
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // no file, no names
  }
}
