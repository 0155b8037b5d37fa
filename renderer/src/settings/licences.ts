import type { Licence } from '../../../tools/licences.ts'
import { requestJSON } from '../cluster/rest.ts'

export type { Licence }

/** The licences of all that is shipped, which the build wrote beside the interface. @throws ApiError */
export function fetchLicences(): Promise<Licence[]> {
  return requestJSON<Licence[]>('/licences.json')
}

/** Those whose name or licence has all the words, in any order. */
export function findLicences(all: readonly Licence[], search: string): Licence[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return all.filter(({ name, version, licence }) => {
    const said = `${name} ${version} ${licence}`.toLowerCase()
    return words.every(word => said.includes(word))
  })
}
