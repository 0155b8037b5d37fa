import type { FlagSpecs } from './flags.ts'

/** Flags of every verb: which cluster, as whom. */
export const GLOBAL_FLAGS: FlagSpecs = {
  kubeconfig: { type: 'string', about: 'path of the kubeconfig file' },
  context: { type: 'string', about: 'context of the kubeconfig to use' },
  cluster: { type: 'string', about: 'cluster of the kubeconfig to use' },
  user: { type: 'string', about: 'user of the kubeconfig to use' },
  namespace: { type: 'string', short: 'n', about: 'namespace of the request' },
  server: { type: 'string', short: 's', about: 'address of the API server' },
  token: { type: 'string', about: 'bearer token' },
  'certificate-authority': { type: 'string', about: 'file with the certificates to trust' },
  'client-certificate': { type: 'string', about: 'file with the certificate of the client' },
  'client-key': { type: 'string', about: 'file with the key of the client' },
  'insecure-skip-tls-verify': { type: 'bool', about: 'do not check the certificate of the server' },
  'tls-server-name': { type: 'string', about: 'name to check the certificate of the server against' },
  as: { type: 'string', about: 'user to impersonate' },
  'as-group': { type: 'array', about: 'group to impersonate, may be repeated' },
  'as-uid': { type: 'string', about: 'UID to impersonate' },
  'request-timeout': { type: 'string', default: '0', about: 'how long to wait for one answer, 0 for ever' },
  'cache-dir': { type: 'string', about: 'accepted; discovery is asked for afresh each time' },
  'disable-compression': { type: 'bool', about: 'accepted; answers are never compressed' },
  'warnings-as-errors': { type: 'bool', about: 'a warning of the server makes the command fail' },
  v: { type: 'int', short: 'v', default: '0', about: '6 and more tells of each request' },
  help: { type: 'bool', short: 'h', about: 'help for the command' },
}
