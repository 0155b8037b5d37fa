/** A refusal of the API server or of the lab server, in their own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** HTTP status; 0 if nothing answered. */
  readonly code: number
  readonly reason: string
  readonly advice: string | undefined
  readonly causes: { field?: string; message?: string; reason?: string }[]
  constructor(code: number, reason: string, message: string, advice?: string, causes: ApiError['causes'] = []) {
    super(message)
    this.code = code
    this.reason = reason
    this.advice = advice
    this.causes = causes
  }
}
