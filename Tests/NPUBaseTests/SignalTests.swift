import NPUBase
import Synchronization
import Testing

@Suite("Signals", .timeLimit(.minutes(10)))
struct SignalTests {
  @Test("The first value given is the one that is waited for, before or after")
  func oneShot() async {
    let early = OneShot<Int>()
    early.give(1)
    early.give(2)
    #expect(await early.wait() == 1)

    let late = OneShot<Int>()
    async let waited = late.wait()
    await Task.yield()
    late.give(3)
    #expect(await waited == 3)
  }

  @Test("A commitment tells when it is thrown away unkept, and only then", arguments: [true, false])
  func commitment(isKept: Bool) {
    let breaks = Mutex(0)
    do {
      let commitment = Commitment { breaks.withLock { $0 += 1 } }
      if isKept { commitment.keep() }
    }
    #expect(breaks.withLock(\.self) == (isKept ? 0 : 1))
  }
}
