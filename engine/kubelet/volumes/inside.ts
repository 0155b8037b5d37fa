import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/**
 * Where a path within a folder really is, with all links followed. Folders that are missing are made if `make`.
 * @throws EscapeError if it leads out of the folder
 */
export function inside(folder: string, path: string, make: boolean): string {
  const base = realpathSync(folder)
  const wanted = join(base, path)
  if (!isWithin(base, wanted)) throw new EscapeError(path)
  let nearest = wanted
  while (!existsSync(nearest) && nearest !== base) nearest = dirname(nearest)
  const real = realpathSync(nearest)
  if (!isWithin(base, real)) throw new EscapeError(path)
  const target = join(real, relative(nearest, wanted))
  if (make) mkdirSync(target, { recursive: true })
  return target
}

/** A path that was to stay in a folder leads out of it, by itself or by a link. */
export class EscapeError extends Error {
  constructor(path: string) {
    super(`the path "${path}" leads out of the volume`)
  }
}

/** Whether a path is a folder or lies below it. Both absolute, without links. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
