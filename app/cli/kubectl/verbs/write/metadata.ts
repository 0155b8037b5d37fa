import { deepEqual } from '../../../../../engine/api/equality.ts'
import { KubectlError, UsageError } from '../../base/errors.ts'
import type { FlagSpecs } from '../../base/flags.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { objectPrinter, DRY_RUN_FLAGS, dryRunSuffix, OUTPUT_FLAGS } from '../../print/output.ts'
import { labelText } from '../../print/server-table.ts'
import { objectName } from '../../resources/discovery.ts'
import { FILE_FLAGS, select, SELECTOR_FLAGS } from '../../resources/selection.ts'
import { patchObject } from './patch-object.ts'

const FLAGS: FlagSpecs = {
  ...OUTPUT_FLAGS,
  ...DRY_RUN_FLAGS,
  ...FILE_FLAGS,
  ...SELECTOR_FLAGS,
  overwrite: { type: 'bool', about: 'allow values to change' },
  all: { type: 'bool', about: 'all objects of the type' },
  'all-namespaces': { type: 'bool', short: 'A', about: 'in every namespace' },
  'field-selector': { type: 'string', about: 'selector of fields' },
  'field-manager': { type: 'string', about: 'name under which the fields are owned' },
  'resource-version': { type: 'string', about: 'change this version alone' },
  list: { type: 'bool', about: 'print what is there' },
  local: { type: 'bool', about: 'do not ask the server' },
}

export const label: Verb = {
  about: 'Update the labels on a resource.',
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N',
  flags: FLAGS,
  run: call => change(call, 'labels', 'label', 'labeled'),
}

export const annotate: Verb = {
  about: 'Update the annotations on a resource.',
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N',
  flags: FLAGS,
  run: call => change(call, 'annotations', 'annotation', 'annotated'),
}

async function change(call: Call, field: 'labels' | 'annotations', word: string, done: string): Promise<void> {
  const { flags, args, io } = call
  const isChange = (arg: string) => /^[^=]+=|^.+-$/.test(arg)
  const at = args.findIndex(
    (arg, i) =>
      isChange(arg) &&
      (i > 0 || flags.given('filename')) &&
      (arg.includes('=') ||
        i >= 2 ||
        args[0]!.includes('/') ||
        flags.on('all') ||
        Boolean(flags.text('selector')) ||
        flags.given('filename')),
  )
  const changes = at < 0 ? [] : args.slice(at)
  const resources = at < 0 ? args : args.slice(0, at)
  if (!resources.length && !flags.given('filename'))
    throw new KubectlError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  if (!changes.length && !flags.on('list')) throw new UsageError(`at least one ${word} update is required`)
  const values: Record<string, string | null> = {}
  for (const item of changes) {
    const eq = item.indexOf('=')
    if (eq > 0) values[item.slice(0, eq)] = item.slice(eq + 1)
    else if (item.endsWith('-')) values[item.slice(0, -1)] = null
    else throw new KubectlError(`unknown ${word} spec: ${item}`)
  }
  for (const found of await select(call, resources, { fieldSelector: flags.text('field-selector') })) {
    const before = found.object.metadata[field] ?? {}
    const name = objectName(found.resource, found.name)
    if (flags.on('list') && !changes.length) {
      io.stdout.write(
        `Listing ${field} for ${found.resource.kind}.${found.resource.group ? `${found.resource.group}/` : ''}${found.name}:\n${Object.entries(
          before,
        )
          .sort()
          .map(([k, v]) => ` ${k}=${v}\n`)
          .join('')}`,
      )
      continue
    }
    for (const [key, value] of Object.entries(values)) {
      if (value === null && !(key in before)) io.stdout.write(`${word} ${JSON.stringify(key)} not found.\n`)
      if (value !== null && !flags.on('overwrite') && key in before && before[key] !== value)
        throw new KubectlError(
          field === 'labels'
            ? `'${key}' already has a value (${before[key]}), and --overwrite is false`
            : `--overwrite is false but found the following declared annotation(s): '${key}' already has a value (${before[key]})`,
        )
    }
    const after: Record<string, string> = { ...before }
    for (const [key, value] of Object.entries(values))
      if (value === null) delete after[key]
      else after[key] = value
    const same = deepEqual(before, after)
    const metadata = {
      [field]: values,
      ...(flags.text('resource-version') ? { resourceVersion: flags.text('resource-version') } : {}),
    }
    let object = { ...found.object, metadata: { ...found.object.metadata, [field]: after } }
    if (!same && !flags.on('local') && flags.text('dry-run') !== 'client')
      object = (await patchObject(
        call,
        found,
        'merge',
        { metadata },
        `kubectl-${word === 'label' ? 'label' : 'annotate'}`,
      )) as typeof object
    const printer = objectPrinter(call)
    const removed =
      Object.values(values).some(v => v === null) && Object.keys(after).length < Object.keys(before).length
    const verb =
      field === 'labels'
        ? same
          ? 'not labeled'
          : removed && !Object.values(values).some(v => v !== null)
            ? 'unlabeled'
            : done
        : done
    io.stdout.write(printer ? printer(object, found.resource) : `${name} ${verb}${dryRunSuffix(call)}\n`)
    if (flags.on('list')) io.stdout.write(`${labelText(after)}\n`)
  }
}
