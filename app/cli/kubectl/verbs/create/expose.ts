import { KubectlError } from '../../base/errors.ts'
import type { Verb } from '../../base/verb.ts'
import { dryRun, printDone } from '../../print/output.ts'
import { pathOf } from '../../resources/discovery.ts'
import { podSelector } from '../../resources/pods-of.ts'
import { FILE_FLAGS, select } from '../../resources/selection.ts'
import type { KubeObject } from '../../../../../engine/api/object.ts'
import { WRITE_FLAGS, writeQuery } from '../write/create-files.ts'
import { asGo } from './generate.ts'
import { podSpecOf } from '../workload/set-image.ts'

export const expose: Verb = {
  about: 'Expose a resource as a new Kubernetes service.',
  usage:
    '(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--type=type]',
  flags: {
    ...WRITE_FLAGS,
    ...FILE_FLAGS,
    port: { type: 'string', about: 'port of the service' },
    'target-port': { type: 'string', about: 'port of the pods, or its name' },
    protocol: { type: 'string', about: 'TCP, UDP or SCTP' },
    name: { type: 'string', about: 'name of the service' },
    type: { type: 'string', about: 'ClusterIP, NodePort, LoadBalancer or ExternalName' },
    selector: { type: 'string', about: 'labels of the pods' },
    labels: { type: 'string', short: 'l', about: 'labels of the service' },
    'cluster-ip': { type: 'string', about: 'an address, or None' },
    'external-ip': { type: 'string', about: 'address outside' },
    'session-affinity': { type: 'string', about: 'None or ClientIP' },
  },
  async run(call) {
    const { flags } = call
    const pairs = (text: string) => Object.fromEntries(text.split(',').map(pair => pair.split('=') as [string, string]))
    for (const found of await select({ ...call, flags: withoutSelector(call.flags) }, call.args)) {
      const { object } = found
      const selector = flags.text('selector') ? pairs(flags.text('selector')) : selectorLabels(object)
      const spec = podSpecOf(object) as
        { containers: { ports?: { containerPort: number; protocol?: string }[] }[] } | undefined
      const known =
        object.kind === 'Service'
          ? (object.spec.ports as { port: number; protocol?: string }[]).map(p => ({
              containerPort: p.port,
              protocol: p.protocol,
            }))
          : (spec?.containers ?? []).flatMap(c => c.ports ?? [])
      const wanted = flags.text('port')
        ? flags
            .text('port')
            .split(',')
            .map(port => ({
              containerPort: Number(port),
              protocol: known.find(k => k.containerPort === Number(port))?.protocol,
            }))
        : known
      if (!wanted.length)
        throw new KubectlError(
          "couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples",
        )
      const target = flags.text('target-port')
      const ports = wanted.map((port, i) => ({
        ...(wanted.length > 1 ? { name: `port-${i + 1}` } : {}),
        port: port.containerPort,
        protocol: flags.text('protocol') || port.protocol || 'TCP',
        targetPort: target ? (/^\d+$/.test(target) ? Number(target) : target) : port.containerPort,
      }))
      const labels = flags.text('labels') ? pairs(flags.text('labels')) : object.metadata.labels
      const optional = {
        clusterIP: flags.text('cluster-ip'),
        type: flags.text('type'),
        sessionAffinity: flags.text('session-affinity'),
      }
      const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value))
      const external = flags.text('external-ip') ? { externalIPs: [flags.text('external-ip')] } : {}
      const service: KubeObject = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: flags.text('name') || found.name, ...(labels ? { labels } : {}) },
        spec: { ports, selector, ...given, ...external },
        status: { loadBalancer: {} },
      }
      if (found.namespace && call.cluster().config.namespaceGiven) service.metadata.namespace = found.namespace
      const resource = await call.cluster().discovery.find('services')
      const made =
        dryRun(call) === 'client'
          ? asGo(service)
          : await call.cluster().json<KubeObject>('POST', pathOf(resource, found.namespace), {
              query: writeQuery(call, 'kubectl-expose'),
              body: service,
            })
      printDone(call, resource, made, 'exposed')
    }
  },
}

/** Here `--selector` is the service's, not a choice of objects. */
function withoutSelector(flags: Parameters<Verb['run']>[0]['flags']): typeof flags {
  return new Proxy(flags, {
    get: (of, key) =>
      key === 'text'
        ? (name: string) => (name === 'selector' ? '' : of.text(name))
        : (of[key as keyof typeof of] as (name: string) => unknown).bind(of),
  })
}

function selectorLabels(object: KubeObject): Record<string, string> {
  if (object.kind === 'Pod') {
    if (!object.metadata.labels)
      throw new KubectlError(
        "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
      )
    return object.metadata.labels
  }
  const { selector } = object.spec ?? {}
  if (!podSelector(object)) throw new KubectlError(`cannot expose a ${object.kind}`)
  if (selector.matchExpressions?.length)
    throw new KubectlError(
      "couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions to map-based selector format",
    )
  return (selector.matchLabels ?? selector) as Record<string, string>
}
