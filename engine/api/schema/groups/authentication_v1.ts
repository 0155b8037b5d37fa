/** Types of the authentication.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
BoundObjectReference
  1 kind string
  2 apiVersion string
  3 name string
  4 uid string
SelfSubjectReview kind
  1 metadata ObjectMeta always
  2 status SelfSubjectReviewStatus always
SelfSubjectReviewStatus
  1 userInfo UserInfo always
TokenRequest kind
  1 metadata ObjectMeta always
  2 spec TokenRequestSpec always
  3 status TokenRequestStatus always
TokenRequestSpec
  1 audiences []string list=atomic nullList
  3 boundObjectRef BoundObjectReference explicitNull
  4 expirationSeconds int64 =3600
TokenRequestStatus
  1 token string zero
  2 expirationTimestamp Time null
TokenReview kind
  1 metadata ObjectMeta always
  2 spec! TokenReviewSpec always
  3 status TokenReviewStatus always
TokenReviewSpec
  1 token! string
  2 audiences []string list=atomic
TokenReviewStatus
  1 authenticated bool omit
  2 user UserInfo always
  3 error string
  4 audiences []string list=atomic
UserInfo
  1 username string
  2 uid string
  3 groups []string list=atomic
  4 extra map<[]string>
`
