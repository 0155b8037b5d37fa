export interface PeerAddress {
  name: string
  host: string
  port: number
}

/** How members reach each other. Frames may be lost or delayed, but between two members they keep their order. */
export interface Transport {
  start(receiver: TransportReceiver): Promise<void>
  /** False if the frame was dropped at once. True is no promise. */
  send(to: string, frame: Uint8Array): boolean
  /** Members come and go: these are reached from here on. Others may speak, and are answered then: they may know more. */
  setPeers(peers: readonly PeerAddress[]): void
  /** These were removed: they are not heard any more, unless they are peers again. */
  dismiss(names: readonly string[]): void
  stop(): Promise<void>
}

export interface TransportReceiver {
  onFrame(from: string, frame: Uint8Array): void
  /** The connection to `peer` is gone. `refused`: its machine answers, but nothing listens there: the member is dead. */
  onDown(peer: string, refused: boolean): void
}
