import type { KubeList, KubeObject } from '../../../../../engine/api/object.ts'
import type { Table } from '../../../../../engine/api/table.ts'
import { isNotFound, ResponseError } from '../../../../../engine/client/errors.ts'
import { parseQuantity, QuantityError } from '../../../../../engine/base/quantity.ts'
import { KubectlError, ManyErrors, UsageError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { parseJsonPath, relaxedPath } from '../../print/jsonpath.ts'
import { objectPrinter, OUTPUT_FLAGS } from '../../print/output.ts'
import { printTable, TABLE_ACCEPT, type StyledTable, type TableStyle } from '../../print/server-table.ts'
import { pathOf, type ApiResource } from '../../resources/discovery.ts'
import { readManifests } from '../../resources/manifests.ts'
import { FILE_FLAGS, parseTargets, SELECTOR_FLAGS } from '../../resources/selection.ts'
import { watchResource } from './watch.ts'

export const get: Verb = {
  about: 'Display one or many resources.',
  usage:
    '[(-o|--output=)json|yaml|name|wide|…] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  flags: {
    ...OUTPUT_FLAGS,
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    'all-namespaces': { type: 'bool', short: 'A', about: 'objects of every namespace' },
    'field-selector': { type: 'string', about: 'selector of fields' },
    'chunk-size': { type: 'int', default: '500', about: 'how many objects to ask for at a time' },
    watch: { type: 'bool', short: 'w', about: 'go on and print changes' },
    'watch-only': { type: 'bool', about: 'print changes alone' },
    'output-watch-events': { type: 'bool', about: 'print the kind of each change' },
    'ignore-not-found': { type: 'bool', about: 'absent objects are no error' },
    'sort-by': { type: 'string', about: 'JSONPath of the field to sort by' },
    'no-headers': { type: 'bool', about: 'leave the headers out' },
    'show-labels': { type: 'bool', about: 'labels as last column' },
    'show-kind': { type: 'bool', about: 'prefix names with their kind' },
    'label-columns': { type: 'list', short: 'L', about: 'labels to show as columns' },
    'server-print': { type: 'bool', default: 'true', about: 'accepted; the server always prints' },
    subresource: { type: 'string', about: 'status or scale' },
    raw: { type: 'string', about: 'path to ask the server for' },
  },
  async run(call) {
    const { flags, args, io } = call
    if (flags.given('raw') && args.length) throw new KubectlError('arguments may not be passed when --raw is specified')
    if (flags.given('raw')) return void io.stdout.write(await call.cluster().text('GET', flags.text('raw')))
    if (args.length === 0 && !flags.given('filename')) {
      io.stderr.write(
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
      )
      throw new UsageError(
        'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
      )
    }
    const printer = objectPrinter(call)
    const requests = await requestsOf(call)
    if (flags.on('watch') || flags.on('watch-only')) return watch(call, requests)
    return printer ? printObjects(call, requests, printer) : printTables(call, requests)
  },
}

/** One GET: an object by name, or a collection. */
export interface GetRequest {
  resource: ApiResource
  namespace: string | undefined
  name?: string
}

async function requestsOf(call: Call): Promise<GetRequest[]> {
  const { flags, args } = call
  const cluster = call.cluster()
  if (flags.given('filename'))
    return (await readManifests(call)).map(m => ({
      resource: m.resource,
      namespace: m.namespace,
      name: m.object.metadata.name!,
    }))
  return (await parseTargets(cluster, args)).flatMap(({ resource, names }): GetRequest[] => {
    const namespace = resource.namespaced && !flags.on('all-namespaces') ? cluster.namespace : undefined
    if (!names.length) return [{ resource, namespace }]
    if (flags.text('selector')) throw new KubectlError('name cannot be provided when a selector is specified')
    if (flags.on('all-namespaces') && resource.namespaced)
      throw new KubectlError('a resource cannot be retrieved by name across all namespaces')
    return names.map(name => ({ resource, namespace, name }))
  })
}

function queryOf(call: Call): Record<string, string> {
  return { labelSelector: call.flags.text('selector'), fieldSelector: call.flags.text('field-selector') }
}

async function fetchAll<T extends KubeList | Table>(
  call: Call,
  request: GetRequest,
  accept: string | undefined,
  query: Record<string, string | undefined>,
): Promise<T[]> {
  const path = pathOf(request.resource, request.namespace, request.name, call.flags.text('subresource') || undefined)
  if (request.name)
    return [
      await call
        .cluster()
        .json<T>('GET', path, { accept, query: accept ? { includeObject: query.includeObject } : {} }),
    ]
  const pages: T[] = []
  let next: string | undefined
  do {
    const limit = call.flags.number('chunk-size') || undefined
    const page: T = await call
      .cluster()
      .json<T>('GET', path, { accept, query: { ...queryOf(call), ...query, limit, continue: next } })
      .catch((error: unknown) => {
        throw describeList(call, request.resource, error)
      })
    pages.push(page)
    next = (page.metadata as { continue?: string } | undefined)?.continue
  } while (next)
  return pages
}

/** A list that the server refuses is described with what was asked for. */
function describeList(call: Call, resource: ApiResource, error: unknown): unknown {
  if (!(error instanceof ResponseError) || (error.code !== 400 && error.code !== 404)) return error
  const { labelSelector, fieldSelector } = queryOf(call)
  const what = JSON.stringify(`${resource.group}/${resource.version}, Resource=${resource.resource}`)
  const message =
    labelSelector || fieldSelector
      ? `Unable to find ${what} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}: ${error.message}`
      : `Unable to list ${what}: ${error.message}`
  return new ResponseError(error.code, { ...error.status, message })
}

/** Fetches each request; absent objects and other errors are kept for the end. */
async function each(
  call: Call,
  requests: GetRequest[],
  work: (request: GetRequest) => Promise<void>,
): Promise<unknown[]> {
  const errors: unknown[] = []
  for (const request of requests)
    try {
      await work(request)
    } catch (error) {
      if (!(call.flags.on('ignore-not-found') && isNotFound(error))) errors.push(error)
    }
  return errors
}

function throwAll(errors: unknown[]): void {
  if (errors.length === 1) throw errors[0]
  if (errors.length) throw new ManyErrors(errors)
}

async function printTables(call: Call, requests: GetRequest[]): Promise<void> {
  const { flags, io } = call
  const sortBy = flags.text('sort-by')
  const tables: StyledTable[] = []
  const errors = await each(call, requests, async request => {
    for (const table of await fetchAll<Table>(call, request, TABLE_ACCEPT, {
      includeObject: sortBy ? 'Object' : undefined,
    })) {
      const last = tables.at(-1)
      if (last?.resource === request.resource) last.rows.push(...(table.rows ?? []))
      else
        tables.push({ resource: request.resource, definitions: table.columnDefinitions ?? [], rows: table.rows ?? [] })
    }
  })
  const filled = tables.filter(table => table.rows.length)
  for (const [i, table] of filled.entries()) {
    if (sortBy) table.rows = sortRows(table.rows, sortBy, row => row.object as KubeObject)
    if (i > 0) io.stdout.write('\n')
    io.stdout.write(printTable(table, styleOf(call, table.resource, new Set(requests.map(r => r.resource)).size > 1)))
  }
  if (!filled.length && !errors.length && !flags.on('ignore-not-found')) {
    const scoped = requests.some(r => r.resource.namespaced) && !flags.on('all-namespaces')
    io.stderr.write(scoped ? `No resources found in ${call.cluster().namespace} namespace.\n` : 'No resources found\n')
  }
  throwAll(errors)
}

function styleOf(call: Call, resource: ApiResource, several: boolean): TableStyle {
  const { flags } = call
  return {
    wide: flags.text('output') === 'wide',
    headers: !flags.on('no-headers'),
    withNamespace: flags.on('all-namespaces') && resource.namespaced,
    withKind: several || flags.on('show-kind'),
    showLabels: flags.on('show-labels'),
    labelColumns: flags.list('label-columns'),
  }
}

async function printObjects(
  call: Call,
  requests: GetRequest[],
  printer: (object: KubeObject) => string,
): Promise<void> {
  const { flags, io } = call
  let objects: KubeObject[] = []
  const errors = await each(call, requests, async request => {
    for (const answer of await fetchAll<KubeList>(call, request, undefined, {})) {
      if (request.name) objects.push(answer as unknown as KubeObject)
      else
        for (const item of answer.items ?? [])
          objects.push({
            ...item,
            apiVersion: item.apiVersion ?? answer.apiVersion,
            kind: item.kind ?? request.resource.kind,
          })
    }
  })
  if (flags.text('sort-by')) objects = sortRows(objects, flags.text('sort-by'), object => object)
  const single = requests.length === 1 && requests[0]!.name
  const output = flags.text('output')
  if (single ? objects.length : !(errors.length && !objects.length)) {
    if (output === 'name') objects.forEach(object => io.stdout.write(printer(object)))
    else if (single && objects[0]) io.stdout.write(printer(objects[0]))
    else io.stdout.write(printer({ apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } }))
  }
  throwAll(errors)
}

/** Sorts as kubectl does: numbers and quantities by value, else as text; what has no such field comes first. */
export function sortRows<T>(rows: T[], path: string, objectOf: (row: T) => KubeObject): T[] {
  const expression = parseJsonPath(relaxedPath(path))
  const keyed = rows.map((row, i) => ({ row, i, key: expression.find(objectOf(row), true)[0] }))
  if (rows.length && keyed.every(({ key }) => key === undefined))
    throw new KubectlError(
      `couldn't find any field with path ${JSON.stringify(relaxedPath(path))} in the list of objects`,
    )
  return keyed.sort((a, b) => compare(a.key, b.key) || a.i - b.i).map(({ row }) => row)
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') {
    try {
      return parseQuantity(a).cmp(parseQuantity(b))
    } catch (error) {
      if (!(error instanceof QuantityError)) throw error
    }
  }
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}

async function watch(call: Call, requests: GetRequest[]): Promise<void> {
  const { flags, io } = call
  if (requests.length !== 1) throw new KubectlError('you may only specify a single resource type')
  const request = requests[0]!
  const printer = objectPrinter(call)
  const path = pathOf(request.resource, request.namespace)
  const query: Record<string, string | undefined> = {
    ...queryOf(call),
    ...(request.name ? { fieldSelector: `metadata.name=${request.name}` } : {}),
  }
  const style = styleOf(call, request.resource, false)
  const events = flags.on('output-watch-events')
  let head = style.headers
  let widths: number[] = []
  const show = (table: Table, definitions: Table['columnDefinitions'], type?: string) => {
    if (!table.rows?.length) return
    const text = printTable({ resource: request.resource, definitions, rows: table.rows }, { ...style, headers: head })
    const rows = text
      .trimEnd()
      .split('\n')
      .map(line => line.split(/ {3,}/))
    // Later rows keep the widths of the first ones, so that the columns stay in line.
    widths = rows.reduce((known, row) => row.map((cell, i) => Math.max(known[i] ?? 0, cell.length)), widths)
    const line = (cells: string[]) =>
      cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(Math.max(6, widths[i]! + 3)))).join('')
    const event = (i: number) => (events ? (head && i === 0 ? 'EVENT      ' : (type ?? 'ADDED').padEnd(11)) : '')
    io.stdout.write(rows.map((row, i) => `${event(i)}${line(row)}\n`).join(''))
    head = false
  }
  const accept = printer ? undefined : TABLE_ACCEPT
  const list = await call.cluster().json<Table & KubeList>('GET', path, { accept, query })
  let definitions = list.columnDefinitions ?? []
  if (request.name && !(list.rows ?? list.items ?? []).length)
    await call.cluster().json('GET', pathOf(request.resource, request.namespace, request.name))
  if (!flags.on('watch-only')) {
    if (printer)
      for (const item of list.items ?? [])
        io.stdout.write(printer({ ...item, apiVersion: list.apiVersion, kind: request.resource.kind }))
    else show(list, definitions)
  }
  const version = (list.metadata as { resourceVersion?: string } | undefined)?.resourceVersion
  for await (const event of watchResource(
    call.cluster(),
    path,
    { ...query, resourceVersion: version },
    io.signal,
    accept,
  )) {
    const object = event.object as KubeObject
    if (printer) {
      io.stdout.write(events ? printer({ type: event.type, object } as unknown as KubeObject) : printer(object))
      continue
    }
    const table = event.object as unknown as Table
    if (table.columnDefinitions?.length) definitions = table.columnDefinitions
    show(table, definitions, event.type)
  }
}
