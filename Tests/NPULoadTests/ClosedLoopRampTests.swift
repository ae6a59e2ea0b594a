import NPULoad
import Testing

@Suite("Ramp-up of a closed loop")
struct ClosedLoopRampTests {
  @Test("Slots are evenly spaced from zero to one step before the end", arguments: [1, 2, 7, 1_000, 100_000])
  func even(concurrency: Int) {
    let ramp = ClosedLoopRamp(concurrency: concurrency, duration: .seconds(2))
    let step = 2e9 / Double(concurrency)
    for slot in stride(from: 0, to: concurrency, by: max(1, concurrency / 100)) {
      let offset = Double(ramp.offset(ofSlot: slot) / .nanoseconds(1))
      #expect(abs(offset - Double(slot) * step) <= 1)
      #expect(offset < 2e9)
    }
    #expect(ramp.offset(ofSlot: 0) == .zero)
  }

  @Test(
    "The default is a millisecond for each slot, at most five seconds",
    arguments: [(1, 1), (256, 256), (1_000, 1_000), (5_000, 5_000), (20_000, 5_000)])
  func standard(concurrency: Int, milliseconds: Int) {
    #expect(ClosedLoopRamp(concurrency: concurrency).duration == .milliseconds(milliseconds))
  }

  @Test("A ramp-up of zero starts every slot at once")
  func none() {
    let ramp = ClosedLoopRamp(concurrency: 50, duration: .zero)
    #expect((0..<50).allSatisfy { ramp.offset(ofSlot: $0) == .zero })
  }

  @Test("Slots outside the loop are held at its ends")
  func outside() {
    let ramp = ClosedLoopRamp(concurrency: 4, duration: .seconds(4))
    #expect(ramp.offset(ofSlot: -1) == .zero)
    #expect(ramp.offset(ofSlot: 9) == .seconds(3))
  }
}
