internal import NPUBase
internal import NPUMetrics

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The intended instants of an open loop, as offsets from the start of the run: endless, lazy, the same for the same
/// seed.
///
/// The first request stands at offset zero, every later one follows by a gap of the process, so `n` requests span `n -
/// 1` gaps and a run at 0.001 requests per second does not begin with a wait of a quarter of an hour.
///
/// Offsets are absolute: request `i` of a constant rate is at `i / rate`, computed anew for each request, and random
/// gaps are summed in units of the mean gap. They are never sleeps added up while the run goes on, so that a late
/// client catches up instead of lowering the rate.
///
/// Unlike `vllm bench serve`, EvalScope and AISBench, the gaps are *not* stretched afterwards to make the last request
/// fall on `n / rate`. That would need all requests in advance, and it takes away the variance of the count, which is
/// what makes a Poisson process one: with `n` requests the mean rate of a run scatters around the asked one by about `1
/// / sqrt(n * burstiness)`, and reports should show the rate that was intended by the schedule.
///
/// A ramp over requests divides each gap by the rate of its request, as vLLM does. A ramp over time maps the sum of
/// unit gaps through the inverse of the integrated rate, which for a Poisson process gives exactly the inhomogeneous
/// Poisson process of that rate.
package struct ArrivalSchedule: Sequence, Sendable, Hashable {
  /// The process that spaces the requests.
  package let process: ArrivalProcess
  /// The seed.
  ///
  /// The same seed and process give the same offsets on every machine; only in an exponential ramp of the rate,
  /// which needs the platform's logarithm, may they differ by a rounding.
  package let seed: UInt64

  /// Creates a schedule.
  package init(_ process: ArrivalProcess, seed: UInt64) {
    self.process = process
    self.seed = seed
  }

  /// A walk along the schedule in constant memory.
  package func makeIterator() -> Iterator { Iterator(self) }

  /// A walk along a schedule.
  package struct Iterator: IteratorProtocol, Sendable {
    private let process: ArrivalProcess
    private var generator: SeededGenerator
    /// The index of the request that comes next.
    private var index = 0
    /// The sum of the gaps so far, in units of the mean gap.
    private var units = 0.0
    /// The sum of the gaps so far in seconds; kept for a ramp over requests only.
    private var seconds = 0.0

    init(_ schedule: ArrivalSchedule) {
      process = schedule.process
      generator = SeedStream.arrivals.generator(from: schedule.seed)
    }

    /// The offset of the next request; never missing, and never less than the one before.
    package mutating func next() -> Duration? {
      defer { index += 1 }
      guard index > 0, process.rate.isFinite else { return .zero }
      let gap = unitGap()
      switch process.ramp?.span {
      case nil:
        // Index times gap, not a sum: the offset of a constant rate has one rounding, however long the run.
        let position = process.burstiness == .infinity ? Double(index) : units + gap
        units = position
        return .clamped(seconds: position / process.rate)
      case .requests(let count):
        seconds += gap / rate(at: Double(index) / Double(Swift.max(count - 1, 1)))
        return .clamped(seconds: seconds)
      case .duration(let duration):
        units += gap
        return .clamped(seconds: time(ofUnits: units, rampSeconds: duration.seconds))
      }
    }

    /// The next gap in units of the mean gap: positive, with mean 1.
    private mutating func unitGap() -> Double {
      if process.burstiness == .infinity { return 1 }
      if process.burstiness == 1 { return generator.exponential() }
      // Scaled here: the inverse of the smallest shapes is infinite, which the draw would refuse.
      return generator.gamma(shape: process.burstiness) / process.burstiness
    }

    /// The rate at a progress along a ramp over requests.
    private func rate(at progress: Double) -> Double {
      guard let ramp = process.ramp, progress < 1 else { return process.rate }
      switch ramp.growth {
      case .linear: return ramp.start + (process.rate - ramp.start) * progress
      case .exponential: return ramp.start * pow(process.rate / ramp.start, progress)
      }
    }

    /// When the integral of the rate reaches a number of mean gaps.
    private func time(ofUnits units: Double, rampSeconds: Double) -> Double {
      guard let ramp = process.ramp, units > 0 else { return 0 }
      let (start, end) = (ramp.start, process.rate)
      let growth: Double
      let unitsOfRamp: Double
      switch ramp.growth {
      case .linear:
        growth = (end - start) / rampSeconds
        unitsOfRamp = (start + end) / 2 * rampSeconds
      case .exponential:
        growth = log(end / start) / rampSeconds
        unitsOfRamp = growth == 0 ? start * rampSeconds : (end - start) / growth
      }
      guard units < unitsOfRamp else { return rampSeconds + (units - unitsOfRamp) / end }
      if growth == 0 { return units / start }
      switch ramp.growth {
      // The root of start * t + growth * t^2 / 2 = units, in the form that does not cancel.
      case .linear: return 2 * units / (start + (start * start + 2 * growth * units).squareRoot())
      case .exponential: return log1p(units * growth / start) / growth
      }
    }
  }
}
