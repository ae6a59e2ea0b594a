import NPUMetrics
import NPUReliability
import Testing

/// What is lost, doubled, foreign and corrupted in streams of known texts.
struct StreamHistoryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var text: String
    var isWhole = true
    var lost = 0
    var doubled = 0
    var foreign = 0
    var corrupted = 0
    var unfinished = 0
  }

  static let expected = ["a": "a-1 a-2 a-3 a-4 a-5", "b": "b-1 b-2 b-3"]

  static let cases = [
    Case(testDescription: "whole", text: "a-1 a-2 a-3 a-4 a-5"),
    Case(testDescription: "other white space", text: " a-1\na-2  a-3 a-4 a-5 "),
    Case(testDescription: "one lost", text: "a-1 a-2 a-4 a-5", lost: 1),
    Case(testDescription: "the end of a whole response lost", text: "a-1 a-2 a-3", lost: 2),
    Case(testDescription: "a stream that broke off", text: "a-1 a-2 a-3", isWhole: false, unfinished: 2),
    Case(testDescription: "a stream that broke off within a word", text: "a-1 a-2 a", isWhole: false, unfinished: 3),
    Case(testDescription: "lost before it broke off", text: "a-1 a-3", isWhole: false, lost: 1, unfinished: 2),
    Case(testDescription: "nothing before it broke off", text: "", isWhole: false, unfinished: 5),
    Case(testDescription: "nothing in a whole response", text: "", lost: 5),
    Case(testDescription: "one doubled", text: "a-1 a-2 a-2 a-3 a-4 a-5", doubled: 1),
    Case(testDescription: "resumed too early", text: "a-1 a-2 a-3 a-2 a-3 a-4 a-5", doubled: 2),
    Case(testDescription: "one foreign", text: "a-1 a-2 b-2 a-3 a-4 a-5", foreign: 1),
    Case(testDescription: "one foreign in place of its own", text: "a-1 a-2 b-3 a-4 a-5", lost: 1, foreign: 1),
    Case(testDescription: "one corrupted", text: "a-1 a-2 x a-4 a-5", corrupted: 1),
    Case(testDescription: "one added", text: "a-1 a-2 a-3 a-4 a-5 end", corrupted: 1),
    Case(testDescription: "all of another stream", text: "b-1 b-2 b-3", lost: 5, foreign: 3),
  ]

  @Test("each token that is wrong is counted as what it is", arguments: cases)
  func known(_ given: Case) {
    var history = StreamHistory(expected: Self.expected)
    let isRight = history.add("a", received: given.text, isWhole: given.isWhole)
    let found = history.findings
    #expect(found.lost == given.lost)
    #expect(found.doubled == given.doubled)
    #expect(found.foreign == given.foreign)
    #expect(found.corrupted == given.corrupted)
    #expect(found.unfinished == given.unfinished)
    let isClean = given.lost + given.doubled + given.foreign + given.corrupted == 0
    #expect(isRight == isClean)
    #expect(found.wrong == (isClean ? 0 : 1))
    #expect(found.examples.isEmpty == isClean)
    #expect(found.brokenOff == (given.isWhole ? 0 : 1))
  }

  @Test("a stream that broke off is unfinished wherever it was cut, and nothing else")
  func cutAnywhere() {
    let text = (1...12).map { "amber-\($0)" }.joined(separator: " ")
    for length in 0...text.count {
      var history = StreamHistory(expected: ["a": text])
      #expect(history.add("a", received: String(text.prefix(length)), isWhole: false) == true, "cut at \(length)")
    }
  }

  @Test("of a stream without an expectation nothing is said")
  func unknown() {
    var history = StreamHistory(expected: Self.expected)
    #expect(history.add("c", received: "c-1", isWhole: true) == nil)
    #expect(history.findings.unknown == 1)
    #expect(history.findings.streams == 0)
    #expect(!history.findings.isClean)
  }

  @Test("a word that several streams expect is nobody's")
  func shared() {
    var history = StreamHistory(expected: ["a": "the a-1", "b": "the b-1", "c": "c-1"])
    history.add("c", received: "c-1 the", isWhole: true)
    #expect(history.findings.foreign == 0)
    #expect(history.findings.corrupted == 1)
  }

  /// A stream of thirty tokens, damaged in one way at places drawn by a seed.
  struct Damage: Sendable {
    var words: [String]
    var chance: SeededGenerator

    init(seed: UInt64) {
      words = (1...30).map { "own-\($0)" }
      chance = SeededGenerator(seed: seed)
    }

    mutating func places(_ count: Int, below end: Int) -> [Int] {
      var places: Set<Int> = []
      while places.count < count { places.insert(Int.random(in: 0..<end, using: &chance)) }
      return places.sorted(by: >)
    }
  }

  static let other = (1...30).map { "other-\($0)" }
  static let property = [
    "own": (1...30).map { "own-\($0)" }.joined(separator: " "), "other": other.joined(separator: " "),
  ]

  @Test("as many tokens as are dropped are lost", arguments: 0..<60 as Range<UInt64>)
  func dropped(_ seed: UInt64) {
    var damage = Damage(seed: seed)
    let count = Int(seed % 8) + 1
    for place in damage.places(count, below: 30) { damage.words.remove(at: place) }
    let found = findings(damage.words)
    #expect(found.lost == count)
    #expect(found.doubled + found.foreign + found.corrupted == 0)
  }

  @Test("as many tokens as come again are doubled", arguments: 0..<60 as Range<UInt64>)
  func doubled(_ seed: UInt64) {
    var damage = Damage(seed: seed)
    let count = Int(seed % 8) + 1
    for place in damage.places(count, below: 30) { damage.words.insert(damage.words[place], at: place) }
    let found = findings(damage.words)
    #expect(found.doubled == count)
    #expect(found.lost + found.foreign + found.corrupted == 0)
  }

  @Test("as many tokens as come from another stream are foreign", arguments: 0..<60 as Range<UInt64>)
  func foreign(_ seed: UInt64) {
    var damage = Damage(seed: seed)
    let count = Int(seed % 8) + 1
    for place in damage.places(count, below: 31) { damage.words.insert(Self.other[place % 30], at: place) }
    let found = findings(damage.words)
    #expect(found.foreign == count)
    #expect(found.lost + found.doubled + found.corrupted == 0)
  }

  @Test("as many tokens as are garbled are corrupted", arguments: 0..<60 as Range<UInt64>)
  func corrupted(_ seed: UInt64) {
    var damage = Damage(seed: seed)
    let count = Int(seed % 8) + 1
    for place in damage.places(count, below: 30) { damage.words[place] = "\u{FFFD}\(place)" }
    let found = findings(damage.words)
    #expect(found.corrupted == count)
    #expect(found.lost + found.doubled + found.foreign == 0)
  }

  @Test("a stream cut anywhere lost nothing", arguments: 0...30)
  func cut(_ length: Int) {
    var history = StreamHistory(expected: Self.property)
    let words = Damage(seed: 0).words.prefix(length)
    history.add("own", received: words.joined(separator: " "), isWhole: false)
    #expect(history.findings.wrong == 0)
    #expect(history.findings.unfinished == 30 - length)
  }

  private func findings(_ words: [String]) -> StreamFindings {
    var history = StreamHistory(expected: Self.property)
    history.add("own", received: words.joined(separator: " "), isWhole: true)
    return history.findings
  }
}
