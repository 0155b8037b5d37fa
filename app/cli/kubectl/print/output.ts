import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { KubeObject } from '../../../../engine/api/object.ts'
import { KubectlError, unsupported } from '../base/errors.ts'
import type { FlagSpecs } from '../base/flags.ts'
import type { Call } from '../base/verb.ts'
import { objectName, type ApiResource } from '../resources/discovery.ts'
import { columns } from './columns.ts'
import { parseJsonPath, relaxedPath } from './jsonpath.ts'
import { goValue } from './go-value.ts'
import { toJSON, toYAML } from './yaml.ts'

export const OUTPUT_FLAGS: FlagSpecs = {
  output: {
    type: 'string',
    short: 'o',
    about: 'json, yaml, name, wide, jsonpath=…, jsonpath-file=…, custom-columns=…, custom-columns-file=…',
  },
  'allow-missing-template-keys': { type: 'bool', default: 'true', about: 'a path that leads nowhere is no error' },
  'show-managed-fields': { type: 'bool', about: 'keep managedFields in JSON and YAML' },
  template: { type: 'string', about: 'template of -o jsonpath' },
}

export const DRY_RUN_FLAGS: FlagSpecs = {
  'dry-run': { type: 'string', default: 'none', bare: 'unchanged', about: 'none, server or client' },
}

/** Prints one object, or a list as one. */
export type ObjectPrinter = (object: KubeObject, resource?: ApiResource) => string

/**
 * The printer that `-o` chooses, or undefined for the human-readable form (no -o, or wide).
 * @throws KubectlError for a format that does not exist
 */
export function objectPrinter(call: Call): ObjectPrinter | undefined {
  const { flags } = call
  const output = flags.text('output')
  const eq = output.indexOf('=')
  const [format, argument] = eq < 0 ? [output, flags.text('template')] : [output.slice(0, eq), output.slice(eq + 1)]
  const file = (path: string) => readFileSync(resolve(call.io.cwd, path), 'utf8')
  const clean = (object: KubeObject) => (flags.on('show-managed-fields') ? object : withoutManagedFields(object))
  switch (format) {
    case '':
    case 'wide':
      return undefined
    case 'json':
      return object => `${toJSON(clean(object))}\n`
    case 'yaml':
      return object => toYAML(clean(object))
    case 'name':
      return (object, resource) => nameLines(object, resource)
    case 'jsonpath':
    case 'jsonpath-file':
    case 'jsonpath-as-json': {
      if (!argument) throw new KubectlError(`template format specified but no template given`)
      const path = parseJsonPath(format === 'jsonpath-file' ? file(argument).trim() : argument)
      const lenient = flags.on('allow-missing-template-keys')
      if (format === 'jsonpath-as-json') return object => `${toJSON(path.find(clean(object), lenient))}\n`
      return object => path.render(clean(object), lenient)
    }
    case 'custom-columns':
    case 'custom-columns-file':
      return customColumns(format === 'custom-columns' ? argument : fileColumns(file(argument)), flags.on('no-headers'))
    case 'go-template':
    case 'go-template-file':
    case 'template':
    case 'templatefile':
      throw unsupported(`-o ${format}`)
    default:
      throw new KubectlError(
        `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml`,
      )
  }
}

/** What a verb says about an object that it changed: `deployment.apps/web scaled`, or the object in the form of `-o`. */
export function printDone(call: Call, resource: ApiResource, object: KubeObject, done: string): void {
  const printer = objectPrinter(call)
  if (printer) call.io.stdout.write(printer({ ...object, apiVersion: object.apiVersion, kind: object.kind }, resource))
  else call.io.stdout.write(`${objectName(resource, object.metadata.name ?? '')} ${done}${dryRunSuffix(call)}\n`)
}

export type DryRun = 'none' | 'client' | 'server'

/** How `--dry-run` was asked for. */
export function dryRun(call: Call): DryRun {
  const mode = call.flags.text('dry-run') || 'none'
  if (mode === 'none' || mode === 'client' || mode === 'server') return mode
  if (mode === 'unchanged' || mode === 'true') {
    call.io.stderr.write(`W --dry-run is deprecated and can be replaced with --dry-run=client.\n`)
    return 'client'
  }
  if (mode === 'false') return 'none'
  throw new KubectlError(`Invalid dry-run value (${mode}). Must be "none", "server", or "client".`)
}

export function dryRunSuffix(call: Call): string {
  const mode = dryRun(call)
  return mode === 'client' ? ' (dry run)' : mode === 'server' ? ' (server dry run)' : ''
}

/** The query that makes the server only pretend. */
export function dryRunQuery(call: Call): { dryRun?: string } {
  return dryRun(call) === 'server' ? { dryRun: 'All' } : {}
}

function withoutManagedFields(object: KubeObject): KubeObject {
  if (Array.isArray(object.items)) return { ...object, items: (object.items as KubeObject[]).map(withoutManagedFields) }
  if (!object.metadata?.managedFields) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

function nameLines(object: KubeObject, resource?: ApiResource): string {
  if (Array.isArray(object.items)) return (object.items as KubeObject[]).map(item => nameLines(item, resource)).join('')
  const group = object.apiVersion.includes('/') ? `.${object.apiVersion.split('/')[0]}` : ''
  return `${object.kind.toLowerCase()}${group}/${object.metadata.name}\n`
}

function customColumns(spec: string, noHeaders: boolean): ObjectPrinter {
  if (!spec) throw new KubectlError('custom-columns format specified but no custom columns given')
  const parts = spec.split(',').map(part => {
    const colon = part.indexOf(':')
    if (colon < 0) throw new KubectlError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`)
    return { header: part.slice(0, colon), path: parseJsonPath(relaxedPath(part.slice(colon + 1))) }
  })
  return object => {
    const objects = Array.isArray(object.items) ? (object.items as KubeObject[]) : [object]
    const rows = objects.map(item =>
      parts.map(
        ({ path }) =>
          path
            .find(item, true)
            .map(v => (v === null ? '<none>' : goValue(v)))
            .join(',') || '<none>',
      ),
    )
    return columns(noHeaders ? rows : [parts.map(part => part.header), ...rows])
  }
}

/** A file of columns: a line of headers over a line of paths. */
function fileColumns(text: string): string {
  const [headers = '', paths = ''] = text.split('\n')
  const [names, exprs] = [headers.trim().split(/\s+/), paths.trim().split(/\s+/)]
  if (names.length !== exprs.length)
    throw new KubectlError(`number of headers (${names.length}) and field specifications (${exprs.length}) don't match`)
  return names.map((name, i) => `${name}:${exprs[i]}`).join(',')
}
