internal import NPUBase
internal import NPUMetrics

/// How samples of chips are written to a file.
public enum ChipLogFormat: String, Sendable, Hashable, CaseIterable {
  /// A line for each chip of a sample, and one for each gap, with commas between the columns and their names in the
  /// first line.
  case csv
  /// One JSON object for each sample or gap.
  case jsonLines = "jsonl"

  /// The format that the ending of a path names: `.csv` CSV, anything else JSON Lines.
  public init(path: String) { self = path.lowercased().hasSuffix(".csv") ? .csv : .jsonLines }

  /// The names of the columns of a CSV file, in their order.
  public static let columns = [
    "start_ns", "duration_ms", "tick", "missed_before", "npu_id", "chip_id", "name", "health", "power_w",
    "temperature_c", "aicore_percent", "npu_utilization_percent", "memory_used_mb", "memory_total_mb", "gap", "message",
  ]

  /// What stands before the first sample: the names of the columns, or nothing.
  public var header: String { self == .csv ? Self.columns.joined(separator: ",") + "\n" : "" }

  /// The lines of a sample, each with its line feed.
  ///
  /// Instants are nanoseconds of `CLOCK_MONOTONIC`, as in the journal of requests. Missing values are empty in CSV and
  /// null in JSON. A sample without chips has one line without values.
  public func lines(_ sample: TelemetrySample<[ChipReading]>) -> String {
    switch self {
    case .csv: csv(sample)
    case .jsonLines: json(sample)
    }
  }

  private func csv(_ sample: TelemetrySample<[ChipReading]>) -> String {
    let head = [
      "\(sample.start.nanoseconds)", NumberText.fixed(sample.duration.milliseconds, decimals: 3), "\(sample.tick)",
      "\(sample.missedBefore)",
    ]
    func line(_ cells: [String]) -> String { cells.map(Self.cell).joined(separator: ",") + "\n" }
    switch sample.result {
    case .failure(let gap):
      return line(head + Array(repeating: "", count: 10) + [gap.shortDescription, gap.message])
    case .success(let readings) where readings.isEmpty:
      return line(head + Array(repeating: "", count: 12))
    case .success(let readings):
      return readings.map { reading in
        func text(_ number: Double?) -> String { number.map { NumberText.plain($0) } ?? "" }
        return line(
          head + [
            "\(reading.chip.npuID)", reading.chip.chipID.map { "\($0)" } ?? "", reading.name ?? "",
            reading.health?.rawValue ?? "", text(reading.powerWatts), text(reading.temperatureCelsius),
            text(reading.aiCorePercent), text(reading.utilizationPercent),
            text(Self.megabytes(reading.memoryUsedBytes)), text(Self.megabytes(reading.memoryTotalBytes)), "", "",
          ])
      }.joined()
    }
  }

  private func json(_ sample: TelemetrySample<[ChipReading]>) -> String {
    var json = JSONByteWriter()
    json.beginObject()
    json.key("start_ns")
    json.value(sample.start.nanoseconds)
    json.key("duration_ms")
    json.value(sample.duration.milliseconds)
    json.key("tick")
    json.value(sample.tick)
    json.key("missed_before")
    json.value(sample.missedBefore)
    switch sample.result {
    case .failure(let gap):
      json.key("gap")
      json.value(gap.shortDescription)
      json.key("message")
      json.value(gap.message)
    case .success(let readings):
      json.key("chips")
      json.beginArray()
      for reading in readings { Self.write(reading, to: &json) }
      json.endArray()
    }
    json.endObject()
    json.endLine()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func write(_ reading: ChipReading, to json: inout JSONByteWriter) {
    func number(_ name: String, _ value: Double?) {
      json.key(name)
      // Whole numbers stay whole.
      if let value, value.isFinite { json.raw(NumberText.plain(value)) } else { json.null() }
    }
    func text(_ name: String, _ value: String?) {
      json.key(name)
      if let value { json.value(value) } else { json.null() }
    }
    json.beginObject()
    json.key("npu_id")
    json.value(reading.chip.npuID)
    number("chip_id", reading.chip.chipID.map { Double($0) })
    text("name", reading.name)
    text("health", reading.health?.rawValue)
    number("power_w", reading.powerWatts)
    number("temperature_c", reading.temperatureCelsius)
    number("aicore_percent", reading.aiCorePercent)
    number("npu_utilization_percent", reading.utilizationPercent)
    number("memory_used_mb", megabytes(reading.memoryUsedBytes))
    number("memory_total_mb", megabytes(reading.memoryTotalBytes))
    json.endObject()
  }

  private static func megabytes(_ bytes: Int?) -> Double? { bytes.map { Double($0) / 0x1p20 } }

  /// A cell of CSV: in quotes where it holds what parts cells or lines, and where a spreadsheet would take it for a
  /// formula.
  private static func cell(_ text: String) -> String {
    let isNumber = Double(text) != nil
    let isFormula = !isNumber && text.first.map { "=+-@".contains($0) } == true
    guard isFormula || text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
  }
}
