/** From bytes to objects: JSON and YAML with their duplicate keys, then the form that a schema gives them. */
export { decodeJSON } from './decode/json.ts'
export type { Decoded } from './decode/json.ts'
export { decodeYAML } from './decode/yaml.ts'
export { structural } from './decode/structural.ts'
export { cannotHandle, strictText, unrecognizedObject } from './decode/remarks.ts'
