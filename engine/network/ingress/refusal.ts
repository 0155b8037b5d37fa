/** What an ingress controller itself answers instead of a backend. */
export class IngressRefusal extends Error {
  override readonly name = 'IngressRefusal'
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}
