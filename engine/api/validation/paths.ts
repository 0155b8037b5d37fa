import type { FieldError } from '../strategy.ts'
import { invalid } from './field.ts'

/** A path that stays below where it starts: relative, and never upwards. */
export function validateLocalDescendingPath(path: string, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (path.startsWith('/')) errors.push(invalid(at, path, 'must be a relative path'))
  return [...errors, ...validatePathNoBacksteps(path, at)]
}

/** The same, and its name does not begin with two dots: those are the kubelet's own. */
export function validateLocalNonReservedPath(path: string, at: string): FieldError[] {
  const errors = validateLocalDescendingPath(path, at)
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalid(at, path, "must not start with '..'"))
  // A lone ".." has been complained about as a step upwards too, as Kubernetes does.
  return errors
}

export function validatePathNoBacksteps(path: string, at: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(at, path, "must not contain '..'")] : []
}
