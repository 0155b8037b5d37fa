import { defineTexts } from '../text/define.ts'

export const uiTexts = defineTexts({
  en: {
    cancel: 'Cancel',
    close: 'Close',
    clear: 'Clear',
    dismiss: 'Dismiss',
    loading: 'Loading',
    tryAgain: 'Try again',
    choose: 'Choose…',
    typeToFilter: 'Type to filter',
    filterOf: (what: string) => `Filter ${what}`,
    noMatch: (text: string) => `Nothing matches “${text}”.`,
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'The clipboard cannot be written to',
  },
  ko: {
    cancel: '취소',
    close: '닫기',
    clear: '지우기',
    dismiss: '닫기',
    loading: '불러오는 중',
    tryAgain: '다시 시도',
    choose: '선택…',
    typeToFilter: '입력하여 거르기',
    filterOf: what => `${what} 거르기`,
    noMatch: text => `“${text}”와(과) 일치하는 항목이 없습니다.`,
    copy: '복사',
    copied: '복사함',
    copyFailed: '클립보드에 쓸 수 없습니다',
  },
})
