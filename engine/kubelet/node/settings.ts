import { UserError } from '../../base/errors.ts'
import { parseQuantity } from '../../base/quantity.ts'
import { goDuration } from './duration.ts'

/** What of KubeletConfiguration (kubelet.config.k8s.io/v1beta1) is a lab's to say, under the names that it has there. */
export interface KubeletSettings {
  systemReserved?: Record<string, string>
  kubeReserved?: Record<string, string>
  /** Amount or percentage by signal. */
  evictionHard?: Record<string, string>
  evictionSoft?: Record<string, string>
  evictionSoftGracePeriod?: Record<string, string>
  evictionMinimumReclaim?: Record<string, string>
  evictionPressureTransitionPeriod?: string
  /** Seconds that a pod gets which is evicted for a soft threshold. */
  evictionMaxPodGracePeriod?: number
  imageGCHighThresholdPercent?: number
  imageGCLowThresholdPercent?: number
  imageMinimumGCAge?: string
  imageMaximumGCAge?: string
  /** Most processes of a pod; -1: as many as it likes. */
  podPidsLimit?: number
  shutdownGracePeriod?: string
  shutdownGracePeriodCriticalPods?: string
}

/** The eviction signals that can be configured. Images and pods share one file system. */
const SIGNALS = ['memory.available', 'nodefs.available', 'imagefs.available', 'pid.available'] as const

type Check = (value: unknown) => string | undefined

/** The kubelet's own, where a lab says nothing; pid.available is this node's, whose number of processes is made up. */
export const DEFAULT_SETTINGS = {
  evictionHard: {
    'memory.available': '100Mi',
    'nodefs.available': '10%',
    'imagefs.available': '15%',
    'pid.available': '10%',
  } as Record<string, string>,
  evictionPressureTransitionPeriod: '5m0s',
  evictionMaxPodGracePeriod: 0,
  imageGCHighThresholdPercent: 85,
  imageGCLowThresholdPercent: 80,
  imageMinimumGCAge: '2m0s',
  imageMaximumGCAge: '0s',
  podPidsLimit: 1_000,
}

const FIELDS: Record<keyof KubeletSettings, Check> = {
  systemReserved: mapOf(['cpu', 'memory', 'ephemeral-storage', 'pid'], isQuantity),
  kubeReserved: mapOf(['cpu', 'memory', 'ephemeral-storage', 'pid'], isQuantity),
  evictionHard: mapOf(SIGNALS, isAmount),
  evictionSoft: mapOf(SIGNALS, isAmount),
  evictionSoftGracePeriod: mapOf(SIGNALS, isDuration),
  evictionMinimumReclaim: mapOf(SIGNALS, isAmount),
  evictionPressureTransitionPeriod: isDuration,
  evictionMaxPodGracePeriod: isWhole,
  imageGCHighThresholdPercent: isPercent,
  imageGCLowThresholdPercent: isPercent,
  imageMinimumGCAge: isDuration,
  imageMaximumGCAge: isDuration,
  podPidsLimit: isLimit,
  shutdownGracePeriod: isDuration,
  shutdownGracePeriodCriticalPods: isDuration,
}

/**
 * Checks a KubeletConfiguration and gives what of it counts here.
 * @throws UserError for a field that is not known here, or a value that cannot be
 */
export function checkSettings(given: unknown): KubeletSettings {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refused('It is not a KubeletConfiguration.')
  const { apiVersion, kind, ...fields } = given as Record<string, unknown>
  if (kind !== undefined && kind !== 'KubeletConfiguration') throw refused(`Its kind is ${JSON.stringify(kind)}.`)
  if (apiVersion !== undefined && apiVersion !== 'kubelet.config.k8s.io/v1beta1')
    throw refused(`Its apiVersion is ${JSON.stringify(apiVersion)}.`)
  for (const [name, value] of Object.entries(fields)) {
    const check = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof KubeletSettings] : undefined
    if (!check) throw refused(`The field ${name} means nothing to the kubelets of a lab.`)
    const problem = check(value)
    if (problem) throw refused(`${name}: ${problem}.`)
  }
  const settings = fields as KubeletSettings
  for (const signal of Object.keys(settings.evictionSoft ?? {}))
    if (!settings.evictionSoftGracePeriod?.[signal])
      throw refused(`evictionSoft: grace period must be specified for the soft eviction threshold ${signal}.`)
  const total = goDuration(settings.shutdownGracePeriod ?? '0')!
  if (goDuration(settings.shutdownGracePeriodCriticalPods ?? '0')! > total)
    throw refused('shutdownGracePeriodCriticalPods must not be longer than shutdownGracePeriod.')
  return settings
}

function refused(why: string): UserError {
  return new UserError(
    `The configuration of the kubelets cannot be used. ${why}`,
    `Give a KubeletConfiguration with some of: ${Object.keys(FIELDS).join(', ')}.`,
  )
}

function mapOf(keys: readonly string[], check: Check): Check {
  return value => {
    if (typeof value !== 'object' || value === null) return 'it is no map'
    for (const [key, entry] of Object.entries(value)) {
      if (!keys.includes(key)) return `"${key}" is none of ${keys.join(', ')}`
      const problem = check(entry)
      if (problem) return `${key}: ${problem}`
    }
    return undefined
  }
}

function isQuantity(value: unknown): string | undefined {
  try {
    return parseQuantity(value as string).sign() < 0 ? 'it is negative' : undefined
  } catch {
    return `${JSON.stringify(value)} is no quantity`
  }
}

function isAmount(value: unknown): string | undefined {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(String(value))
  if (percent) return Number(percent[1]) <= 100 ? undefined : 'it is more than all'
  return isQuantity(value)
}

function isDuration(value: unknown): string | undefined {
  return typeof value === 'string' && goDuration(value) !== undefined
    ? undefined
    : `${JSON.stringify(value)} is no duration such as 30s or 5m0s`
}

function isWhole(value: unknown): string | undefined {
  return Number.isInteger(value) && (value as number) >= 0 ? undefined : 'it is no whole number'
}

function isLimit(value: unknown): string | undefined {
  return Number.isInteger(value) && ((value as number) > 0 || value === -1)
    ? undefined
    : 'it is no number above 0, and not -1'
}

function isPercent(value: unknown): string | undefined {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100
    ? undefined
    : 'it is no percentage'
}
