import type { KubeObject } from '../../api/object.ts'
import { forbidden } from '../../api/status.ts'
import type { Action, Verdict } from '../auth/authorize.ts'
import type { UserInfo } from '../request/context.ts'
import type { AdmissionPlugin, Attributes } from './plugin.ts'

interface Deps {
  authorizer: { authorize(action: Action): Promise<Verdict> }
}

const API_SERVER_CLIENT = 'kubernetes.io/kube-apiserver-client'
const MASTERS = 'system:masters'

/** Who puts a certificate into a request, or calls it failed, needs the right to `sign` for its signer. */
export function certificateSigning(deps: Deps): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    async validate(attributes) {
      if (!isRequest(attributes) || attributes.subresource !== 'status') return
      const { object, oldObject, resource, name, user } = attributes
      const decided = (request: KubeObject | undefined) =>
        JSON.stringify([request?.status?.certificate ?? '', request?.status?.conditions ?? []])
      if (decided(object) === decided(oldObject)) return
      const signer = ((oldObject ?? object)!.spec?.signerName ?? '') as string
      if (await mayUseSigner(deps, user, 'sign', signer)) return
      const why = `user not permitted to sign requests with signerName ${JSON.stringify(signer)}`
      throw forbidden({ ...resource, name }, why)
    },
  }
}

/** Nobody gets a client certificate of the group that may do everything. */
export function certificateSubjectRestriction(): AdmissionPlugin {
  return {
    name: 'CertificateSubjectRestriction',
    async validate(attributes) {
      const { object, operation, resource, name, subresource } = attributes
      if (!isRequest(attributes) || operation !== 'CREATE' || subresource) return
      if (object!.spec?.signerName !== API_SERVER_CLIENT) return
      const organizations = await organizationsOf(String(object!.spec.request ?? ''))
      if (organizations.includes(MASTERS))
        throw forbidden(
          { ...resource, name },
          `use of ${API_SERVER_CLIENT} signer with ${MASTERS} group is not allowed`,
        )
    },
  }
}

function isRequest({ resource, object, operation }: Attributes): boolean {
  const named = resource.group === 'certificates.k8s.io' && resource.resource === 'certificatesigningrequests'
  return named && !!object && operation !== 'DELETE'
}

/** Whether somebody may `approve` or `sign` for a signer, or for all signers of its domain. */
export async function mayUseSigner(
  { authorizer }: Deps,
  user: UserInfo,
  verb: 'approve' | 'sign',
  signer: string,
): Promise<boolean> {
  const base = {
    isResource: true,
    group: 'certificates.k8s.io',
    version: '*',
    subresource: '',
    namespace: '',
    path: '',
  }
  for (const name of [signer, `${signer.split('/')[0]}/*`])
    if ((await authorizer.authorize({ ...base, user, verb, resource: 'signers', name })).allowed) return true
  return false
}

/** The organizations of a request in PEM and base64; validation tells of one that cannot be read. */
async function organizationsOf(request: string): Promise<string[]> {
  const pem = Buffer.from(request, 'base64').toString('latin1')
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]+)/.exec(pem)?.[1] ?? ''
  // Reading requests needs a large library: it is loaded only where the name occurs at all, in one byte or two a letter.
  const plain = Buffer.from(body, 'base64').toString('latin1').replaceAll('\0', '')
  if (!plain.includes(MASTERS)) return []
  await import('reflect-metadata')
  const { Pkcs10CertificateRequest } = await import('@peculiar/x509')
  return new Pkcs10CertificateRequest(pem).subjectName.getField('O')
}
