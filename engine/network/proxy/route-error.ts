/** Why a connection cannot be made, as the system calls of a real machine would say it. */
export type RouteErrorCode = 'ENOTFOUND' | 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ENETUNREACH' | 'ETIMEDOUT' | 'EACCES'

export class RouteError extends Error {
  override readonly name = 'RouteError'
  readonly code: RouteErrorCode
  /** The address that was tried, where there was one. */
  readonly address: string | undefined

  constructor(code: RouteErrorCode, message: string, address?: string) {
    super(message)
    this.code = code
    this.address = address
  }
}

const CODES = new Set<string>(['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EACCES'])

export function isRouteErrorCode(code: string | undefined): code is RouteErrorCode {
  return code !== undefined && CODES.has(code)
}
