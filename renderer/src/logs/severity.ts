/** How grave a line is. `none`: it does not say. The worst first, as filters list them. */
export const SEVERITIES = ['error', 'warn', 'info', 'debug', 'none'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What programs call their levels; pino and bunyan count them. */
const WORDS: Record<string, Severity> = {
  ...{ trace: 'debug', debug: 'debug', dbg: 'debug', verbose: 'debug', fine: 'debug', '10': 'debug', '20': 'debug' },
  ...{ info: 'info', inf: 'info', information: 'info', informational: 'info', notice: 'info', '30': 'info' },
  ...{ log: 'info', warn: 'warn', wrn: 'warn', warning: 'warn', '40': 'warn' },
  ...{ error: 'error', err: 'error', severe: 'error', fatal: 'error', ftl: 'error', critical: 'error', crit: 'error' },
  ...{
    alert: 'error',
    emerg: 'error',
    emergency: 'error',
    panic: 'error',
    dpanic: 'error',
    '50': 'error',
    '60': 'error',
  },
}
const KLOG: Record<string, Severity> = { I: 'info', W: 'warn', E: 'error', F: 'error' }

/** Levels stand near the beginning; what comes later is the message. */
const HEAD = 300
const JSON_LEVEL = /"(?:level|severity|lvl|log\.level|levelname|@l)"\s*:\s*(?:"(\w+)"|(\d+))/
const KLOG_HEAD = /^([IWEF])\d{4} \d\d:\d\d:\d\d/
const LOGFMT = /(?:^|\s)(?:level|lvl|severity)="?(\w+)/
const BRACKETED = /[[<(]\s*(\w+)\s*[\])>]/g
/** In capitals, standing alone: `2026-01-01 10:00:00 WARN  …`, `ERROR: …`, `INFO|…`. */
const CAPITALS = /(?:^|[\s|])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|PANIC|SEVERE)(?=$|[\s:|,-])/
/** How runtimes begin to tell of what nobody caught. */
const UNCAUGHT =
  /^(?:\w*(?:Error|Exception)\b.*:|error:|fatal:|panic:|Traceback \(most recent|Uncaught |Unhandled |Exception in thread)/
const LOWER_WARNING = /^warn(?:ing)?:/i

/** What a line says of its severity, in any of the common formats. */
export function severityOf(text: string): Severity {
  const head = text.length > HEAD ? text.slice(0, HEAD) : text
  if (head.startsWith('{')) {
    const [, word, count] = JSON_LEVEL.exec(text.length > 4 * HEAD ? text.slice(0, 4 * HEAD) : text) ?? []
    return named(word ?? count) ?? 'none'
  }
  const klog = KLOG_HEAD.exec(head)
  if (klog) return KLOG[klog[1]!]!
  const logfmt = named(LOGFMT.exec(head)?.[1])
  if (logfmt) return logfmt
  for (const [, word] of head.matchAll(BRACKETED)) {
    const found = /\d/.test(word!) ? undefined : named(word)
    if (found) return found
  }
  const capitals = named(CAPITALS.exec(head)?.[1])
  if (capitals) return capitals
  return UNCAUGHT.test(head) ? 'error' : LOWER_WARNING.test(head) ? 'warn' : 'none'
}

function named(word: string | undefined): Severity | undefined {
  const name = word?.toLowerCase()
  return name !== undefined && Object.hasOwn(WORDS, name) ? WORDS[name] : undefined
}
