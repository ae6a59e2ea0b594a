import Testing

@testable import NPULoad

@Suite("Preflight")
struct PreflightTests {
  private func limits(
    soft: UInt64 = 1_024, hard: UInt64 = 4_096, open: Int = 10, ports: ClosedRange<Int>? = 32_768...60_999
  ) -> SystemLimits {
    SystemLimits(softDescriptors: soft, hardDescriptors: hard, openDescriptors: open, localPorts: ports)
  }

  @Test(
    "The verdict follows from connections, open descriptors and a reserve of 64",
    arguments: [
      (0, Preflight.Verdict.ok, UInt64?.none), (950, .ok, nil), (951, .raised, 1_025), (4_022, .raised, 4_096),
      (4_023, .insufficient, nil), (-5, .ok, nil), (.max, .insufficient, nil),
    ])
  func descriptors(connections: Int, verdict: Preflight.Verdict, limitToSet: UInt64?) {
    let result = Preflight.evaluate(connections: connections, limits: limits())
    #expect(result.verdict == verdict)
    #expect(result.descriptorLimitToSet == limitToSet)
    #expect(result.advice.isEmpty == (verdict != .insufficient))
  }

  @Test("Too few descriptors are answered with the command that helps")
  func descriptorAdvice() {
    let result = Preflight.evaluate(connections: 10_000, limits: limits())
    #expect(result.descriptorsNeeded == 10_074)
    #expect(result.advice.count == 1)
    #expect(result.advice.first?.contains("ulimit -n 10074") == true)
    #expect(result.advice.first?.contains("4096") == true)
  }

  @Test("Too few local ports are insufficient even with descriptors enough", arguments: [(101, false), (100, true)])
  func ports(connections: Int, suffices: Bool) {
    let result = Preflight.evaluate(connections: connections, limits: limits(ports: 40_000...40_099))
    #expect((result.verdict == .ok) == suffices)
    #expect(result.advice.contains { $0.contains("40000-40099") && $0.contains("100") } == !suffices)
  }

  @Test("An unknown range of ports is not held against the load")
  func unknownPorts() {
    #expect(Preflight.evaluate(connections: 900, limits: limits(ports: nil)).verdict == .ok)
  }

  @Test(
    "A range of ports is read as the kernel writes it, and nothing else is",
    arguments: [
      ("32768\t60999\n", 32_768...60_999), ("1024 65535", 1_024...65_535), ("5 5", 5...5), ("", nil), ("1024", nil),
      ("60999 32768", nil), ("1024 99999", nil), ("a b", nil), ("0 10", nil), ("1 2 3", nil),
    ] as [(String, ClosedRange<Int>?)])
  func parsing(text: String, range: ClosedRange<Int>?) {
    #expect(SystemLimits.parsePortRange(text) == range)
  }

  @Test("The limits of this process are read and make sense")
  func reading() throws {
    let limits = try SystemLimits.read()
    #expect(limits.softDescriptors > 0)
    #expect(limits.softDescriptors <= limits.hardDescriptors)
    #expect(limits.openDescriptors >= 3)
    #expect(UInt64(limits.openDescriptors) <= limits.softDescriptors)
    #if os(Linux)
      #expect(limits.localPorts != nil)
    #endif
  }

  @Test("The soft limit can be raised to the hard one, and not beyond it without privileges")
  func raising() throws {
    let before = try SystemLimits.read()
    try SystemLimits.raiseSoftDescriptors(to: before.hardDescriptors)
    #expect(try SystemLimits.read().softDescriptors == before.hardDescriptors)
    // A lower wish changes nothing.
    try SystemLimits.raiseSoftDescriptors(to: 1)
    #expect(try SystemLimits.read().softDescriptors == before.hardDescriptors)
    // Some systems set no limit at all, and then every wish is granted.
    guard before.hardDescriptors < .max else { return }
    #expect {
      try SystemLimits.raiseSoftDescriptors(to: .max)
    } throws: {
      "\($0)".contains("\(before.hardDescriptors)") && "\($0)".contains("\(UInt64.max)")
    }
  }

  @Test("A small load passes on this machine")
  func preparing() throws {
    let result = try Preflight.prepare(connections: 1)
    #expect(result.verdict != .insufficient)
    #expect(result.connections == 1)
  }
}
