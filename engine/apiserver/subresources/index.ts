import type { SubresourceHandler } from '../rest.ts'

/** Where each special resource is served; loaded at its first use. */
const HANDLERS: Record<string, () => Promise<SubresourceHandler>> = {
  '/pods/binding': async () => (await import('./binding.ts')).serveBinding,
  '/bindings': async () => (await import('./binding.ts')).serveBinding,
  '/pods/eviction': async () => (await import('./eviction.ts')).serveEviction,
  '/pods/log': async () => (await import('./kubelet.ts')).serveLog,
  '/pods/exec': async () => (await import('./kubelet.ts')).serveStream,
  '/pods/attach': async () => (await import('./kubelet.ts')).serveStream,
  '/pods/portforward': async () => (await import('./kubelet.ts')).serveStream,
  '/pods/proxy': async () => (await import('./proxy.ts')).serveProxy,
  '/services/proxy': async () => (await import('./proxy.ts')).serveProxy,
  '/nodes/proxy': async () => (await import('./proxy.ts')).serveProxy,
  '/serviceaccounts/token': async () => (await import('./token.ts')).serveTokenRequest,
  'certificates.k8s.io/certificatesigningrequests/approval': async () => (await import('./approval.ts')).serveApproval,
  '/replicationcontrollers/scale': async () => (await import('./scale.ts')).serveScale,
  'apps/deployments/scale': async () => (await import('./scale.ts')).serveScale,
  'apps/replicasets/scale': async () => (await import('./scale.ts')).serveScale,
  'apps/statefulsets/scale': async () => (await import('./scale.ts')).serveScale,
  'metrics.k8s.io/nodes': async () => (await import('../metrics/metrics.ts')).serveMetrics,
  'metrics.k8s.io/pods': async () => (await import('../metrics/metrics.ts')).serveMetrics,
  'authentication.k8s.io/tokenreviews': async () => (await import('./reviews.ts')).serveReview,
  'authentication.k8s.io/selfsubjectreviews': async () => (await import('./reviews.ts')).serveReview,
  'authorization.k8s.io/subjectaccessreviews': async () => (await import('./reviews.ts')).serveReview,
  'authorization.k8s.io/localsubjectaccessreviews': async () => (await import('./reviews.ts')).serveReview,
  'authorization.k8s.io/selfsubjectaccessreviews': async () => (await import('./reviews.ts')).serveReview,
  'authorization.k8s.io/selfsubjectrulesreviews': async () => (await import('./reviews.ts')).serveReview,
}

/** The handler of "group/resource" or "group/resource/subresource", if it is not served like any other. */
export async function specialHandler(id: string): Promise<SubresourceHandler | undefined> {
  const load = HANDLERS[id]
  return load && (await load())
}
