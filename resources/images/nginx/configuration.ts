/** The part of nginx's configuration language that tutorials mount into pods. */

export interface Configuration {
  servers: ServerBlock[]
  /** Addresses of each `upstream`, HOST or HOST:PORT. */
  upstreams: Map<string, string[]>
  /** Directives that have no meaning here: the user is told. */
  unknown: Set<string>
}

export interface ServerBlock {
  port: number
  /** `server_name`; none: any. */
  names: string[]
  /** `listen … default_server` */
  isDefault: boolean
  root: string
  index: string[]
  locations: Location[]
  headers: [name: string, value: string][]
}

export interface Location {
  /** "": a beginning · "=": the very path · "^~": a beginning that wins over patterns · "~", "~*": a pattern */
  match: '' | '=' | '^~' | '~' | '~*'
  path: string
  root?: string
  alias?: string
  index?: string[]
  /** `return CODE TEXT` */
  reply?: { code: number; text: string }
  /** `proxy_pass URL` */
  proxy?: string
  /** `proxy_set_header` */
  proxyHeaders: [name: string, value: string][]
  /** `try_files`: candidates, the last one is a path or `=CODE`. */
  tryFiles?: string[]
  type?: string
  headers: [name: string, value: string][]
}

interface Directive {
  name: string
  args: string[]
  block?: Directive[]
}

const DEFAULTS = { root: '/usr/share/nginx/html', index: ['index.html', 'index.htm'] }

/** What is served when no file says anything. */
export const DEFAULT_SERVER: ServerBlock = {
  ...{ port: 80, names: [], isDefault: false, locations: [], headers: [] },
  ...DEFAULTS,
}

/** Directives that change nothing a reader of answers could see, beside those that are followed. */
const HARMLESS = new Set(
  `user worker_processes worker_connections worker_rlimit_nofile pid error_log access_log log_format events http include
  sendfile tcp_nopush tcp_nodelay keepalive_timeout keepalive_requests types types_hash_max_size server_tokens charset
  client_max_body_size client_body_buffer_size proxy_http_version proxy_buffering proxy_read_timeout proxy_connect_timeout
  proxy_send_timeout proxy_redirect default_type daemon multi_accept use resolver server_names_hash_bucket_size`.split(
    /\s+/,
  ),
)
const FOLLOWED = new Set(
  `server upstream listen server_name root alias index location return proxy_pass proxy_set_header try_files add_header
  default_type`.split(/\s+/),
)

/** Reads one file. @throws Error in nginx's words for what cannot be read */
export function parseConfiguration(text: string): Configuration {
  const tokens = text.replace(/#.*$/gm, '').match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|[^\s{};"']+/g) ?? []
  const directives = parseBlock(tokens)
  if (tokens.length) throw new Error('unexpected "}"')
  const all = directives.flatMap(d => (d.name === 'http' ? (d.block ?? []) : [d]))
  const servers = all.filter(d => d.name === 'server').map(server => toServer(server.block ?? []))
  const upstreams = new Map(
    all
      .filter(d => d.name === 'upstream')
      .map(d => [d.args[0], (d.block ?? []).filter(b => b.name === 'server').map(b => b.args[0])]),
  )
  const unknown = new Set<string>()
  noteUnknown(directives, unknown)
  return { servers, upstreams, unknown }
}

function parseBlock(tokens: string[]): Directive[] {
  const directives: Directive[] = []
  let words: string[] = []
  while (tokens.length && tokens[0] !== '}') {
    const token = tokens.shift()!
    if (token === ';' || token === '{') {
      const [name, ...args] = words
      if (name === undefined) throw new Error(`unexpected "${token}"`)
      directives.push({ name, args, ...(token === '{' ? { block: parseInner(tokens) } : {}) })
      words = []
    } else words.push(/^["']/.test(token) ? token.slice(1, -1).replace(/\\n/g, '\n').replace(/\\(.)/g, '$1') : token)
  }
  if (words.length) throw new Error(`unexpected end of file, expecting ";" after "${words.join(' ')}"`)
  return directives
}

function parseInner(tokens: string[]): Directive[] {
  const block = parseBlock(tokens)
  if (tokens.shift() !== '}') throw new Error('unexpected end of file, expecting "}"')
  return block
}

function noteUnknown(directives: Directive[], unknown: Set<string>, inside = ''): void {
  for (const { name, block } of directives) {
    // Lines of these blocks are no directives.
    if (inside === 'types' || inside === 'map') continue
    if (!FOLLOWED.has(name) && !HARMLESS.has(name)) unknown.add(name)
    if (block) noteUnknown(block, unknown, name)
  }
}

function toServer(block: Directive[]): ServerBlock {
  const one = (name: string) => block.find(d => d.name === name)?.args
  const listen = one('listen')
  const whole = toLocation([''], block)
  const port = listen ? Number(listen[0].split(':').at(-1)) : 80
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`invalid port in "${listen![0]}"`)
  const own = block.filter(d => d.name === 'location').map(d => toLocation(d.args, d.block ?? []))
  return {
    port,
    names: (one('server_name') ?? []).filter(name => name !== '_' && name !== ''),
    isDefault: !!listen?.includes('default_server'),
    root: one('root')?.[0] ?? DEFAULTS.root,
    index: one('index') ?? DEFAULTS.index,
    // What the server says itself holds where no location does.
    locations: [...own, ...(whole.reply || whole.tryFiles ? [{ ...whole, path: '/', root: undefined }] : [])],
    headers: whole.headers,
  }
}

function toLocation(args: string[], block: Directive[]): Location {
  const [first, second] = args
  const match = second === undefined ? '' : (first as Location['match'])
  const location: Location = { match, path: second ?? first, headers: [], proxyHeaders: [] }
  for (const { name, args: values } of block) {
    if (name === 'return') location.reply = replyOf(values)
    if (name === 'proxy_pass') location.proxy = values[0]
    if (name === 'proxy_set_header') location.proxyHeaders.push([values[0], values.slice(1).join(' ')])
    if (name === 'try_files') location.tryFiles = values
    if (name === 'root') location.root = values[0]
    if (name === 'alias') location.alias = values[0]
    if (name === 'index') location.index = values
    if (name === 'default_type') location.type = values[0]
    if (name === 'add_header') location.headers.push([values[0], values[1]])
  }
  return location
}

/** An address alone is a redirection. */
function replyOf([first, ...rest]: string[]): Location['reply'] {
  if (/^\d{3}$/.test(first)) return { code: Number(first), text: rest.join(' ') }
  return { code: 302, text: first }
}
