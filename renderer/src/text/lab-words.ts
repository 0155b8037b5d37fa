import { Sentences, type Pair } from '../../../engine/base/sentences.ts'
import type { Language } from './define.ts'

/**
 * What the lab server says when it refuses something, as the engine says it in English, and in Korean. Numbers in braces stand
 * for what varies. A sentence that is not here stays as it is, as do those of Kubernetes, which speaks English alone.
 */
const KOREAN: readonly Pair[] = [
  ['Machine {0} still runs.', '머신 {0}이(가) 아직 실행 중입니다.'],
  ['Stop it first.', '먼저 멈추세요.'],
  ['Machine {0} runs already.', '머신 {0}은(는) 이미 실행 중입니다.'],
  ['Nothing to do.', '할 일이 없습니다.'],
  ['Machine {0} does not run.', '머신 {0}이(가) 실행 중이 아닙니다.'],
  ['Start it: kubarium lab machine start {0}', '시작하세요: kubarium lab machine start {0}'],
  ['Machine {0} is not paused; it is {1}.', '머신 {0}은(는) 일시 정지 상태가 아닙니다. 현재 상태: {1}'],
  ['There is no machine {0}.', '머신 {0}이(가) 없습니다.'],
  ['The machines are: {0}.', '있는 머신: {0}'],
  ['Machine {0} did not come up: {1}', '머신 {0}이(가) 뜨지 못했습니다: {1}'],
  ['Its log is {0}/machine.log.', '로그는 {0}/machine.log에 있습니다.'],
  ['{0} did not come up: {1}', '{0}이(가) 뜨지 못했습니다: {1}'],
  ['See its log, machine.log.', '로그 machine.log를 보세요.'],
  ['{0} has not caught up with the others in time.', '{0}이(가) 제시간에 다른 멤버를 따라잡지 못했습니다.'],
  ['Try again when the laptop is less busy.', '컴퓨터가 덜 바쁠 때 다시 시도하세요.'],
  ['{0} is the only master.', '{0}은(는) 하나뿐인 마스터입니다.'],
  ['Remove the lab instead: kubarium lab delete NAME', '대신 랩을 지우세요: kubarium lab delete NAME'],
  ['The proxy of {0} does not say its rules: {1}.', '{0}의 프록시가 규칙을 알려 주지 않습니다: {1}'],
  ['Is its machine running?', '그 머신이 실행 중인지 보세요.'],
  ['"{0}" of the trial is not what it must be.', '시험 요청의 "{0}" 값이 올바르지 않습니다.'],
  ['It must be {0}.', '다음이어야 합니다: {0}'],
  ['{0} trials are running already.', '시험 요청 {0}개가 이미 실행 중입니다.'],
  ['Wait until one ends, or stop one.', '하나가 끝날 때까지 기다리거나 하나를 멈추세요.'],
  ['No worker of the lab is running.', '실행 중인 워커가 없습니다.'],
  ['No worker {0} is running.', '워커 {0}이(가) 실행 중이 아닙니다.'],
  ['Start it under Machines, or try from another place.', '‘머신’에서 시작하거나 다른 곳에서 시험 요청을 보내세요.'],
  ['Choose a worker that runs, or start it under Machines.', '실행 중인 워커를 고르거나 ‘머신’에서 시작하세요.'],
  ['There is no context {0} in your kubeconfig.', 'kubeconfig에 컨텍스트 {0}이(가) 없습니다.'],
  ['See `kubectl config get-contexts`.', '`kubectl config get-contexts`를 보세요.'],
  ['Context {0} cannot be used: {1}.', '컨텍스트 {0}을(를) 쓸 수 없습니다: {1}'],
  ['it names no cluster with an address', '주소가 있는 클러스터를 가리키지 않습니다'],
  ['the address of its server, {0}, is none', '서버 주소 {0}이(가) 올바르지 않습니다'],
  [
    'its cluster is behind a proxy-url, which is not supported',
    '클러스터가 proxy-url 뒤에 있는데, 이는 지원하지 않습니다',
  ],
  [
    'its user has an auth-provider, which kubectl has removed, too',
    '사용자가 auth-provider를 쓰는데, 이는 kubectl에서도 없어졌습니다',
  ],
  ['Use kubectl for it, or mend it.', 'kubectl을 쓰거나 컨텍스트를 고치세요.'],
  [
    'The program that gets the credentials, {0}, failed: {1}',
    '자격 증명을 가져오는 프로그램 {0}이(가) 실패했습니다: {1}',
  ],
  [
    'Run `kubectl get nodes` with this context in a terminal: it says more, and may ask you to sign in.',
    '터미널에서 이 컨텍스트로 `kubectl get nodes`를 실행하세요. 자세한 이유가 나오고, 로그인을 요구할 수도 있습니다.',
  ],
  [
    'Mend the file, or set KUBECONFIG to another one before the lab starts.',
    '파일을 고치거나, 랩을 시작하기 전에 KUBECONFIG에 다른 파일을 지정하세요.',
  ],
  ['"{0}" is no name.', '"{0}"은(는) 이름이 아닙니다.'],
  ['Percent signs must begin the code of a character.', '퍼센트 기호 뒤에는 문자 코드가 와야 합니다.'],
  ['What is to be tried is too long.', '시험 요청이 너무 깁니다.'],
  ['Send fewer headers.', '헤더를 줄이세요.'],
  ['What is to be tried is no JSON.', '시험 요청이 JSON이 아닙니다.'],
  ['See ServiceTrial in engine/lab/contract.ts.', 'engine/lab/contract.ts의 ServiceTrial을 보세요.'],
  ['The store has no member {0}.', '저장소에 멤버 {0}이(가) 없습니다.'],
  ['See: kubarium lab raft members', '확인: kubarium lab raft members'],
  ['The store has no leader{0}.', '저장소에 리더가 없습니다{0}.'],
  [
    'More than half of its members must run: kubarium lab raft status',
    '멤버의 절반을 넘게 실행해야 합니다: kubarium lab raft status',
  ],
  ['The store refuses: {0}.', '저장소가 거부했습니다: {0}'],
  ['See: kubarium lab raft status', '확인: kubarium lab raft status'],
  ['{0} Services and pods are open in browsers already.', '브라우저에 열린 Service와 파드가 이미 {0}개입니다.'],
  [
    'Use a Service of type NodePort or an Ingress, or start the lab anew.',
    'NodePort 유형의 Service나 Ingress를 쓰거나 랩을 다시 시작하세요.',
  ],
  ['{0} is no port.', '{0}은(는) 포트가 아닙니다.'],
  ['Name a port by its number, from 1 to 65535.', '포트를 1부터 65535까지의 번호로 지정하세요.'],
  ['"{0}/{1}" is no name of a pod.', '"{0}/{1}"은(는) 파드의 이름이 될 수 없습니다.'],
  ['See `kubectl get pods -A`.', '`kubectl get pods -A`를 보세요.'],
  ['"{0}" is no name of a Service or namespace.', '"{0}"은(는) Service나 네임스페이스의 이름이 될 수 없습니다.'],
  ['See `kubectl get services -A`.', '`kubectl get services -A`를 보세요.'],
  ['The lab does not answer.', '랩이 응답하지 않습니다.'],
  ['Is it still running? See `kubarium lab status`.', '아직 실행 중인가요? `kubarium lab status`로 확인하세요.'],
  ['The connection to the lab broke.', '랩과의 연결이 끊어졌습니다.'],
  ['The watch ended.', '감시가 끝났습니다.'],
  ['The list could not be read.', '목록을 읽지 못했습니다.'],
]

const korean = new Sentences(KOREAN)

/** A sentence of the lab server in the user's language; as it is if that is not known. */
export function labWords(text: string, language: Language): string {
  return language === 'en' ? text : korean.say(text)
}
