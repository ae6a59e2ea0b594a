import Foundation
import NPULoad
import Testing

@Suite("Arrival schedule")
struct ArrivalScheduleTests {
  /// Offsets in seconds.
  private func offsets(_ process: ArrivalProcess, seed: UInt64, count: Int) -> [Double] {
    ArrivalSchedule(process, seed: seed).prefix(count).map { $0 / .seconds(1) }
  }

  private func gaps(_ offsets: [Double]) -> [Double] { zip(offsets.dropFirst(), offsets).map { $0 - $1 } }

  @Test("A constant rate puts request i at i / rate, without drift", arguments: [0.001, 0.3, 7, 1_000])
  func constant(rate: Double) throws {
    let schedule = ArrivalSchedule(try .constant(rate: rate), seed: 1)
    let wrong = schedule.prefix(20_000).enumerated().first { index, offset in
      offset != .nanoseconds(Int64((Double(index) / rate * 1e9).rounded()))
    }
    #expect(wrong?.offset == nil)
  }

  @Test(
    "The gaps have the asked mean and a coefficient of variation of 1 / sqrt(burstiness)",
    arguments: [0.1, 0.5, 1, 4, 100], [0.001, 50])
  func moments(burstiness: Double, rate: Double) throws {
    let count = 40_000
    let gaps = gaps(offsets(try ArrivalProcess(rate: rate, burstiness: burstiness), seed: 11, count: count + 1))
    let mean = gaps.reduce(0, +) / Double(count)
    let variance = gaps.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count - 1)
    let expected = 1 / burstiness.squareRoot()
    // Five standard errors of the mean.
    #expect(abs(mean * rate - 1) < 5 * expected / Double(count).squareRoot())
    #expect(abs(variance.squareRoot() / mean / expected - 1) < 0.05)
    #expect(gaps.allSatisfy { $0 >= 0 })
  }

  @Test("Counts of a Poisson process in equal windows have a variance equal to their mean")
  func poissonCounts() throws {
    var counts = [Double](repeating: 0, count: 5_000)
    for offset in ArrivalSchedule(try .poisson(rate: 20), seed: 5) {
      let window = Int(offset / .seconds(1))
      guard window < counts.count else { break }
      counts[window] += 1
    }
    let mean = counts.reduce(0, +) / Double(counts.count)
    let variance = counts.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(counts.count - 1)
    #expect(abs(mean - 20) < 0.4)
    #expect(abs(variance / mean - 1) < 0.1)
  }

  @Test("The total is not stretched to count / rate: it varies between seeds as a sum of gaps does")
  func notRescaled() throws {
    let process = try ArrivalProcess.poisson(rate: 10)
    let totals = (UInt64(0)..<400).map { offsets(process, seed: $0, count: 101).last ?? 0 }
    let mean = totals.reduce(0, +) / 400
    let variance = totals.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 399
    // A hundred gaps of mean 0.1 s: mean 10 s, standard deviation 1 s.
    #expect(abs(mean - 10) < 0.25)
    #expect(abs(variance.squareRoot() - 1) < 0.2)
  }

  @Test("The same seed gives the same offsets, another seed others", arguments: [0.5, 1, 3])
  func deterministic(burstiness: Double) throws {
    let process = try ArrivalProcess(rate: 100, burstiness: burstiness)
    let first = offsets(process, seed: 42, count: 1_000)
    #expect(first == offsets(process, seed: 42, count: 1_000))
    #expect(first != offsets(process, seed: 43, count: 1_000))
  }

  @Test("An unlimited rate puts every request at the start")
  func unlimited() throws {
    #expect(ArrivalSchedule(try .poisson(rate: .infinity), seed: 1).prefix(10_000).allSatisfy { $0 == .zero })
  }

  @Test(
    "Every process starts at zero and never goes back", arguments: [1e-300, 1e-3, 1, 1e6, 1e300], [1e-3, 1, .infinity])
  func monotonic(rate: Double, burstiness: Double) throws {
    let offsets = Array(ArrivalSchedule(try ArrivalProcess(rate: rate, burstiness: burstiness), seed: 3).prefix(1_000))
    #expect(offsets.first == .zero)
    #expect(zip(offsets.dropFirst(), offsets).allSatisfy { $0 >= $1 })
  }

  @Test("A ramp over requests divides each gap by the rate of its request, as vLLM does")
  func rampOverRequests() throws {
    let linear = try ArrivalProcess.constant(rate: 50, ramp: RateRamp(from: 10, over: .requests(5)))
    // Rates of requests 1 to 4: 20, 30, 40, 50; the end rate holds afterwards.
    let expectedLinear = [0, 1 / 20.0, 1 / 20.0 + 1 / 30.0, 1 / 20.0 + 1 / 30.0 + 1 / 40.0]
    let linearOffsets = offsets(linear, seed: 0, count: 6)
    for (actual, expected) in zip(linearOffsets, expectedLinear) { #expect(abs(actual - expected) < 2e-9) }
    #expect(abs(gaps(linearOffsets)[4] - 1 / 50.0) < 2e-9)

    let growing = try RateRamp(from: 1, growth: .exponential, over: .requests(3))
    let exponential = try ArrivalProcess.constant(rate: 16, ramp: growing)
    // Rates 4 and 16.
    let exponentialOffsets = offsets(exponential, seed: 0, count: 3)
    #expect(abs(exponentialOffsets[1] - 0.25) < 2e-9)
    #expect(abs(exponentialOffsets[2] - 0.3125) < 2e-9)
  }

  @Test(
    "A ramp over time sends as many requests as the integral of its rate",
    arguments: [(0.0, RateRamp.Growth.linear), (100, .linear), (20, .linear), (5, .exponential), (80, .exponential)])
  func rampOverTime(start: Double, growth: RateRamp.Growth) throws {
    let end = 20.0
    let seconds = 100.0
    let ramp = try RateRamp(from: start, growth: growth, over: .duration(.seconds(seconds)))
    let half =
      growth == .linear
      ? start * 50 + (end - start) / seconds * 50 * 50 / 2
      : start * ((end / start).squareRoot() - 1) * seconds / log(end / start)
    let whole = growth == .linear ? (start + end) / 2 * seconds : (end - start) * seconds / log(end / start)
    let constant = offsets(try .constant(rate: end, ramp: ramp), seed: 0, count: 20_000)
    #expect(abs(Double(constant.filter { $0 < 50 }.count) - half) <= 1.5)
    #expect(abs(Double(constant.filter { $0 < 100 }.count) - whole) <= 1.5)
    #expect(abs(Double(constant.filter { $0 >= 100 && $0 < 150 }.count) - 1_000) <= 1.5)

    let poisson = offsets(try .poisson(rate: end, ramp: ramp), seed: 9, count: 20_000)
    let count = Double(poisson.filter { $0 < 100 }.count)
    #expect(abs(count - whole) < 5 * whole.squareRoot())
  }

  @Test("The millionth request of a constant rate is exact to the nanosecond")
  func manyRequests() throws {
    var iterator = ArrivalSchedule(try .constant(rate: 1_000), seed: 8).makeIterator()
    var last = Duration.zero
    for _ in 0..<1_000_000 { last = iterator.next() ?? .zero }
    #expect(last == .nanoseconds(999_999_000_000))
  }

  @Test("A process with an impossible value is refused with that value")
  func refused() {
    #expect { try ArrivalProcess(rate: 0) } throws: { ($0 as? LoadPlanError)?.kind == .rate && "\($0)".contains("0.0") }
    #expect { try ArrivalProcess(rate: .nan) } throws: { ($0 as? LoadPlanError)?.kind == .rate }
    #expect { try ArrivalProcess(rate: 1, burstiness: -2) } throws: {
      ($0 as? LoadPlanError)?.kind == .burstiness && "\($0)".contains("-2.0")
    }
    #expect { try RateRamp(from: 0, growth: .exponential, over: .requests(3)) } throws: {
      ($0 as? LoadPlanError)?.kind == .rateRamp
    }
    #expect { try RateRamp(from: 1, over: .requests(0)) } throws: { ($0 as? LoadPlanError)?.kind == .rateRamp }
    #expect { try RateRamp(from: 1, over: .duration(.zero)) } throws: { ($0 as? LoadPlanError)?.kind == .rateRamp }
    #expect { try ArrivalProcess(rate: .infinity, ramp: RateRamp(from: 1, over: .requests(3))) } throws: {
      ($0 as? LoadPlanError)?.kind == .rateRamp
    }
  }
}
