import type { KubeObject } from '../../../../engine/api/object.ts'
import type { CronJob } from '../../../../engine/api/types.ts'
import { connection } from '../../cluster/connection.svelte.ts'
import { objectPath, type ResourceKind } from '../../cluster/discovery.ts'
import { drain, setSchedulable } from '../../cluster/node-actions.ts'
import { request, requestJSON } from '../../cluster/rest.ts'
import type { Said } from '../../text/define.ts'
import type { ActionName } from './catalogue.ts'
import {
  deleteRequest,
  evictRequest,
  restartRequest,
  scaleRequest,
  suspendRequest,
  triggerRequest,
} from './requests.ts'
import type { ActionRequest, Identity, Propagation } from './requests.ts'
import type { Perform } from './run.ts'
import type { OpenablePort } from './service-ports.ts'
import type { actionTexts } from './text.ts'

/** What a person chose in the dialog of an action. */
export interface Choices {
  replicas: number
  propagation: Propagation
  graceSeconds: number | undefined
}

/** @throws ApiError */
export async function send({ method, path, contentType, body }: ActionRequest): Promise<void> {
  const headers = { 'content-type': contentType }
  await request(connection.cluster + path, { method, headers, body: JSON.stringify(body) })
}

/** @throws ApiError */
export function readObject(kind: ResourceKind, { namespace, name }: Identity): Promise<KubeObject> {
  return requestJSON<KubeObject>(connection.cluster + objectPath(kind, namespace, name!))
}

/** The address where a browser on this computer finds a port of a Service or pod. @throws ApiError */
export async function openPort(
  resource: 'services' | 'pods',
  { namespace, name }: Identity,
  { port, scheme }: OpenablePort,
): Promise<string> {
  const path = [namespace!, name!, String(port)].map(encodeURIComponent).join('/')
  const opened = await requestJSON<{ port: number }>(`/lab/v1/${resource}/${path}/open`, { method: 'POST' })
  return `${scheme}://127.0.0.1:${opened.port}/`
}

/** What does an action to one object. Those that lead elsewhere have none. */
export function performerOf(
  action: ActionName,
  kind: ResourceKind,
  choices: Choices,
  t: Said<typeof actionTexts.en>,
): Perform<Identity> | undefined {
  switch (action) {
    case 'scale':
      return target => send(scaleRequest(kind, target, choices.replicas))
    case 'restart':
      return target => send(restartRequest(kind, target, Date.now()))
    case 'suspend':
    case 'resume':
      return target => send(suspendRequest(kind, target, action === 'suspend'))
    case 'trigger':
      return async target => send(triggerRequest((await readObject(kind, target)) as CronJob & KubeObject, suffix()))
    case 'cordon':
    case 'uncordon':
      return target => setSchedulable(target.name!, action === 'uncordon')
    case 'drain':
      return (target, report, signal) =>
        drain(
          target.name!,
          ({ all, gone, held }) => report(t.draining(gone, all) + (held.length ? ` ${t.held(held.join(', '))}` : '')),
          signal,
        )
    case 'evict':
      return target => send(evictRequest(kind, target))
    case 'delete':
      return target => send(deleteRequest(kind, target, choices))
    default:
      return undefined
  }
}

const SUFFIX_LETTERS = 5

/** A few letters that no other Job of the CronJob is likely to have. */
export function suffix(random: () => number = Math.random): string {
  return Array.from({ length: SUFFIX_LETTERS }, () => 'bcdfghjklmnpqrstvwxz2456789'[Math.floor(random() * 27)]).join('')
}
