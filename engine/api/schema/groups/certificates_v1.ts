/** Types of the certificates.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CertificateSigningRequest kind # Asks a signer for a certificate.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! CertificateSigningRequestSpec always # What is wanted.
  3 status CertificateSigningRequestStatus always # What was last observed.
CertificateSigningRequestCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 reason string # Why it is so, as one word.
  3 message string # Why it is so, for people.
  4 lastUpdateTime Time null # When the condition was last updated.
  5 lastTransitionTime Time null # When the status last changed.
  6 status! string zero # Whether it holds: True, False or Unknown.
CertificateSigningRequestList kind # A list of objects of the kind CertificateSigningRequest.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []CertificateSigningRequest # The objects.
CertificateSigningRequestSpec # What certificate is asked for.
  1 request! bytes # The request of x509, in PEM and base64.
  2 username string # User who asks; set by the server.
  3 uid string # Identity of the user; set by the server.
  4 groups []string list=atomic # Groups of the user; set by the server.
  5 usages []string list=atomic # What the key may be used for, such as client auth.
  6 extra map<[]string> # Further facts about the user; set by the server.
  7 signerName! string # Signer that is asked.
  8 expirationSeconds int32 # Seconds that the certificate should be valid; the signer decides.
CertificateSigningRequestStatus # What was decided.
  1 conditions []CertificateSigningRequestCondition list=map(type) # Approved, Denied or Failed.
  2 certificate bytes # The certificate chain in PEM, once it is signed.
`
