import { ApiError } from '../api/status.ts'
import type { StatusDetails } from '../api/status.ts'

/** An answer with exactly these fields. `details` of undefined leaves it out. */
export function failure(code: number, reason: string, message: string, details?: StatusDetails): ApiError {
  return new ApiError(code, reason, message, details)
}

/** Complaints about the options of a request, as Kubernetes' validation of them words it. */
export function invalidOptions(kind: string, field: string, reason: string, message: string): ApiError {
  return failure(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind,
    causes: [{ reason, message, field }],
  })
}
