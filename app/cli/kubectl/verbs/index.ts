import type { Verb } from '../base/verb.ts'

type Load = () => Promise<Verb>

/** Every verb by its words, loaded when it is called. */
export const VERBS: Record<string, Load> = {
  annotate: async () => (await import('./write/metadata.ts')).annotate,
  apply: async () => (await import('./write/apply.ts')).apply,
  create: async () => (await import('./write/create-files.ts')).createFiles,
  delete: async () => (await import('./write/delete.ts')).remove,
  exec: async () => (await import('./pods/exec.ts')).exec,
  get: async () => (await import('./read/get.ts')).get,
  label: async () => (await import('./write/metadata.ts')).label,
  logs: async () => (await import('./pods/logs.ts')).logs,
  patch: async () => (await import('./write/patch.ts')).patch,
  'rollout history': async () => (await import('./workload/history.ts')).rolloutHistory,
  'rollout pause': async () => (await import('./workload/rollout.ts')).rolloutPause,
  'rollout restart': async () => (await import('./workload/rollout.ts')).rolloutRestart,
  'rollout resume': async () => (await import('./workload/rollout.ts')).rolloutResume,
  'rollout status': async () => (await import('./workload/rollout-status.ts')).rolloutStatus,
  'rollout undo': async () => (await import('./workload/history.ts')).rolloutUndo,
  scale: async () => (await import('./workload/scale.ts')).scale,
  'set image': async () => (await import('./workload/set-image.ts')).setImage,
}

/** Words that take another word behind them. */
export const GROUPS = new Set(['apply', 'auth', 'certificate', 'cluster-info', 'config', 'create', 'rollout', 'set', 'top', 'plugin', 'alpha'])

/** What stock kubectl has and this one has not. */
export const NOT_HERE = new Set([
  ...['alpha', 'attach', 'autoscale', 'certificate', 'completion', 'cp', 'debug', 'kuberc', 'kustomize', 'options', 'plugin', 'proxy', 'taint', 'replace'],
  ...['set env', 'set resources', 'set selector', 'set serviceaccount', 'set subject', 'apply edit-last-applied', 'apply set-last-applied', 'apply view-last-applied', 'auth reconcile', 'cluster-info dump'],
  ...['create clusterrole', 'create clusterrolebinding', 'create cronjob', 'create ingress', 'create poddisruptionbudget', 'create priorityclass', 'create quota', 'create role', 'create rolebinding', 'create token'],
])
