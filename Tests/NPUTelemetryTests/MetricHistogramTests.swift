import NPUTelemetry
import Testing

@Suite("A histogram of metrics")
struct MetricHistogramTests {
  private func histogram(_ counts: [(Double, Double)], sum: Double? = nil) -> MetricHistogram {
    MetricHistogram(buckets: counts.map { .init(upperBound: $0.0, count: $0.1) }, sum: sum)
  }

  @Test("estimates percentiles as Prometheus does: straight inside the bucket that holds the rank")
  func percentiles() throws {
    // The example of the definition: ranks 0.9*10 = 9 in (0.1, 0.2], of which 4 of 5 lie below.
    let read = histogram([(0.05, 2), (0.1, 5), (0.2, 10), (.infinity, 10)])
    let p90 = try #require(read.percentile(90))
    #expect(abs((p90.value ?? 0) - 0.18) < 1e-12)
    #expect(p90.lower == 0.1)
    #expect(p90.upper == 0.2)
    #expect(read.percentile(100)?.value == 0.2)
  }

  @Test("says a bound and no number where the rank lies in the first or the last bucket")
  func borders() throws {
    let read = histogram([(0.3, 9), (60, 9), (.infinity, 10)])
    let p50 = try #require(read.percentile(50))
    #expect(p50.value == nil)
    #expect((p50.lower, p50.upper) == (0, 0.3))
    #expect(read.percentile(90)?.value == nil)
    let p99 = try #require(read.percentile(99))
    #expect(p99.value == nil)
    #expect((p99.lower, p99.upper) == (60, .infinity))
    // Nothing is known of the only bucket there is, and nothing below a bound that may be negative.
    #expect(histogram([(.infinity, 10)]).percentile(50) == nil)
    #expect(histogram([(-1, 10), (.infinity, 10)]).percentile(50)?.lower == -.infinity)
  }

  @Test("has no percentile and no mean without values")
  func empty() {
    #expect(histogram([(1, 0), (.infinity, 0)], sum: 0).percentile(50) == nil)
    #expect(histogram([], sum: 0).percentile(50) == nil)
    #expect(histogram([(1, 0), (.infinity, 0)], sum: 0).mean == nil)
    #expect(histogram([(1, 3)]).percentile(.nan) == nil)
  }

  @Test("of a window is the difference of two readings")
  func increase() throws {
    let before = histogram([(0.1, 100), (1, 200), (.infinity, 200)], sum: 50)
    let after = histogram([(0.1, 100), (1, 210), (.infinity, 220)], sum: 75)
    let window = try #require(after.increase(since: before))
    #expect(window.count == 20)
    #expect(window.sum == 25)
    #expect(window.mean == 1.25)
    #expect(window.buckets.map(\.count) == [0, 10, 20])
    #expect(window.percentile(50)?.upper == 1)
  }

  @Test("counts everything anew after a restart, and refuses other bounds")
  func restart() {
    let before = histogram([(0.1, 100), (.infinity, 200)], sum: 50)
    let after = histogram([(0.1, 3), (.infinity, 4)], sum: 1)
    #expect(after.increase(since: before) == after)
    #expect(histogram([(0.2, 300), (.infinity, 400)]).increase(since: before) == nil)
    #expect(histogram([(0.2, 300), (.infinity, 400)]).adding(before) == nil)
  }

  @Test("sorts its buckets, holds counts that fall, and leaves out what is no number")
  func disorder() {
    let read = histogram([(.infinity, 9), (1, 10), (.nan, 3), (0.5, 4), (0.5, 5), (2, .infinity)])
    #expect(read.buckets.map(\.upperBound) == [0.5, 1, .infinity])
    #expect(read.buckets.map(\.count) == [4, 10, 10])
  }
}
