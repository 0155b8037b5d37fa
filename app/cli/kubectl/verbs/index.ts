import type { Verb } from '../base/verb.ts'

type Load = () => Promise<Verb>

/** Every verb by its words, loaded when it is called. */
export const VERBS: Record<string, Load> = {
  annotate: async () => (await import('./write/metadata.ts')).annotate,
  'api-resources': async () => (await import('./cluster/discovery.ts')).apiResources,
  'api-versions': async () => (await import('./cluster/discovery.ts')).apiVersions,
  apply: async () => (await import('./write/apply.ts')).apply,
  'auth can-i': async () => (await import('./cluster/auth.ts')).canI,
  'auth whoami': async () => (await import('./cluster/auth.ts')).whoami,
  'cluster-info': async () => (await import('./cluster/discovery.ts')).clusterInfo,
  'config current-context': async () => (await import('./config/config.ts')).currentContext,
  'config get-contexts': async () => (await import('./config/config.ts')).getContexts,
  'config set-context': async () => (await import('./config/config.ts')).setContext,
  'config use-context': async () => (await import('./config/config.ts')).useContext,
  'config view': async () => (await import('./config/config.ts')).configView,
  cordon: async () => (await import('./node/drain.ts')).cordon,
  'create cm': async () => (await import('./create/generate.ts')).createConfigMap,
  'create configmap': async () => (await import('./create/generate.ts')).createConfigMap,
  'create deploy': async () => (await import('./create/generate.ts')).createDeployment,
  'create deployment': async () => (await import('./create/generate.ts')).createDeployment,
  'create job': async () => (await import('./create/generate.ts')).createJob,
  'create namespace': async () => (await import('./create/generate.ts')).createNamespace,
  'create ns': async () => (await import('./create/generate.ts')).createNamespace,
  'create sa': async () => (await import('./create/generate.ts')).createServiceAccount,
  'create secret generic': async () => (await import('./create/generate.ts')).createSecret,
  'create secret tls': async () => (await import('./create/generate.ts')).createSecretTls,
  'create service': async () => (await import('./create/generate.ts')).createService,
  'create serviceaccount': async () => (await import('./create/generate.ts')).createServiceAccount,
  'create svc': async () => (await import('./create/generate.ts')).createService,
  create: async () => (await import('./write/create-files.ts')).createFiles,
  delete: async () => (await import('./write/delete.ts')).remove,
  describe: async () => (await import('./describe/describe.ts')).describe,
  drain: async () => (await import('./node/drain.ts')).drain,
  edit: async () => (await import('./write/edit.ts')).edit,
  exec: async () => (await import('./pods/exec.ts')).exec,
  expose: async () => (await import('./create/expose.ts')).expose,
  get: async () => (await import('./read/get.ts')).get,
  label: async () => (await import('./write/metadata.ts')).label,
  logs: async () => (await import('./pods/logs.ts')).logs,
  patch: async () => (await import('./write/patch.ts')).patch,
  'port-forward': async () => (await import('./pods/port-forward.ts')).portForward,
  'rollout history': async () => (await import('./workload/history.ts')).rolloutHistory,
  'rollout pause': async () => (await import('./workload/rollout.ts')).rolloutPause,
  'rollout restart': async () => (await import('./workload/rollout.ts')).rolloutRestart,
  'rollout resume': async () => (await import('./workload/rollout.ts')).rolloutResume,
  'rollout status': async () => (await import('./workload/rollout-status.ts')).rolloutStatus,
  'rollout undo': async () => (await import('./workload/history.ts')).rolloutUndo,
  run: async () => (await import('./create/run.ts')).run,
  scale: async () => (await import('./workload/scale.ts')).scale,
  'set image': async () => (await import('./workload/set-image.ts')).setImage,
  uncordon: async () => (await import('./node/drain.ts')).uncordon,
  version: async () => (await import('./cluster/discovery.ts')).version,
  wait: async () => (await import('./cluster/wait.ts')).wait,
}

/** Words that take another word behind them. */
export const GROUPS = new Set(['apply', 'auth', 'certificate', 'cluster-info', 'config', 'create', 'create secret', 'rollout', 'set', 'top', 'plugin', 'alpha'])

/** What stock kubectl has and this one has not. */
export const NOT_HERE = new Set([
  ...['alpha', 'attach', 'diff', 'explain', 'top node', 'top pod', 'top', 'autoscale', 'certificate', 'completion', 'cp', 'debug', 'kuberc', 'kustomize', 'options', 'plugin', 'proxy', 'taint', 'replace'],
  ...['set env', 'set resources', 'set selector', 'set serviceaccount', 'set subject', 'apply edit-last-applied', 'apply set-last-applied', 'apply view-last-applied', 'auth reconcile', 'cluster-info dump'],
  ...['create clusterrole', 'create clusterrolebinding', 'create cronjob', 'create ingress', 'create poddisruptionbudget', 'create priorityclass', 'create quota', 'create role', 'create secret docker-registry', 'create rolebinding', 'create token'],
])
