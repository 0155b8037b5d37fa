import { setOwn } from '../../base/own.ts'
import { deepClone, deepEqual, isRecord } from '../equality.ts'
import { ApiError } from '../status.ts'

interface Operation {
  op?: unknown
  path?: unknown
  from?: unknown
  value?: unknown
}

/**
 * JSON patch (RFC 6902). Operations apply in order, all or none; the input stays as it is.
 * @throws ApiError 422 with the texts of the library that Kubernetes uses
 */
export function jsonPatch<T extends object>(object: T, operations: unknown): T {
  if (!Array.isArray(operations))
    throw new ApiError(
      400,
      'BadRequest',
      'error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    )
  const root = { value: deepClone(object) as unknown }
  for (const operation of operations as Operation[]) apply(root, operation)
  return root.value as T
}

interface Root {
  value: unknown
}

function apply(root: Root, operation: Operation): void {
  const { op, path, from, value } = operation ?? {}
  if (typeof path !== 'string') throw rejected(`error in ${describe(op)} operation: missing path`)
  switch (op) {
    case 'add':
      return add(root, path, deepClone(value), 'add')
    case 'remove':
      take(root, path, 'remove')
      return
    case 'replace': {
      if (path === '') return void (root.value = deepClone(value))
      const at = locate(root, path, 'replace')
      if (!exists(at)) throw rejected(`replace operation does not apply: doc is missing key: ${path}: missing value`)
      return put(at, deepClone(value))
    }
    case 'move': {
      if (typeof from !== 'string') throw rejected('error in move operation: missing from')
      if (path === from || path.startsWith(`${from}/`)) {
        if (path !== from) throw rejected(`error in move operation: cannot move ${from} into ${path}`)
        return
      }
      return add(root, path, take(root, from, 'move'), 'move')
    }
    case 'copy': {
      if (typeof from !== 'string') throw rejected('error in copy operation: missing from')
      const source = from === '' ? root.value : read(locate(root, from, 'copy'), from, 'copy')
      return add(root, path, deepClone(source), 'copy')
    }
    case 'test': {
      const at = path === '' ? undefined : locate(root, path, 'test')
      const actual = at ? (exists(at) ? at.get() : undefined) : root.value
      if (actual === undefined && (value === null || value === undefined)) return
      if (!deepEqual(actual ?? null, value ?? null)) throw rejected(`testing value ${path} failed: test failed`)
      return
    }
    default:
      throw rejected(`Unexpected kind: ${describe(op)}`)
  }
}

interface Location {
  parent: Record<string, unknown> | unknown[]
  key: string
  path: string
  op: string
  get(): unknown
}

/** The container that a pointer ends in. */
function locate(root: Root, path: string, op: string): Location {
  if (!path.startsWith('/'))
    throw rejected(`${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)
  const parts = path
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const container = (value: unknown) => {
    if (typeof value === 'object' && value !== null) return value
    throw rejected(`${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)
  }
  let parent = container(root.value)
  for (const part of parts.slice(0, -1))
    parent = container(
      Array.isArray(parent)
        ? parent[index(part, parent, path, op)]
        : isRecord(parent) && Object.hasOwn(parent, part)
          ? parent[part]
          : undefined,
    )
  const key = parts.at(-1)!
  const holder = parent as Location['parent']
  return {
    parent: holder,
    key,
    path,
    op,
    get: () =>
      Array.isArray(holder)
        ? holder[index(key, holder, path, op)]
        : Object.hasOwn(holder, key)
          ? holder[key]
          : undefined,
  }
}

function exists(at: Location): boolean {
  if (!Array.isArray(at.parent)) return Object.hasOwn(at.parent, at.key)
  return index(at.key, at.parent, at.path, at.op) < at.parent.length
}

function put(at: Location, value: unknown): void {
  if (Array.isArray(at.parent)) at.parent[index(at.key, at.parent, at.path, at.op)] = value
  else setOwn(at.parent, at.key, value)
}

function read(at: Location, path: string, op: string): unknown {
  if (!exists(at))
    throw rejected(`${op} operation does not apply: doc is missing from path: ${JSON.stringify(path)}: missing value`)
  return at.get()
}

function add(root: Root, path: string, value: unknown, op: string): void {
  if (path === '') return void (root.value = value ?? null)
  const at = locate(root, path, op)
  if (!Array.isArray(at.parent)) return put(at, value ?? null)
  const position = at.key === '-' ? at.parent.length : index(at.key, at.parent, path, op)
  if (position > at.parent.length)
    throw rejected(
      `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: Unable to access invalid index: ${at.key}: invalid index referenced`,
    )
  at.parent.splice(position, 0, value ?? null)
}

function take(root: Root, path: string, op: string): unknown {
  const at = locate(root, path, op)
  if (!exists(at)) {
    const what = Array.isArray(at.parent)
      ? `Unable to access invalid index: ${at.key}: invalid index referenced`
      : `Unable to remove nonexistent key: ${at.key}: missing value`
    throw rejected(`error in remove for path: '${path}': ${what}`)
  }
  const value = at.get()
  if (Array.isArray(at.parent)) at.parent.splice(index(at.key, at.parent, path, op), 1)
  else delete at.parent[at.key]
  return value
}

function index(text: string, list: unknown[], path: string, op: string): number {
  if (!/^-?\d+$/.test(text))
    throw rejected(
      `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  const n = Number(text)
  if (n >= 0) return n
  if (list.length + n < 0)
    throw rejected(
      `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: Unable to access invalid index: ${text}: invalid index referenced`,
    )
  return list.length + n
}

const describe = (op: unknown): string => (typeof op === 'string' ? op : 'unknown')

function rejected(message: string): ApiError {
  return new ApiError(422, 'Invalid', message, {})
}
