/** A manifest to begin with. */
export interface Template {
  kind: string
  yaml: string
}

const container = (indent: number, image: string, more: readonly string[] = []) =>
  [`- name: main`, `  image: ${image}`, ...more.map(line => `  ${line}`)]
    .map(line => ' '.repeat(indent) + line)
    .join('\n')

const HTTP = ['ports:', '  - name: http', '    containerPort: 80']
const RESOURCES = ['resources:', '  requests: { cpu: 50m, memory: 32Mi }', '  limits: { memory: 64Mi }']

const workload = (kind: string, more: string) => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: example
spec:
${more}  selector:
    matchLabels:
      app: example
  template:
    metadata:
      labels:
        app: example
    spec:
      containers:
${container(8, 'nginx:1.27', [...HTTP, ...RESOURCES])}
`

const JOB_SPEC = (indent: number) =>
  ['template:', '  spec:', '    restartPolicy: Never', '    containers:']
    .map(line => ' '.repeat(indent) + line)
    .concat(container(indent + 6, 'busybox:1.36', ["command: ['sh', '-c', 'date; echo hello']"]))
    .join('\n')

/** Manifests of the kinds that are written most, each complete and small. */
export const TEMPLATES: readonly Template[] = [
  {
    kind: 'Pod',
    yaml: `apiVersion: v1\nkind: Pod\nmetadata:\n  name: example\nspec:\n  containers:\n${container(4, 'nginx:1.27', HTTP)}\n`,
  },
  { kind: 'Deployment', yaml: workload('Deployment', '  replicas: 2\n') },
  { kind: 'StatefulSet', yaml: workload('StatefulSet', '  replicas: 2\n  serviceName: example\n') },
  { kind: 'DaemonSet', yaml: workload('DaemonSet', '') },
  {
    kind: 'Job',
    yaml: `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: example\nspec:\n  backoffLimit: 2\n${JOB_SPEC(2)}\n`,
  },
  {
    kind: 'CronJob',
    yaml: `apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: example\nspec:\n  schedule: '*/5 * * * *'\n  jobTemplate:\n    spec:\n${JOB_SPEC(6)}\n`,
  },
  {
    kind: 'Service',
    yaml: `apiVersion: v1
kind: Service
metadata:
  name: example
spec:
  selector:
    app: example
  ports:
    - name: http
      port: 80
      targetPort: http
`,
  },
  {
    kind: 'Ingress',
    yaml: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: example
spec:
  rules:
    - host: example.localhost
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: example
                port:
                  name: http
`,
  },
  {
    kind: 'NetworkPolicy',
    yaml: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: example
spec:
  podSelector:
    matchLabels:
      app: example
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              role: client
`,
  },
  {
    kind: 'ConfigMap',
    yaml: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: example\ndata:\n  greeting: hello\n',
  },
  {
    kind: 'Secret',
    yaml: 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: example\nstringData:\n  password: change-me\n',
  },
  {
    kind: 'PersistentVolumeClaim',
    yaml: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: example
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
`,
  },
  {
    kind: 'HorizontalPodAutoscaler',
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: example
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: example
  minReplicas: 1
  maxReplicas: 5
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
`,
  },
  {
    kind: 'PodDisruptionBudget',
    yaml: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: example
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: example
`,
  },
  { kind: 'Namespace', yaml: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: example\n' },
]

/** The text with further documents after it, one `---` between each two. */
export function withDocuments(text: string, ...more: readonly string[]): string {
  return [text, ...more]
    .map(part => part.trim())
    .filter(Boolean)
    .join('\n---\n')
    .concat('\n')
}
