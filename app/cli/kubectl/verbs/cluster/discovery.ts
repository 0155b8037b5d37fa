import { KubectlError } from '../../base/errors.ts'
import type { Verb } from '../../base/verb.ts'
import { columns } from '../../print/columns.ts'
import { toJSON, toYAML } from '../../print/yaml.ts'
import { apiVersionOf, pathOf, qualifiedName } from '../../resources/discovery.ts'
import { listAll } from '../../resources/selection.ts'

export const apiResources: Verb = {
  about: 'Print the supported API resources on the server.',
  usage: '[flags]',
  flags: {
    output: { type: 'string', short: 'o', about: 'name or wide' },
    'api-group': { type: 'string', about: 'of this group' },
    namespaced: { type: 'bool', default: 'true', about: 'that live in namespaces, or not' },
    verbs: { type: 'list', about: 'that support these verbs' },
    categories: { type: 'list', about: 'of these categories' },
    cached: { type: 'bool', about: 'accepted' },
    'no-headers': { type: 'bool', about: 'leave the headers out' },
    'sort-by': { type: 'string', about: 'name or kind' },
  },
  async run({ io, flags, args, cluster }) {
    if (args.length)
      throw new KubectlError(
        `unexpected arguments: [${args.join(' ')}]\nSee 'kubectl api-resources -h' for help and examples`,
      )
    const sort = flags.text('sort-by')
    if (sort && sort !== 'name' && sort !== 'kind') throw new KubectlError('--sort-by accepts only name or kind')
    const shown = (await cluster().discovery.all())
      .filter(r => r.preferred)
      .filter(r => !flags.given('api-group') || r.group === flags.text('api-group'))
      .filter(r => !flags.given('namespaced') || r.namespaced === flags.on('namespaced'))
      .filter(r => flags.list('verbs').every(verb => r.verbs.includes(verb)))
      .filter(r => flags.list('categories').every(category => r.categories.includes(category)))
    shown.sort((a, b) =>
      sort === 'kind'
        ? order(a.kind, b.kind)
        : sort === 'name'
          ? order(a.resource, b.resource)
          : order(a.group, b.group) || order(a.resource, b.resource),
    )
    if (flags.text('output') === 'name') return void io.stdout.write(shown.map(r => `${qualifiedName(r)}\n`).join(''))
    const wide = flags.text('output') === 'wide'
    const rows = shown.map(r => [
      r.resource,
      r.shortNames.join(','),
      apiVersionOf(r),
      String(r.namespaced),
      r.kind,
      ...(wide ? [r.verbs.join(','), r.categories.join(',')] : []),
    ])
    const head = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])]
    io.stdout.write(columns(flags.on('no-headers') ? rows : [head, ...rows]))
  },
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export const apiVersions: Verb = {
  about: 'Print the supported API versions on the server, in the form of "group/version".',
  usage: '',
  flags: {},
  async run({ io, cluster }) {
    const versions = new Set((await cluster().discovery.all()).map(apiVersionOf))
    io.stdout.write(
      [...versions]
        .sort(order)
        .map(version => `${version}\n`)
        .join(''),
    )
  },
}

interface ServerVersion {
  gitVersion: string
}

/** The version of kubectl whose behaviour this one has. */
const CLIENT_VERSION = { major: '1', minor: '32', gitVersion: 'v1.32.4', platform: 'kubarium' }

export const version: Verb = {
  about: 'Print the client and server version information for the current context.',
  usage: '',
  flags: {
    client: { type: 'bool', about: 'without the server' },
    output: { type: 'string', short: 'o', about: 'yaml or json' },
  },
  async run({ io, flags, cluster }) {
    const server = flags.on('client') ? undefined : await cluster().json<ServerVersion>('GET', '/version')
    const all = { clientVersion: CLIENT_VERSION, ...(server ? { serverVersion: server } : {}) }
    const format = flags.text('output')
    if (format === 'json') return void io.stdout.write(`${toJSON(all, 2)}\n`)
    if (format === 'yaml') return void io.stdout.write(toYAML(all))
    if (format) throw new KubectlError("--output must be 'yaml' or 'json'")
    io.stdout.write(
      `Client Version: ${CLIENT_VERSION.gitVersion} (built into Kubarium)\n${server ? `Server Version: ${server.gitVersion}\n` : ''}`,
    )
  },
}

export const clusterInfo: Verb = {
  about: 'Display addresses of the control plane and services with label kubernetes.io/cluster-service=true.',
  usage: '',
  flags: {},
  async run({ io, cluster }) {
    const base = cluster().config.server.href.replace(/\/$/, '')
    const green = (text: string) => (io.stdout.isTTY ? `\u001b[0;32m${text}\u001b[0m` : text)
    const yellow = (text: string) => (io.stdout.isTTY ? `\u001b[0;33m${text}\u001b[0m` : text)
    const services = await cluster().discovery.find('services')
    const listed = await listAll(cluster(), services, 'kube-system', {
      labelSelector: 'kubernetes.io/cluster-service=true',
    })
    io.stdout.write(`${green('Kubernetes control plane')} is running at ${yellow(base)}\n`)
    for (const service of listed) {
      const port = (service.spec.ports as { name?: string }[])[0]?.name
      const name = service.metadata.labels?.['kubernetes.io/name'] ?? service.metadata.name!
      io.stdout.write(
        `${green(name)} is running at ${yellow(`${base}${pathOf(services, 'kube-system', `${service.metadata.name}${port ? `:${port}` : ''}`).replace('%3A', ':')}/proxy`)}\n`,
      )
    }
    io.stdout.write(`\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`)
  },
}
