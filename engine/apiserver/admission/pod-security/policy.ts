import type { FieldError } from '../../../api/strategy.ts'
import { invalid } from '../../../api/validation/field.ts'
import { checksOf } from './checks.ts'
import type { Violation } from './findings.ts'

/** A level of the pod security standards, as of a version of Kubernetes. */
export interface Level {
  level: string
  version: string
}

export interface Policy {
  enforce: Level
  warn: Level
  /** What is wrong with the namespace's labels. */
  errors: FieldError[]
}

const PREFIX = 'pod-security.kubernetes.io/'
const LEVELS = ['privileged', 'baseline', 'restricted']

/** What a namespace's labels ask for. Audit levels are checked but lead to nothing here. */
export function policyOf(labels: Record<string, string> | undefined): Policy {
  const errors: FieldError[] = []
  const read = (mode: string): Level & { given: boolean } => {
    const text = labels?.[PREFIX + mode]
    const version = labels?.[`${PREFIX}${mode}-version`]
    const result = { level: text ?? 'privileged', version: version ?? 'latest', given: text !== undefined }
    if (!LEVELS.includes(result.level)) {
      errors.push(invalid(`metadata.labels[${PREFIX}${mode}]`, text, `must be one of ${LEVELS.join(', ')}`))
      // Who means to enforce something gets the safest; who only wants to be told is not told.
      result.level = mode === 'enforce' ? 'restricted' : 'privileged'
    }
    if (!/^(latest|v1\.(0|[1-9]\d*))$/.test(result.version)) {
      errors.push(invalid(`metadata.labels[${PREFIX}${mode}-version]`, version, 'must be "latest" or "v1.x"'))
      result.version = 'latest'
    }
    return result
  }
  const enforce = read('enforce')
  read('audit')
  const warn = read('warn')
  // Who enforces a level also wants to hear of workloads whose pods it will refuse.
  const follows = enforce.given && !warn.given && compare(enforce, warn) > 0
  return { enforce, warn: follows ? enforce : warn, errors }
}

/** Below zero if `a` asks less than `b`. */
export const compare = (a: Level, b: Level): number => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)

export const levelText = ({ level, version }: Level): string => `${level}:${version}`

/** What a pod does that a level does not allow. */
export function violations(level: Level, pod: { spec?: unknown; metadata?: unknown }): Violation[] {
  const minor = level.version === 'latest' ? Infinity : Number(level.version.slice('v1.'.length))
  return checksOf(level.level, minor).flatMap(check => check(pod.spec ?? {}, pod.metadata ?? {}, minor) ?? [])
}

export const describe = (found: readonly Violation[]): string => found.map(v => `${v.reason} (${v.detail})`).join(', ')
