import type { TLSSocket } from 'node:tls'

/** Names that the other end's certificate vouches for: its common name and its DNS names. */
export function certifiedNames(socket: TLSSocket): string[] {
  const certificate = socket.getPeerCertificate()
  const names = [certificate.subject?.CN].flat().filter(name => name !== undefined)
  const alternatives = (certificate.subjectaltname ?? '').split(', ').filter(name => name.startsWith('DNS:'))
  return [...names, ...alternatives.map(name => name.slice(4))]
}

/** Whether the other end's certificate names one of these organizations. */
export function isOfOrganization(socket: TLSSocket, organizations: readonly string[]): boolean {
  const subject: { O?: string | string[] } | undefined = socket.getPeerCertificate().subject
  // Several organizations in one subject come as a list.
  return [subject?.O].flat().some(name => name !== undefined && organizations.includes(name))
}
