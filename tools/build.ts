/** Builds everything that runs from `dist`: the bundles and the user interface. */

import { bundle } from './bundle.ts'
import { buildRenderer } from './renderer.ts'

await Promise.all([bundle(), buildRenderer()])
