/** From bytes to objects: JSON and YAML with their duplicate keys, then the form that a schema gives them. */
export { decodeJSON } from './decode/json.ts'
export type { Decoded, Notes } from './decode/notes.ts'
export { decodeYAML } from './decode/yaml.ts'
export { structural } from './decode/structural.ts'
export { cannotHandle, strictText, strictWarnings, unrecognizedObject } from './decode/remarks.ts'
