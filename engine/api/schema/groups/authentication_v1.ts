/** Types of the authentication.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
BoundObjectReference # Object with which a token ends.
  1 kind string # Pod, Secret or Node.
  2 apiVersion string # API version of the object.
  3 name string # Name of the object.
  4 uid string # Identity of the object.
SelfSubjectReview kind # Asks who one is.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 status SelfSubjectReviewStatus always # What was last observed.
SelfSubjectReviewStatus # Who one is.
  1 userInfo UserInfo always # User that the server sees.
TokenRequest kind # Asks for a token of a service account.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec TokenRequestSpec always # What is wanted.
  3 status TokenRequestStatus always # What was last observed.
TokenRequestSpec # What token is asked for.
  1 audiences []string list=atomic nullList # Who the token is meant for.
  3 boundObjectRef BoundObjectReference explicitNull # Object with which the token ends.
  4 expirationSeconds int64 =3600 # Seconds that the token should be valid.
TokenRequestStatus # The token.
  1 token string zero # The token itself.
  2 expirationTimestamp Time null # When it ends.
TokenReview kind # Asks who a token belongs to.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! TokenReviewSpec always # What is wanted.
  3 status TokenReviewStatus always # What was last observed.
TokenReviewSpec # The token.
  1 token! string # The token itself.
  2 audiences []string list=atomic # Who the token must be meant for, one of them.
TokenReviewStatus # Who the token belongs to.
  1 authenticated bool omit # Whether the token is valid.
  2 user UserInfo always # User that the token belongs to.
  3 error string # Why the token could not be checked.
  4 audiences []string list=atomic # Of the audiences asked for, those of the token.
UserInfo # Somebody who makes requests.
  1 username string # Name of the user.
  2 uid string # Identity of the user.
  3 groups []string list=atomic # Groups of the user.
  4 extra map<[]string> # Further facts about the user.
`
