import type { KubeObject } from '../../../../../engine/api/object.ts'
import { isNotFound } from '../../../../../engine/client/errors.ts'
import { KubectlError, UsageError } from '../../base/errors.ts'
import { write } from '../../base/io.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { pathOf } from '../../resources/discovery.ts'
import { chooseContainer, containerList, podsOf } from '../../resources/pods-of.ts'
import { listAll } from '../../resources/selection.ts'

export const logs: Verb = {
  about: 'Print the logs for a container in a pod or specified resource.',
  usage: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  flags: {
    follow: { type: 'bool', short: 'f', about: 'go on as the log grows' },
    previous: { type: 'bool', short: 'p', about: 'of the incarnation before' },
    container: { type: 'string', short: 'c', about: 'the container' },
    'all-containers': { type: 'bool', about: 'of all containers' },
    'all-pods': { type: 'bool', about: 'of all pods of the resource' },
    tail: { type: 'int', default: '-1', about: 'last lines; -1 is all, with a selector 10' },
    since: { type: 'duration', default: '0s', about: 'not older than' },
    'since-time': { type: 'string', about: 'not older than this time (RFC 3339)' },
    timestamps: { type: 'bool', about: 'with the time of each line' },
    'limit-bytes': { type: 'int', default: '0', about: 'most bytes' },
    prefix: { type: 'bool', about: 'with the source of each line' },
    selector: { type: 'string', short: 'l', about: 'label selector' },
    'max-log-requests': { type: 'int', default: '5', about: 'most logs to follow at a time, with a selector' },
    'ignore-errors': { type: 'bool', about: 'go on after an error' },
    'pod-running-timeout': { type: 'duration', default: '20s', about: 'accepted' },
    'insecure-skip-tls-verify-backend': { type: 'bool', about: 'do not check the certificate of the kubelet' },
  },
  async run(call) {
    const { flags, io } = call
    const sources = await sourcesOf(call)
    const many = flags.text('selector') || flags.on('all-pods')
    if (flags.on('follow') && many && sources.length > flags.number('max-log-requests'))
      throw new KubectlError(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${flags.number('max-log-requests')}, use --max-log-requests to increase the limit`,
      )
    const prefix = flags.on('prefix') || (flags.on('all-pods') && !flags.given('prefix'))
    const print = (source: Source) => copy(call, source, prefix)
    if (flags.on('follow') && sources.length > 1) await Promise.all(sources.map(print))
    else
      for (const source of sources)
        try {
          await print(source)
        } catch (error) {
          if (!flags.on('ignore-errors')) throw error
          io.stdout.write(`error: ${(error as Error).message}\n`)
        }
  },
}

interface Source {
  pod: KubeObject
  container: string
}

async function sourcesOf(call: Call): Promise<Source[]> {
  const { flags, args, io } = call
  const cluster = call.cluster()
  const selector = flags.text('selector')
  if (selector && args.length) throw new UsageError('only a selector (-l) or a POD name is allowed')
  if (!selector && !args.length)
    throw new UsageError(
      "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
    )
  if (args.length > 2) throw new UsageError("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.")
  if (flags.on('all-containers') && flags.text('container'))
    throw new UsageError('--all-containers=true should not be specified with container name(s)')
  let pods: KubeObject[]
  if (selector) {
    pods = await listAll(cluster, await cluster.discovery.find('pods'), cluster.namespace, { labelSelector: selector })
    if (!pods.length) io.stderr.write(`No resources found in ${cluster.namespace} namespace.\n`)
  } else {
    const found = await podsOf(call, args[0]!).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
      throw new KubectlError(
        `error from server (NotFound): ${(error as Error).message} in namespace ${JSON.stringify(cluster.namespace)}`,
      )
    })
    if (!found.pods.length) throw new KubectlError('timed out waiting for the condition')
    pods = flags.on('all-pods') ? found.pods : found.pods.slice(0, 1)
    if (found.owner && found.pods.length > 1 && !flags.on('all-pods'))
      io.stderr.write(`Found ${found.pods.length} pods, using pod/${pods[0]!.metadata.name}\n`)
  }
  return pods.flatMap(pod => {
    if (flags.on('all-containers'))
      return [
        ...((pod.spec.initContainers ?? []) as { name: string }[]),
        ...(pod.spec.containers as { name: string }[]),
      ].map(({ name }) => ({ pod, container: name }))
    const choice = chooseContainer(pod, flags.text('container') || args[1] || '')
    if (choice.defaulted)
      io.stderr.write(`Defaulted container ${JSON.stringify(choice.name)} out of: ${containerList(pod)}\n`)
    return [{ pod, container: choice.name }]
  })
}

async function copy(call: Call, { pod, container }: Source, prefix: boolean): Promise<void> {
  const { flags, io } = call
  const cluster = call.cluster()
  const tail = flags.given('tail') ? flags.number('tail') : flags.text('selector') ? 10 : -1
  const path = pathOf(await cluster.discovery.find('pods'), pod.metadata.namespace, pod.metadata.name, 'log')
  const response = await cluster.stream('GET', path, {
    signal: io.signal,
    accept: '*/*',
    query: {
      container,
      follow: flags.on('follow'),
      previous: flags.on('previous'),
      timestamps: flags.on('timestamps'),
      tailLines: tail >= 0 ? String(tail) : undefined,
      sinceSeconds: flags.duration('since') ? Math.ceil(flags.duration('since') / 1000) : undefined,
      sinceTime: flags.text('since-time'),
      limitBytes: flags.number('limit-bytes') || undefined,
      insecureSkipTLSVerifyBackend: flags.on('insecure-skip-tls-verify-backend'),
    },
  })
  const head = prefix ? `[pod/${pod.metadata.name}/${container}] ` : ''
  let rest = ''
  for await (const chunk of response) {
    if (!head) {
      await write(io.stdout, chunk as Buffer)
      continue
    }
    const lines = (rest + (chunk as Buffer).toString('utf8')).split('\n')
    rest = lines.pop()!
    for (const line of lines) await write(io.stdout, `${head}${line}\n`)
  }
  if (rest) await write(io.stdout, `${head}${rest}\n`)
}
