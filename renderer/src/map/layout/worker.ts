import { layout } from './layout.ts'
import type { LayoutAnswer, LayoutTask } from './runner.ts'

self.onmessage = ({ data }: MessageEvent<LayoutTask>) => {
  const answer: LayoutAnswer = { task: data.task, layout: layout(data.lens, data.nodes, data.before) }
  self.postMessage(answer)
}
