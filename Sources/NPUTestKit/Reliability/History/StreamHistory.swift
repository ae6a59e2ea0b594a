internal import NPUMetrics

/// What came of streams whose text is known beforehand, compared with what should have come.
///
/// The way of Jepsen: each stream says something that no other stream says, so that whatever is missing, comes twice or
/// belongs to somebody else can be seen in the texts alone. A token is a word of the text, parted by white space.
///
/// ```swift
/// var history = StreamHistory(expected: ["a": "a-0 a-1 a-2", "b": "b-0 b-1 b-2"])
/// history.add("a", received: "a-0 a-2", isWhole: true)
/// print(history.findings.lost)  // 1
/// ```
public struct StreamHistory: Sendable, Hashable {
  /// Words of one text that are compared; the rest of a longer one is left out.
  private static let mostWords = 4096
  /// Sentences about wrong streams that are kept.
  private static let mostExamples = 8

  private let expected: [String: [String]]
  /// Which stream alone expects a word; none where several do.
  private let owners: [String: String?]
  /// What was found until now.
  public private(set) var findings = StreamFindings()

  /// Creates a history without streams.
  ///
  /// - Parameter expected: The text of each stream, by a name.
  public init(expected: [String: String]) {
    self.expected = expected.mapValues { Self.words($0) }
    var owners: [String: String?] = [:]
    for (name, words) in self.expected {
      for word in Set(words) {
        // A word that two streams expect tells nothing of whose it is.
        owners.updateValue(owners[word] == nil ? name : nil, forKey: word)
      }
    }
    self.owners = owners
  }

  /// Compares a stream.
  ///
  /// What a stream lacks at its end is lost if the response was said to be whole, and only unfinished if it broke off.
  ///
  /// - Parameters:
  ///   - name: The name of its expectation; a stream without one is counted as unknown.
  ///   - text: What came.
  ///   - isWhole: Whether the service ended the response in good order.
  /// - Returns: Whether the stream says nothing wrong; `nil` where nothing was expected.
  @discardableResult
  public mutating func add(_ name: String, received text: String, isWhole: Bool) -> Bool? {
    guard let expected = expected[name], !expected.isEmpty else {
      findings.unknown += 1
      return nil
    }
    findings.streams += 1
    if !isWhole { findings.brokenOff += 1 }
    var stream = StreamTally()
    stream.compare(received(text, isWhole, expected), with: expected, isWhole: isWhole) { word in
      guard case .some(.some(let owner)) = owners[word] else { return false }
      return owner != name
    }
    findings.add(stream, of: name, mostExamples: Self.mostExamples)
    return stream.isClean
  }

  /// The words of a stream; one that may have been cut within a word ends before it.
  private func received(_ text: String, _ isWhole: Bool, _ expected: [String]) -> [String] {
    var words = Self.words(text)
    // In its own place it may be whole: taken as it stands it says nothing wrong.
    let isInPlace = words.count <= expected.count && words.last == expected.prefix(words.count).last
    if !isWhole, !isInPlace, let last = words.last, text.last?.isWhitespace == false,
      expected.contains(where: { $0 != last && $0.hasPrefix(last) })
    {
      words.removeLast()
    }
    return words
  }

  private static func words(_ text: String) -> [String] {
    text.split(maxSplits: mostWords, whereSeparator: \.isWhitespace).prefix(mostWords).map(String.init)
  }
}

/// What was found in one stream.
private struct StreamTally {
  var words = 0
  var lost = 0
  var doubled = 0
  var foreign = 0
  var corrupted = 0
  var unfinished = 0

  var isClean: Bool { lost == 0 && doubled == 0 && foreign == 0 && corrupted == 0 }

  mutating func compare(
    _ received: [String], with expected: [String], isWhole: Bool, isForeign: (String) -> Bool
  ) {
    words += expected.count
    guard let alignment = try? EditAlignment(reference: expected, hypothesis: received) else {
      // Texts of a bounded number of words always fit; were one not to, none of it was shown to be right.
      corrupted += expected.count
      return
    }
    let own = Set(expected)
    let end = alignment.chunks.last { $0.operation != .delete }?.reference.upperBound ?? 0
    func surplus(_ word: String, replacing: Bool) {
      if isForeign(word) {
        foreign += 1
        if replacing { lost += 1 }
      } else if own.contains(word) {
        doubled += 1
        if replacing { lost += 1 }
      } else {
        corrupted += 1
      }
    }
    for chunk in alignment.chunks {
      switch chunk.operation {
      case .equal: break
      case .delete:
        if !isWhole, chunk.reference.lowerBound >= end {
          unfinished += chunk.reference.count
        } else {
          lost += chunk.reference.count
        }
      case .insert: for index in chunk.hypothesis { surplus(received[index], replacing: false) }
      case .substitute: for index in chunk.hypothesis { surplus(received[index], replacing: true) }
      }
    }
  }
}

extension StreamFindings {
  fileprivate mutating func add(_ stream: StreamTally, of name: String, mostExamples: Int) {
    tokens += stream.words
    lost += stream.lost
    doubled += stream.doubled
    foreign += stream.foreign
    corrupted += stream.corrupted
    unfinished += stream.unfinished
    guard !stream.isClean else { return }
    wrong += 1
    guard examples.count < mostExamples else { return }
    examples.append(
      "stream \(name): \(stream.lost) of \(stream.words) tokens lost, \(stream.doubled) doubled, \(stream.foreign) "
        + "foreign, \(stream.corrupted) corrupted")
  }
}
