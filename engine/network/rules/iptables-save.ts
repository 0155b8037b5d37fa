/** One table of iptables: its chains and their rules, in order. */
export interface IptablesTable {
  name: 'nat' | 'filter'
  chains: IptablesChain[]
}

export interface IptablesChain {
  name: string
  /** Policy of a built-in chain. */
  policy?: 'ACCEPT'
  rules: IptablesRule[]
}

export interface IptablesRule {
  comment?: string
  /** Matches in the notation of iptables, such as `-d 10.96.0.1/32`. */
  match: string[]
  /** Matches that come after the comment, such as `-m statistic …`. */
  after?: string[]
  /** Absent: a rule that only says something. */
  target?: string
}

/** The notation of `iptables-save`. */
export function renderIptablesSave(tables: IptablesTable[]): string {
  return tables.map(renderTable).join('')
}

function renderTable({ name, chains }: IptablesTable): string {
  const heads = chains.map(c => `:${c.name} ${c.policy ?? '-'} [0:0]`)
  const rules = chains.flatMap(c => c.rules.map(rule => renderRule(c.name, rule)))
  return [`*${name}`, ...heads, ...rules, 'COMMIT', ''].join('\n')
}

function renderRule(chain: string, { comment, match, after = [], target }: IptablesRule): string {
  const said = comment === undefined ? [] : [`-m comment --comment "${comment}"`]
  return [`-A ${chain}`, ...match, ...said, ...after, ...(target === undefined ? [] : [`-j ${target}`])].join(' ')
}
