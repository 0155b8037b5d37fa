import { connection } from '../cluster/connection.svelte.ts'
import { Drafts } from './drafts.ts'

/** Those of this window, for the cluster that it shows. */
export const drafts = new Drafts(sessionStorage, connection.cluster)
/** The name of what is typed to be applied. */
export const TO_APPLY = 'apply'
export interface ToApply {
  text: string
  /** Whether its dialog is, which a page that is loaded anew shows again. */
  open: boolean
}
