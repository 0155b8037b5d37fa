/** Structured logging as a dependency. One JSON line per record; the sink decides where it goes. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** A logger that adds `component` (dotted under its parent's) to every record. */
  child(component: string): Logger
}

export interface LogRecord {
  time: string
  level: LogLevel
  component: string
  message: string
  [field: string]: unknown
}

const ORDER: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** Builds a logger over `write`, which receives every record at or above `level`. */
export function createLogger(write: (record: LogRecord) => void, level: LogLevel = 'info', component = ''): Logger {
  const at = (severity: LogLevel) => (message: string, fields?: Record<string, unknown>) => {
    if (ORDER[severity] < ORDER[level]) return
    write({ time: new Date().toISOString(), level: severity, component, message, ...expandErrors(fields) })
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: name => createLogger(write, level, component ? `${component}.${name}` : name),
  }
}

/** A sink that writes JSON lines to a stream such as `process.stderr`. */
export function lineSink(stream: { write(text: string): unknown }): (record: LogRecord) => void {
  return record => void stream.write(JSON.stringify(record) + '\n')
}

export const silentLogger: Logger = createLogger(() => {}, 'error')

/** Errors do not survive JSON.stringify: spell them out. */
function expandErrors(fields: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (!fields) return undefined
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields))
    out[key] = value instanceof Error ? (value.stack ?? value.message) : value
  return out
}
