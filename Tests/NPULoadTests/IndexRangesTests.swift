import Foundation
import NPULoad
import NPUMetrics
import Testing

@Suite("Numbers of requests as ranges")
struct IndexRangesTests {
  @Test(
    "Holds what a set holds, in whatever order it came, and says what was there before",
    arguments: 0..<20 as Range<UInt64>)
  func asSet(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var (ranges, known) = (IndexRanges(), Set<Int>())
    for _ in 0..<400 {
      let index = generator.integer(in: 0...300)
      let (isNew, wasNew) = (ranges.insert(index), known.insert(index).inserted)
      #expect(isNew == wasNew)
    }
    #expect(ranges.count == known.count)
    #expect((0...301).allSatisfy { ranges.contains($0) == known.contains($0) })
    #expect(zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    let missing = (0...400).filter { !known.contains($0) }
    #expect(missing.indices.allSatisfy { ranges.missing(at: $0) == missing[$0] })
    #expect(try JSONDecoder().decode(IndexRanges.self, from: JSONEncoder().encode(ranges)) == ranges)
  }

  @Test("Takes as little room for a day of requests in order as for one")
  func inOrder() {
    var ranges = IndexRanges()
    for index in 0..<100_000 { ranges.insert(index ^ 1) }
    #expect(ranges == IndexRanges(below: 100_000))
    #expect(ranges.ranges.count == 1)
  }

  @Test("Numbers that no request has are not taken")
  func outside() {
    var ranges = IndexRanges()
    let taken = [-1, .max, .max - 1].map { ranges.insert($0) }
    #expect(taken == [false, false, true])
    #expect(ranges.missing(at: 5) == 5)
  }

  @Test(
    "Bounds that cannot be are refused",
    arguments: ["[3,1]", "[0,2,2,4]", "[0,5,3,8]", "[-1,4]", "[1]", "[0,9223372036854775807]", #"["a",2]"#])
  func broken(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(IndexRanges.self, from: Data(text.utf8)) }
  }
}
