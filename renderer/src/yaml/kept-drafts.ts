import { connection } from '../cluster/connection.svelte.ts'
import { Drafts } from './drafts.ts'

/** Those of this window, for the cluster that it shows. */
export const drafts = new Drafts(sessionStorage, connection.cluster)
/** The name of what is typed to be applied. */
export const TO_APPLY = 'apply'
