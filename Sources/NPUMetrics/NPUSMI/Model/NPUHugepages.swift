/// Hugepages in use and set aside, in pages of 2,048 KB.
public struct NPUHugepages: Sendable, Hashable, Codable {
  /// The pages in use; nil where they are not stated.
  public var usedPages: Int?
  /// The pages that were set aside; nil where they are not stated.
  public var totalPages: Int?

  /// Creates a value.
  public init(usedPages: Int?, totalPages: Int?) {
    self.usedPages = usedPages
    self.totalPages = totalPages
  }
}
