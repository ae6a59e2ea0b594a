import Testing

@testable import NPUSimulator

@Suite struct TokenScheduleTests {
  @Test("Without jitter chunk j of m tokens is due at ttft + j m itl", arguments: [1, 3, 8])
  func exact(tokensPerChunk: Int) {
    let schedule = TokenSchedule(
      firstToken: 200, interToken: 10, jitter: 0, tokensPerChunk: tokensPerChunk, seed: 1)
    for chunk in [0, 1, 2, 1000] {
      #expect(schedule.offset(ofChunk: chunk) == 200 + Int64(chunk * tokensPerChunk * 10))
    }
  }

  @Test("Jitter keeps order and bounds and never adds up", arguments: [0.1, 0.5, 1.0]) func bounds(jitter: Double) {
    let schedule = TokenSchedule(
      firstToken: 1_000_000, interToken: 1_000_000, jitter: jitter, tokensPerChunk: 1, seed: 7)
    let first = schedule.offset(ofChunk: 0)
    var last = first
    var moved = false
    for chunk in 1...10_000 {
      let offset = schedule.offset(ofChunk: chunk)
      let gap = Double(offset - last) / 1e6
      #expect(gap >= 1 - jitter - 1e-3 && gap <= 1 + jitter + 1e-3)
      #expect(abs(Double(offset - first) / 1e6 - Double(chunk)) <= jitter / 2 + 1e-3)
      moved = moved || abs(gap - 1) > jitter / 4
      last = offset
    }
    #expect(moved)
  }

  @Test("The seed alone decides the jitter") func seeded() {
    let schedules = [7, 7, 8].map {
      TokenSchedule(firstToken: 1_000_000, interToken: 1_000_000, jitter: 0.5, tokensPerChunk: 1, seed: $0)
        .offset(ofChunk: 5)
    }
    #expect(schedules[0] == schedules[1])
    #expect(schedules[0] != schedules[2])
  }

  @Test("A plain answer is due with its last token") func plain() {
    let schedule = TokenSchedule(firstToken: 100, interToken: 10, jitter: 0, tokensPerChunk: 4, seed: 0)
    #expect(schedule.offset(ofTokens: 0) == 100)
    #expect(schedule.offset(ofTokens: 4) == 100)
    #expect(schedule.offset(ofTokens: 5) == 140)
  }

  @Test("Times beyond the clock's range do not trap") func range() {
    let behaviour = Behaviour(timeToFirstToken: .seconds(Int64.max), interTokenLatency: .seconds(Int64.max))
    let schedule = behaviour.schedule(seed: 0)
    #expect(schedule.offset(ofChunk: Int(Int32.max)) > schedule.offset(ofChunk: 0))
  }
}
