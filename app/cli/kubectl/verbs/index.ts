import type { Verb } from '../base/verb.ts'

type Load = () => Promise<Verb>

/** Every verb by its words, loaded when it is called. */
export const VERBS: Record<string, Load> = {
  get: async () => (await import('./read/get.ts')).get,
  apply: async () => (await import('./write/apply.ts')).apply,
  create: async () => (await import('./write/create-files.ts')).createFiles,
  delete: async () => (await import('./write/delete.ts')).remove,
  logs: async () => (await import('./pods/logs.ts')).logs,
}

/** Words that take another word behind them. */
export const GROUPS = new Set(['apply', 'auth', 'certificate', 'cluster-info', 'config', 'create', 'rollout', 'set', 'top', 'plugin', 'alpha', 'kuberc'])

/** What stock kubectl has and this one has not. */
export const NOT_HERE = new Set(['alpha', 'attach', 'autoscale', 'certificate', 'certificate approve', 'certificate deny', 'completion', 'cp', 'debug', 'kuberc', 'kustomize', 'plugin', 'plugin list', 'proxy', 'taint', 'replace'])
