import { codeOf, UserError } from '../../base/errors.ts'

/** An error of `listen` for a person. */
export function explainListen(error: Error, port: number): Error {
  if (codeOf(error) === 'EADDRINUSE')
    return new UserError(
      `Port ${port} for the node's network is taken by another program.`,
      'End that program, or make the lab anew: it then chooses free ports.',
      { cause: error },
    )
  return new UserError(
    `The node's network cannot listen on port ${port}: ${error.message}`,
    'Make the lab anew: it then chooses other ports.',
    { cause: error },
  )
}
