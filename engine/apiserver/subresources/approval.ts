import { forbidden } from '../../api/status.ts'
import type { SubresourceHandler } from '../rest.ts'
import { mayUseSigner } from '../admission/certificates.ts'
import { servePartial } from './partial.ts'

/**
 * GET, PUT and PATCH of a certificate request's approval. Writing it needs the right to `approve` for the signer, or for
 * all signers of its domain, beside the right to write the subresource (the admission plug-in CertificateApproval).
 */
export const serveApproval: SubresourceHandler = async (backend, ctx, resource) => {
  if (ctx.info.verb !== 'get') {
    const { object } = await backend.registry.get(resource, '', ctx.info.name)
    const signer = (object.spec?.signerName ?? '') as string
    if (!(await mayUseSigner(backend, ctx.user, 'approve', signer))) {
      const why = `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`
      throw forbidden({ group: resource.group, resource: resource.resource, name: ctx.info.name }, why)
    }
  }
  await servePartial(backend, ctx, resource)
}
