internal import NPUBase
public import NPUMetrics

/// Reads the chips from a file that somebody else writes `npu-smi info` into, or that a test prepared.
public struct ChipFileSource: TelemetrySource {
  /// The file.
  public var path: String
  /// Most bytes that are read.
  public var limit: Int

  /// Creates a source.
  public init(path: String, limit: Int = 1 << 20) {
    self.path = path
    self.limit = max(0, limit)
  }

  /// Reads the file once; on a local disk this takes no time to speak of.
  ///
  /// - Throws: ``SampleGap`` of kind `notStarted` if the file cannot be read, `tooLarge`, `refused` for an error of the
  ///   tool in it, or `unreadable`.
  public func read(timeout: Duration) async throws(SampleGap) -> ChipReport {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try contents()
    } catch {
      throw SampleGap(kind: .notStarted, message: "\(path): \(error.message)")
    }
    guard bytes.count <= limit else {
      throw SampleGap(kind: .tooLarge, message: "\(path) holds more than \(limit) bytes")
    }
    do throws(NPUSMIError) {
      return try ChipReport(parsing: bytes.span)
    } catch {
      let isAnswer = ![.empty, .unrecognized, .noDeviceRow, .tooLarge].contains(error.kind)
      throw SampleGap(kind: isAnswer ? .refused : .unreadable, message: "\(path): \(error)")
    }
  }

  private func contents() throws(FileError) -> [UInt8] {
    let file = try File(reading: path)
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      if try file.read(upTo: min(1 << 16, limit + 1 - bytes.count), into: &bytes) == 0 { break }
    }
    return bytes
  }
}
