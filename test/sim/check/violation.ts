/** A promise that the store has broken; `promise` is its name. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly promise: string
  constructor(promise: string, details: string) {
    super(`${promise}: ${details}`)
    this.promise = promise
  }
}
