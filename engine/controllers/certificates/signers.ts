/** What a request asks for, as far as signers look at it. */
export interface RequestedCertificate {
  commonName: string
  organizations: string[]
  dnsNames: string[]
  addresses: string[]
  emails: string[]
  uris: string[]
}

/** Says why a signer does not take a request; undefined if it does. */
export type SignerRule = (request: RequestedCertificate, usages: string[]) => string | undefined

/** Organizations that open what no user may: the store. */
const OWN_PREFIX = 'kubarium:'

export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'

/** The built-in signers with their rules (kubernetes.io, "Certificate Signing Requests", section on signers). */
export const SIGNERS: Record<string, SignerRule> = {
  'kubernetes.io/kube-apiserver-client': apiServerClient,
  [KUBELET_CLIENT]: kubeletClient,
  'kubernetes.io/kubelet-serving': kubeletServing,
}

function apiServerClient({ organizations }: RequestedCertificate, usages: string[]): string | undefined {
  const own = organizations.find(o => o.startsWith(OWN_PREFIX))
  if (own !== undefined) return `organization ${own} is kept for the lab's own components`
  const odd = usages.find(u => !['digital signature', 'key encipherment', 'client auth'].includes(u))
  if (odd !== undefined) return `invalid usage for client certificate: ${odd}`
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth'
}

function kubeletClient(request: RequestedCertificate, usages: string[]): string | undefined {
  if (!isNodes(request)) return 'subject organization is not system:nodes'
  if (request.dnsNames.length) return 'DNS subjectAltNames are not allowed'
  if (request.emails.length) return 'Email subjectAltNames are not allowed'
  if (request.addresses.length) return 'IP subjectAltNames are not allowed'
  if (request.uris.length) return 'URI subjectAltNames are not allowed'
  if (!isNode(request)) return 'subject common name does not begin with system:node: '
  return exactly(usages, 'client auth')
}

function kubeletServing(request: RequestedCertificate, usages: string[]): string | undefined {
  if (!isNodes(request)) return 'subject organization is not system:nodes'
  if (!request.dnsNames.length && !request.addresses.length) return 'DNS or IP subjectAltName is required'
  if (request.emails.length) return 'Email subjectAltNames are not allowed'
  if (request.uris.length) return 'URI subjectAltNames are not allowed'
  if (!isNode(request)) return 'subject common name does not begin with system:node: '
  return exactly(usages, 'server auth')
}

const isNodes = ({ organizations }: RequestedCertificate) =>
  organizations.length === 1 && organizations[0] === 'system:nodes'

const isNode = ({ commonName }: RequestedCertificate) => commonName.startsWith('system:node:')

/** `auth` and "digital signature"; keys that can encipher may say so as well. */
function exactly(usages: string[], auth: string): string | undefined {
  const wanted = ['digital signature', auth]
  const given = usages.filter(u => u !== 'key encipherment')
  const same = given.length === wanted.length && wanted.every(u => given.includes(u))
  return same ? undefined : `usages did not match [${[...wanted, 'key encipherment'].sort().join(' ')}]`
}
