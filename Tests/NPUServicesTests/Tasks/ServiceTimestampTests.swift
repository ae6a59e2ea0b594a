import NPUServices
import Testing

@Suite("Timestamps of services")
struct ServiceTimestampTests {
  @Test(
    "Dates are read with and without zone and fraction",
    arguments: [
      ("1970-01-01T00:00:00", 0, 0, false), ("2026-11-21T05:16:25.833439", 1_795_238_185, 833_439_000, false),
      ("2026-11-21 05:16:25", 1_795_238_185, 0, false), ("2024-02-29T23:59:59Z", 1_709_251_199, 0, true),
      ("2026-11-21T13:16:25.5+08:00", 1_795_238_185, 500_000_000, true),
      ("2026-11-21T00:16:25-0500", 1_795_238_185, 0, true), ("2000-03-01T00:00", 951_868_800, 0, false),
    ] as [(String, Int64, Int64, Bool)])
  func reading(text: String, seconds: Int64, nanoseconds: Int64, hasZone: Bool) throws {
    let stamp = try #require(ServiceTimestamp(text))
    #expect(stamp.sinceEpoch == .seconds(seconds) + .nanoseconds(nanoseconds))
    #expect(stamp.hasZone == hasZone)
  }

  @Test(
    "What is no date is none",
    arguments: [
      "", "2026", "2026-13-01T00:00:00", "2025-02-29T00:00:00", "2026-11-21T24:00:00", "2026-11-21T05:16:25.",
      "2026-11-21T05:16:25+", "2026-11-21T05:16:25 ", "20261121T051625", "2026-11-21T05:16:25+8:00", "yesterday",
    ])
  func refusing(text: String) { #expect(ServiceTimestamp(text) == nil) }

  @Test("Two stamps of one service are subtracted; with a zone in one of them only they are not")
  func subtraction() throws {
    let first = try #require(ServiceTimestamp("2026-11-21T05:16:25.833439"))
    let second = try #require(ServiceTimestamp("2026-11-21T05:16:28.045725"))
    #expect(first.duration(to: second) == .microseconds(2_212_286))
    let zoned = try #require(ServiceTimestamp("2026-11-21T05:16:28Z"))
    #expect(first.duration(to: zoned) == nil)
  }
}
