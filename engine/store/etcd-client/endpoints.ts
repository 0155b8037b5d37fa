import { Client, connectivityState, credentials } from '@grpc/grpc-js'
import type { ChannelOptions } from '@grpc/grpc-js'
import type { Clock } from '../../base/clock.ts'
import { UserError } from '../../base/errors.ts'
import { UnavailableError } from '../kv.ts'
import type { EtcdClientOptions } from './client.ts'

const OPTIONS: ChannelOptions = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // What was sent may have been carried out: whether to send it again is not for the channel to say.
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  // Stores that are connected at the same time do not share what one of them closes.
  'grpc.use_local_subchannel_pool': 1,
}

/** The endpoints of a cluster, of which one is used until it fails. */
export class Endpoints {
  readonly #clients: { endpoint: string; client: Client }[]
  readonly #clock: Clock
  #current = 0
  #closed = false

  constructor({ endpoints, tls, clock }: EtcdClientOptions) {
    if (endpoints.length === 0) throw new UserError('no endpoint of etcd is given', 'Give at least one, as host:port')
    this.#clock = clock
    const secured = tls
      ? credentials.createSsl(
          Buffer.from(tls.ca),
          tls.key ? Buffer.from(tls.key) : null,
          tls.cert ? Buffer.from(tls.cert) : null,
        )
      : credentials.createInsecure()
    this.#clients = endpoints.map(endpoint => ({
      endpoint,
      client: new Client(address(endpoint, tls !== undefined), secured, OPTIONS),
    }))
  }

  get count(): number {
    return this.#clients.length
  }

  /** All of them, for questions that each answers for itself. */
  get clients(): Client[] {
    return this.#clients.map(({ client }) => client)
  }

  /**
   * A client that is connected. @throws UnavailableError if there is none by `deadline` (monotonic milliseconds): then
   * nothing has been sent.
   */
  async ready(deadline: number): Promise<Client> {
    for (let tried = 0; ; tried++) {
      if (this.#closed) throw new UnavailableError('the connection to etcd is closed')
      const { client } = this.#clients[this.#current]!
      const left = deadline - this.#clock.monotonic()
      if (client.getChannel().getConnectivityState(true) === connectivityState.READY) return client
      if (left <= 0) throw new UnavailableError(`no endpoint of etcd can be reached: ${this.#names()}`)
      // Others may be up: the first round gives each of them a short time only.
      const patience = this.#clients.length > 1 && tried < 2 * this.#clients.length ? 300 : 1000
      if (await isReady(client, Math.min(left, patience))) return client
      this.failed(client)
    }
  }

  /** The next one is used from now on. */
  failed(client: Client): void {
    if (this.#clients[this.#current]!.client === client) this.#current = (this.#current + 1) % this.#clients.length
  }

  close(): void {
    this.#closed = true
    for (const { client } of this.#clients) client.close()
  }

  #names(): string {
    return this.#clients.map(({ endpoint }) => endpoint).join(', ')
  }
}

function isReady(client: Client, withinMs: number): Promise<boolean> {
  // gRPC's deadlines are dates of the system's clock.
  return new Promise(resolve => client.waitForReady(Date.now() + withinMs, error => resolve(!error)))
}

function address(endpoint: string, secure: boolean): string {
  const [, scheme, rest] = /^(?:(https?):\/\/)?([^/]+)\/?$/.exec(endpoint) ?? []
  if (!rest) throw new UserError(`${endpoint} is no endpoint of etcd`, 'Write it as host:port or https://host:port')
  if (scheme === 'http' && secure)
    throw new UserError(`${endpoint} is to be used with TLS`, 'Write https:// or leave the certificates out')
  if (scheme === 'https' && !secure)
    throw new UserError(`${endpoint} needs TLS`, 'Give the CA, and the certificate and key that etcd asks for')
  return rest
}
