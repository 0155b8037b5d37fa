/** Where the volumes of a pod are on this machine: the folder or file of each, by name. */
export class MountedVolumes extends Map<string, string> {
  /** Those that nobody may write to, whatever a mount says. */
  readonly readOnly = new Set<string>()
  /** Those that the kubelet writes from API objects: its own links lead through them. Nobody else may write to them. */
  readonly payload = new Set<string>()
  /** Folders of the user's machine that the lab allows to be read alone: a mount that wants to write is refused. */
  readonly readOnlyHere = new Set<string>()
  /** Those that hold up the containers that mount them, and not the pod. */
  readonly missing = new Map<string, MissingVolume>()
}

/** A volume that cannot be had (yet): FailedMount, and another try. */
export class MountError extends Error {}

/** Why a container waits for a volume of an image, in the terms of a container's state. */
export class MissingVolume extends Error {
  readonly reason: string
  readonly retryAfterMs: number

  constructor(reason: string, message: string, retryAfterMs: number) {
    super(message)
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}
