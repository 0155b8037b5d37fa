import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { KubeObject } from '../../../../../engine/api/object.ts'
import { KubectlError, UsageError } from '../../base/errors.ts'
import type { FlagSpecs } from '../../base/flags.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { dryRun, printDone } from '../../print/output.ts'
import { pathOf } from '../../resources/discovery.ts'
import { withLastApplied } from '../../apply/last-applied.ts'
import { WRITE_FLAGS, writeQuery } from '../write/create-files.ts'

/** A verb that makes one object out of flags: `kubectl create KIND NAME …`. */
function generator(
  about: string,
  usage: string,
  flags: FlagSpecs,
  make: (call: Call, name: string) => KubeObject,
): Verb {
  return {
    about,
    usage,
    flags: { ...WRITE_FLAGS, ...flags },
    async run(call) {
      const names = call.dash === undefined ? call.args : call.args.slice(0, call.dash)
      if (names.length !== 1) throw new UsageError(`exactly one NAME is required, got ${names.length}`)
      await createObject(call, make(call, names[0]!), 'kubectl-create')
    },
  }
}

/** Creates what was generated, or prints it in a dry run. */
export async function createObject(call: Call, object: KubeObject, manager: string): Promise<KubeObject> {
  const cluster = call.cluster()
  const resource = (await cluster.discovery.byKind(object.apiVersion, object.kind))!
  const namespace = resource.namespaced ? cluster.namespace : undefined
  const body = call.flags.on('save-config') ? withLastApplied(object) : object
  if (dryRun(call) === 'client') {
    if (namespace && cluster.config.namespaceGiven) body.metadata.namespace = namespace
    printDone(call, resource, asGo(body), 'created')
    return body
  }
  const created = await cluster.json<KubeObject>('POST', pathOf(resource, namespace), {
    query: writeQuery(call, manager),
    body,
  })
  printDone(call, resource, created, 'created')
  return created
}

/** What Go's types always write, even before the server has seen the object. */
export function asGo(object: KubeObject): KubeObject {
  const stamped = (metadata: KubeObject['metadata'] | undefined) => ({ creationTimestamp: null, ...metadata })
  const { template } = object.spec ?? {}
  const spec = template
    ? { ...object.spec, template: { ...template, metadata: stamped(template.metadata) } }
    : object.spec
  return { ...object, metadata: stamped(object.metadata), ...(spec ? { spec } : {}) }
}

export const createNamespace = generator('Create a namespace with the specified name.', 'NAME', {}, (_, name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
  spec: {},
  status: {},
}))

export const createServiceAccount = generator(
  'Create a service account with the specified name.',
  'NAME',
  {},
  (_, name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }),
)

const DATA_FLAGS: FlagSpecs = {
  'from-literal': { type: 'array', about: 'key=value, may be repeated' },
  'from-file': { type: 'list', about: 'file, key=file or folder' },
  'from-env-file': { type: 'list', about: 'file of key=value lines' },
}

export const createConfigMap = generator(
  'Create a config map based on a file, directory, or specified literal value.',
  'NAME [--from-file=[key=]source] [--from-literal=key1=value1]',
  DATA_FLAGS,
  (call, name) => {
    const data: Record<string, string> = {}
    const binaryData: Record<string, string> = {}
    for (const [key, value] of dataOf(call)) {
      const text = value.toString('utf8')
      if (Buffer.from(text).equals(value)) data[key] = text
      else binaryData[key] = value.toString('base64')
    }
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      ...(Object.keys(data).length ? { data } : {}),
      ...(Object.keys(binaryData).length ? { binaryData } : {}),
    }
  },
)

export const createSecret = generator(
  'Create a secret based on a file, directory, or specified literal value.',
  'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]',
  { ...DATA_FLAGS, type: { type: 'string', about: 'type of the secret' } },
  (call, name) => {
    const data = Object.fromEntries([...dataOf(call)].map(([key, value]) => [key, value.toString('base64')]))
    const type = call.flags.text('type')
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      ...(Object.keys(data).length ? { data } : {}),
      ...(type ? { type } : {}),
    }
  },
)

export const createSecretTls = generator(
  'Create a TLS secret from the given public/private key pair.',
  'NAME --cert=path/to/cert/file --key=path/to/key/file',
  { cert: { type: 'string', about: 'file of the certificate' }, key: { type: 'string', about: 'file of the key' } },
  (call, name) => {
    const file = (flag: string) => {
      if (!call.flags.text(flag)) throw new KubectlError('key and cert must be specified')
      return readFileSync(resolve(call.io.cwd, call.flags.text(flag))).toString('base64')
    }
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': file('cert'), 'tls.key': file('key') },
    }
  },
)

export const createDeployment = generator(
  'Create a deployment with the specified name.',
  'NAME --image=image -- [COMMAND] [args...]',
  {
    image: { type: 'list', about: 'images to run' },
    port: { type: 'int', default: '-1', about: 'port of the container' },
    replicas: { type: 'int', short: 'r', default: '1', about: 'how many pods' },
  },
  (call, name) => {
    const { flags } = call
    const images = flags.list('image')
    if (!images.length) throw new KubectlError('required flag(s) "image" not set')
    const command = call.dash === undefined ? [] : call.args.slice(call.dash)
    if (command.length && images.length > 1)
      throw new KubectlError('cannot specify multiple --image options and command')
    const labels = { app: name }
    const port = flags.number('port')
    const containers = images.map(image => ({
      image,
      name: imageName(image),
      ...(command.length ? { command } : {}),
      ...(port > 0 ? { ports: [{ containerPort: port }] } : {}),
      resources: {},
    }))
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: flags.number('replicas'),
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { labels }, spec: { containers } },
      },
      status: {},
    }
  },
)

export const createJob = generator(
  'Create a job with the specified name.',
  'NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  { image: { type: 'string', about: 'image to run' } },
  (call, name) => {
    const image = call.flags.text('image')
    if (!image) throw new KubectlError('either --image or --from must be specified')
    const command = call.dash === undefined ? [] : call.args.slice(call.dash)
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: {
        template: {
          metadata: {},
          spec: {
            containers: [{ name, image, ...(command.length ? { command } : {}), resources: {} }],
            restartPolicy: 'Never',
          },
        },
      },
      status: {},
    }
  },
)

/** `kubectl create service clusterip|nodeport|loadbalancer NAME --tcp=port:target`. */
export const createService: Verb = {
  about: 'Create a service using a specified subcommand.',
  usage: '(clusterip|nodeport|loadbalancer) NAME --tcp=<port>:<targetPort>',
  flags: {
    ...WRITE_FLAGS,
    tcp: { type: 'list', about: 'port or port:target' },
    clusterip: { type: 'string', about: 'an address, or None' },
    'node-port': { type: 'int', default: '0', about: 'port on the nodes' },
  },
  async run(call) {
    const type = { clusterip: 'ClusterIP', nodeport: 'NodePort', loadbalancer: 'LoadBalancer' }[call.args[0] ?? '']
    const name = call.args[1]
    if (!type)
      throw new KubectlError(
        `the type of the service must be clusterip, nodeport or loadbalancer, not ${JSON.stringify(call.args[0] ?? '')}`,
      )
    if (!name || call.args.length > 2) throw new UsageError(`exactly one NAME is required, got ${call.args.length - 1}`)
    const ports = call.flags.list('tcp').map(text => {
      const [port = '', target = port] = text.split(':')
      const nodePort = call.flags.number('node-port')
      return {
        name: text.replace(':', '-'),
        port: Number(port),
        protocol: 'TCP',
        targetPort: /^\d+$/.test(target) ? Number(target) : target,
        ...(nodePort ? { nodePort } : {}),
      }
    })
    if (!ports.length && call.flags.text('clusterip') !== 'None')
      throw new KubectlError('at least one tcp port specifier must be provided')
    const clusterIP = call.flags.text('clusterip')
    const spec = { ...(clusterIP ? { clusterIP } : {}), ports, selector: { app: name }, type }
    await createObject(
      call,
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, labels: { app: name } },
        spec,
        status: { loadBalancer: {} },
      },
      'kubectl-create',
    )
  },
}

/** The name of a container made from its image: the last part without tag or digest. */
function imageName(image: string): string {
  return image
    .split('/')
    .at(-1)!
    .split(/[:@]/)[0]!
    .replace(/[^a-z0-9-]/gi, '-')
    .toLowerCase()
}

function* dataOf(call: Call): Generator<[string, Buffer]> {
  const { flags, io } = call
  const seen = new Set<string>()
  const once = (key: string, value: Buffer): [string, Buffer] => {
    if (seen.has(key))
      throw new KubectlError(
        `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ${call.path.split(' ').at(-1)}`,
      )
    seen.add(key)
    return [key, value]
  }
  for (const source of flags.list('from-file')) {
    const [key, name] = source.includes('=')
      ? [source.slice(0, source.indexOf('=')), source.slice(source.indexOf('=') + 1)]
      : ['', source]
    const path = resolve(io.cwd, name)
    if (!existsSync(path)) throw new KubectlError(`error reading ${name}: no such file or directory`)
    if (statSync(path).isDirectory()) {
      if (key) throw new KubectlError('cannot give a key name for a directory path')
      for (const entry of readdirSync(path, { withFileTypes: true }))
        if (entry.isFile()) yield once(entry.name, readFileSync(join(path, entry.name)))
    } else yield once(key || basename(path), readFileSync(path))
  }
  for (const literal of flags.list('from-literal')) {
    const eq = literal.indexOf('=')
    if (eq <= 0) throw new KubectlError(`invalid literal source ${literal}, expected key=value`)
    yield once(literal.slice(0, eq), Buffer.from(literal.slice(eq + 1)))
  }
  for (const name of flags.list('from-env-file'))
    for (const line of readFileSync(resolve(io.cwd, name), 'utf8').split(/\r?\n/)) {
      if (!line.trim() || line.trimStart().startsWith('#')) continue
      const eq = line.indexOf('=')
      const key = eq < 0 ? line : line.slice(0, eq)
      yield once(key.trim(), Buffer.from(eq < 0 ? (io.env[key.trim()] ?? '') : line.slice(eq + 1)))
    }
}
