import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { KubectlError, UsageError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import type { Kubeconfig } from '../../../../../engine/client/kubeconfig.ts'
import { kubeconfigPaths, loadKubeconfig, readKubeconfig } from '../../connection/kubeconfig.ts'
import { objectPrinter, OUTPUT_FLAGS } from '../../print/output.ts'
import { columns } from '../../print/columns.ts'
import { toYAML } from '../../print/yaml.ts'
import type { KubeObject } from '../../../../../engine/api/object.ts'

const SECRET = new Set(['token', 'password'])

export const configView: Verb = {
  about: 'Display merged kubeconfig settings or a specified kubeconfig file.',
  usage: '[flags]',
  flags: {
    ...OUTPUT_FLAGS,
    raw: { type: 'bool', about: 'with certificates and secrets' },
    minify: { type: 'bool', about: 'the current context alone' },
    flatten: { type: 'bool', about: 'with the contents of files' },
  },
  async run(call) {
    let config = loadKubeconfig(call.io, call.flags)
    if (call.flags.on('minify')) config = minified(config, call.flags.text('context'))
    if (call.flags.on('flatten')) config = flattened(config)
    const shown = JSON.parse(
      JSON.stringify(config, (key, value: unknown) => {
        if (call.flags.on('raw') || typeof value !== 'string') return value
        return SECRET.has(key)
          ? 'REDACTED'
          : key === 'certificate-authority-data' || key === 'client-certificate-data' || key === 'client-key-data'
            ? 'DATA+OMITTED'
            : value
      }),
    ) as KubeObject
    call.io.stdout.write((objectPrinter(call) ?? toYAML)(shown))
  },
}

export const currentContext: Verb = {
  about: 'Display the current-context.',
  usage: '',
  flags: {},
  async run({ io, flags }) {
    const current = loadKubeconfig(io, flags)['current-context']
    if (!current) throw new KubectlError('current-context is not set')
    io.stdout.write(`${current}\n`)
  },
}

export const getContexts: Verb = {
  about: 'Display one or many contexts from the kubeconfig file.',
  usage: '[(-o|--output=)name)]',
  flags: {
    output: { type: 'string', short: 'o', about: 'name' },
    'no-headers': { type: 'bool', about: 'leave the headers out' },
  },
  async run({ io, flags, args }) {
    const config = loadKubeconfig(io, flags)
    const missing = args.find(name => !config.contexts!.some(entry => entry.name === name))
    if (missing) throw new KubectlError(`context ${missing} not found`)
    const shown = config
      .contexts!.filter(entry => !args.length || args.includes(entry.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    if (flags.text('output') === 'name') return void io.stdout.write(shown.map(({ name }) => `${name}\n`).join(''))
    const rows = shown.map(({ name, context }) => [
      name === config['current-context'] ? '*' : '',
      name,
      context.cluster ?? '',
      context.user ?? '',
      context.namespace ?? '',
    ])
    io.stdout.write(
      columns(flags.on('no-headers') ? rows : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE'], ...rows]),
    )
  },
}

export const useContext: Verb = {
  about: 'Set the current-context in a kubeconfig file.',
  usage: 'CONTEXT_NAME',
  flags: {},
  async run(call) {
    const name = call.args[0]
    if (call.args.length !== 1 || !name) throw new UsageError(`unexpected args: [${call.args.join(' ')}]`)
    if (!loadKubeconfig(call.io, call.flags).contexts!.some(entry => entry.name === name))
      throw new KubectlError(`no context exists with the name: ${JSON.stringify(name)}`)
    modify(call, config => (config['current-context'] = name))
    call.io.stdout.write(`Switched to context ${JSON.stringify(name)}.\n`)
  },
}

export const setContext: Verb = {
  about: 'Set a context entry in kubeconfig.',
  usage: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  flags: { current: { type: 'bool', about: 'the current context' } },
  async run(call) {
    const { flags, io } = call
    const name = flags.on('current') ? loadKubeconfig(io, flags)['current-context'] : call.args[0]
    if (!name)
      throw new KubectlError(
        flags.on('current') ? 'no current context is set' : 'you must specify a non-empty context name or --current',
      )
    let known = false
    modify(call, config => {
      const entry = config.contexts?.find(context => context.name === name)
      known = Boolean(entry)
      const context = entry?.context ?? {}
      for (const field of ['cluster', 'user', 'namespace'] as const)
        if (flags.given(field)) context[field] = flags.text(field)
      if (!entry) (config.contexts ??= []).push({ name, context })
    })
    io.stdout.write(`Context ${JSON.stringify(name)} ${known ? 'modified' : 'created'}.\n`)
  },
}

function modify(call: Call, change: (config: Kubeconfig) => void): void {
  const paths = kubeconfigPaths(call.io, call.flags)
  const path = paths.find(each => readKubeconfig(each).contexts?.length) ?? paths[0]!
  const config = readKubeconfig(path)
  change(config)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, toYAML({ apiVersion: 'v1', kind: 'Config', preferences: {}, ...config }), { mode: 0o600 })
}

function minified(config: Kubeconfig, wanted: string): Kubeconfig {
  const name = wanted || config['current-context']
  const context = config.contexts?.find(entry => entry.name === name)
  if (!context) throw new KubectlError('current-context must exist in order to minify')
  return {
    ...config,
    'current-context': name,
    contexts: [context],
    clusters: config.clusters?.filter(entry => entry.name === context.context.cluster),
    users: config.users?.filter(entry => entry.name === context.context.user),
  }
}

/** Files take their place in the configuration. */
function flattened(config: Kubeconfig): Kubeconfig {
  for (const entry of [
    ...(config.clusters ?? []).map(c => c.cluster),
    ...(config.users ?? []).map(u => u.user),
  ] as Record<string, unknown>[])
    for (const key of ['certificate-authority', 'client-certificate', 'client-key'])
      if (typeof entry[key] === 'string') {
        entry[`${key}-data`] = readFileSync(entry[key]).toString('base64')
        delete entry[key]
      }
  return config
}
