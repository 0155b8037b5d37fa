import { createHmac, timingSafeEqual } from 'node:crypto'

/** Header with the proof of what a caller says about others: `SOURCE_HEADER`, and the client in `Forwarded`. */
export const PROOF_HEADER = 'kubarium-proof'

/**
 * What gateways and the lab's host believe each other: for whom they ask. Pods' programs reach the same ports on loopback, so
 * each such word comes with a proof, made with a key that only the lab's own processes are given. A proof holds for one word
 * at one gateway: who takes the port of a gateway that is gone, and is told one there, can use it nowhere else.
 */
export class Peers {
  readonly #key: string

  constructor(key: string) {
    this.#key = key
  }

  /** The proof of `words` at the gateway that listens on this port of loopback. */
  prove(gatewayPort: number, ...words: string[]): string {
    return createHmac('sha256', this.#key)
      .update([gatewayPort, ...words].join('\n'))
      .digest('base64url')
  }

  proves(proof: string | undefined, gatewayPort: number, ...words: string[]): boolean {
    const wanted = Buffer.from(this.prove(gatewayPort, ...words))
    const given = Buffer.from(proof ?? '')
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  }
}
