import { Sentences, type Pair } from '../../../engine/base/sentences.ts'

/** What the engine says in English when a lab does not start, stop, save or load, and in Korean. */
const KOREAN: readonly Pair[] = [
  // Starting and stopping.
  ['Port {0} is taken by another program.', '포트 {0}은(는) 다른 프로그램이 쓰고 있습니다.'],
  [
    'Choose another one with --port, or end the program that uses it.',
    '--port로 다른 포트를 고르거나 그 포트를 쓰는 프로그램을 끝내세요.',
  ],
  ['Port {0} may not be used by an ordinary user.', '포트 {0}은(는) 일반 사용자가 쓸 수 없습니다.'],
  ['Choose a port from 1024 on with --port.', '--port로 1024 이상의 포트를 고르세요.'],
  [
    'Port {0} is taken by another program, or may not be used.',
    '포트 {0}은(는) 다른 프로그램이 쓰고 있거나 쓸 수 없습니다.',
  ],
  [
    'Choose another one with --port, or leave it out to have a free one chosen.',
    '--port로 다른 포트를 고르거나, 지정하지 않고 빈 포트를 쓰게 하세요.',
  ],
  ['There is no lab {0} in {1}.', '{1}에 랩 {0}이(가) 없습니다.'],
  ['Make it: kubarium lab up {0}', '만드세요: kubarium lab up {0}'],
  ['Lab {0} is up.', '랩 {0}이(가) 실행 중입니다.'],
  ['Stop it first: kubarium lab down {0}', '먼저 멈추세요: kubarium lab down {0}'],
  ['Lab {0} is down.', '랩 {0}이(가) 꺼져 있습니다.'],
  ['Start it: kubarium lab up {0}', '시작하세요: kubarium lab up {0}'],
  ['This lab is up already (process {0}).', '이 랩은 이미 실행 중입니다(프로세스 {0}).'],
  [
    'See `kubarium lab status`, or stop it with `kubarium lab down`.',
    '`kubarium lab status`로 확인하거나 `kubarium lab down`으로 멈추세요.',
  ],
  ['The lab does not answer.', '랩이 응답하지 않습니다.'],
  [
    'Its log is host.log in the folder of the lab. `kubarium lab down` ends it.',
    '로그는 랩 폴더의 host.log입니다. `kubarium lab down`으로 끝낼 수 있습니다.',
  ],
  ['See the log of the lab: host.log in its folder.', '랩의 로그, 곧 랩 폴더의 host.log를 보세요.'],
  ['The log of the lab tells more.', '랩의 로그에 자세한 내용이 있습니다.'],
  ['"{0}" cannot be the name of a lab.', '"{0}"은(는) 랩의 이름이 될 수 없습니다.'],
  [
    'Use up to 32 lower-case letters, digits and dashes, beginning and ending with a letter or digit.',
    '영문 소문자, 숫자, 붙임표를 32자까지 쓰고, 처음과 끝은 소문자나 숫자여야 합니다.',
  ],
  ['A lab with {0} masters cannot be made.', '마스터가 {0}개인 랩은 만들 수 없습니다.'],
  [
    'Use 1, 3 or 5: an even number of voters survives no more failures than one fewer.',
    '1개, 3개, 5개 가운데 고르세요. 투표자가 짝수이면 하나 적을 때보다 더 많은 장애를 견디지 못합니다.',
  ],
  ['A lab with {0} workers cannot be made.', '워커가 {0}개인 랩은 만들 수 없습니다.'],
  ['Use 0 to 50.', '0에서 50까지 쓸 수 있습니다.'],
  [
    'The etcd at {0} holds a cluster already: {1} objects under /registry/.',
    '{0}의 etcd에 이미 클러스터가 있습니다. /registry/ 아래 객체가 {1}개입니다.',
  ],
  [
    'Give the lab an etcd of its own, or remove them: etcdctl del /registry/ --prefix',
    '랩에 전용 etcd를 주거나 객체를 지우세요: etcdctl del /registry/ --prefix',
  ],
  // Files and folders.
  ['{0} cannot be read: {1}', '{0}을(를) 읽을 수 없습니다: {1}'],
  ['Give your user the right to read it.', '사용자에게 읽기 권한을 주세요.'],
  [
    'Give your user the right to read it, or choose another folder with --data-dir.',
    '사용자에게 읽기 권한을 주거나 --data-dir로 다른 폴더를 고르세요.',
  ],
  ['{0} is damaged: {1}', '{0}이(가) 손상되었습니다: {1}'],
  [
    'Restore it from a copy, or remove the lab with `kubarium lab delete` and make it anew.',
    '사본에서 되살리거나, `kubarium lab delete`로 랩을 지우고 새로 만드세요.',
  ],
  ['The folder {0} cannot be made: {1}', '폴더 {0}을(를) 만들 수 없습니다: {1}'],
  ["The lab's folder cannot be written: {0}", '랩의 폴더에 쓸 수 없습니다: {0}'],
  [
    'Give your user the right to write there, or choose another folder with --data-dir.',
    '사용자에게 쓰기 권한을 주거나 --data-dir로 다른 폴더를 고르세요.',
  ],
  ['The disk is full.', '디스크가 가득 찼습니다.'],
  [
    'Free some space, or choose a folder on another disk with --data-dir.',
    '공간을 비우거나 --data-dir로 다른 디스크의 폴더를 고르세요.',
  ],
  [
    'Free some disk space, or choose a folder on another disk with --data-dir.',
    '디스크 공간을 비우거나 --data-dir로 다른 디스크의 폴더를 고르세요.',
  ],
  // Saving and loading.
  [
    'Lab {0} keeps its state in etcd, which has tools of its own.',
    '랩 {0}의 상태는 etcd에 있고, etcd에는 전용 도구가 있습니다.',
  ],
  [
    'Save it there: etcdctl --endpoints={0} snapshot save FILE',
    '거기에서 저장하세요: etcdctl --endpoints={0} snapshot save FILE',
  ],
  ['There is no folder {0}.', '폴더 {0}이(가) 없습니다.'],
  ['Make it first.', '먼저 만드세요.'],
  ['There is a file {0} already.', '파일 {0}이(가) 이미 있습니다.'],
  ['Choose another name, or replace it with --overwrite.', '다른 이름을 고르거나 --overwrite로 바꾸세요.'],
  ['Saving the lab {0} was given up.', '랩 {0} 저장을 그만두었습니다.'],
  ['No file was made.', '만들어진 파일은 없습니다.'],
  [
    'The masters of lab {0} have no leader, so nobody can say what they agree on.',
    '랩 {0}의 마스터에 리더가 없어, 무엇에 합의했는지 아무도 말할 수 없습니다.',
  ],
  [
    'More than half of them must run: kubarium lab raft status. Or save it while it is down.',
    '절반을 넘게 실행해야 합니다: kubarium lab raft status. 또는 랩이 꺼져 있을 때 저장하세요.',
  ],
  ['{0} is missing, without which the lab cannot be read again.', '{0}이(가) 없어 랩을 다시 읽을 수 없습니다.'],
  ['Was the lab ever up? Start it: kubarium lab up {0}', '랩을 실행한 적이 있나요? 시작하세요: kubarium lab up {0}'],
  ['Loading the lab was given up.', '랩 불러오기를 그만두었습니다.'],
  ['Nothing was made.', '만들어진 것은 없습니다.'],
  ['There is a lab {0} already.', '랩 {0}이(가) 이미 있습니다.'],
  ['Choose another name with --name.', '--name으로 다른 이름을 고르세요.'],
  [
    'The lab needs {0} MiB, and the disk has {1} MiB left.',
    '랩에 {0} MiB가 필요한데 디스크에는 {1} MiB가 남아 있습니다.',
  ],
  [
    '{0} was made by Kubarium {1}, in format {2}; this version reads up to {3}.',
    '{0}은(는) Kubarium {1}이(가) 형식 {2}(으)로 만들었습니다. 이 버전은 형식 {3}까지 읽습니다.',
  ],
  ['of an unknown version', '알 수 없는 버전'],
  ['Load it with that version or a newer one.', '그 버전이나 더 새로운 버전으로 불러오세요.'],
  ['There is no file {0}.', '파일 {0}이(가) 없습니다.'],
  ['Say where the archive is.', '아카이브가 있는 곳을 알려 주세요.'],
  ['{0} is no file.', '{0}은(는) 파일이 아닙니다.'],
  ['Name the archive itself.', '아카이브 파일을 지정하세요.'],
  ['{0} is no lab archive: {1}.', '{0}은(는) 랩 아카이브가 아닙니다: {1}.'],
  ['Make one: kubarium lab save NAME FILE', '아카이브를 만들려면: kubarium lab save NAME FILE'],
  ['{0} is damaged: {1}.', '{0}이(가) 손상되었습니다: {1}.'],
  [
    'Copy it again, or save the lab anew. Nothing was made of it.',
    '다시 복사하거나 랩을 새로 저장하세요. 이것으로 만들어진 것은 없습니다.',
  ],
  // Why a file is no archive, or what is damaged in it.
  ['its manifest is of something else', '매니페스트가 다른 것을 설명합니다'],
  ['its manifest cannot be read', '매니페스트를 읽을 수 없습니다'],
  ['its manifest is too large', '매니페스트가 너무 큽니다'],
  ['it names no format', '형식이 적혀 있지 않습니다'],
  ['it is empty', '비어 있습니다'],
  ['it does not begin with a {0}', '{0}(으)로 시작하지 않습니다'],
  ['it is not compressed as one', '아카이브처럼 압축되어 있지 않습니다'],
  ['it goes on behind its end', '끝 뒤에 내용이 더 있습니다'],
  ['it ends before {0}', '{0} 앞에서 끝납니다'],
  ['it ends too early', '너무 일찍 끝납니다'],
  ['its end is missing', '끝이 없습니다'],
  ['it holds {0} where {1} should be', '{1}이(가) 있어야 할 곳에 {0}이(가) 있습니다'],
  ['it holds more than it says', '적혀 있는 것보다 많이 들어 있습니다'],
  ['it holds {0} twice', '{0}이(가) 두 번 들어 있습니다'],
  ['it holds {0}, which belongs to no lab', '랩에 속하지 않는 {0}이(가) 들어 있습니다'],
  ['the checksum of {0} does not fit', '{0}의 체크섬이 맞지 않습니다'],
  ['what is in it is not in order', '내용의 순서가 맞지 않습니다'],
  ['its store cannot be used ({0})', '저장소를 쓸 수 없습니다({0})'],
  ['its store is too large', '저장소가 너무 큽니다'],
  ['an image in it cannot be used ({0}, in {1})', '들어 있는 이미지를 쓸 수 없습니다({0}, {1})'],
  ['{0} is too large', '{0}이(가) 너무 큽니다'],
  ['{0} is not in it', '{0}이(가) 들어 있지 않습니다'],
  ['its version is none', '버전이 올바르지 않습니다'],
  ['its date is none', '날짜가 올바르지 않습니다'],
  ['it does not say what its store holds', '저장소에 무엇이 있는지 적혀 있지 않습니다'],
  ['its list of images is none', '이미지 목록이 올바르지 않습니다'],
  ['its list of files is none', '파일 목록이 올바르지 않습니다'],
  ['it describes no lab', '랩이 설명되어 있지 않습니다'],
  ['it does not say when its lab was made, and how', '랩을 언제 어떻게 만들었는지 적혀 있지 않습니다'],
  ['figures of its lab are none', '랩의 수치가 올바르지 않습니다'],
  ['its runtime is none', '런타임이 올바르지 않습니다'],
  ['its network of pods is none', '파드 네트워크가 올바르지 않습니다'],
  ['its network has no addresses', '네트워크에 주소가 없습니다'],
  ['its domain is none', '도메인이 올바르지 않습니다'],
  ['its proxy mode is none', '프록시 모드가 올바르지 않습니다'],
  ['its IPVS scheduler is none', 'IPVS 스케줄러가 올바르지 않습니다'],
  ['its machines are none', '머신 목록이 올바르지 않습니다'],
  ['no lab has {0} masters and {1} workers', '마스터 {0}개와 워커 {1}개인 랩은 없습니다'],
  ['two of its machines have one name', '이름이 같은 머신이 둘 있습니다'],
  ['a machine has no name that one can have', '머신의 이름이 올바르지 않습니다'],
  ['{0} has no address of a machine', '{0}의 주소가 머신의 주소가 아닙니다'],
  ['{0} offers no amounts', '{0}이(가) 제공하는 양이 올바르지 않습니다'],
]

const sentences = new Sentences(KOREAN)

/** What the engine said, in Korean; as it is if that is not known, as the words of the operating system are. */
export function engineWordsInKorean(text: string): string {
  return sentences.say(text)
}
