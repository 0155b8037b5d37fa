/** An answer that is not 200, with the text that goes with it. */
export class HttpError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}
