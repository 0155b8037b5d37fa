import type { WorkerRules } from '../../../../engine/lab/contract.ts'
import type { Said } from '../../text/define.ts'
import type { rulesTexts } from './rules-text.ts'

/** A line of the rules, as the tool of the mode prints it. */
export interface RuleLine {
  text: string
  /** It is about the Service; else it is a part of the frame that every Service shares. */
  own: boolean
  /** What it does. */
  words?: string
}

export interface RuleReader {
  t: Said<typeof rulesTexts.en>
  /** What an endpoint (`ip:port`) is called. */
  nameOf(endpoint: string): string
  /** What a scheduler of IPVS does. */
  schedulerWords(scheduler: string): string
}

const OWN_CHAIN = /^KUBE-(SVC|SVL|EXT|FW|SEP)-/

/** The lines of a worker's rules for one Service (`namespace/name`), each with what it does. */
export function ruleLines({ mode, text }: WorkerRules, service: string, reader: RuleReader): RuleLine[] {
  const lines = text.split('\n').filter(Boolean)
  if (mode === 'ipvs') return lines.map((line, i) => ipvsLine(line, i, reader))
  const reading = new IptablesReading(lines, service, reader)
  return lines.map(line => reading.read(line))
}

function ipvsLine(text: string, index: number, { t, nameOf, schedulerWords }: RuleReader): RuleLine {
  const server = /^(TCP|UDP|SCTP) +(\S+) (\S+)(?: persistent (\d+))?/.exec(text)
  if (server) {
    const [, protocol, address, scheduler, persistent] = server
    const kept = persistent ? ` ${t.persistent(persistent)}` : ''
    return {
      text,
      own: true,
      words: t.virtualServer(`${address}/${protocol}`, scheduler!, schedulerWords(scheduler!)) + kept,
    }
  }
  const real = /^ +-> (\d\S*) +Masq +(\d+) +(\d+) +(\d+)/.exec(text)
  if (!real) return { text, own: false, ...(index < 3 && { words: [t.ipvsHead, t.ipvsServers, t.ipvsReals][index] }) }
  const [, endpoint, weight, active, inactive] = real
  const words = weight === '0' ? t.drained : t.realServer(nameOf(endpoint!), weight!, active!, inactive!)
  return { text, own: true, words }
}

/** Of the lines those of the Service alone, in the order in which a connection passes them: the tool lists chains by name. */
export function ownLines(lines: readonly RuleLine[]): RuleLine[] {
  // Chains are declared first and filled later: alone, their names would say nothing.
  const own = lines.filter(line => line.own && !line.text.startsWith(':'))
  const place = ({ text }: RuleLine) => {
    const kind = /^-A KUBE-(EXT|FW|SVC|SVL|SEP)-/.exec(text)?.[1]
    return kind === undefined ? 0 : ['FW', 'EXT', 'SVC', 'SVL', 'SEP'].indexOf(kind) + 1
  }
  return own.toSorted((a, b) => place(a) - place(b))
}

/** Reads `iptables-save` line by line: what a rule is worth depends on those of its chain before it. */
class IptablesReading {
  readonly #reader: RuleReader
  readonly #service: string
  /** Where the chain of an endpoint leads. */
  readonly #endpoints = new Map<string, string>()
  /** What is left of a chain's connections after the rules that were read. */
  readonly #left = new Map<string, number>()

  constructor(lines: readonly string[], service: string, reader: RuleReader) {
    this.#service = service
    this.#reader = reader
    for (const line of lines) {
      const [, chain, to] = /^-A (KUBE-SEP-\S+) .*--to-destination (\S+)/.exec(line) ?? []
      if (chain && to) this.#endpoints.set(chain, to)
    }
  }

  read(text: string): RuleLine {
    const { t } = this.#reader
    const head = /^:(\S+) /.exec(text)?.[1]
    if (head !== undefined) {
      const own = OWN_CHAIN.test(head)
      return { text, own, ...(own && { words: this.#chain(head) }) }
    }
    const rule = /^-A (\S+)/.exec(text)
    if (!rule) return { text, own: false, ...(text.startsWith('*') && { words: t.table(text.slice(1)) }) }
    const chain = rule[1]!
    const own = OWN_CHAIN.test(chain) || this.#names(text)
    return { text, own, words: own ? this.#rule(chain, text) : undefined }
  }

  #names(text: string): boolean {
    const comment = /--comment "([^"]*)"/.exec(text)?.[1] ?? ''
    return comment.split(' ').some(word => word === this.#service || word.startsWith(`${this.#service}:`))
  }

  #chain(chain: string): string {
    const { t, nameOf } = this.#reader
    const endpoint = this.#endpoints.get(chain)
    if (endpoint) return t.endpointChain(nameOf(endpoint))
    if (chain.startsWith('KUBE-SVC-')) return t.serviceChain
    if (chain.startsWith('KUBE-SVL-')) return t.localChain
    return chain.startsWith('KUBE-EXT-') ? t.externalChain : t.firewallChain
  }

  #rule(chain: string, text: string): string {
    const { t, nameOf } = this.#reader
    const [, target = '', , argument = ''] = /-j (\S+)( --\S+ (\S+))?/.exec(text) ?? []
    const [, to = ''] = / -d (\d[\d.]*)/.exec(text) ?? []
    const [, port = ''] = /--dport (\d+)/.exec(text) ?? []
    const address = to ? `${to}:${port}` : port
    if (target === 'REJECT') return t.rejected(address)
    if (target === 'DROP') return t.dropped(address)
    if (target === 'REDIRECT') return to ? t.toProxy(address) : t.nodePortToProxy(port)
    if (target === 'DNAT') return argument.startsWith('127.') ? t.toProxy(address) : t.rewritten(nameOf(argument))
    if (target === 'KUBE-MARK-MASQ') return this.#masquerade(chain, text)
    if (!target) return t.othersDropped
    const endpoint = this.#endpoints.get(target)
    if (endpoint) return this.#chosen(chain, text, nameOf(endpoint))
    if (chain === 'KUBE-NODEPORTS') return t.nodePort(port, target)
    if (chain === 'KUBE-SERVICES') return t.portal(address, target)
    const [, source = ''] = / -s (\S+)/.exec(text) ?? []
    if (chain.startsWith('KUBE-FW-')) return t.letThrough(source, target)
    if (source) return t.fromPods(target)
    if (text.includes('--src-type LOCAL')) return t.fromNode(target)
    return target.startsWith('KUBE-SVL-') ? t.onlyLocal(target) : t.goesOn(target)
  }

  #masquerade(chain: string, text: string): string {
    const { t } = this.#reader
    if (chain.startsWith('KUBE-SEP-')) return t.hairpin
    return text.includes('! -s') ? t.masqueradeOutside : t.masquerade
  }

  /** A rule that leads to an endpoint: of what is left, its chance; of all that comes, its share. */
  #chosen(chain: string, text: string, name: string): string {
    const { t } = this.#reader
    const [, seconds] = /--rcheck --seconds (\d+)/.exec(text) ?? []
    if (seconds) return t.affinity(seconds, name)
    const [, probability] = /--probability ([\d.]+)/.exec(text) ?? []
    const left = this.#left.get(chain) ?? 1
    const chance = probability === undefined ? 1 : Number(probability)
    this.#left.set(chain, left * (1 - chance))
    const share = percent(left * chance)
    return probability === undefined ? t.rest(name, share) : t.chance(percent(chance), name, share)
  }
}

function percent(part: number): string {
  return String(Math.round(part * 1000) / 10)
}
