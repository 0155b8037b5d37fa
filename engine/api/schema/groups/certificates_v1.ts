/** Types of the certificates.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CertificateSigningRequest kind
  1 metadata ObjectMeta always
  2 spec! CertificateSigningRequestSpec always
  3 status CertificateSigningRequestStatus always
CertificateSigningRequestCondition
  1 type! string
  2 reason string
  3 message string
  4 lastUpdateTime Time null
  5 lastTransitionTime Time null
  6 status! string zero
CertificateSigningRequestList kind
  1 metadata ListMeta
  2 items! []CertificateSigningRequest
CertificateSigningRequestSpec
  1 request! bytes
  2 username string
  3 uid string
  4 groups []string list=atomic
  5 usages []string list=atomic
  6 extra map<[]string>
  7 signerName! string
  8 expirationSeconds int32
CertificateSigningRequestStatus
  1 conditions []CertificateSigningRequestCondition list=map(type)
  2 certificate bytes
`
