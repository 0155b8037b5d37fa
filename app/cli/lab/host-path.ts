import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UserError } from '../../../engine/base/errors.ts'
import type { AllowedHostPath } from '../../../engine/kubelet/volumes/host-path.ts'

/** One more `--allow-host-path DIR[:ro|:rw]`. @throws UserError for what is no folder */
export function allowedHostPath(text: string, before: AllowedHostPath[] = []): AllowedHostPath[] {
  const [, dir, mode = 'ro'] = /^(.*?)(?::(ro|rw))?$/s.exec(text)!
  const path = resolve(dir)
  const info = statSync(path, { throwIfNoEntry: false })
  if (!info?.isDirectory())
    throw new UserError(
      `${path} is no folder.`,
      'Give a folder of this machine, with :rw after it if pods may write to it.',
    )
  // Links are followed once, here: what they lead to later is not what was allowed.
  return [...before.filter(b => b.path !== realpathSync(path)), { path: realpathSync(path), mode: mode as 'ro' | 'rw' }]
}
