/// How much of a file of prompts is kept in memory.
public struct PromptFileLimits: Sendable, Hashable {
  /// The most prompts to keep; those that follow in the file are not read.
  public var prompts: Int
  /// The most bytes of one line or array entry; a longer one is an error.
  public var entryBytes: Int
  /// The most bytes of all entries together; those that follow in the file are not read.
  public var totalBytes: Int

  /// Creates limits; each is at least 1.
  ///
  /// - Parameters:
  ///   - prompts: The most prompts to keep; the default of 100,000 is more than ShareGPT holds.
  ///   - entryBytes: The most bytes of one entry; the default of 4 MiB holds a million tokens of English.
  ///   - totalBytes: The most bytes of all entries together; default 1 GiB.
  public init(prompts: Int = 100_000, entryBytes: Int = 4 << 20, totalBytes: Int = 1 << 30) {
    self.prompts = max(1, prompts)
    self.entryBytes = max(1, entryBytes)
    self.totalBytes = max(1, totalBytes)
  }
}
