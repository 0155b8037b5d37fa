import { accessSync, constants, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { codeOf } from '../../../base/errors.ts'
import { StartError } from '../start-error.ts'

/**
 * The file that a command means, as execvp(3) finds it: a shell would take some for commands of its own.
 * @throws StartError
 */
export function findProgram(command: string, env: Record<string, string>, cwd: string, name = command): string {
  const places = command.includes('/')
    ? [resolve(cwd, command)]
    : (env.PATH ?? '').split(':').map(folder => join(resolve(cwd, folder), command))
  let denied = false
  for (const place of places) {
    try {
      accessSync(place, constants.X_OK)
      if (statSync(place).isFile()) return place
      denied = true
    } catch (error) {
      if (codeOf(error) === 'EACCES') denied = true
    }
  }
  if (denied) throw new StartError(name, 'permission denied')
  throw command.includes('/') ? new StartError(name, 'no such file or directory') : new StartError(name)
}
