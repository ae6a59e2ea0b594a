internal import NPUBase
public import NPUMetrics

/// One output of npu-smi as one JSON object, or the reason why it was not understood.
///
/// Every key is always there; null is what the output does not say.
public struct ChipReportDocument: Sendable, Encodable {
  private enum Key: String, CodingKey {
    case kind, versions, chips, processes, values, error, diagnostics
    case idleNPUs = "idle_npus"
  }

  /// The report, if there is one.
  public var report: ChipReport?
  /// Why there is none.
  public var error: NPUSMIError?

  /// Reads an output; a failure is part of the document.
  public init(parsing bytes: [UInt8]) {
    do throws(NPUSMIError) {
      report = try ChipReport(parsing: bytes)
    } catch {
      self.error = error
    }
  }

  /// The object on one line, with its keys in order.
  ///
  /// - Throws: The encoder's error.
  public func json() throws -> String { String(decoding: try JSONCoding.encode(self).escapingSteering, as: UTF8.self) }

  /// Writes the object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(report?.kind.rawValue ?? "error", forKey: .kind)
    try object.encode(Versions(versions: report?.versions ?? NPUSMIVersions()), forKey: .versions)
    try object.encode(report?.chips.map { ChipObject(chip: $0) } ?? [], forKey: .chips)
    try object.encode(report?.processes.map { ProcessObject(process: $0) } ?? [], forKey: .processes)
    try object.encode(report?.idleNPUs ?? [], forKey: .idleNPUs)
    try object.encode(report?.shownValues.map { ValuesObject(block: $0) } ?? [], forKey: .values)
    try object.encode(error.map { Failure(error: $0) }, forKey: .error)
    let diagnostics = report?.diagnostics ?? error?.diagnostics ?? []
    try object.encode(diagnostics, forKey: .diagnostics)
  }

  private struct Versions: Encodable {
    private enum Key: String, CodingKey { case tool, driver }
    var versions: NPUSMIVersions

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(versions.tool, forKey: .tool)
      try object.encode(versions.driver, forKey: .driver)
    }
  }

  private struct Failure: Encodable {
    private enum Key: String, CodingKey { case kind, code, text }
    var error: NPUSMIError

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(error.kind.rawValue, forKey: .kind)
      try object.encode(error.code, forKey: .code)
      try object.encode(error.text, forKey: .text)
    }
  }
}
