import { describe, expect, it } from 'vitest'
import { ApiServerFigures, apiSeries } from '../../../engine/lab/metrics/api-server.ts'
import { ExpositionReader } from '../../../engine/lab/metrics/exposition.ts'
import { quantileOf, Rates } from '../../../engine/lab/metrics/rates.ts'
import { StoreMemberFigures, storeSeries } from '../../../engine/lab/metrics/store-member.ts'

describe('rates of counters', () => {
  it('say nothing at the first look, and then what was added a second', () => {
    const rates = new Rates()
    expect(rates.look(1_000).grown('a', 500)).toBeUndefined()
    const { grown, perSecond } = rates.look(6_000)
    expect(perSecond(grown('a', 510))).toBe(2)
    expect(grown('new', 5)).toBe(5)
  })

  it('count from nothing after a restart, whether it is told or seen from a counter that is smaller', () => {
    const rates = new Rates()
    rates.look(0, 100).grown('a', 50)
    expect(rates.look(1_000, 100).grown('a', 20)).toBe(20)
    // More than before, but in another run of the process.
    expect(rates.look(2_000, 200).grown('a', 30)).toBe(30)
  })
})

describe('a quantile of a histogram', () => {
  const buckets = (...counts: [number, number][]) => counts.map(([bound, count]) => ({ bound, count }))

  it('lies within its bucket as if that were filled evenly', () => {
    expect(quantileOf(buckets([0.1, 50], [0.2, 100], [Infinity, 100]), 0.5)).toBeCloseTo(0.1)
    expect(quantileOf(buckets([0.1, 50], [0.2, 100], [Infinity, 100]), 0.75)).toBeCloseTo(0.15)
    expect(quantileOf(buckets([Infinity, 10], [0.1, 10]), 0.99)).toBeCloseTo(0.099)
  })

  it('is the last bound for what is beyond it, and nothing where nothing was counted', () => {
    expect(quantileOf(buckets([0.1, 0], [Infinity, 4]), 0.5)).toBe(0.1)
    expect(quantileOf(buckets([0.1, 0], [Infinity, 0]), 0.5)).toBeUndefined()
    expect(quantileOf([], 0.5)).toBeUndefined()
  })
})

it('the text format is read with labels, escapes and infinities, and only what is wanted', () => {
  const text = '# TYPE a counter\na{x="1",y="a\\"b\\n"} 3\nb 1e3\na{le="+Inf"} +Inf\nother{x="1"} 4\n\nbroken\n'
  expect([...new ExpositionReader(['a', 'b']).read(text)]).toEqual([
    { name: 'a', labels: { x: '1', y: 'a"b\n' }, value: 3 },
    { name: 'b', labels: {}, value: 1_000 },
    { name: 'a', labels: { le: '+Inf' }, value: Infinity },
  ])
})

const apiText = (posts: number, slow: number, start: number) => `
apiserver_request_total{verb="CREATE",resource="pods",subresource="",code="201"} ${posts}
apiserver_request_total{verb="CREATE",resource="pods",subresource="binding",code="201"} ${posts}
apiserver_request_total{verb="GET",resource="pods",subresource="",code="404"} ${posts}
apiserver_request_total{verb="GET",resource="",subresource="",code="200"} 9999
apiserver_request_duration_seconds_bucket{verb="CREATE",resource="pods",le="0.1"} ${posts}
apiserver_request_duration_seconds_bucket{verb="CREATE",resource="pods",le="0.2"} ${posts + slow}
apiserver_request_duration_seconds_bucket{verb="CREATE",resource="pods",le="+Inf"} ${posts + slow}
apiserver_current_inflight_requests{request_kind="mutating"} 2
apiserver_longrunning_requests 7
process_start_time_seconds ${start}
`

it('API servers are summed up, those that answered for the first time left out', () => {
  const [one, two] = [new ApiServerFigures(), new ApiServerFigures()]
  expect(one.look(apiText(10, 0, 1), 0)).toBeUndefined()
  two.look(apiText(100, 0, 5), 0)
  const looks = new Map([
    ['master-1', one.look(apiText(20, 10, 1), 5_000)!],
    // Began anew meanwhile.
    ['master-2', two.look(apiText(5, 5, 9), 5_000)!],
  ])
  const series = apiSeries(looks)
  expect(series.get('api/verb/CREATE')).toBe(6)
  expect(series.get('api/verb/GET')).toBe(3)
  expect(series.get('api/errors/4xx')).toBe(3)
  expect(series.get('api/errors/5xx')).toBe(0)
  expect(series.get('scheduler/bound')).toBe(3)
  expect(series.get('api/master-1/requests')).toBe(6)
  expect(series.get('api/master-2/inflight')).toBe(2)
  expect(series.get('api/write/p50')).toBeCloseTo(0.1)
  expect(series.get('api/write/p99')).toBeGreaterThan(0.19)
  expect(series.has('api/read/p50')).toBe(false)
})

it('store members are told one by one, with how far each is behind', () => {
  const text = (committed: number, applied: number) => `
etcd_server_proposals_committed_total ${committed}
etcd_server_proposals_applied_total ${applied}
etcd_mvcc_db_total_size_in_bytes 4096
etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} ${committed}
etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} ${committed}
`
  const member = new StoreMemberFigures()
  member.look(text(100, 100), 0)
  const looks = new Map([
    ['master-1', member.look(text(150, 150), 5_000)],
    ['master-2', new StoreMemberFigures().look(text(150, 140), 5_000)],
  ])
  const series = storeSeries(looks)
  expect(series.get('store/master-1/commits')).toBe(10)
  expect(series.get('store/master-1/size')).toBe(4_096)
  expect(series.get('store/master-1/fsync-p50')).toBeCloseTo(0.0005)
  expect([series.get('store/master-1/behind'), series.get('store/master-2/behind')]).toEqual([0, 10])
  expect(series.get('store/master-2/commits')).toBeNaN()
})
