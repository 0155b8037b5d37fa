/** Types of the group admission.k8s.io, version v1: what webhooks are asked and answer. The notation is explained in ../parser.ts. */
export const source = `
AdmissionRequest # What a webhook is asked about.
  1 uid! string # Identity of the question.
  2 kind! GroupVersionKind # Kind of the object, as the webhook wants it.
  3 resource! GroupVersionResource # Resource, as the webhook wants it.
  4 subResource string # Subresource of the request.
  5 name string # Name of the object; empty if it is yet to be generated.
  6 namespace string # Namespace of the request.
  7 operation! string values(CONNECT,CREATE,DELETE,UPDATE) # What is to be done.
  8 userInfo! authentication/v1.UserInfo # Who asks for it.
  9 object RawExtension # Object as it would be.
  10 oldObject RawExtension # Object as it is; not with CREATE.
  11 dryRun bool # Whether nothing will be stored.
  12 options RawExtension # Options of the operation.
  13 requestKind GroupVersionKind # Kind that the client sent.
  14 requestResource GroupVersionResource # Resource that the client named.
  15 requestSubResource string # Subresource that the client named.
AdmissionResponse # What a webhook answers.
  1 uid! string # Identity of the question.
  2 allowed! bool # Whether the request may go on.
  3 status Status # Why it may not.
  4 patch bytes # Changes of the object.
  5 patchType string ptr values(JSONPatch) # Form of the patch.
  6 auditAnnotations map<string> # Notes for the audit log.
  7 warnings []string list=atomic # What the user is told.
AdmissionReview kind # A question to a webhook, and its answer.
  1 request AdmissionRequest # The question.
  2 response AdmissionResponse # The answer.
`
