import { isRecord } from '../../../../../engine/api/equality.ts'
import { LAST_APPLIED } from '../../apply/last-applied.ts'
import type { KubeObject } from '../../../../../engine/api/object.ts'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- specs of any shape are read

/** A pod template as `rollout history` prints it, its tabs left as they are. */
export function podTemplateText(template: KubeObject): string {
  return [
    'Pod Template:',
    ...podTemplateLines(template).map(line => (line.startsWith('\t') ? line : `  ${line}`)),
  ].join('\n')
}

/** The lines of a template below "Pod Template:", tabs between cells. */
export function podTemplateLines(template: KubeObject): string[] {
  const spec = (template.spec ?? {}) as Json
  return [
    ...mapLines('Labels', template.metadata?.labels),
    ...(Object.keys(template.metadata?.annotations ?? {}).length
      ? mapLines('Annotations', template.metadata?.annotations)
      : []),
    ...(spec.serviceAccountName ? [`Service Account:\t${spec.serviceAccountName}`] : []),
    ...(spec.initContainers?.length ? containerLines('Init Containers', spec.initContainers as Json[]) : []),
    ...containerLines('Containers', (spec.containers ?? []) as Json[]),
    ...volumeLines(spec.volumes as Json[] | undefined),
    ...(spec.topologySpreadConstraints?.length ? spreadLines(spec.topologySpreadConstraints as Json[]) : []),
    ...(spec.priorityClassName ? [`Priority Class Name:\t${spec.priorityClassName}`] : []),
    ...mapLines('Node-Selectors', spec.nodeSelector as Json | undefined),
    ...tolerationLines(spec.tolerations as Json[] | undefined),
  ]
}

/** `Title:  a=1` with further entries below. */
export function mapLines(title: string, map: Record<string, unknown> | undefined | null, separator = '='): string[] {
  const keys = Object.keys(map ?? {})
    .filter(key => key !== LAST_APPLIED)
    .sort()
  if (!keys.length) return [`${title}:\t<none>`]
  return keys.map((key, i) => `${i ? '' : `${title}:`}\t${key}${separator}${String(map![key])}`)
}

/** The containers of a spec, with their state if there is one. */
export function containerLines(
  title: string,
  containers: Json[],
  statuses: Json[] = [],
  stateLines: (status: Json) => string[] = () => [],
  pod?: KubeObject,
): string[] {
  return [
    `${title}:`,
    ...containers.flatMap(c => {
      const status = statuses.find(s => s.name === c.name)
      const ports = (c.ports ?? []) as Json[]
      const list = (name: string, values: unknown[] | undefined) =>
        values?.length
          ? [
              `    ${name}:`,
              ...values.flatMap(v =>
                String(v)
                  .split('\n')
                  .map(l => `      ${l}`),
              ),
            ]
          : []
      const resources = (name: string, map: Json | undefined) =>
        map && Object.keys(map).length
          ? [
              `    ${name}:`,
              ...Object.keys(map)
                .sort()
                .map(k => `      ${k}:\t${map[k]}`),
            ]
          : []
      return [
        `   ${c.name}:`,
        ...(status ? [`    Container ID:\t${status.containerID ?? ''}`] : []),
        `    Image:\t${c.image ?? ''}`,
        ...(status ? [`    Image ID:\t${status.imageID ?? ''}`] : []),
        `    Port${ports.length > 1 ? 's' : ''}:\t${ports.map(p => `${p.containerPort}/${p.protocol ?? 'TCP'}`).join(', ') || '<none>'}`,
        `    Host Port${ports.length > 1 ? 's' : ''}:\t${ports.map(p => `${p.hostPort ?? 0}/${p.protocol ?? 'TCP'}`).join(', ') || '<none>'}`,
        ...list('Command', c.command as unknown[]),
        ...list('Args', c.args as unknown[]),
        ...(status ? stateLines(status) : []),
        ...resources('Limits', c.resources?.limits as Json),
        ...resources('Requests', c.resources?.requests as Json),
        ...(['Liveness', 'Readiness', 'Startup'] as const).flatMap(kind => {
          const probe = c[`${kind.toLowerCase()}Probe`] as Json | undefined
          return probe ? [`    ${kind}:\t${probeText(probe)}`] : []
        }),
        ...envFromLines(c.envFrom as Json[] | undefined),
        ...envLines(c.env as Json[] | undefined, pod),
        ...mountLines(c.volumeMounts as Json[] | undefined),
      ]
    }),
  ]
}

function envFromLines(sources: Json[] | undefined): string[] {
  if (!sources?.length) return []
  return [
    '    Environment Variables from:',
    ...sources.map(source => {
      const [kind, ref] = source.configMapRef
        ? ['ConfigMap', source.configMapRef as Json]
        : ['Secret', source.secretRef as Json]
      return `      ${ref.name}\t${kind}${source.prefix ? ` with prefix '${source.prefix}'` : ''}\tOptional: ${Boolean(ref.optional)}`
    }),
  ]
}

function envLines(env: Json[] | undefined, pod?: KubeObject): string[] {
  if (!env?.length) return ['    Environment:\t<none>']
  return [
    '    Environment:',
    ...env.map(({ name, value, valueFrom: from }) => {
      if (!from) return `      ${name}:\t${String(value ?? '').replace(/\n/g, '\n        \t')}`
      if (from.fieldRef)
        return `      ${name}:\t${fieldValue(pod, String(from.fieldRef.fieldPath))} (${from.fieldRef.apiVersion ?? 'v1'}:${from.fieldRef.fieldPath})`
      if (from.resourceFieldRef) return `      ${name}:\t${from.resourceFieldRef.resource}`
      const [kind, ref] = from.secretKeyRef
        ? ['secret', from.secretKeyRef as Json]
        : ['config map', from.configMapKeyRef as Json]
      return `      ${name}:\t<set to the key '${ref.key}' ${kind === 'secret' ? 'in secret' : 'of config map'} '${ref.name}'>\tOptional: ${Boolean(ref.optional)}`
    }),
  ]
}

/** What a field reference gives in a pod that is known. */
function fieldValue(pod: KubeObject | undefined, path: string): string {
  const known: Record<string, unknown> = {
    'metadata.name': pod?.metadata.name,
    'metadata.namespace': pod?.metadata.namespace,
    'metadata.uid': pod?.metadata.uid,
  }
  return String(known[path] ?? '')
}

function mountLines(mounts: Json[] | undefined): string[] {
  if (!mounts?.length) return ['    Mounts:\t<none>']
  const sorted = [...mounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))
  const flags = (m: Json) =>
    [m.readOnly ? 'ro' : 'rw', ...(m.subPath ? [`path=${JSON.stringify(m.subPath)}`] : [])].join(',')
  return ['    Mounts:', ...sorted.map(m => `      ${m.mountPath} from ${m.name} (${flags(m)})`)]
}

function probeText(p: Json): string {
  const attributes = `delay=${p.initialDelaySeconds ?? 0}s timeout=${p.timeoutSeconds ?? 1}s period=${p.periodSeconds ?? 10}s #success=${p.successThreshold ?? 1} #failure=${p.failureThreshold ?? 3}`
  if (p.exec) return `exec [${(p.exec.command ?? []).join(' ')}] ${attributes}`
  if (p.httpGet)
    return `http-get ${(p.httpGet.scheme ?? 'HTTP').toLowerCase()}://${p.httpGet.host ?? ''}:${p.httpGet.port}${p.httpGet.path ?? ''} ${attributes}`
  if (p.tcpSocket) return `tcp-socket ${p.tcpSocket.host ?? ''}:${p.tcpSocket.port} ${attributes}`
  if (p.grpc) return `grpc <pod>:${p.grpc.port} ${p.grpc.service ?? ''} ${attributes}`
  return `unknown ${attributes}`
}

const VOLUMES: Record<string, [string, (v: Json) => string[]]> = {
  emptyDir: [
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    v => [`Medium:\t${v.medium ?? ''}`, `SizeLimit:\t${v.sizeLimit ?? '<unset>'}`],
  ],
  hostPath: ['HostPath (bare host directory volume)', v => [`Path:\t${v.path}`, `HostPathType:\t${v.type ?? ''}`]],
  configMap: [
    'ConfigMap (a volume populated by a ConfigMap)',
    v => [`Name:\t${v.name ?? ''}`, `Optional:\t${Boolean(v.optional)}`],
  ],
  secret: [
    'Secret (a volume populated by a Secret)',
    v => [`SecretName:\t${v.secretName ?? ''}`, `Optional:\t${Boolean(v.optional)}`],
  ],
  persistentVolumeClaim: [
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    v => [`ClaimName:\t${v.claimName}`, `ReadOnly:\t${Boolean(v.readOnly)}`],
  ],
  downwardAPI: [
    'DownwardAPI (a volume populated by information about the pod)',
    v => [
      'Items:',
      ...((v.items ?? []) as Json[]).flatMap(i =>
        i.fieldRef ? [`  ${i.fieldRef.fieldPath} -> ${i.path}`] : [`  ${i.resourceFieldRef?.resource} -> ${i.path}`],
      ),
    ],
  ],
  projected: ['Projected (a volume that contains injected data from multiple sources)', projectedLines],
}

function projectedLines(v: Json): string[] {
  return ((v.sources ?? []) as Json[]).flatMap(source => {
    if (source.secret) return [`SecretName:\t${source.secret.name}`, `Optional:\t${Boolean(source.secret.optional)}`]
    if (source.configMap)
      return [`ConfigMapName:\t${source.configMap.name}`, `ConfigMapOptional:\t${source.configMap.optional ?? '<nil>'}`]
    if (source.downwardAPI) return ['DownwardAPI:\ttrue']
    if (source.serviceAccountToken)
      return [`TokenExpirationSeconds:\t${source.serviceAccountToken.expirationSeconds ?? 3600}`]
    return []
  })
}

/** The volumes of a pod. */
export function volumeLines(volumes: Json[] | undefined): string[] {
  if (!volumes?.length) return ['Volumes:\t<none>']
  return [
    'Volumes:',
    ...volumes.flatMap(volume => {
      const kind = Object.keys(volume).find(key => key !== 'name') ?? ''
      const known = VOLUMES[kind]
      const detail = volume[kind] as unknown
      const lines = known ? known[1](isRecord(detail) ? detail : {}) : []
      return [`  ${volume.name}:`, `    Type:\t${known?.[0] ?? kind}`, ...lines.map(line => `    ${line}`)]
    }),
  ]
}

function spreadLines(constraints: Json[]): string[] {
  return constraints.map(
    (c, i) =>
      `${i ? '' : 'Topology Spread Constraints:'}\t${c.topologyKey}:${c.whenUnsatisfiable} when max skew ${c.maxSkew} is exceeded`,
  )
}

/** The tolerations of a pod, one a line. */
export function tolerationLines(tolerations: Json[] | undefined): string[] {
  if (!tolerations?.length) return ['Tolerations:\t<none>']
  const text = (t: Json) =>
    `${t.key ?? ''}${t.value ? `=${t.value}` : ''}${t.effect ? `:${t.effect}` : ''}${t.operator === 'Exists' && !t.value ? (t.key || t.effect ? ' op=Exists' : 'op=Exists') : ''}${t.tolerationSeconds !== undefined ? ` for ${t.tolerationSeconds}s` : ''}`
  return [...tolerations]
    .sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1))
    .map((t, i) => `${i ? '' : 'Tolerations:'}\t${text(t)}`)
}
