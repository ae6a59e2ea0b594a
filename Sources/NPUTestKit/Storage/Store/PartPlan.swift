/// How a file is cut into the parts of an upload, which are counted from 1.
struct PartPlan: Hashable, Sendable {
  /// No store takes more.
  static let most = 10_000

  private let size: Int64
  private let partBytes: Int64
  /// How many parts there are.
  let count: Int

  /// - Returns: Nothing where there would be more parts than a store takes.
  init?(size: Int64, partBytes: Int) {
    self.size = max(0, size)
    self.partBytes = Int64(max(1, partBytes))
    let last = (max(1, size) - 1) / self.partBytes
    guard last < Self.most else { return nil }
    count = Int(last) + 1
  }

  /// How many bytes a part has.
  func length(of number: Int) -> Int { Int(min(partBytes, size - Int64(number - 1) * partBytes)) }

  /// The tags of the parts that a store keeps of an upload, by their numbers.
  ///
  /// - Parameters:
  ///   - kept: What the store says that it keeps.
  ///   - digests: The MD5s of the file's parts.
  /// - Returns: The tags; nothing if one of the parts is not known to be of this file.
  func tags(of kept: [KeptPart], digests: [String]) -> [Int: String]? {
    var tags: [Int: String] = [:]
    for part in kept {
      guard part.number > 0, part.number <= min(count, digests.count), part.size == length(of: part.number),
        part.tag.proves(digests[part.number - 1]), tags.updateValue(part.tag.text, forKey: part.number) == nil
      else { return nil }
    }
    return tags
  }
}

/// A part of an upload that a store says it keeps.
struct KeptPart: Hashable, Sendable {
  var number: Int
  var size: Int
  var tag: ObjectTag
}
