import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../../../../engine/base/errors.ts'
import * as files from '../../../../engine/client/kubeconfig.ts'
import type { Kubeconfig } from '../../../../engine/client/kubeconfig.ts'
import { KubectlError } from '../base/errors.ts'
import type { Flags } from '../base/flags.ts'
import type { Io } from '../base/io.ts'

/** The files that make up the configuration, in order of precedence. */
export function kubeconfigPaths(io: Io, flags: Flags): string[] {
  if (flags.text('kubeconfig')) return [resolve(io.cwd, flags.text('kubeconfig'))]
  return files.kubeconfigFiles(io.env, io.homeDir, io.cwd)
}

/** Reads one file; one that is absent is empty. Paths in it become absolute. @throws KubectlError */
export function readKubeconfig(path: string): Kubeconfig {
  try {
    return files.readKubeconfig(path)
  } catch (error) {
    throw new KubectlError(messageOf(error))
  }
}

/** Merges all files: the first to name an entry wins. */
export function loadKubeconfig(io: Io, flags: Flags): Kubeconfig {
  const paths = kubeconfigPaths(io, flags)
  if (flags.text('kubeconfig') && !existsSync(paths[0]!))
    throw new KubectlError(`stat ${flags.text('kubeconfig')}: no such file or directory`)
  return files.mergeKubeconfigs(paths.map(readKubeconfig))
}
