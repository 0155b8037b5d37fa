/** The part of nginx's configuration language that tutorials mount into pods. */

export interface ServerBlock {
  port: number
  root: string
  index: string[]
  locations: Location[]
}

export interface Location {
  path: string
  root?: string
  /** `return CODE TEXT` */
  reply?: { code: number; text: string }
  /** `proxy_pass URL` */
  proxy?: string
  type?: string
}

interface Directive {
  name: string
  args: string[]
  block?: Directive[]
}

/** All `server` blocks of a file. @throws Error with what cannot be read. */
export function parseServers(text: string, defaults: ServerBlock): ServerBlock[] {
  const tokens = text.replace(/#.*$/gm, '').match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|[^\s{};"']+/g) ?? []
  const directives = parseBlock(tokens)
  const servers = directives.flatMap(d =>
    d.name === 'server' ? [d] : d.name === 'http' ? (d.block ?? []).filter(b => b.name === 'server') : [],
  )
  return servers.map(server => toServer(server.block ?? [], defaults))
}

function parseBlock(tokens: string[]): Directive[] {
  const directives: Directive[] = []
  let words: string[] = []
  while (tokens.length) {
    const token = tokens.shift()!
    if (token === '}') break
    if (token === ';' || token === '{') {
      const [name, ...args] = words
      if (name === undefined) throw new Error(`nginx: unexpected "${token}"`)
      directives.push({ name, args, ...(token === '{' ? { block: parseBlock(tokens) } : {}) })
      words = []
    } else words.push(/^["']/.test(token) ? token.slice(1, -1).replace(/\\n/g, '\n').replace(/\\(.)/g, '$1') : token)
  }
  if (words.length) throw new Error(`nginx: unexpected end of file, expecting ";" after "${words.join(' ')}"`)
  return directives
}

function toServer(block: Directive[], defaults: ServerBlock): ServerBlock {
  const one = (name: string) => block.find(d => d.name === name)?.args
  const listen = one('listen')?.[0]
  const whole = toLocation('/', block)
  return {
    port: listen ? Number(listen.split(':').at(-1)) : defaults.port,
    root: one('root')?.[0] ?? defaults.root,
    index: one('index') ?? defaults.index,
    locations: [
      ...(whole.reply ? [whole] : []),
      ...block.filter(d => d.name === 'location').map(d => toLocation(d.args.at(-1)!, d.block ?? [])),
    ],
  }
}

function toLocation(path: string, block: Directive[]): Location {
  const location: Location = { path }
  for (const { name, args } of block) {
    if (name === 'return') location.reply = { code: Number(args[0]), text: args.slice(1).join(' ') }
    if (name === 'proxy_pass') location.proxy = args[0]
    if (name === 'root') location.root = args[0]
    if (name === 'default_type') location.type = args[0]
  }
  return location
}
