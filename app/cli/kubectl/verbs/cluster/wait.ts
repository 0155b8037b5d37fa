import type { KubeObject } from '../../../../../engine/api/object.ts'
import { isNotFound } from '../../../../../engine/client/errors.ts'
import { sleep } from '../../../../../engine/base/clock.ts'
import { KubectlError, ManyErrors } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { parseJsonPath, relaxedPath } from '../../print/jsonpath.ts'
import { goValue } from '../../print/go-value.ts'
import { OUTPUT_FLAGS, objectPrinter } from '../../print/output.ts'
import { objectName, pathOf } from '../../resources/discovery.ts'
import { FILE_FLAGS, parseTargets, select, SELECTOR_FLAGS, type Found } from '../../resources/selection.ts'

export const wait: Verb = {
  about: 'Experimental: Wait for a specific condition on one or many resources.',
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  flags: {
    ...OUTPUT_FLAGS,
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    for: { type: 'string', about: 'create, delete, condition=NAME[=VALUE] or jsonpath=PATH[=VALUE]' },
    all: { type: 'bool', about: 'all objects of the type' },
    'all-namespaces': { type: 'bool', short: 'A', about: 'in every namespace' },
    'field-selector': { type: 'string', about: 'selector of fields' },
    timeout: { type: 'duration', default: '30s', about: 'how long; 0 looks once, negative is a week' },
  },
  async run(call) {
    const { flags, io } = call
    const goal = flags.text('for')
    const test = goalOf(goal)
    const given = flags.duration('timeout')
    const until = io.clock.monotonic() + (given < 0 ? 7 * 24 * 3_600_000 : given)
    const found = goal === 'create' ? await untilCreated(call, until) : await chosen(call, goal)
    if (!found.length && goal !== 'delete') throw new KubectlError('no matching resources found')
    const errors: unknown[] = []
    for (const each of found)
      try {
        const object = await untilTrue(call, each, test, until)
        const printer = objectPrinter(call)
        if (printer && object) io.stdout.write(printer(object, each.resource))
        else io.stdout.write(`${objectName(each.resource, each.name)} condition met\n`)
      } catch (error) {
        errors.push(error)
      }
    if (errors.length === 1) throw errors[0]
    if (errors.length) throw new ManyErrors(errors)
  },
}

type Test = (object: KubeObject | undefined) => boolean

function goalOf(goal: string): Test {
  if (goal === 'create') return object => object !== undefined
  if (goal.toLowerCase() === 'delete') return object => object === undefined
  const condition = /^condition=([^=]+)(?:=(.*))?$/i.exec(goal)
  if (condition) {
    const [, name, value = 'true'] = condition
    return object => {
      const all = (object?.status?.conditions ?? []) as { type: string; status: string; observedGeneration?: number }[]
      const generation = object?.metadata.generation ?? 0
      const match = all.find(
        c => c.type.toLowerCase() === name!.toLowerCase() && (c.observedGeneration ?? generation) >= generation,
      )
      const observed = object?.status?.observedGeneration as number | undefined
      return (
        Boolean(match) &&
        (observed === undefined || observed >= generation) &&
        match!.status.toLowerCase() === value.toLowerCase()
      )
    }
  }
  const jsonpath = /^jsonpath=(\{.*?\}|[^=]+)(?:=(.*))?$/s.exec(goal)
  if (jsonpath) {
    const path = parseJsonPath(jsonpath[1]!.startsWith('{') ? jsonpath[1]! : relaxedPath(jsonpath[1]!))
    const value = jsonpath[2]?.replace(/^['"]|['"]$/g, '')
    return object => {
      const values = object ? path.find(object, true) : []
      return value === undefined
        ? values.length > 0
        : values.length > 0 && values.every(item => goValue(item) === value)
    }
  }
  throw new KubectlError(`unrecognized condition: ${JSON.stringify(goal)}`)
}

async function chosen(call: Call, goal: string): Promise<Found[]> {
  const gone: unknown[] = []
  return select(call, call.args, {
    fieldSelector: call.flags.text('field-selector'),
    ...(goal === 'delete' ? { missing: (error: unknown) => gone.push(error) } : {}),
  })
}

async function untilCreated(call: Call, until: number): Promise<Found[]> {
  const targets = await parseTargets(call.cluster(), call.args)
  const { namespace } = call.cluster()
  return Promise.all(
    targets.flatMap(({ resource, names }) =>
      names.map(async name => {
        const found: Found = {
          resource,
          name,
          namespace: resource.namespaced ? namespace : undefined,
          object: { apiVersion: '', kind: resource.kind, metadata: { name } },
        }
        return { ...found, object: (await untilTrue(call, found, object => object !== undefined, until))! }
      }),
    ),
  )
}

const LOOK_MS = 200

async function untilTrue(
  call: Call,
  { resource, namespace, name, object }: Found,
  test: Test,
  until: number,
): Promise<KubeObject | undefined> {
  const { clock, signal } = call.io
  for (;;) {
    let now: KubeObject | undefined
    try {
      now = await call.cluster().json<KubeObject>('GET', pathOf(resource, namespace, name))
      if (object.metadata.uid && now.metadata.uid !== object.metadata.uid && test(undefined)) return undefined
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    if (test(now)) return now
    if (!now && object.metadata.uid) throw new KubectlError(`${resource.resource} ${JSON.stringify(name)} not found`)
    if (clock.monotonic() >= until || signal.aborted)
      throw new KubectlError(
        call.flags.duration('timeout') === 0
          ? `condition not met for ${resource.resource}/${name}`
          : `timed out waiting for the condition on ${resource.resource}/${name}`,
      )
    await sleep(clock, Math.min(LOOK_MS, Math.max(1, until - clock.monotonic())), signal)
  }
}
