internal import NPUBase

extension LoadReport {
  /// One flat JSON object of a service's headline figures, with the whole report under `report`.
  ///
  /// Keys: `completed`, `failed`, `duration_s`, `request_throughput`, the figures given, `mean_e2e_ms`, `median_e2e_ms`,
  /// `p99_e2e_ms` and so on, and for every measure `total_`, `mean_`, `median_` and its percentiles with the measure's name.
  ///
  /// - Parameter figures: What the service adds.
  /// - Returns: The text, on one line.
  /// - Throws: What the encoder throws, though a report has no value that it refuses.
  public func summaryJSON(of figures: [ServiceFigure]) throws -> String {
    var json = JSONByteWriter()
    json.beginObject()
    json.key("completed")
    json.value(requests.completed)
    json.key("failed")
    json.value(requests.failed)
    json.key("duration_s")
    json.value(window.duration)
    json.member("request_throughput", throughput.requests)
    for figure in figures { json.member(figure.name, figure.value) }
    json.members(of: latencies.endToEnd, named: "e2e_ms")
    for measure in measures {
      json.member("total_\(measure.measure.rawValue)", measure.total)
      json.members(of: measure.figures, named: measure.measure.rawValue)
    }
    json.key("report")
    json.raw(try self.json(pretty: false))
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

extension JSONByteWriter {
  fileprivate mutating func member(_ name: String, _ number: Double?) {
    key(name)
    if let number { value(number) } else { null() }
  }

  fileprivate mutating func members(of figures: LatencyFigures, named name: String) {
    member("mean_\(name)", figures.mean)
    member("median_\(name)", figures.median)
    for entry in figures.percentiles { member("p\(NumberText.plain(entry.percent))_\(name)", entry.value) }
  }
}
