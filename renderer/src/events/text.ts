import { defineTexts } from '../text/define.ts'

export const eventsTexts = defineTexts({
  en: {
    title: 'Events',
    subtitle: 'What the components of the cluster report, the newest first',
    warnings: 'Warnings only',
    filter: 'Filter (/)',
    lastSeen: 'Last seen',
    reason: 'Reason',
    object: 'Object',
    message: 'Message',
    from: 'From',
    about: (object: string, namespace: string) => `${object} in ${namespace}`,
    failed: 'The events cannot be listed',
    noMatch: 'No event matches',
    noMatchText: (all: number) => `Neither the filter nor the namespace leaves any of ${all} events.`,
    quiet: 'It is quiet',
    quietText:
      'Events appear when pods are scheduled, started, probed or killed. Kubernetes forgets them after an hour.',
  },
  ko: {
    title: '이벤트',
    subtitle: '클러스터 구성 요소가 알리는 내용, 최신순',
    warnings: '경고만',
    filter: '거르기 (/)',
    lastSeen: '마지막 발생',
    reason: '이유',
    object: '오브젝트',
    message: '메시지',
    from: '보낸 곳',
    about: (object, namespace) => `${namespace}의 ${object}`,
    failed: '이벤트 목록을 읽을 수 없습니다',
    noMatch: '일치하는 이벤트가 없습니다',
    noMatchText: all => `이벤트 ${all}개 중 필터와 네임스페이스에 맞는 것이 없습니다.`,
    quiet: '조용합니다',
    quietText: '파드가 스케줄되거나 시작, 검사, 종료될 때 이벤트가 나타납니다. 쿠버네티스는 한 시간 뒤에 지웁니다.',
  },
})
