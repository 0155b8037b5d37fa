/** The program is not there, or may not be run: what a container runtime reports as StartError. */
export class StartError extends Error {
  constructor(command: string, why = 'executable file not found in $PATH') {
    super(`exec: "${command}": ${why}`)
  }
}
