import { defineTexts } from '../text/define.ts'

export const noticesTexts = defineTexts({
  en: {
    title: 'Notifications',
    unseen: (count: number) => (count === 1 ? '1 new notification' : `${count} new notifications`),
    none: 'Nothing has happened since this page was opened.',
    machineDead: (name: string) => `${name} died`,
    machineSilent: (name: string) => `${name} does not answer`,
    machineUp: (name: string) => `${name} is up again`,
    leader: (name: string, term: number) => `${name} leads, in term ${term}`,
    quorumLost: 'The masters have no quorum: the cluster cannot agree on writes',
    quorumBack: 'The masters have a quorum again',
    warning: (reason: string, object: string) => `${reason}: ${object}`,
    times: (times: number) => `×${times}`,
    ago: (age: string) => `${age} ago`,
    all: 'All events',
  },
  ko: {
    title: '알림',
    unseen: count => `새 알림 ${count}개`,
    none: '이 페이지를 연 뒤로 일어난 일이 없습니다.',
    machineDead: name => `${name}이(가) 죽었습니다`,
    machineSilent: name => `${name}이(가) 응답하지 않습니다`,
    machineUp: name => `${name}이(가) 다시 실행됩니다`,
    leader: (name, term) => `${name}이(가) 텀 ${term}에서 리더입니다`,
    quorumLost: '마스터의 정족수가 부족하여 쓰기에 합의할 수 없습니다',
    quorumBack: '마스터가 다시 정족수를 갖췄습니다',
    warning: (reason, object) => `${reason}: ${object}`,
    times: times => `×${times}`,
    ago: age => `${age} 전`,
    all: '모든 이벤트',
  },
})
