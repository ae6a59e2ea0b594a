/// A process that uses a chip.
///
/// The tool prints at most eight of them a chip and is silent about the others.
public struct ChipProcess: Sendable, Hashable, Codable {
  /// The number of the card; nil where the output does not say it.
  public var npuID: Int?
  /// The number of the chip in its card; nil on the 950 family.
  public var chipID: Int?
  /// The process on the host; nil where the text is no number.
  public var processID: Int?
  /// The process in its container; nil on the host and in tools that do not print it.
  public var containerProcessID: Int?
  /// The name, at most 15 characters and without colons; nil in a container, where the tool cannot know it.
  public var name: String?
  /// The memory of the chip that the process uses, in bytes; the tool prints whole megabytes of 2^20 bytes.
  public var memoryBytes: Int?
  /// Columns of the table whose headings are not known, as raw text.
  public var otherColumns: [ChipValue]

  /// Creates a process.
  public init(
    npuID: Int?, chipID: Int?, processID: Int?, containerProcessID: Int? = nil, name: String?, memoryBytes: Int?,
    otherColumns: [ChipValue] = []
  ) {
    self.npuID = npuID
    self.chipID = chipID
    self.processID = processID
    self.containerProcessID = containerProcessID
    self.name = name
    self.memoryBytes = memoryBytes
    self.otherColumns = otherColumns
  }
}
