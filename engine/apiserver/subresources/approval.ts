import { forbidden } from '../../api/status.ts'
import type { SubresourceHandler } from '../rest.ts'
import { servePartial } from './partial.ts'

/**
 * GET, PUT and PATCH of a certificate request's approval. Writing it needs the right to `approve` for the signer, or for
 * all signers of its domain, beside the right to write the subresource (the admission plug-in CertificateApproval).
 */
export const serveApproval: SubresourceHandler = async (backend, ctx, resource) => {
  if (ctx.info.verb !== 'get') {
    const { object } = await backend.registry.get(resource, '', ctx.info.name)
    const signer = (object.spec?.signerName ?? '') as string
    if (!(await mayApprove(backend, ctx.user, signer))) {
      const why = `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`
      throw forbidden({ group: resource.group, resource: resource.resource, name: ctx.info.name }, why)
    }
  }
  await servePartial(backend, ctx, resource)
}

async function mayApprove(
  backend: Parameters<SubresourceHandler>[0],
  user: Parameters<SubresourceHandler>[1]['user'],
  signer: string,
): Promise<boolean> {
  const domain = signer.split('/')[0]!
  for (const name of [signer, `${domain}/*`]) {
    const verdict = await backend.authorizer.authorize({
      ...{ user, verb: 'approve', isResource: true, group: 'certificates.k8s.io', version: '*' },
      ...{ resource: 'signers', subresource: '', namespace: '', name, path: '' },
    })
    if (verdict.allowed) return true
  }
  return false
}
