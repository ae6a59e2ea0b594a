import NPUBase
import NPUMetrics
import NPUTelemetry
import Testing

/// Samples of chips for tests: instants in seconds from a start.
enum Chips {
  static let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

  static func at(_ seconds: Double) -> MonotonicInstant { start.advanced(by: .seconds(seconds)) }

  static func reading(
    _ npu: Int = 0, power: Double? = nil, used: Int? = nil, aiCore: Double? = nil, temperature: Double? = nil,
    health: ChipHealth? = .ok, total: Int? = 32768
  ) -> ChipReading {
    ChipReading(
      chip: ChipIdentity(npuID: npu, chipID: 0), name: "910B4", health: health, powerWatts: power,
      temperatureCelsius: temperature, aiCorePercent: aiCore, memoryUsedBytes: used.map { $0 << 20 },
      memoryTotalBytes: total.map { $0 << 20 })
  }

  static func sample(_ seconds: Double, missed: Int = 0, _ readings: [ChipReading]) -> TelemetrySample<[ChipReading]> {
    TelemetrySample(tick: 0, start: at(seconds), duration: .zero, missedBefore: missed, result: .success(readings))
  }

  static func telemetry(
    interval: Duration = .seconds(1), limit: Int = 16_384, _ samples: [TelemetrySample<[ChipReading]>]
  ) -> ChipTelemetry {
    var telemetry = ChipTelemetry(interval: interval, limit: limit)
    for sample in samples { telemetry.add(sample) }
    return telemetry
  }
}

extension Double {
  func isNear(_ other: Double, within tolerance: Double = 1e-9) -> Bool {
    (self - other).magnitude <= tolerance * max(1, other.magnitude)
  }
}

@Suite("The summary of chips")
struct ChipTelemetryTests {
  private func summary(
    _ samples: [TelemetrySample<[ChipReading]>], from start: Double, to end: Double, tokens: Int? = nil,
    limits: TelemetryLimits = TelemetryLimits()
  ) -> TelemetrySummary {
    Chips.telemetry(samples).summary(from: Chips.at(start), to: Chips.at(end), outputTokens: tokens, limits: limits)
  }

  @Test("takes energy by the trapezoid rule, cut at the edges of the window")
  func energy() throws {
    // Power rises by 10 W a second: from 1.5 s to 4.5 s it is 115 to 145 W, 130 on average.
    let samples = (0...6).map { Chips.sample(Double($0), [Chips.reading(power: 100 + 10 * Double($0))]) }
    let read = summary(samples, from: 1.5, to: 4.5, tokens: 780)
    #expect(try #require(read.energyJoules).isNear(390))
    #expect(try #require(read.energyPerOutputToken).isNear(0.5))
    #expect(try #require(read.chips.first?.powerMeanWatts).isNear(130))
    #expect(read.chips.first?.powerCoverage == 1)
    #expect(read.samples == 3)
    #expect(try #require(read.powerBeforeWatts).isNear(105))
  }

  @Test("is exact for unequal steps, where a mean of the samples would not be")
  func unequalSteps() throws {
    let samples = [0, 1, 1.5, 4, 6].map { Chips.sample($0, [Chips.reading(power: $0 < 3 ? 300 : 100)]) }
    // 300 W to 1.5 s, straight down to 100 W at 4 s, then 100 W.
    let read = summary(samples, from: 0, to: 6)
    #expect(try #require(read.energyJoules).isNear(300 * 1.5 + 200 * 2.5 + 100 * 2))
  }

  @Test("assumes nothing over a long gap: the energy is the mean power of the covered time over the window")
  func longGap() throws {
    let samples = [0, 1, 2, 3, 20, 21, 22, 23].map { Chips.sample(Double($0), [Chips.reading(power: 200)]) }
    let covered = summary(samples, from: 0, to: 8)
    // Three seconds, and nothing after them: the next sample is too far for a bridge.
    #expect(try #require(covered.chips.first?.powerCoverage).isNear(1))
    let gap = summary(samples, from: 0, to: 23)
    #expect(try #require(gap.chips.first?.powerCoverage).isNear(6.0 / 23))
    #expect(gap.chips.first?.powerMeanWatts == 200)
    #expect(gap.chips.first?.energyJoules == nil)
    #expect(gap.energyJoules == nil)
    #expect(gap.energyPerOutputToken == nil)
    // Ten of eighteen seconds are enough.
    let longer = (0...10).map { Chips.sample(Double($0), [Chips.reading(power: 200)]) }
    #expect(try #require(summary(longer, from: 0, to: 18).energyJoules).isNear(3600))
  }

  @Test("adds the energies of all chips, and takes no part of them for the whole")
  func severalChips() throws {
    let both = (0...4).map { Chips.sample(Double($0), [Chips.reading(0, power: 100), Chips.reading(1, power: 50)]) }
    #expect(try #require(summary(both, from: 0, to: 4).energyJoules).isNear(600))
    // The second die of a card without a sensor of its own has no power: the card's stands at the first.
    let dies = (0...4).map { Chips.sample(Double($0), [Chips.reading(0, power: 100), Chips.reading(1)]) }
    let read = summary(dies, from: 0, to: 4)
    #expect(try #require(read.energyJoules).isNear(400))
    #expect(read.chips.map(\.energyJoules) == [400, nil])
    // A chip whose power went missing.
    let lost = (0...20).map { second in
      Chips.sample(Double(second), [Chips.reading(0, power: 100), Chips.reading(1, power: second < 3 ? 100 : nil)])
    }
    #expect(summary(lost, from: 0, to: 20).energyJoules == nil)
  }

  @Test("tells the sampling error of the energy by the spread of the power")
  func energyError() throws {
    let samples = (0..<100).map { Chips.sample(Double($0), [Chips.reading(power: $0 % 2 == 0 ? 90 : 110)]) }
    let error = try #require(summary(samples, from: 0, to: 99).energyErrorJoules)
    // Deviation 10 W over the root of 100 samples, times 99 s.
    #expect(error.isNear(99, within: 0.02))
    #expect(
      summary((0..<9).map { Chips.sample(Double($0), [Chips.reading(power: 9)]) }, from: 0, to: 8).energyErrorJoules
        == 0)
  }

  @Test("has memory at start, peak and end from around the window, and not from warm-up or after")
  func memory() throws {
    let used = [100, 9000, 500, 600, 2500, 700, 650, 9999]
    let samples = used.enumerated().map { Chips.sample(Double($0.offset) * 2, [Chips.reading(used: $0.element)]) }
    let chip = try #require(summary(samples, from: 4.5, to: 11.5).chips.first)
    #expect(chip.memoryStartBytes == 500 << 20)
    #expect(chip.memoryPeakBytes == 2500 << 20)
    #expect(chip.memoryEndBytes == 650 << 20)
    #expect(chip.memoryTotalBytes == 32768 << 20)
    #expect(try #require(chip.memoryPeakShare).isNear(2500.0 / 32768))
    #expect(chip.samples == 3)
  }

  @Test("weighs the use of the AI cores by time")
  func aiCore() throws {
    // Dense samples of an idle second and sparse ones of busy time.
    let samples =
      (0..<10).map { Chips.sample(Double($0) / 10, [Chips.reading(aiCore: 0)]) }
      + (1...4).map { Chips.sample(Double($0), [Chips.reading(aiCore: 80)]) }
    let chip = try #require(summary(samples, from: 0, to: 4).chips.first)
    #expect(try #require(chip.aiCoreMean).isNear((0.9 * 0 + 0.1 * 40 + 3 * 80) / 4))
    #expect(chip.aiCoreP95 == 80)
    let steady = (0..<100).map { Chips.sample(Double($0), [Chips.reading(aiCore: Double($0))]) }
    #expect(summary(steady, from: 0, to: 99).chips.first?.aiCoreP95 == 94)
  }

  @Test("counts samples, failures and skipped intervals of the window alone")
  func counts() {
    var telemetry = Chips.telemetry([Chips.sample(0, missed: 7, [Chips.reading()]), Chips.sample(1, [Chips.reading()])])
    telemetry.add(
      TelemetrySample(
        tick: 2, start: Chips.at(2), duration: .seconds(2), missedBefore: 0,
        result: .failure(SampleGap(kind: .timeout, message: "slow"))))
    telemetry.add(Chips.sample(5, missed: 2, [Chips.reading()]))
    let read = telemetry.summary(from: Chips.at(0.5), to: Chips.at(6))
    #expect(read.samples == 2)
    #expect(read.samplesMissed == 3)
    #expect(read.callLongest == .seconds(2))
    #expect(read.gaps == [ChipTelemetry.GapCount(kind: "timeout", count: 1, example: "slow")])
    #expect(read.duration == .milliseconds(5500))
  }

  @Test("says nothing of what was not shown, and of no sample at all")
  func nothing() {
    let bare = Chips.sample(1, [ChipReading(chip: ChipIdentity(npuID: 3))])
    let read = summary([bare, bare], from: 0, to: 2)
    let chip = read.chips.first
    #expect(chip?.powerMeanWatts == nil)
    #expect(chip?.memoryPeakBytes == nil)
    #expect(chip?.aiCoreMean == nil)
    #expect(chip?.temperaturePeak == nil)
    #expect(read.energyJoules == nil)
    #expect(read.verdicts.filter { $0.subject != .health }.allSatisfy { $0.outcome == .undetermined })
    let empty = summary([], from: 0, to: 2, tokens: 5)
    #expect(empty.chips.isEmpty && empty.energyJoules == nil && empty.samples == 0 && empty.verdicts.isEmpty)
  }

  @Test("of a window without length, or turned around, has no energy", arguments: [(3.0, 3.0), (4, 2)])
  func emptyWindow(_ start: Double, _ end: Double) {
    let samples = (0...6).map { Chips.sample(Double($0), [Chips.reading(power: 100, used: 5)]) }
    #expect(summary(samples, from: start, to: end).energyJoules == nil)
  }

  @Test("keeps peaks, counts and energy when a long run is thinned out", arguments: [64, 65, 100, 1000])
  func thinning(_ limit: Int) throws {
    let samples = (0..<20_000).map { (second: Int) -> TelemetrySample<[ChipReading]> in
      let power: Double = second % 4 < 2 ? 150 : 50
      let used: Int = second == 7777 ? 30_000 : 1000 + second % 10
      let health: ChipHealth = second == 15_001 ? .alarm : .ok
      let reading = Chips.reading(power: power, used: used, temperature: second == 123 ? 88 : 40, health: health)
      return Chips.sample(Double(second), [reading])
    }
    let telemetry = Chips.telemetry(limit: limit, samples)
    let chip = ChipIdentity(npuID: 0, chipID: 0)
    #expect(telemetry.points(of: chip).count <= limit)
    #expect(telemetry.points(of: chip).reduce(0) { $0 + $1.count } == 20_000)
    let read = telemetry.summary(from: Chips.at(0), to: Chips.at(19_999))
    #expect(read.stride > 1)
    #expect(try #require(read.energyJoules).isNear(100 * 19_999, within: 0.01))
    #expect(read.chips.first?.memoryPeakBytes == 30_000 << 20)
    #expect(read.chips.first?.temperaturePeak == 88)
    #expect(read.chips.first?.healthChanges.map(\.to) == ["Alarm", "OK"])
  }
}

@Suite("The verdicts on chips")
struct TelemetryVerdictTests {
  private func verdict(
    _ subject: TelemetryVerdict.Subject, _ samples: [TelemetrySample<[ChipReading]>],
    limits: TelemetryLimits = TelemetryLimits()
  ) throws -> TelemetryVerdict {
    let read = Chips.telemetry(samples).summary(from: Chips.at(0), to: Chips.at(9), limits: limits)
    return try #require(read.verdicts.first { $0.subject == subject })
  }

  private func samples(_ reading: (Int) -> [ChipReading]) -> [TelemetrySample<[ChipReading]>] {
    (0..<10).map { Chips.sample(Double($0), reading($0)) }
  }

  @Test("A state that was found is no change", arguments: [ChipHealth.alarm, .warning, .critical])
  func badFromTheStart(_ health: ChipHealth) throws {
    let samples = samples { _ in [Chips.reading(health: health)] }
    let chip = try #require(Chips.telemetry(samples).summary(from: Chips.at(0), to: Chips.at(9)).chips.first)
    #expect(chip.healthFirst == health.rawValue)
    #expect(chip.healthChanges.isEmpty)
    let verdict = try verdict(.health, samples)
    #expect(verdict.outcome == (health == .warning ? .warning : .fail))
    #expect(verdict.reason == "the health is \(health.rawValue) from the first sample")
    #expect(verdict.figures["changes"] == 0)
  }

  @Test("A sample just before a short window shows a bad state, and no good one", arguments: [ChipHealth.alarm, .ok])
  func besideTheWindow(_ health: ChipHealth) throws {
    let telemetry = Chips.telemetry([Chips.sample(0, [Chips.reading(health: health)])])
    let read = telemetry.summary(from: Chips.at(0.1), to: Chips.at(0.4))
    let verdict = try #require(read.verdicts.first { $0.subject == .health })
    #expect(verdict.outcome == (health == .ok ? .undetermined : .fail))
  }

  @Test("What changes after a bad start is told as a change")
  func betterThanAtTheStart() throws {
    let samples = samples { [Chips.reading(health: $0 < 3 ? .alarm : .ok)] }
    let chip = try #require(Chips.telemetry(samples).summary(from: Chips.at(0), to: Chips.at(9)).chips.first)
    #expect(chip.healthChanges.map(\.from) == ["Alarm"])
    #expect(chip.healthChanges.map(\.to) == ["OK"])
    #expect(try verdict(.health, samples).reason == "the health is Alarm from the first sample, then OK at 3.0 s")
  }

  @Test("The use of the whole chip is not that of its AI cores")
  func utilization() throws {
    let reading = ChipReading(chip: ChipIdentity(npuID: 0), health: .ok, utilizationPercent: 97)
    let samples = samples { _ in [reading] }
    let chip = try #require(Chips.telemetry(samples).summary(from: Chips.at(0), to: Chips.at(9)).chips.first)
    #expect(chip.aiCoreMean == nil && chip.aiCoreP95 == nil)
    #expect(chip.utilizationMean == 97 && chip.utilizationP95 == 97)
  }

  @Test("A table that shows NPU Util(%) alone says nothing of the AI cores")
  func utilizationOfTable() throws {
    let table = """
      | NPU ID | Name             | Health        | Power(W)    Temp(C)           Hugepages-Usage(page) |
      |        |                  | Bus-Id        | NPU Util(%) Memory-Usage(MB)  HBM-Usage(MB)         |
      +========+==================+===============+=====================================================+
      | 0      | Ascend950PR      | Alarm         | 211.9       69                0     / 0             |
      |        |                  | 0000:71:00.0  | 97          0    / 0          81234 / 114688        |
      +========+==================+===============+=====================================================+

      """
    let reading = try #require(try ChipReport(parsing: table).chipReadings.first)
    #expect(reading.aiCorePercent == nil)
    #expect(reading.utilizationPercent == 97)
  }

  @Test("Health passes while it stays OK")
  func healthy() throws {
    #expect(try verdict(.health, samples { _ in [Chips.reading()] }).outcome == .pass)
  }

  @Test(
    "A change of health is told with its moment; a warning warns, anything worse fails",
    arguments: [
      (ChipHealth.warning, TelemetryVerdict.Outcome.warning), (.alarm, .fail), (.critical, .fail), (.unknown, .fail),
      (.other("Weird"), .fail),
    ])
  func sick(_ health: ChipHealth, _ outcome: TelemetryVerdict.Outcome) throws {
    let read = try verdict(.health, samples { [Chips.reading(health: $0 == 4 ? health : .ok)] })
    #expect(read.outcome == outcome)
    #expect(read.reason.contains("from OK to \(health.rawValue) at 4.0 s"))
    #expect(read.figures["changes"] == 2)
  }

  @Test("A chip that was ill from the beginning is no healthy one")
  func illFromTheBeginning() throws {
    let read = try verdict(.health, samples { _ in [Chips.reading(health: .alarm)] })
    #expect(read.outcome == .fail)
    #expect(read.reason.contains("Alarm from the first sample"))
  }

  @Test("A chip that disappears from the table is lost")
  func lost() throws {
    let read = Chips.telemetry(
      samples { $0 < 6 ? [Chips.reading(0), Chips.reading(1)] : [Chips.reading(0)] }
    ).summary(from: Chips.at(0), to: Chips.at(9))
    let verdicts = read.verdicts.filter { $0.subject == .health }
    #expect(verdicts.map(\.outcome) == [.pass, .fail])
    #expect(verdicts.last?.reason.contains("missing in 4 of 10") == true)
    #expect(read.chips.map(\.samplesAbsent) == [0, 4])
  }

  @Test(
    "A chip is too hot at its limit", arguments: [(89.0, TelemetryVerdict.Outcome.pass), (90, .fail), (104, .fail)])
  func hot(_ peak: Double, _ outcome: TelemetryVerdict.Outcome) throws {
    let read = try verdict(.temperature, samples { [Chips.reading(temperature: $0 == 5 ? peak : 50)] })
    #expect(read.outcome == outcome)
    #expect(read.figures == ["peak_c": peak, "limit_c": 90])
    let strict = try verdict(
      .temperature, samples { _ in [Chips.reading(temperature: 60)] }, limits: TelemetryLimits(temperatureCelsius: 55))
    #expect(strict.outcome == .fail)
  }

  @Test(
    "Less than a tenth of the memory left warns",
    arguments: [(29_491, TelemetryVerdict.Outcome.pass), (29_492, .warning), (32_768, .warning)])
  func headroom(_ used: Int, _ outcome: TelemetryVerdict.Outcome) throws {
    let read = try verdict(.headroom, samples { [Chips.reading(used: $0 == 5 ? used : 50)] })
    #expect(read.outcome == outcome)
    #expect(try #require(read.figures["free_share"]).isNear(1 - Double(used) / 32768))
  }
}
