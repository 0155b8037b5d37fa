/** nslookup as images have it: asks the cluster's DNS, with the search list of the container. */

import { promises as dns } from 'node:dns'
import { existsSync, readFileSync } from 'node:fs'
import { codeOf } from '../../../../engine/base/errors.ts'
import { inContainer } from '../../container/paths.ts'
import { candidates, readResolver, reverseName } from '../../../../engine/network/dns/resolv-conf.ts'

const RESOLV_CONF = '/etc/resolv.conf'
const USAGE = 'Usage: nslookup [-type=A|AAAA|CNAME|PTR|SRV|TXT] NAME [SERVER]'
const TYPES = ['A', 'AAAA', 'CNAME', 'PTR', 'SRV', 'TXT']

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const [name, server, ...more] = args.filter(a => !a.startsWith('-'))
  let types: string[] | undefined
  for (const option of args.filter(a => a.startsWith('-'))) {
    const type = /^-(?:type|query|querytype|q)=(\w+)$/i.exec(option)?.[1]?.toUpperCase()
    if (!type) return fail(`nslookup: unrecognized option ${option}\n${USAGE}`)
    if (!TYPES.includes(type))
      return fail(`nslookup: ${type} is no type that the cluster's DNS has: ${TYPES.join(', ')}`)
    types = [type]
  }
  if (!name || more.length) return fail(USAGE)
  const settings = readResolver(resolverFile())
  const [cluster] = dns.getServers()
  const asked = server ?? settings.servers[0]
  if (asked === undefined || asked !== cluster)
    return fail(
      `nslookup: ${asked ?? 'no server'}: this lab's network has no way to it; its DNS is ${cluster} (dnsPolicy: ClusterFirst)`,
    )
  console.log(`Server:\t\t${asked}\nAddress:\t${asked}:53\n`)
  const reverse = reverseName(name)
  const names = reverse ? [reverse] : candidates(name, settings)
  let exists: string | undefined
  for (const full of names) {
    const found = await Promise.all((types ?? (reverse ? ['PTR'] : ['A'])).map(type => ask(full, type)))
    const lines = found.flatMap(f => f.lines)
    if (lines.length) {
      console.log(`${lines.join('\n')}\n`)
      return 0
    }
    if (found.some(f => f.exists)) exists ??= full
  }
  console.log(exists ? `*** Can't find ${exists}: No answer\n` : `** server can't find ${names.at(-1)}: NXDOMAIN\n`)
  return 1
}

async function ask(name: string, type: string): Promise<{ lines: string[]; exists: boolean }> {
  try {
    const alias = type === 'A' ? await aliasOf(name) : []
    const found = (await dns.resolve(name, type)) as unknown[]
    return { lines: [...alias, ...found.map(record => lineOf(alias.length ? '' : name, type, record))], exists: true }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOTFOUND') return { lines: [], exists: false }
    if (code !== 'ENODATA') throw error
    return { lines: type === 'A' ? await aliasOf(name) : [], exists: true }
  }
}

/** An alias that leads out of the cluster has no address here, but is an answer. */
async function aliasOf(name: string): Promise<string[]> {
  const targets = await dns.resolveCname(name).catch((error: unknown) => {
    if (codeOf(error) === 'ENODATA' || codeOf(error) === 'ENOTFOUND') return []
    throw error
  })
  return targets.map(target => `${name}\tcanonical name = ${target}`)
}

function lineOf(name: string, type: string, record: unknown): string {
  switch (type) {
    case 'A':
    case 'AAAA':
      return `${name ? `Name:\t${name}\n` : ''}Address: ${String(record)}`
    case 'SRV': {
      const { priority, weight, port, name: target } = record as Record<string, string | number>
      return `${name}\tservice = ${priority} ${weight} ${port} ${target}`
    }
    case 'TXT':
      return `${name}\ttext = ${(record as string[]).map(text => `"${text}"`).join(' ')}`
    case 'CNAME':
      return `${name}\tcanonical name = ${String(record)}`
    default:
      return `${name}\tname = ${String(record)}`
  }
}

function resolverFile(): string {
  const inside = inContainer(RESOLV_CONF)
  return readFileSync(existsSync(inside) ? inside : RESOLV_CONF, 'utf8')
}

function fail(message: string): number {
  console.error(message)
  return 1
}
