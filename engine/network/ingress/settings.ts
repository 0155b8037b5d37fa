import type { Ingress } from '../../api/types.ts'

/** What annotations of an Ingress ask for. */
export interface IngressSettings {
  /** Requests over plain HTTP are sent to HTTPS: `tls` where the Ingress has TLS, `always` in any case. */
  redirect?: 'tls' | 'always'
  /** How long a backend may stay silent, in milliseconds. */
  silenceMs: number
}

const OWN = 'ingress.kubarium.io/'
/** Annotations of a widespread controller that mean the same here. */
const FOREIGN = 'nginx.ingress.kubernetes.io/'
const DEFAULT_SILENCE_MS = 60_000
const MAX_SILENCE_SECONDS = 86_400

/** Reads the annotations; `problems` say in words what of them cannot be honoured. */
export function readSettings({ metadata }: Ingress): { settings: IngressSettings; problems: string[] } {
  const settings: IngressSettings = { silenceMs: DEFAULT_SILENCE_MS }
  const problems: string[] = []
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    const prefix = [OWN, FOREIGN].find(p => key.startsWith(p))
    if (!prefix) continue
    const name = key.slice(prefix.length)
    if (name === 'ssl-redirect' || name === 'force-ssl-redirect') {
      if (value === 'true') {
        if (settings.redirect !== 'always') settings.redirect = name === 'ssl-redirect' ? 'tls' : 'always'
      } else if (value !== 'false') problems.push(`annotation ${key} must be "true" or "false", not "${value}"`)
    } else if (name === 'proxy-read-timeout') {
      const seconds = Number(value)
      if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SILENCE_SECONDS)
        settings.silenceMs = seconds * 1000
      else
        problems.push(`annotation ${key} must be a number of seconds from 1 to ${MAX_SILENCE_SECONDS}, not "${value}"`)
    } else
      problems.push(
        `annotation ${key} has no effect here; there are ssl-redirect, force-ssl-redirect and proxy-read-timeout under ${OWN}`,
      )
  }
  return { settings, problems }
}
