internal import NPUBase
internal import NPUDigest

/// Where the items of a batch come from.
public protocol BatchInput: Sendable {
  /// Looks at the whole input once, without keeping it.
  ///
  /// - Parameter folder: A folder of the batch's own, where the input may keep what it has fetched.
  /// - Returns: The items in their order.
  /// - Throws: ``BatchError``; `CancellationError`.
  func index(in folder: String) async throws -> BatchIndex

  /// Reads one item.
  ///
  /// - Parameters:
  ///   - entry: Which.
  ///   - folder: The folder of the batch.
  /// - Returns: The item.
  /// - Throws: ``BatchError`` of kind `changedInput` if it is another one by now, or of another kind.
  func item(_ entry: BatchIndex.Entry, in folder: String) async throws -> BatchItem

  /// Is done with an item.
  func release(_ item: BatchItem, in folder: String)
}

extension BatchInput {
  /// Keeps nothing.
  public func release(_ item: BatchItem, in folder: String) {}
}

/// The items of a batch by name, and what tells whether they have changed.
public struct BatchIndex: Sendable, Hashable {
  /// One item.
  public struct Entry: Sendable, Hashable {
    /// Its name.
    public var id: String
    /// What another content would have another of.
    public var tag: String
    /// Where it begins in its file.
    public var offset: Int64
    /// How many bytes it has.
    public var size: Int64

    /// Creates an entry.
    public init(id: String, tag: String, offset: Int64 = 0, size: Int64) {
      self.id = id
      self.tag = tag
      self.offset = offset
      self.size = size
    }
  }

  /// The items.
  public let entries: [Entry]
  /// A hash over the names and contents of all items.
  public let digest: String

  /// The most bytes of a name.
  static let longestName = 700

  /// Creates an index.
  ///
  /// - Throws: ``BatchError`` of kind `invalidInput` for no item, or two of one name.
  public init(_ entries: [Entry]) throws(BatchError) {
    guard !entries.isEmpty else {
      throw BatchError(kind: .invalidInput, message: "the input holds no item; name another file, folder or prefix")
    }
    var digest = ContentDigest()
    var names: Set<String> = []
    names.reserveCapacity(entries.count)
    for (number, entry) in entries.enumerated() {
      guard !entry.id.isEmpty, entry.id.utf8.count <= Self.longestName else {
        throw BatchError(
          kind: .invalidInput,
          message:
            "item \(number + 1) has a name of \(entry.id.utf8.count) bytes; give it one of 1 to \(Self.longestName)")
      }
      guard names.insert(entry.id).inserted else {
        throw BatchError(
          kind: .invalidInput,
          message: "two items are called \"\(Excerpt.of(entry.id))\", the second being item \(number + 1); give each a "
            + "name of its own")
      }
      digest.add(Array("\(entry.id)\u{0}\(entry.tag)\u{0}\(entry.size)\n".utf8))
    }
    self.entries = entries
    self.digest = digest.text
  }
}
