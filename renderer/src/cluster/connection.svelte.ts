/** What this page looks at. Each tab or window has its own; it stays with it when it is loaded again. */

const KEPT = 'connection'

/** The lab whose server this is, or a context of the user's kubeconfig. */
export type Target = { kind: 'lab' } | { kind: 'context'; name: string }

class Connection {
  readonly target: Target = readTarget()

  /** Before every path of the cluster's API. */
  get cluster(): string {
    return this.target.kind === 'lab' ? '/cluster' : `/contexts/${encodeURIComponent(this.target.name)}`
  }

  /** Whether there are machines, raft and faults: those are the lab's. */
  get isLab(): boolean {
    return this.target.kind === 'lab'
  }

  /** Looks at something else. The page begins anew: nothing of the one cluster may be shown as the other's. */
  switchTo(target: Target): void {
    sessionStorage.setItem(KEPT, JSON.stringify(target))
    sessionStorage.removeItem('namespace')
    location.assign('/')
  }
}

function readTarget(): Target {
  try {
    const target = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Target | null
    return target?.kind === 'context' && typeof target.name === 'string' ? target : { kind: 'lab' }
  } catch {
    return { kind: 'lab' } // not of our writing
  }
}

export const connection = new Connection()
