import type { Licence } from '../../../tools/licences.ts'

/** Those whose name or licence has all the words, in any order. */
export function findLicences(all: readonly Licence[], search: string): Licence[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return all.filter(({ name, version, licence }) => {
    const said = `${name} ${version} ${licence}`.toLowerCase()
    return words.every(word => said.includes(word))
  })
}
