import type { ListTask } from './pages.ts'
import { serveLists } from './serve.ts'

const serve = serveLists(answer => self.postMessage(answer))
self.onmessage = ({ data }: MessageEvent<ListTask | { stop: number }>) => serve(data)
