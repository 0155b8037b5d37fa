import { createServer, type Server, type Socket } from 'node:net'
import { COMMANDS, globFits } from './commands.ts'
import { Data } from './data.ts'
import { encode, OK, Parser, ReplyError, SimpleString, type Reply } from './protocol.ts'

export interface CacheOptions {
  /** Clients must say it with AUTH; empty: nobody is asked. */
  password: string
  /** Shown by CONFIG GET; `CONFIG SET` changes them. */
  settings: Map<string, string>
  version: string
  /** Milliseconds since 1970. */
  now: () => number
}

/** Of a subscriber that does not read no more than this is kept. */
const MAX_PENDING_BYTES = 8 << 20

/** A server that speaks Redis' protocol (RESP2); one database, in memory. */
export function createCache(options: CacheOptions): Server {
  const data = new Data(options.now)
  const clients = new Set<Client>()
  return createServer(socket => {
    const client = new Client(socket, data, clients, options)
    clients.add(client)
    socket.once('close', () => clients.delete(client))
  })
}

class Client {
  readonly #socket: Socket
  readonly #data: Data
  readonly #clients: Set<Client>
  readonly #options: CacheOptions
  readonly #channels = new Set<string>()
  readonly #patterns = new Set<string>()
  #authenticated: boolean
  #queue: string[][] | undefined

  constructor(socket: Socket, data: Data, clients: Set<Client>, options: CacheOptions) {
    this.#socket = socket
    this.#data = data
    this.#clients = clients
    this.#options = options
    this.#authenticated = options.password === ''
    const parser = new Parser()
    socket.on('error', () => socket.destroy())
    socket.on('data', piece => {
      try {
        for (const said of parser.push(piece)) this.#receive(said)
      } catch (error) {
        if (!(error instanceof ReplyError)) throw error
        socket.end(encode(error), 'latin1')
      }
    })
  }

  /** Hands on what somebody has published; gives how often. */
  deliver(channel: string, message: string): number {
    const patterns = [...this.#patterns].filter(p => globFits(p, channel))
    const direct = this.#channels.has(channel)
    if (direct) this.#say(['message', channel, message])
    for (const pattern of patterns) this.#say(['pmessage', pattern, channel, message])
    return patterns.length + (direct ? 1 : 0)
  }

  #say(reply: Reply): void {
    this.#socket.write(encode(reply), 'latin1')
    if (this.#socket.writableLength > MAX_PENDING_BYTES) this.#socket.destroy()
  }

  #receive(said: Reply): void {
    if (!Array.isArray(said) || !said.length) return
    const [name, ...args] = said.map(String)
    const reply = this.#answer(name.toUpperCase(), args)
    if (reply !== undefined) this.#say(reply)
  }

  #answer(name: string, args: string[]): Reply | undefined {
    try {
      if (!this.#authenticated && !['AUTH', 'HELLO', 'QUIT'].includes(name))
        throw new ReplyError('NOAUTH Authentication required.')
      if (this.#queue && !['EXEC', 'DISCARD', 'MULTI'].includes(name)) {
        this.#queue.push([name, ...args])
        return new SimpleString('QUEUED')
      }
      return this.#connection(name, args) ?? this.#run(name, args)
    } catch (error) {
      if (error instanceof ReplyError) return error
      throw error
    }
  }

  #run(name: string, args: string[]): Reply | undefined {
    if (SUBSCRIPTIONS.includes(name)) return undefined
    const command = COMMANDS[name]
    if (!command)
      throw new ReplyError(
        `ERR unknown command '${name}', with args beginning with: ${args.map(a => `'${a}'`).join(' ')}`,
      )
    if (args.length < command.least || args.length > command.most)
      throw new ReplyError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`)
    return command.run(args, this.#data, this.#options.now)
  }

  /** Commands about the connection and the server. Undefined: it is none, or it has answered for itself. */
  #connection(name: string, args: string[]): Reply | undefined {
    switch (name) {
      case 'PING':
        return args[0] ?? new SimpleString('PONG')
      case 'AUTH':
        return this.#authenticate(args.at(-1) ?? '')
      case 'SELECT':
        if (args[0] !== '0') throw new ReplyError('ERR DB index is out of range')
        return OK
      case 'HELLO':
        if (args[0] !== undefined && args[0] !== '2') throw new ReplyError('NOPROTO unsupported protocol version')
        return ['server', 'redis', 'version', this.#options.version, 'proto', 2, 'mode', 'standalone', 'role', 'master']
      case 'CLIENT':
      case 'COMMAND':
        return name === 'CLIENT' ? OK : []
      case 'QUIT':
        this.#socket.end(encode(OK), 'latin1')
        return undefined
      case 'INFO':
        return this.#info()
      case 'CONFIG':
        return this.#config(args)
      case 'MULTI':
        if (this.#queue) throw new ReplyError('ERR MULTI calls can not be nested')
        this.#queue = []
        return OK
      case 'DISCARD':
      case 'EXEC': {
        if (!this.#queue) throw new ReplyError(`ERR ${name} without MULTI`)
        const queue = this.#queue
        this.#queue = undefined
        return name === 'EXEC' ? queue.map(([n, ...a]) => this.#answer(n, a) ?? null) : OK
      }
      case 'PUBLISH':
        return [...this.#clients].reduce((sum, client) => sum + client.deliver(args[0], args[1] ?? ''), 0)
      default:
        if (SUBSCRIPTIONS.includes(name)) this.#subscribe(name, args)
        return undefined
    }
  }

  #authenticate(password: string): Reply {
    if (this.#options.password === '')
      throw new ReplyError('ERR AUTH <password> called without any password configured for the default user.')
    if (password !== this.#options.password)
      throw new ReplyError('WRONGPASS invalid username-password pair or user is disabled.')
    this.#authenticated = true
    return OK
  }

  #subscribe(name: string, args: string[]): void {
    const set = name.startsWith('P') ? this.#patterns : this.#channels
    const leaving = name.includes('UNSUB')
    for (const channel of args.length || !leaving ? args : [...set]) {
      if (leaving) set.delete(channel)
      else set.add(channel)
      this.#say([name.toLowerCase(), channel, this.#channels.size + this.#patterns.size])
    }
  }

  #config([action = '', ...args]: string[]): Reply {
    const { settings } = this.#options
    if (action.toUpperCase() === 'GET')
      return [...settings].filter(([name]) => args.some(pattern => globFits(pattern, name))).flat()
    if (action.toUpperCase() !== 'SET') throw new ReplyError(`ERR unknown subcommand '${action}'. Try CONFIG HELP.`)
    if (!settings.has(args[0]))
      throw new ReplyError(`ERR Unknown option or number of arguments for CONFIG SET - '${args[0]}'`)
    settings.set(args[0], args[1] ?? '')
    return OK
  }

  #info(): string {
    const lines = [
      '# Server',
      `redis_version:${this.#options.version}`,
      'redis_mode:standalone',
      `process_id:${process.pid}`,
    ]
    const more = [
      '# Clients',
      `connected_clients:${this.#clients.size}`,
      '# Replication',
      'role:master',
      'connected_slaves:0',
    ]
    return [...lines, ...more, '# Keyspace', `db0:keys=${this.#data.keys().length}`, ''].join('\r\n')
  }
}

const SUBSCRIPTIONS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'PSUBSCRIBE', 'PUNSUBSCRIBE', 'QUIT']
