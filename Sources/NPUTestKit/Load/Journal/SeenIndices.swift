/// The indices of requests that were read, and which of them came again.
///
/// A bit for each index, in words: requests of a run are numbered without gaps.
struct SeenIndices {
  /// How many lines repeated an index.
  private(set) var repeated = 0
  /// The first of the indices that were repeated, each once.
  private(set) var examples: [Int] = []

  private static let mostExamples = 5
  private var words: [Int: UInt64] = [:]

  /// Takes the index of a line; false if a line before had it.
  mutating func add(_ index: Int) -> Bool {
    let bit = UInt64(1) << UInt64(index & 63)
    guard words[index >> 6, default: 0] & bit != 0 else {
      words[index >> 6, default: 0] |= bit
      return true
    }
    repeated += 1
    if examples.count < Self.mostExamples, !examples.contains(index) { examples.append(index) }
    return false
  }
}
