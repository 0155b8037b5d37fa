import { fileURLToPath } from 'node:url'

/** Folder of the bundles: where the bundle of this file lies. */
export const distDir = fileURLToPath(new URL('.', import.meta.url))
