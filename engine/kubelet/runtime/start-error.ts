import { codeOf, messageOf } from '../../base/errors.ts'

/** The program is not there, or may not be run: what a container runtime reports as StartError. */
export class StartError extends Error {
  constructor(command: string, why = 'executable file not found in $PATH') {
    super(`exec: "${command}": ${why}`)
  }
}

/** Why the system would not start a program at all. */
export function startError(command: string, error: unknown): StartError {
  const why = codeOf(error) === 'E2BIG' ? 'argument list too long' : messageOf(error)
  return new StartError(command, why)
}
