import { KubectlError } from '../../base/errors.ts'
import type { Verb } from '../../base/verb.ts'
import { columns } from '../../print/columns.ts'
import { toJSON, toYAML } from '../../print/yaml.ts'

interface Rule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

export const canI: Verb = {
  about: 'Check whether an action is allowed.',
  usage: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  flags: {
    'all-namespaces': { type: 'bool', short: 'A', about: 'in every namespace' },
    list: { type: 'bool', about: 'print all that is allowed' },
    quiet: { type: 'bool', short: 'q', about: 'answer by the exit status alone' },
    subresource: { type: 'string', about: 'such as log' },
    'no-headers': { type: 'bool', about: 'leave the headers out' },
  },
  async run({ io, flags, args, cluster }) {
    if (flags.on('list')) {
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: cluster().namespace },
      }
      const { status } = await cluster().json<{ status: { resourceRules: Rule[]; nonResourceRules: Rule[] } }>(
        'POST',
        '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
        { body },
      )
      const words = (list: string[] | undefined) => `[${(list ?? []).join(' ')}]`
      const rows = [
        ...status.resourceRules.flatMap(rule =>
          (rule.resources ?? []).flatMap(resource =>
            (rule.apiGroups ?? []).map(group => [
              group && resource !== '*' ? `${resource}.${group}` : group === '*' ? '*.*' : resource,
              '[]',
              words(rule.resourceNames),
              words(rule.verbs),
            ]),
          ),
        ),
        ...status.nonResourceRules.map(rule => ['', words(rule.nonResourceURLs), '[]', words(rule.verbs)]),
      ].sort((a, b) => (b[0]! < a[0]! ? -1 : b[0]! > a[0]! ? 1 : 0))
      return void io.stdout.write(
        columns(
          flags.on('no-headers') ? rows : [['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'], ...rows],
        ),
      )
    }
    const [verb, what] = args
    if (!verb || !what || args.length > 3)
      throw new KubectlError(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      )
    const spec = what.startsWith('/')
      ? { nonResourceAttributes: { verb, path: what } }
      : { resourceAttributes: await attributes() }
    async function attributes() {
      const [type = '', name = args[2]] = what!.split('/')
      const resource = type === '*' ? undefined : await cluster().discovery.lookup(type)
      if (!resource && type !== '*') io.stderr.write(`Warning: the server doesn't have a resource type '${type}'\n\n`)
      if (resource && !resource.namespaced && !flags.on('all-namespaces') && !name)
        io.stderr.write(
          `Warning: resource '${resource.resource}' is not namespace scoped${resource.group ? ` in group '${resource.group}'` : ''}\n\n`,
        )
      const namespace = flags.on('all-namespaces') ? '' : cluster().namespace
      return {
        verb,
        namespace,
        group: resource?.group ?? (type === '*' ? '*' : ''),
        resource: resource?.resource ?? type,
        subresource: flags.text('subresource'),
        name: name ?? '',
      }
    }
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }
    const { status } = await cluster().json<{
      status: { allowed: boolean; reason?: string; evaluationError?: string }
    }>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body })
    const why = status.allowed
      ? ''
      : `${status.reason ? ` - ${status.reason}` : ''}${status.evaluationError ? ` - ${status.evaluationError}` : ''}`
    if (!flags.on('quiet')) io.stdout.write(`${status.allowed ? 'yes' : 'no'}${why}\n`)
    return status.allowed ? 0 : 1
  },
}

export const whoami: Verb = {
  about: 'Experimental: Check who you are and your attributes (groups, extra).',
  usage: '',
  flags: { output: { type: 'string', short: 'o', about: 'json or yaml' } },
  async run({ io, flags, cluster }) {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const review = await cluster().json<{
      status: { userInfo: { username?: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> } }
    }>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body })
    if (flags.text('output') === 'json') return void io.stdout.write(`${toJSON(review)}\n`)
    if (flags.text('output') === 'yaml') return void io.stdout.write(toYAML(review))
    const { username, uid, groups, extra } = review.status.userInfo
    const rows = [
      ...(username ? [['Username', username]] : []),
      ...(uid ? [['UID', uid]] : []),
      ...(groups?.length ? [['Groups', `[${groups.join(' ')}]`]] : []),
      ...Object.entries(extra ?? {})
        .sort()
        .map(([key, value]) => [`Extra: ${key}`, `[${value.join(' ')}]`]),
    ]
    io.stdout.write(columns([['ATTRIBUTE', 'VALUE'], ...rows]))
  },
}
