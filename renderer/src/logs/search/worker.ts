import { matchLines, type MatchAnswer, type MatchTask } from './match.ts'

const say = (answer: MatchAnswer) => self.postMessage(answer)
self.onmessage = ({ data }: MessageEvent<MatchTask>) => say(matchLines(data))
say({ ready: true })
