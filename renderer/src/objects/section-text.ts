import { defineTexts } from '../text/define.ts'

/** The sections under which kinds are listed. */
export const sectionTexts = defineTexts({
  en: {
    Workloads: 'Workloads',
    Network: 'Network',
    Config: 'Config',
    Storage: 'Storage',
    Access: 'Access',
    Cluster: 'Cluster',
    Custom: 'Custom',
  },
  ko: {
    Workloads: '워크로드',
    Network: '네트워크',
    Config: '구성',
    Storage: '스토리지',
    Access: '접근 권한',
    Cluster: '클러스터',
    Custom: '사용자 정의',
  },
})
