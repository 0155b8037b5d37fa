/** Objects that the tests of the desktop look at: small, and quick to end. */

type Env = { name: string; value: string }[]

interface PodOptions {
  args?: string[]
  command?: string[]
  image?: string
  env?: Env
  cpu?: string
  stdin?: boolean
}

function podSpec({ image = 'agnhost', args, command, env, cpu, stdin }: PodOptions = {}) {
  return {
    terminationGracePeriodSeconds: 0,
    tolerations: [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 },
    ],
    containers: [
      {
        name: 'main',
        image,
        args: args ?? (command || image !== 'agnhost' ? undefined : ['netexec', '--http-port=8080']),
        command,
        env,
        // The first who attaches ends the input with his own.
        ...(stdin && { stdin, stdinOnce: true }),
        ports: [{ name: 'http', containerPort: 8080 }],
        resources: { requests: { cpu: cpu ?? '50m', memory: '32Mi' } },
      },
    ],
  }
}

export function pod(name: string, options: PodOptions = {}, labels: Record<string, string> = { app: name }) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: podSpec(options) }
}

export function deployment(name: string, replicas: number, options: PodOptions = {}) {
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels: { app: name } } },
    spec: {
      ...{ replicas, selector: { matchLabels: { app: name } } },
      template: { metadata: { labels: { app: name } }, spec: podSpec(options) },
    },
  }
}

export function service(name: string, type = 'ClusterIP', extra: object = {}) {
  return {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
    spec: { type, selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080, ...extra }] },
  }
}

export function job(name: string, spec: object = {}) {
  return {
    ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name } },
    spec: {
      template: { spec: { ...podSpec({ image: 'busybox', command: ['sleep', '600'] }), restartPolicy: 'Never' } },
      ...spec,
    },
  }
}

export function cronJob(name: string) {
  return {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name } },
    spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: job(name).spec } },
  }
}

export const BOATS = {
  ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  metadata: { name: 'boats.harbour.example' },
  spec: {
    ...{ group: 'harbour.example', scope: 'Namespaced' },
    names: { plural: 'boats', singular: 'boat', kind: 'Boat' },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true, subresources: { status: {} } },
        additionalPrinterColumns: [{ name: 'Berth', type: 'integer', jsonPath: '.spec.berth' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { berth: { type: 'integer', description: 'Where it lies' } },
              },
            },
          },
        },
      },
    ],
  },
}
