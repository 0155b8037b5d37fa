import type { KubeObject } from '../../../../../engine/api/object.ts'
import { KubectlError, UsageError } from '../../base/errors.ts'
import type { Verb } from '../../base/verb.ts'
import { dryRun } from '../../print/output.ts'
import { pathOf } from '../../resources/discovery.ts'
import { watchResource } from '../read/watch.ts'
import { WRITE_FLAGS } from '../write/create-files.ts'
import { streamCommand } from '../pods/exec.ts'
import { createObject } from './generate.ts'

export const run: Verb = {
  about: 'Create and run a particular image in a pod.',
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--command] -- [COMMAND] [args...]',
  flags: {
    ...WRITE_FLAGS,
    image: { type: 'string', about: 'image to run' },
    env: { type: 'array', about: 'key=value, may be repeated' },
    port: { type: 'string', about: 'port of the container' },
    labels: { type: 'string', short: 'l', about: 'labels of the pod' },
    annotations: { type: 'array', about: 'annotations of the pod' },
    command: { type: 'bool', about: 'what stands behind -- is the command, not its arguments' },
    restart: { type: 'string', default: 'Always', about: 'Always, OnFailure or Never' },
    'image-pull-policy': { type: 'string', about: 'Always, IfNotPresent or Never' },
    stdin: { type: 'bool', short: 'i', about: 'keep standard input open' },
    tty: { type: 'bool', short: 't', about: 'with a terminal' },
    attach: { type: 'bool', about: 'wait for the pod and attach to it' },
    rm: { type: 'bool', about: 'delete the pod when it is done' },
    quiet: { type: 'bool', short: 'q', about: 'print nothing but the output' },
    privileged: { type: 'bool', about: 'run the container privileged' },
    overrides: { type: 'string', about: 'JSON merged over the pod' },
    'pod-running-timeout': { type: 'duration', default: '1m', about: 'accepted' },
  },
  async run(call) {
    const { flags, args, dash, io } = call
    const name = args[0]
    if (!name || dash === 0) throw new UsageError('NAME is required for run')
    const image = flags.text('image')
    if (!image) throw new KubectlError('required flag(s) "image" not set')
    const attach = flags.on('attach') || flags.on('stdin') || flags.on('tty')
    if (flags.on('rm') && !attach) throw new KubectlError('--rm should only be used for attached containers')
    const restart = flags.text('restart')
    if (!['Always', 'OnFailure', 'Never'].includes(restart))
      throw new KubectlError(`invalid restart policy: ${restart}`)
    const words = args.slice(1)
    const env = flags
      .list('env')
      .map(item => ({ name: item.slice(0, item.indexOf('=')), value: item.slice(item.indexOf('=') + 1) }))
    const labels = flags.text('labels')
      ? Object.fromEntries(
          flags
            .text('labels')
            .split(',')
            .map(pair => pair.split('=')),
        )
      : { run: name }
    const annotations = Object.fromEntries(
      flags.list('annotations').map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    )
    const container = {
      image,
      name,
      ...(words.length ? (flags.on('command') ? { command: words } : { args: words }) : {}),
      ...(env.length ? { env } : {}),
      ...(flags.text('port') ? { ports: [{ containerPort: Number(flags.text('port')) }] } : {}),
      ...(flags.text('image-pull-policy') ? { imagePullPolicy: flags.text('image-pull-policy') } : {}),
      ...(flags.on('stdin') ? { stdin: true, stdinOnce: true } : {}),
      ...(flags.on('tty') ? { tty: true } : {}),
      ...(flags.on('privileged') ? { securityContext: { privileged: true } } : {}),
      resources: {},
    }
    let pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels, ...(Object.keys(annotations).length ? { annotations } : {}) },
      spec: { containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy: restart },
      status: {},
    }
    if (flags.text('overrides')) {
      const { mergePatch } = await import('../../../../../engine/api/patch/merge-patch.ts')
      pod = mergePatch(pod, JSON.parse(flags.text('overrides')))
    }
    if (!attach || dryRun(call) !== 'none') {
      await createObject(call, pod, 'kubectl-run')
      return
    }
    const cluster = call.cluster()
    const resource = await cluster.discovery.find('pods')
    const created = await cluster.json<KubeObject>('POST', pathOf(resource, cluster.namespace), {
      body: pod,
      query: { fieldManager: 'kubectl-run' },
    })
    const path = pathOf(resource, cluster.namespace, name)
    try {
      const started = await untilStarted(call, pathOf(resource, cluster.namespace), name, created)
      if (started.status?.phase === 'Running') {
        if (!flags.on('quiet') && flags.on('stdin'))
          io.stderr.write("If you don't see a command prompt, try pressing enter.\n")
        const tty = flags.on('tty') && Boolean(io.stdin.isTTY)
        const query = {
          container: name,
          stdin: flags.on('stdin') ? 'true' : undefined,
          stdout: 'true',
          stderr: tty ? undefined : 'true',
          tty: tty ? 'true' : undefined,
        }
        await streamCommand(call, `${path}/attach`, query, { stdin: flags.on('stdin'), tty })
      } else io.stdout.write(await cluster.text('GET', `${path}/log`, { accept: '*/*' }))
      if (restart === 'Always') return 0
      const ended = await cluster.json<KubeObject>('GET', path)
      const code =
        (ended.status?.containerStatuses as { state?: { terminated?: { exitCode: number } } }[] | undefined)?.[0]?.state
          ?.terminated?.exitCode ?? 0
      if (code) io.stderr.write(`pod ${cluster.namespace}/${name} terminated with exit code ${code}\n`)
      return code
    } finally {
      if (flags.on('rm')) {
        await cluster.json('DELETE', path, { body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 } })
        if (!flags.on('quiet')) io.stdout.write(`pod ${JSON.stringify(name)} deleted\n`)
      }
    }
  },
}

async function untilStarted(
  call: Parameters<Verb['run']>[0],
  path: string,
  name: string,
  pod: KubeObject,
): Promise<KubeObject> {
  const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: pod.metadata.resourceVersion }
  for await (const event of watchResource(call.cluster(), path, query, call.io.signal)) {
    if (event.type === 'DELETED') throw new KubectlError('pod was deleted')
    const { phase } = (event.object.status ?? {}) as { phase?: string }
    if (phase && phase !== 'Pending') return event.object
  }
  throw new KubectlError('timed out waiting for the condition')
}
