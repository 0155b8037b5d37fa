import type { ConfigMap, Pod, Secret, Volume } from '../../api/types.ts'
import { fieldValue, resourceValue, type ValueSources } from '../pods/environment.ts'
import { safePath, selectItems, type Payload } from './payload.ts'

/** A token of the pod's service account, bound to the pod. */
export type TokenSource = (audience: string | undefined, expirationSeconds: number) => Promise<string>

const DEFAULT_MODE = 0o644
const PROJECTED_TOKEN_SECONDS = 3600

/** The files of a volume that is made of API objects; undefined for other volumes. */
export async function payloadOf(
  pod: Pod,
  volume: Volume,
  { sources, token }: { sources: ValueSources; token: TokenSource },
): Promise<Payload | undefined> {
  if (volume.configMap)
    return configMapPayload(pod, { ...volume.configMap, mode: volume.configMap.defaultMode }, sources)
  if (volume.secret) {
    const { secretName, items, optional, defaultMode } = volume.secret
    return secretPayload(pod, { name: secretName, items, optional, mode: defaultMode }, sources)
  }
  if (volume.downwardAPI) return downwardPayload(pod, volume.downwardAPI.items, volume.downwardAPI.defaultMode, sources)
  if (!volume.projected) return undefined
  const all: Payload = new Map()
  const mode = volume.projected.defaultMode
  for (const source of volume.projected.sources ?? []) {
    let part: Payload | undefined
    if (source.configMap) part = await configMapPayload(pod, { ...source.configMap, mode }, sources)
    else if (source.secret) part = await secretPayload(pod, { ...source.secret, mode }, sources)
    else if (source.downwardAPI) part = downwardPayload(pod, source.downwardAPI.items, mode, sources)
    else if (source.serviceAccountToken) {
      const { audience, expirationSeconds, path } = source.serviceAccountToken
      const bearer = await token(audience, Number(expirationSeconds ?? PROJECTED_TOKEN_SECONDS))
      part = new Map([[safePath(path!), { content: Buffer.from(bearer), mode: mode ?? DEFAULT_MODE }]])
    } else if (source.clusterTrustBundle?.optional && source.clusterTrustBundle.path) {
      // There are none here: what may be missing is there without content, as on clusters.
      part = new Map([
        [safePath(source.clusterTrustBundle.path), { content: Buffer.alloc(0), mode: mode ?? DEFAULT_MODE }],
      ])
    } else throw new Error(unservedProjection(Object.keys(source)[0]))
    for (const [path, file] of part) all.set(path, file)
  }
  return all
}

interface Reference {
  name?: string
  items?: { key?: string; path?: string; mode?: number }[]
  optional?: boolean
  mode?: number
}

async function configMapPayload(pod: Pod, ref: Reference, sources: ValueSources): Promise<Payload> {
  const map = await sources.configMap(pod.metadata.namespace!, ref.name!)
  if (!map && !ref.optional) throw new Error(`configmap "${ref.name}" not found`)
  return selectItems(
    configMapData(map),
    ref.items,
    ref.mode ?? DEFAULT_MODE,
    !!ref.optional,
    key => `configmap references non-existent config key: ${key}`,
  )
}

async function secretPayload(pod: Pod, ref: Reference, sources: ValueSources): Promise<Payload> {
  const secret = await sources.secret(pod.metadata.namespace!, ref.name!)
  if (!secret && !ref.optional) throw new Error(`secret "${ref.name}" not found`)
  return selectItems(
    secretData(secret),
    ref.items,
    ref.mode ?? DEFAULT_MODE,
    !!ref.optional,
    key => `references non-existent secret key: ${key}`,
  )
}

function downwardPayload(
  pod: Pod,
  items:
    | {
        path?: string
        mode?: number
        fieldRef?: { fieldPath?: string }
        resourceFieldRef?: { containerName?: string; resource?: string; divisor?: string }
      }[]
    | undefined,
  defaultMode: number | undefined,
  sources: ValueSources,
): Payload {
  const payload: Payload = new Map()
  for (const item of items ?? []) {
    const text = item.fieldRef
      ? fieldValue(pod, item.fieldRef.fieldPath!, sources)
      : resourceValue(pod, pod.spec!.containers![0], item.resourceFieldRef!, sources)
    payload.set(safePath(item.path!), { content: Buffer.from(text), mode: item.mode ?? defaultMode ?? DEFAULT_MODE })
  }
  return payload
}

function configMapData(map: ConfigMap | undefined): Map<string, Buffer> {
  const text = Object.entries(map?.data ?? {}).map(([k, v]): [string, Buffer] => [k, Buffer.from(v)])
  const binary = Object.entries(map?.binaryData ?? {}).map(([k, v]): [string, Buffer] => [
    k,
    Buffer.from(v as string, 'base64'),
  ])
  return new Map([...text, ...binary])
}

function secretData(secret: Secret | undefined): Map<string, Buffer> {
  return new Map(
    Object.entries(secret?.data ?? {}).map(([k, v]): [string, Buffer] => [k, Buffer.from(v as string, 'base64')]),
  )
}

function unservedProjection(kind: string): string {
  const instead =
    kind === 'clusterTrustBundle'
      ? 'put the certificates into a ConfigMap (the cluster\'s own are in "kube-root-ca.crt"), or set optional: true'
      : 'use configMap, secret, downwardAPI or serviceAccountToken'
  return `the projection of ${kind} is not served by this node; ${instead}`
}
