import Testing

@testable import NPUStorage

@Suite("The parts of a file")
struct PartPlanTests {
  @Test(
    "cover it, each but the last of one length",
    arguments: [
      (0, 5, 1, 0), (1, 5, 1, 1), (5, 5, 1, 5), (6, 5, 2, 1), (50_000, 5, 10_000, 5), (Int64.max, .max, 1, .max),
      (7, 0, 7, 1),
    ] as [(Int64, Int, Int, Int)])
  func covers(size: Int64, each: Int, count: Int, last: Int) throws {
    let plan = try #require(PartPlan(size: size, partBytes: each))
    #expect(plan.count == count)
    #expect(plan.length(of: count) == last)
    let total = (1...count).reduce(Int64(0)) { $0 + Int64(plan.length(of: $1)) }
    #expect(total == size)
  }

  @Test(
    "are no more than stores take", arguments: [(50_001, 5), (Int64.max, 1), (Int64.max, 1 << 40)] as [(Int64, Int)])
  func tooMany(size: Int64, each: Int) { #expect(PartPlan(size: size, partBytes: each) == nil) }

  private static let digests = ["11", "22", "33"].map { String(repeating: $0, count: 16) }

  private static func kept(_ number: Int, _ size: Int = 5, tag: String? = nil) -> KeptPart {
    let own = digests.indices.contains(number &- 1) ? digests[number &- 1] : ""
    return KeptPart(number: number, size: size, tag: ObjectTag(tag ?? "\"\(own)\""))
  }

  @Test("that a store keeps are known by length and MD5")
  func known() throws {
    let plan = try #require(PartPlan(size: 12, partBytes: 5))
    #expect(plan.tags(of: [], digests: Self.digests) == [:])
    #expect(
      plan.tags(of: [Self.kept(3, 2), Self.kept(1)], digests: Self.digests)
        == [1: Self.digests[0], 3: Self.digests[2]])
  }

  @Test(
    "of which one is not of the file are of another",
    arguments: [
      [kept(0)], [kept(.min)], [kept(.max)], [kept(4)], [kept(1, 4)], [kept(1, -5)], [kept(3)], [kept(1), kept(1)],
      [kept(1), kept(2, tag: "33333333333333333333333333333333")], [kept(1, tag: "")], [kept(1, tag: "opaque")],
    ])
  func strange(kept: [KeptPart]) throws {
    let plan = try #require(PartPlan(size: 12, partBytes: 5))
    #expect(plan.tags(of: kept, digests: Self.digests) == nil)
    #expect(plan.tags(of: kept, digests: []) == nil)
  }
}
