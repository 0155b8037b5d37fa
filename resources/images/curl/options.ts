/** What one call of curl is to do. */
export interface CurlOptions {
  urls: string[]
  method?: string
  headers: [string, string][]
  body?: string
  silent: boolean
  showError: boolean
  failOnError: boolean
  follow: boolean
  include: boolean
  head: boolean
  insecure: boolean
  verbose: boolean
  output?: string
  writeOut?: string
  maxTimeMs?: number
  connectTimeoutMs?: number
  retry: number
  retryDelayMs: number
  retryConnRefused: boolean
  user?: string
}

const SWITCHES: Record<string, (o: CurlOptions) => void> = {
  s: o => (o.silent = true),
  S: o => (o.showError = true),
  f: o => (o.failOnError = true),
  L: o => (o.follow = true),
  i: o => (o.include = true),
  I: o => (o.head = true),
  k: o => (o.insecure = true),
  v: o => (o.verbose = true),
  G: o => (o.method = 'GET'),
  '-retry-connrefused': o => (o.retryConnRefused = true),
  '-no-progress-meter': () => undefined,
}
const VALUES: Record<string, (o: CurlOptions, value: string) => void> = {
  X: (o, v) => (o.method = v),
  H: (o, v) => o.headers.push(header(v)),
  d: (o, v) => (o.body = o.body === undefined ? v : `${o.body}&${v}`),
  o: (o, v) => (o.output = v),
  w: (o, v) => (o.writeOut = v),
  m: (o, v) => (o.maxTimeMs = seconds(v)),
  A: (o, v) => o.headers.push(['user-agent', v]),
  u: (o, v) => (o.user = v),
  '-connect-timeout': (o, v) => (o.connectTimeoutMs = seconds(v)),
  '-retry': (o, v) => (o.retry = Number(v)),
  '-retry-delay': (o, v) => (o.retryDelayMs = seconds(v)),
}
const LONG: Record<string, string> = {
  silent: 's',
  'show-error': 'S',
  fail: 'f',
  location: 'L',
  include: 'i',
  head: 'I',
  insecure: 'k',
  verbose: 'v',
  get: 'G',
  request: 'X',
  header: 'H',
  data: 'd',
  'data-raw': 'd',
  output: 'o',
  'write-out': 'w',
  'max-time': 'm',
  'user-agent': 'A',
  user: 'u',
}

/** @throws Error that names an option which this curl does not know */
export function parseCurl(args: string[]): CurlOptions {
  const options: CurlOptions = {
    urls: [],
    headers: [],
    silent: false,
    showError: false,
    failOnError: false,
    follow: false,
    include: false,
    head: false,
    insecure: false,
    verbose: false,
    retry: 0,
    retryDelayMs: 1000,
    retryConnRefused: false,
  }
  const left = [...args]
  const value = (name: string) => {
    const given = left.shift()
    if (given === undefined) throw new Error(`option -${name}: requires parameter`)
    return given
  }
  const apply = (key: string, attached?: string): boolean => {
    if (SWITCHES[key]) {
      SWITCHES[key](options)
      return false
    }
    if (!VALUES[key]) throw new Error(`option -${key}: is unknown`)
    VALUES[key](options, attached || value(key))
    return true
  }
  while (left.length) {
    const arg = left.shift()!
    if (arg.startsWith('--')) apply(LONG[arg.slice(2)] ?? arg.slice(1))
    else if (arg.startsWith('-') && arg.length > 1) {
      for (let i = 1; i < arg.length; i++) if (apply(arg[i], VALUES[arg[i]] ? arg.slice(i + 1) : undefined)) break
    } else options.urls.push(/^\w+:\/\//.test(arg) ? arg : `http://${arg}`)
  }
  if (!options.urls.length) throw new Error('no URL specified')
  return options
}

function header(text: string): [string, string] {
  const colon = text.indexOf(':')
  if (colon < 1) throw new Error(`"${text}" is not a header`)
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
}

function seconds(text: string): number {
  if (text.trim() === '' || !(Number(text) >= 0)) throw new Error(`expected a proper numerical parameter: ${text}`)
  return Number(text) * 1000
}
