import NIOCore
import Testing

@testable import NPUSimulator

/// What becomes of bytes at an instant, by a clock that the test moves.
@Suite("The lane of a fault proxy") struct FaultLaneTests {
  private typealias Sent = (at: Int64, text: String)
  private static let millisecond: Int64 = 1_000_000

  private func lane(_ faults: FaultProxy.Fault..., seed: UInt64 = 0) -> FaultLane {
    var lane = FaultLane(seed: seed)
    lane.faults = self.faults(faults)
    return lane
  }

  private func faults(_ faults: [FaultProxy.Fault]) -> LaneFaults {
    LaneFaults(faults.map { FaultProxy.Rule($0) }, .responses, draw: 0, path: nil)
  }

  /// Asks until the lane says something else than bytes or a time; each wake-up is late by some time.
  private func play(_ lane: inout FaultLane, from start: Int64 = 0, late: Int64 = 0) -> (
    sent: [Sent], end: FaultLane.Step
  ) {
    var now = start
    var sent: [Sent] = []
    while true {
      switch lane.next(now: now) {
      case .send(let bytes): sent.append((now, String(buffer: bytes)))
      case .wait(let instant):
        #expect(instant > now, "A wait that is over already")
        now = max(now + 1, instant) + late
      case let step: return (sent, step)
      }
    }
  }

  private func take(_ text: String, _ lane: inout FaultLane, at now: Int64 = 0) {
    lane.take(ByteBuffer(string: text), now: now)
  }

  @Test("without faults passes bytes and ends at once", arguments: [FaultLane.Ending.finished, .broken])
  func plain(_ ending: FaultLane.Ending) {
    var lane = lane()
    take("ab", &lane)
    take("c", &lane)
    lane.end(ending, now: 0)
    let (sent, end) = play(&lane)
    #expect(sent.map(\.text) == ["ab", "c"])
    #expect(end == (ending == .finished ? .end : .reset))
    #expect(lane.next(now: 0) == .idle)
    #expect(lane.effects.isEmpty)
  }

  @Test("passes bytes and the end later by the latency")
  func latency() {
    var lane = lane(.latency(.milliseconds(20)))
    take("a", &lane, at: 0)
    take("b", &lane, at: 5 * Self.millisecond)
    lane.end(.finished, now: 6 * Self.millisecond)
    let (sent, end) = play(&lane)
    #expect(sent.map(\.at) == [20 * Self.millisecond, 25 * Self.millisecond])
    #expect(end == .end)
    #expect(lane.effects.kinds == [.latency])
  }

  @Test("keeps the order under jitter, and the jitter within its limits", arguments: 0..<20 as Range<UInt64>)
  func jitter(seed: UInt64) {
    var lane = lane(.latency(.milliseconds(20), jitter: .milliseconds(15)), seed: seed)
    for index in 0..<50 { take("\(index),", &lane, at: Int64(index) * Self.millisecond) }
    let (sent, _) = play(&lane)
    #expect(sent.map(\.text).joined() == (0..<50).map { "\($0)," }.joined())
    // A piece waits for its own time and for those before it, which are due 35 ms after they came at the latest.
    for (index, piece) in sent.enumerated() {
      let wait = piece.at - Int64(index) * Self.millisecond
      #expect(wait >= 5 * Self.millisecond && wait <= 36 * Self.millisecond)
    }
  }

  @Test("a latency that is taken away lets pass what it held back")
  func latencyEnds() {
    var lane = lane(.latency(.seconds(3600)))
    take("a", &lane)
    #expect(lane.next(now: 0) == .wait(until: 3_600_000_000_000))
    lane.faults = LaneFaults()
    #expect(lane.next(now: 1) == .send(ByteBuffer(string: "a")))
  }

  @Test("keeps a bandwidth to the byte, however late it is woken", arguments: [0, 300_000, 5_000_000] as [Int64])
  func bandwidth(late: Int64) throws {
    var lane = lane(.bandwidth(bytesPerSecond: 10_000))
    take(String(repeating: "x", count: 10_000), &lane)
    let (sent, _) = play(&lane, late: late)
    #expect(sent.map(\.text.count).reduce(0, +) == 10_000)
    #expect(sent.allSatisfy { $0.text.count <= 100 })
    // The first piece goes at once, the last 100 of 10,000 bytes are due after 990 ms.
    let last = try #require(sent.last).at
    #expect(last >= 990 * Self.millisecond && last <= 990 * Self.millisecond + late)
    #expect(lane.effects.kinds == [.bandwidth])
  }

  @Test("saves no bandwidth up in a pause")
  func idleBandwidth() {
    var lane = lane(.bandwidth(bytesPerSecond: 1000))
    take("0123456789", &lane)
    _ = play(&lane)
    take("0123456789abcdefghij", &lane, at: 10_000 * Self.millisecond)
    let (sent, _) = play(&lane, from: 10_000 * Self.millisecond)
    #expect(sent.map(\.at) == [10_000 * Self.millisecond, 10_010 * Self.millisecond])
  }

  @Test("passes slices with a time between them")
  func slices() {
    var lane = lane(.slice(bytes: 2, every: .milliseconds(50)))
    take("abcde", &lane)
    let (sent, _) = play(&lane)
    #expect(sent.map(\.text) == ["ab", "cd", "e"])
    #expect(sent.map(\.at) == [0, 50 * Self.millisecond, 100 * Self.millisecond])
    #expect(lane.effects.kinds == [.slice])
  }

  @Test("holds everything while it is cut, and loses nothing")
  func cut() {
    var lane = lane()
    take("a", &lane)
    lane.faults = faults([.cut])
    take("b", &lane, at: 1)
    lane.end(.broken, now: 2)
    #expect(lane.next(now: 3) == .idle)
    #expect(lane.effects.kinds == [.cut])
    lane.faults = LaneFaults()
    let (sent, end) = play(&lane, from: 4)
    #expect(sent.map(\.text) == ["a", "b"])
    #expect(end == .reset)
  }

  @Test("in a black hole loses what it holds and what comes, and passes nothing ever after")
  func blackhole() {
    var lane = lane(.latency(.seconds(1)))
    take("abc", &lane)
    lane.faults = faults([.blackhole])
    take("de", &lane)
    #expect(lane.next(now: 0) == .idle)
    lane.faults = LaneFaults()
    take("f", &lane)
    #expect(lane.next(now: .max) == .idle)
    #expect(lane.effects.lostBytes == 6)
    lane.end(.finished, now: 0)
    #expect(lane.next(now: 0) == .reset)
  }

  @Test("an idle lane survives a black hole")
  func idleBlackhole() {
    var lane = lane(.blackhole)
    lane.end(.finished, now: 0)
    #expect(lane.next(now: 0) == .idle)
    lane.faults = LaneFaults()
    #expect(lane.next(now: 0) == .end)
  }

  @Test("resets after as many bytes as ordered, counted from the order", arguments: [0, 1, 4, 5])
  func reset(after count: Int) {
    var lane = lane()
    take("before", &lane)
    _ = play(&lane)
    lane.faults = faults([.reset(afterBytes: count)])
    take("abcde", &lane)
    take("f", &lane)
    let (sent, end) = play(&lane)
    #expect(sent.map(\.text).joined() == "abcdef".prefix(count))
    #expect(end == .reset)
    #expect(lane.effects.kinds == [.reset])
  }

  @Test("does not tell that a side has gone", arguments: [FaultLane.Ending.finished, .broken])
  func halfOpen(_ ending: FaultLane.Ending) {
    var lane = lane(.halfOpen)
    take("a", &lane)
    lane.end(ending, now: 0)
    #expect(lane.next(now: 0) == .send(ByteBuffer(string: "a")))
    #expect(lane.next(now: .max) == .idle)
    #expect(lane.effects.kinds == [.halfOpen])
    lane.faults = LaneFaults()
    #expect(lane.next(now: 0) == (ending == .finished ? .end : .reset))
  }

  @Test("a break counts after an orderly end")
  func breakAfterEnd() {
    var lane = lane()
    lane.end(.finished, now: 0)
    #expect(lane.next(now: 0) == .end)
    lane.end(.broken, now: 0)
    #expect(lane.next(now: 0) == .reset)
    lane.end(.finished, now: 0)
    #expect(lane.next(now: 0) == .idle)
  }

  @Test("is full before it holds more than a mebibyte and one read")
  func bounds() {
    var many = lane(.cut)
    var large = lane(.cut)
    while !many.isFull { take("x", &many) }
    while !large.isFull { large.take(ByteBuffer(repeating: 0, count: 65_536), now: 0) }
    #expect(!large.hasRoom && !many.hasRoom)
    large.faults = LaneFaults()
    var passed = 0
    while case .send(let bytes) = large.next(now: 0) {
      passed += bytes.readableBytes
      #expect(large.hasRoom == (passed >= FaultLane.byteLimit / 2))
    }
    #expect(passed == FaultLane.byteLimit)
  }

  @Test("changes the share of the bytes that was ordered", arguments: [0, 0.001, 0.1, 1])
  func corruption(share: Double) {
    var lane = lane(.corrupt(share: share), seed: 3)
    let sent = [UInt8](repeating: 7, count: 200_000)
    lane.take(ByteBuffer(bytes: sent), now: 0)
    var received: [UInt8] = []
    while case .send(let bytes) = lane.next(now: 0) { received += bytes.readableBytesView }
    let changed = zip(sent, received).count { $0 != $1 }
    #expect(received.count == sent.count)
    #expect(lane.effects.corruptedBytes == changed)
    // Five standard deviations of a binomial count.
    let expected = share * 200_000
    #expect(abs(Double(changed) - expected) <= 5 * (expected * (1 - share)).squareRoot())
  }

  @Test("the first rule of each kind that applies counts")
  func rules() {
    let rules = [
      FaultProxy.Rule(.latency(.seconds(1)), path: "/other"), FaultProxy.Rule(.latency(.seconds(2)), share: 0.5),
      FaultProxy.Rule(.latency(.seconds(3))), FaultProxy.Rule(.halfOpen, direction: .requests),
      FaultProxy.Rule(.bandwidth(bytesPerSecond: -3)), FaultProxy.Rule(.latency(.seconds(-4)), path: "/slow"),
    ]
    let low = LaneFaults(rules, .responses, draw: 0.4, path: "/v1")
    let high = LaneFaults(rules, .requests, draw: 0.5, path: "/other?x=1")
    let none = LaneFaults(Array(rules.suffix(1)), .requests, draw: 0, path: nil)
    #expect(low.delay == 2_000_000_000 && !low.withholdsEnd && low.bytesPerSecond == 1)
    #expect(high.delay == 1_000_000_000 && high.withholdsEnd)
    #expect(none == LaneFaults())
    #expect(LaneFaults(Array(rules.suffix(1)), .requests, draw: 0, path: "/slow") == LaneFaults())
  }
}
