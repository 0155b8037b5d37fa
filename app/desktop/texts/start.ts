import { defineTexts } from './define.ts'
import { engineWordsInKorean } from './engine-words.ts'

/** What the page says that waits for the lab. */
export const startTexts = defineTexts({
  en: {
    fromEngine: (text: string) => text,
    down: (lab: string) => `The lab ${lab} is down`,
    ended: (lab: string) => `The lab ${lab} ended by itself`,
    starting: (lab: string) => `Starting the lab ${lab}`,
    stopping: (lab: string) => `Stopping the lab ${lab}`,
    up: (lab: string) => `The lab ${lab} is up`,
    failed: (lab: string) => `The lab ${lab} did not come up`,
    kept: 'It keeps all its state.',
    step: (what: string, seconds: string) => `${what} · ${seconds} s`,
    looking: 'looking for the lab',
    coming: 'the lab is coming up',
    certificates: 'certificates',
    machines: 'machines',
    ready: (up: string, all: string) => `${up} of ${all} machines ready`,
    waiting: (ready: string, names: string) => `${ready}; waiting for ${names}`,
    start: 'Start Lab',
    showLog: 'Show Log',
  },
  ko: {
    fromEngine: engineWordsInKorean,
    down: lab => `랩 ${lab}이(가) 꺼져 있습니다`,
    ended: lab => `랩 ${lab}이(가) 저절로 끝났습니다`,
    starting: lab => `랩 ${lab}을(를) 시작하는 중`,
    stopping: lab => `랩 ${lab}을(를) 멈추는 중`,
    up: lab => `랩 ${lab}이(가) 실행 중입니다`,
    failed: lab => `랩 ${lab}을(를) 시작하지 못했습니다`,
    kept: '모든 상태는 그대로 남아 있습니다.',
    step: (what, seconds) => `${what} · ${seconds}초`,
    looking: '랩을 찾는 중',
    coming: '랩이 올라오는 중',
    certificates: '인증서 준비',
    machines: '머신 시작',
    ready: (up, all) => `머신 ${all}대 중 ${up}대 준비됨`,
    waiting: (ready, names) => `${ready}, 기다리는 중: ${names}`,
    start: '랩 시작',
    showLog: '로그 보기',
  },
})
