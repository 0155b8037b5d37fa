import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

const DNS = (value: string) =>
  `Invalid value: "${value}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }

describe.each(['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'])('the webhooks of a %s', kind => {
  const configurations = new Subject('admissionregistration.k8s.io/v1', kind)
  const hook = (more: object = {}) => ({
    name: 'a.b.c',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    clientConfig: { url: 'https://a/b' },
    rules: [rule],
    ...more,
  })

  it.each<[string, object[], string[]]>([
    ['are fine', [hook(), hook({ name: 'a.b.d', clientConfig: { service: { name: 's', namespace: 'n' } } })], []],
    [
      'have names of three parts, of their own',
      [hook({ name: 'a.b' }), hook({ name: 'A' }), hook({ name: '' }), hook(), hook()],
      [
        'webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots',
        `webhooks[1].name: ${DNS('A')}`,
        'webhooks[2].name: Required value',
        'webhooks[4].name: Duplicate value: "a.b.c"',
      ],
    ],
    [
      'say that they have no side effects, and which reviews they read',
      [
        hook({ sideEffects: undefined, admissionReviewVersions: [] }),
        hook({ name: 'a.b.d', sideEffects: 'Some', admissionReviewVersions: ['v9', 'v9'], timeoutSeconds: 31 }),
      ],
      [
        'webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun',
        'webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1',
        'webhooks[1].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
        'webhooks[1].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds',
        'webhooks[1].admissionReviewVersions[1]: Invalid value: "v9": duplicate version',
        'webhooks[1].admissionReviewVersions: Invalid value: ["v9","v9"]: must include at least one of v1, v1beta1',
      ],
    ],
    [
      'are called in one way',
      [
        hook({ clientConfig: {} }),
        hook({ name: 'a.b.d', clientConfig: { url: 'http://u@/x?y=1#z' } }),
        hook({ name: 'a.b.e', clientConfig: { service: { port: 0, path: 'x/Y' } } }),
      ],
      [
        'webhooks[0].clientConfig: Required value: exactly one of url or service is required',
        'webhooks[1].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
        'webhooks[1].clientConfig.url: Invalid value: "": host must be specified; desired format: https://host[/path]',
        'webhooks[1].clientConfig.url: Invalid value: "u": user information is not permitted in the URL',
        'webhooks[1].clientConfig.url: Invalid value: "z": fragments are not permitted in the URL',
        'webhooks[1].clientConfig.url: Invalid value: "y=1": query parameters are not permitted in the URL',
        'webhooks[2].clientConfig.service.name: Required value',
        'webhooks[2].clientConfig.service.namespace: Required value',
        'webhooks[2].clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive',
        'webhooks[2].clientConfig.service.path: Invalid value: "x/Y": must start with a \'/\'',
        'webhooks[2].clientConfig.service.path: Invalid value: "x/Y": segment[0] may not be empty',
        `webhooks[2].clientConfig.service.path: ${DNS('x/Y').replace('": a', '": segment[1]: a')}`,
      ],
    ],
    [
      'name no resource that a wildcard covers',
      [
        hook({
          rules: [
            { operations: ['*', 'CREATE'], apiGroups: ['*', ''], apiVersions: ['*', 'v1'], resources: ['*', 'pods'] },
            {
              operations: ['READ'],
              apiGroups: [],
              apiVersions: [''],
              resources: ['pods/*', 'pods/status', ''],
              scope: 'All',
            },
            { ...rule, resources: ['*/*', 'pods'] },
            { ...rule, resources: ['*/scale', 'a/scale'] },
          ],
        }),
      ],
      [
        'webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: if \'*\' is present, must not specify other operations',
        'webhooks[0].rules[0].apiGroups: Invalid value: ["*",""]: if \'*\' is present, must not specify other API groups',
        'webhooks[0].rules[0].apiVersions: Invalid value: ["*","v1"]: if \'*\' is present, must not specify other API versions',
        'webhooks[0].rules[0].resources: Invalid value: ["*","pods"]: if \'*\' is present, must not specify other resources without subresources',
        'webhooks[0].rules[1].operations[0]: Unsupported value: "READ": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
        'webhooks[0].rules[1].apiGroups: Required value',
        'webhooks[0].rules[1].apiVersions[0]: Required value',
        'webhooks[0].rules[1].resources[1]: Invalid value: "pods/status": if \'pods/*\' is present, must not specify pods/status',
        'webhooks[0].rules[1].resources[2]: Required value',
        'webhooks[0].rules[1].scope: Unsupported value: "All": supported values: "*", "Cluster", "Namespaced"',
        'webhooks[0].rules[2].resources: Invalid value: ["*/*","pods"]: if \'*/*\' is present, must not specify other resources',
        'webhooks[0].rules[3].resources[1]: Invalid value: "a/scale": if \'*/scale\' is present, must not specify a/scale',
      ],
    ],
    [
      'have conditions with names',
      [
        hook({
          matchConditions: [{ name: 'a', expression: ' ' }, { name: 'a', expression: 'true' }, { expression: 'true' }],
        }),
      ],
      [
        'webhooks[0].matchConditions[0].expression: Required value',
        'webhooks[0].matchConditions[1].name: Duplicate value: "a"',
        'webhooks[0].matchConditions[2].name: Required value',
      ],
    ],
  ])('%s', (_, webhooks, expected) => expect(configurations.create({ webhooks })).toEqual(expected))
})

describe('a validating policy', () => {
  const policies = new Subject('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy')
  const spec = (more: object) => ({
    spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'true' }], ...more },
  })

  it.each<[string, object, string[]]>([
    ['is fine', spec({}), []],
    [
      'says what it is for and what it demands',
      { spec: {} },
      [
        'spec.matchConstraints: Required value',
        'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
        'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
      ],
    ],
    [
      'is for resources, and names each once',
      spec({ matchConstraints: { excludeResourceRules: [{ ...rule, resourceNames: ['a', 'a', 'x/y'] }] } }),
      [
        'spec.matchConstraints.excludeResourceRules[0].resourceNames[1]: Duplicate value: "a"',
        'spec.matchConstraints.excludeResourceRules[0].resourceNames[2]: Invalid value: "x/y": may not contain \'/\'',
        'spec.matchConstraints.resourceRules: Required value',
      ],
    ],
    [
      'has parameters of a kind',
      spec({ paramKind: { apiVersion: 'a/b/c', kind: '' } }),
      [
        'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
        'spec.paramKind.kind: Required value',
      ],
    ],
    [
      'has variables that expressions can name',
      spec({
        variables: [
          { name: 'in', expression: '1' },
          { name: 'a b', expression: '' },
          { name: ' ', expression: '1' },
        ],
      }),
      [
        'spec.variables[0].name: Invalid value: "in": name is not a valid CEL identifier',
        'spec.variables[1].name: Invalid value: "a b": name is not a valid CEL identifier',
        'spec.variables[1].expression: Required value: expression is not specified',
        'spec.variables[2].name: Required value: name is not specified',
      ],
    ],
    [
      'has messages of one line, and known reasons',
      spec({
        validations: [
          { expression: ' ', message: ' ', messageExpression: ' ' },
          { expression: 'true', message: 'a\nb', reason: 'Odd' },
        ],
      }),
      [
        'spec.validations[0].expression: Required value: expression is not specified',
        'spec.validations[0].messageExpression: Invalid value: " ": must be non-empty if specified',
        'spec.validations[0].message: Invalid value: " ": message must be non-empty if specified',
        'spec.validations[1].message: Invalid value: "a\\nb": message must not contain line breaks',
        'spec.validations[1].reason: Unsupported value: "Odd": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
      ],
    ],
    [
      'writes notes under keys of their own',
      spec({
        auditAnnotations: [
          { key: 'k', valueExpression: "'a'" },
          { key: 'k', valueExpression: ' ' },
        ],
      }),
      [
        'spec.auditAnnotations[1].valueExpression: Required value: valueExpression is not specified',
        'spec.auditAnnotations[1].key: Duplicate value: "k"',
      ],
    ],
  ])('%s', (_, body, expected) => expect(policies.create(body)).toEqual(expected))

  it('is told of expressions with a place and a doubt', () => {
    const status = { typeChecking: { expressionWarnings: [{ fieldRef: ' ', warning: '' }] } }
    expect(policies.update(spec({}), { ...spec({}), status }, { subresource: 'status' })).toEqual([
      'status.typeChecking.expressionWarnings[0].warning: Required value',
      'status.typeChecking.expressionWarnings[0].fieldRef: Required value',
    ])
  })
})

describe('a mutating policy', () => {
  const policies = new Subject('admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicy')
  const spec = (more: object) => ({
    spec: {
      matchConstraints: { resourceRules: [rule] },
      reinvocationPolicy: 'Never',
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }],
      ...more,
    },
  })

  it.each<[string, object, string[]]>([
    ['is fine', spec({}), []],
    [
      'says what it changes, and whether again',
      spec({ mutations: [], reinvocationPolicy: undefined }),
      [
        'spec.mutations: Required value: mutations must contain at least one item',
        'spec.reinvocationPolicy: Required value',
      ],
    ],
    [
      'is for what can be changed',
      spec({ matchConstraints: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } }),
      [
        'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "CREATE", "UPDATE"',
      ],
    ],
    [
      'has changes of one type each',
      spec({
        mutations: [
          { patchType: 'JSONPatch', applyConfiguration: { expression: 'x' } },
          { patchType: 'ApplyConfiguration', applyConfiguration: { expression: '' } },
          { patchType: 'Other' },
          {},
        ],
      }),
      [
        'spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch',
        'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
        'spec.mutations[1].applyConfiguration.expression: Required value',
        'spec.mutations[2].patchType: Unsupported value: "Other": supported values: "ApplyConfiguration", "JSONPatch"',
        'spec.mutations[3].patchType: Required value',
      ],
    ],
  ])('%s', (_, body, expected) => expect(policies.create(body)).toEqual(expected))
})

describe('a binding of a policy', () => {
  const bindings = new Subject('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding')

  it.each<[string, object, string[]]>([
    ['is fine', { spec: { policyName: 'p', validationActions: ['Deny', 'Audit'] } }, []],
    [
      'names a policy and what follows',
      { spec: { policyName: 'P' } },
      [
        `spec.policyName: ${DNS('P')}`,
        'spec.validationActions: Required value: at least one validation action is required',
      ],
    ],
    [
      'does not say the same thing twice',
      { spec: { policyName: 'p', validationActions: ['Deny', 'Warn', 'Deny', 'Odd'] } },
      [
        'spec.validationActions[2]: Duplicate value: "Deny"',
        'spec.validationActions[3]: Unsupported value: "Odd": supported values: "Audit", "Deny", "Warn"',
        'spec.validationActions: Invalid value: ["Deny","Warn","Deny","Odd"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ],
    ],
    [
      'finds its parameters in one way',
      {
        spec: {
          policyName: 'p',
          validationActions: ['Deny'],
          paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Odd' },
        },
      },
      [
        'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.parameterNotFoundAction: Unsupported value: "Odd": supported values: "Deny", "Allow"',
      ],
    ],
    [
      'needs parameters to be named and their lack to be dealt with',
      { spec: { policyName: 'p', validationActions: ['Deny'], paramRef: {} } },
      [
        'spec.paramRef: Required value: one of name or selector must be specified',
        'spec.paramRef.parameterNotFoundAction: Required value',
      ],
    ],
  ])('%s', (_, body, expected) => expect(bindings.create(body)).toEqual(expected))

  it('of a mutating policy is for what can be changed', () => {
    const mutating = new Subject('admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicyBinding')
    const matchResources = { resourceRules: [{ ...rule, operations: ['CONNECT'] }] }
    expect(mutating.create({ spec: { policyName: 'p', matchResources } })).toEqual([
      'spec.matchResources.resourceRules.operations: Unsupported value: "CONNECT": supported values: "CREATE", "UPDATE"',
    ])
  })
})
