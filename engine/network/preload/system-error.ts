import { constants } from 'node:os'

/** Numbers of libuv's own errors, which are no system call's. */
const RESOLVER: Record<string, number> = { ENOTFOUND: -3008, EAI_AGAIN: -3001 }

/** An error as Node makes it of a failed system call. */
export function systemError(
  code: string,
  syscall: string,
  details: { address?: string; port?: number; hostname?: string },
): NodeJS.ErrnoException {
  const numbers = constants.errno as Record<string, number | undefined>
  const errno = RESOLVER[code] ?? -(numbers[code] ?? 0)
  const where =
    details.hostname ?? (details.port === undefined ? details.address : `${details.address}:${details.port}`)
  const said = syscall === 'listen' ? `${syscall} ${code}: address already in use` : `${syscall} ${code}`
  return Object.assign(new Error(`${said} ${where}`), { errno, code, syscall, ...details })
}
