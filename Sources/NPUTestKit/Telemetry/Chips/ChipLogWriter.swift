public import NPUBase
internal import Synchronization

/// Writes samples of chips to a file, each as soon as it was taken.
public final class ChipLogWriter: Sendable {
  /// How the samples are written.
  public let format: ChipLogFormat
  private let file: Mutex<File>

  /// Creates the file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - format: How samples are written; `nil` goes by the ending of the path.
  ///   - replacing: Whether an existing file is replaced; otherwise it is an error.
  /// - Throws: ``FileError`` with path and system error.
  public init(path: String, format: ChipLogFormat? = nil, replacing: Bool = false) throws(FileError) {
    self.format = format ?? ChipLogFormat(path: path)
    let opened = try File(creating: path, replacing: replacing, for: .everyone)
    try opened.write(Array(self.format.header.utf8))
    file = Mutex(opened)
  }

  /// Adds a sample.
  ///
  /// - Throws: ``FileError`` if it cannot be written.
  public func add(_ sample: TelemetrySample<[ChipReading]>) throws(FileError) {
    let bytes = Array(format.lines(sample).utf8)
    try file.withLock { (file) throws(FileError) in try file.write(bytes) }
  }
}
