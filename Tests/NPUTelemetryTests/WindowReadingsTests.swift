import NPUMetrics
import Testing

@testable import NPUTelemetry

@Suite("What was read in a window")
struct WindowReadingsTests {
  private static let gap = SampleGap(kind: .timeout, message: "slow")

  private func reading(_ second: Int, running: Int, waiting: Int? = 0, cache: Double? = nil)
    -> TelemetrySample<ServerMetricsReading>
  {
    var text = "vllm:num_requests_running \(running)\n"
    if let waiting { text += "vllm:num_requests_waiting \(waiting)\n" }
    if let cache { text += "vllm:kv_cache_usage_perc \(cache)\n" }
    return TelemetrySample(
      tick: second, start: Chips.at(Double(second)), duration: .zero,
      result: .success(ServerMetricsReading(MetricScrape(parsing: text))))
  }

  @Test("The least memory of a window is that of its samples, however long the run")
  func leastMemory() throws {
    var telemetry = ChipTelemetry(interval: .seconds(1))
    for second in 0..<20_000 {
      telemetry.add(Chips.sample(Double(second), [Chips.reading(used: second % 2 == 0 ? 10_240 : 14_336)]))
      guard second % 60 == 59 else { continue }
      let chip = try #require(telemetry.takeWindow().chips.values.first)
      #expect(chip.memoryLeastBytes == 10 << 30 && chip.memoryPeakBytes == 14 << 30, "at \(second) s")
    }
    #expect(telemetry.marks.stride > 1, "the histories are thinned by then")
  }

  @Test("The idle KV cache of a window is that of its last idle reading, however long the run and short the rest")
  func idleCache() {
    var telemetry = ServerTelemetry(interval: .seconds(1))
    var (idle, last, busy) = (
      reading(0, running: 0, cache: 0.1), reading(0, running: 0, cache: 0.2), reading(0, running: 3, cache: 0.9)
    )
    for second in 0..<5_000 {
      let instant = Chips.at(Double(second))
      (idle.start, last.start, busy.start) = (instant, instant, instant)
      // Never two idle readings in a row, whose mean would be idle too.
      telemetry.add(second % 2 == 1 ? busy : second % 60 == 58 ? last : idle)
      guard second % 60 == 59 else { continue }
      let window = telemetry.takeWindow()
      #expect(window.cacheIdle == 0.2 && window.cachePeak == 0.9 && window.running.value == 1.5, "at \(second) s")
    }
    #expect(telemetry.series.stride > 1, "the history is thinned by then")
  }

  @Test("Means, extremes and the worst health are those of the window alone")
  func chip() throws {
    var telemetry = ChipTelemetry(interval: .seconds(1))
    telemetry.add(
      Chips.sample(0, [Chips.reading(power: 900, used: 1, aiCore: 100, temperature: 99, health: .critical)]))
    _ = telemetry.takeWindow()
    for (second, health) in [ChipHealth.ok, .warning, .ok].enumerated() {
      let value = Double(second)
      telemetry.add(
        Chips.sample(
          value,
          [Chips.reading(power: 100 + value, used: 7, aiCore: 10 * value, temperature: 40 - value, health: health)]
        ))
    }
    let chip = try #require(telemetry.takeWindow().chips.values.first)
    #expect(chip.powerWatts.value == 101 && chip.aiCorePercent.value == 10)
    #expect(chip.temperatureCelsius == 40 && chip.health == .warning && chip.memoryLeastBytes == 7 << 20)
    let empty = telemetry.takeWindow()
    #expect(empty.chips.isEmpty && empty.gap == nil)
  }

  @Test("Why nothing was read stands until something is, and is no gap of a window in which something was")
  func gaps() {
    var chips = ChipTelemetry(interval: .seconds(1))
    var server = ServerTelemetry(interval: .seconds(1))
    func fail() {
      chips.add(
        TelemetrySample(tick: 0, start: Chips.at(0), duration: .zero, missedBefore: 0, result: .failure(Self.gap)))
      server.add(
        TelemetrySample(tick: 0, start: Chips.at(0), duration: .zero, missedBefore: 0, result: .failure(Self.gap)))
    }
    func taken() -> [SampleGap?] { [chips.takeWindow().gap, server.takeWindow().gap] }
    #expect(taken() == [nil, nil], "no call has ended")
    fail()
    #expect(taken() == [Self.gap, Self.gap])
    #expect(taken() == [Self.gap, Self.gap], "the next call still runs")
    chips.add(Chips.sample(1, [Chips.reading()]))
    server.add(reading(1, running: 1))
    fail()
    #expect(taken() == [nil, nil])
    #expect(taken() == [Self.gap, Self.gap])
    chips.add(Chips.sample(2, [Chips.reading()]))
    server.add(reading(2, running: 1))
    #expect(taken() == [nil, nil])
    #expect(taken() == [nil, nil])
  }
}
