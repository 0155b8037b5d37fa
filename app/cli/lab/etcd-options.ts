import { readFileSync } from 'node:fs'
import { UserError, messageOf } from '../../../engine/base/errors.ts'
import type { EtcdConfig } from '../../../engine/lab/config.ts'

export interface EtcdOptions {
  etcd?: string
  etcdCafile?: string
  etcdCertfile?: string
  etcdKeyfile?: string
}

/** The etcd that the options of `lab up` name; they are called as those of kube-apiserver. @throws UserError */
export function readEtcdOptions({ etcd, etcdCafile, etcdCertfile, etcdKeyfile }: EtcdOptions): EtcdConfig | undefined {
  if (etcd === undefined) {
    if (etcdCafile ?? etcdCertfile ?? etcdKeyfile)
      throw new UserError('There is no etcd for these files.', 'Give --etcd too.')
    return undefined
  }
  const endpoints = etcd.split(',').filter(endpoint => endpoint !== '')
  if (endpoints.length === 0) throw new UserError('--etcd names no endpoint.', 'Write it as https://host:port')
  if ((etcdCertfile === undefined) !== (etcdKeyfile === undefined))
    throw new UserError(
      'A certificate needs its key, and a key its certificate.',
      'Give both --etcd-certfile and --etcd-keyfile.',
    )
  if (etcdCafile === undefined) {
    if (etcdCertfile !== undefined) throw new UserError('TLS needs an authority.', 'Give --etcd-cafile too.')
    return { endpoints }
  }
  const tls = { ca: read(etcdCafile), cert: etcdCertfile && read(etcdCertfile), key: etcdKeyfile && read(etcdKeyfile) }
  return { endpoints, tls }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}`, 'Say where the PEM file is.')
  }
}
