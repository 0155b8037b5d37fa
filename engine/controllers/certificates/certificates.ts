import type { CertificateSigningRequest } from '../../api/types/certificates-v1.ts'
import type { SubjectAccessReview } from '../../api/types/authorization-v1.ts'
import { messageOf } from '../../base/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import type { ControllerContext } from '../context.ts'
import { lifetimeLeftMs } from './lifetime.ts'
import { KUBELET_CLIENT, SIGNERS } from './signers.ts'
import type { RequestedCertificate } from './signers.ts'

const REQUESTS: Resource<CertificateSigningRequest> = {
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  resource: 'certificatesigningrequests',
  namespaced: false,
}

/** What a request for a kubelet's client certificate is let through for without a person, by the right that it needs. */
const RECOGNIZED = [
  {
    subresource: 'selfnodeclient',
    own: true,
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  },
  {
    subresource: 'nodeclient',
    own: false,
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
  },
]

/**
 * Approves what kubelets ask for themselves (csrapproving), signs what is approved for the built-in signers (csrsigning),
 * and removes requests that nobody needs any more (csrcleaner).
 */
export function setupCertificates(context: ControllerContext) {
  const { clock, log, queues, informers, options, rest } = context
  const requests = informers.informer(REQUESTS)
  const client = context.client(REQUESTS)
  const reconciler = new Reconciler({ name: 'certificates', clock, log, queues, workers: 2, reconcile })
  reconciler.watch(requests)
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(key: string): Promise<number | void> {
    const request = requests.lister.byKey(key)
    if (!request || request.metadata.deletionTimestamp) return
    const left = lifetimeLeftMs(request, clock.now())
    if (left <= 0) {
      await client.delete(undefined, key, { preconditions: { uid: request.metadata.uid } })
      return
    }
    await advance(request)
    return left
  }

  async function advance(request: CertificateSigningRequest): Promise<void> {
    const signer = SIGNERS[request.spec.signerName]
    if (!signer || request.status?.certificate || has(request, 'Denied') || has(request, 'Failed')) return
    // Reading requests needs a large library, which is loaded at the first one.
    const { readRequest, signRequest } = await import('./sign.ts')
    let wanted: RequestedCertificate
    try {
      wanted = await readRequest(Buffer.from(request.spec.request, 'base64').toString())
    } catch (error) {
      return fail(request, `unable to parse csr "${request.metadata.name}": ${messageOf(error)}`)
    }
    const refusal = signer(wanted, request.spec.usages ?? [])
    if (!has(request, 'Approved')) {
      if (request.spec.signerName === KUBELET_CLIENT && refusal === undefined) await approveNode(request, wanted)
      return
    }
    if (refusal !== undefined) return fail(request, refusal)
    const certificate = await signRequest(request.spec, options.signing, clock.now(), context.random)
    await client.updateStatus({
      ...request,
      status: { ...request.status, certificate: Buffer.from(certificate).toString('base64') },
    })
  }

  async function approveNode(request: CertificateSigningRequest, wanted: RequestedCertificate): Promise<void> {
    const { username: user, groups, uid, extra } = request.spec
    for (const { subresource, own, message } of RECOGNIZED) {
      if (own && user !== wanted.commonName) continue
      const resourceAttributes = {
        ...{ group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', version: '*' },
        subresource,
      }
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        metadata: {},
        spec: { user, groups, uid, extra, resourceAttributes },
      }
      const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
      const review = await rest.request<SubjectAccessReview>('POST', path, { body })
      if (!review.status?.allowed) continue
      const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message }
      const conditions = [...(request.status?.conditions ?? []), condition]
      await client.update({ ...request, status: { ...request.status, conditions } }, { subresource: 'approval' })
      return
    }
  }

  async function fail(request: CertificateSigningRequest, message: string): Promise<void> {
    if (!has(request, 'Approved')) return
    const now = rfc3339(clock.now())
    const condition = {
      ...{ type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message },
      ...{ lastUpdateTime: now, lastTransitionTime: now },
    }
    const conditions = [...(request.status?.conditions ?? []), condition]
    await client.updateStatus({ ...request, status: { ...request.status, conditions } })
  }
}

function has(request: CertificateSigningRequest, type: string): boolean {
  return (request.status?.conditions ?? []).some(c => c.type === type)
}
